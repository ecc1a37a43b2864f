"""What can be chosen as a field's value: its items, those of other fields and events,
the list, words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.codebook.search import search_key
from coder.model import Answer, Coding, Event, Json
from coder.service.edits import field_values
from coder.service.edits.field_values import PUBLISHED, UsedValue
from coder.text.normalize import fold_key
from coder.tui.sentences import say, state_in_words
from coder.values.named import values_of
from coder.values.typed import Choice, choices, show

TAKEN = "✓ "  # marks what the field already holds
TYPED = "typed"
SPELT = "spelt"
ITEM = "item"
PART = "part"
AGAIN = "again"
"""Prefixes of choices that are not ids from a list: words as typed, words that parse as
a complete value, an existing item, a part of an item, an item outside the list that
another field or event has.
"""


class ValueChoices(Struct, frozen=True):
    """What is offered for a field's value, in order."""

    field: Field
    answer: Answer
    codebook: Codebook
    coding: Coding
    lang: str
    event_id: str

    @property
    def _items(self) -> list[Json]:
        value = self.answer.value if self.answer.blank is None else None
        return list(value) if self.field.is_list and value is not None else []

    @property
    def _coded_items(self) -> list[Json]:
        """The items to which a new one is added."""
        return self._items if self.answer.coded else []

    def _offered(self, typed: str, at: int | None) -> Sequence[Choice]:
        """Return the existing items first, then those of the list, then the words as
        typed.
        """
        field = self.field
        query = typed.strip()
        used = self._used
        held = self._coded_items if field.type not in ("actor", "place") else ()
        listed = self._listed(typed, used)
        offered = [
            replace(c, label=f"{TAKEN}{c.label}") if c.id in held else c for c in listed
        ]
        ranks = {
            id_: rank
            for rank, id_ in enumerate(
                used if field.type != "hierarchy" or not query else ()
            )
        }
        named = search_key(
            query
        )  # first what is named in just these words, then what was used last
        if ranks:
            offered.sort(key=lambda choice: ranks.get(choice.id, len(ranks)))
        if (
            (value := self.answer.value) is not None
            and field.type == "hierarchy"
            and not query
        ):
            path = self.codebook.path_of(
                str(value)
            )  # before others the types of its family
            offered.sort(
                key=lambda choice: self.codebook.path_of(str(choice.id))[:1] != path[:1]
            )
        if named:
            offered.sort(key=lambda choice: search_key(choice.label) != named)
        if field.type not in ("actor", "place"):
            return offered
        if not query:
            similar = {c.id: n for n, c in enumerate(self._similar(at, used))}
            replaced = self._id_of(self._items[at]) if at is not None else None
            offered.sort(
                key=lambda choice: (
                    choice.id == replaced,
                    similar.get(choice.id, len(similar)),
                )
            )
            nobody = [Choice("", say(self.lang, "nobody"))] if field.parts else []
            written = [
                Choice(f"{TYPED}:{q}", say(self.lang, "as_typed", text=q))
                for q in self._quotes
            ]
            ids = (
                [self._id_of(item) for item in self._coded_items]
                if at is None and not field.parts
                else []
            )
            others = [choice for choice in offered if choice.id not in ids]
            return [
                *self._existing(at),
                *(nobody if field.type == "actor" else ()),
                *others,
                *written,
            ]
        whole = field_values.parse_whole_items(field, query, self.codebook)
        if whole:
            shown = show(field, whole, self.codebook, self.lang)
            return [Choice(f"{SPELT}:{query}", f"= {shown}"), *offered]
        kinds = [kind.label.of(self.lang) for kind in values_of(field.parts, "kind")]
        nameless = [
            Choice(f"{SPELT}:{k}", f"= {k}")
            for k in kinds
            if fold_key(query) in fold_key(k)
        ]
        best = search_key(offered[0].label) if offered else ""
        if (
            named in best and f" {named}" not in f" {best}"
        ):  # only inside a word: kinds first (own, unknown)
            nameless, offered = [], [*nameless, *offered]
        offered = self._with_existing(offered, named, at)
        return [
            *offered,
            *nameless,
            Choice(f"{TYPED}:{query}", say(self.lang, "as_typed", text=query)),
        ]

    def _similar(self, at: int | None, used: Mapping[str, UsedValue]) -> list[Choice]:
        """Return the choices that match the item to be replaced, or the evidence if
        there are no items.
        """
        if at is not None:
            words: Sequence[str] = [self._name(self._items[at])]
        else:
            words = () if self._items else self._quotes
        return [c for each in words for c in self._listed(each, used, limit=9)]

    def _listed(
        self, query: str, used: Mapping[str, UsedValue], limit: int | None = None
    ) -> list[Choice]:
        """Return what matches of the items outside the list that the article has, and
        of the list.
        """
        again = [
            Choice(
                id_, self._name(each.item) if each.questions else self._shown(each.item)
            )
            for id_, each in used.items()
            if not each.entry and each.item not in self._items
            if search_key(query) in search_key(self._name(each.item))
        ]
        return [*again, *choices(self.field, query, self.codebook, self.lang, limit)]

    @property
    def _quotes(self) -> list[str]:
        """The words of the evidence."""
        spans = map(self.coding.span, self.answer.evidence)
        return list(dict.fromkeys(span.quote for span in spans if span is not None))

    @staticmethod
    def _id_of(item: Json) -> Json:
        """Return an item's id in the list; None for one that is not in it."""
        return item.get("who", item.get("place_id")) if isinstance(item, dict) else item

    @property
    def _used(self) -> dict[str, UsedValue]:
        """Return what the article has of this type, by the id of its choice."""
        if self.field.type not in ("actor", "place", "hierarchy"):
            return {}
        used = field_values.list_used_values(self.field, self.coding, self.codebook)
        return {
            each.entry or f"{AGAIN}:{number}": each for number, each in enumerate(used)
        }

    def _existing(self, at: int | None) -> list[Choice]:
        """Return the field's items, to be changed or removed; none while one is being
        replaced.
        """
        if at is not None:
            return []
        hint = say(self.lang, "change_item")
        coded = self.answer.coded
        sign, aside = (
            (TAKEN, "") if coded else ("~ ", state_in_words(self.lang, "proposed"))
        )
        return [
            Choice(f"{ITEM}:{i}", sign + self._shown(item), hint, aside)
            for i, item in enumerate(self._items)
        ]

    def _with_existing(
        self, offered: Sequence[Choice], named: str, at: int | None
    ) -> list[Choice]:
        """Return the choices with the field's items beside their entries, those of
        other names first.

        An actor's item takes the place of its entry, which would only be chosen again.
        """
        existing = [*zip(self._coded_items, self._existing(at), strict=False)]
        ids = [field_values.get_listed_id(item) for item, _ in existing]
        found = [
            choice
            for (item, choice), id_ in zip(existing, ids, strict=True)
            if not id_ and named in search_key(self._name(item))
        ]
        for entry in offered:
            items = [
                choice
                for (_, choice), id_ in zip(existing, ids, strict=True)
                if id_ == entry.id
            ]
            if self.field.type == "place":
                found += [*items, entry]
            elif (
                self.field.parts
            ):  # whom one names as a source is often taken again, as another kind
                found += [entry, *items]
            else:
                found += items or [entry]
        return found

    @property
    def _stated(self) -> str:
        """How the words that support a date state it, or itself if there are none; ""
        if variously.
        """
        words = [
            s.value
            for s in map(self.coding.span, self.answer.evidence)
            if s is not None
        ]
        stated = {
            str(date.get("basis"))
            for date in words or [self.answer.value]
            if isinstance(date, dict)
        }
        return (
            stated.pop()
            if len(stated) == 1 and stated <= {"absolute", "relative"}
            else ""
        )

    def _dates(self, typed: str) -> list[Choice]:
        """Return the field's own date, then those of other events, last event first,
        while nothing is typed.

        Those are listed as the field's words state a date. Events are no hint at the
        day of publication.
        """
        if typed or self.field.type != "date":
            return []
        events = reversed(self.coding.events if self.field.id != PUBLISHED else ())
        others = [
            answer.value
            for event in events
            for answer in self._answers_of_same_type(event)
        ]
        if stated := self._stated:
            others = [
                {**v, "basis": stated}
                if v.get("basis") in ("absolute", "relative")
                else v
                for v in others
            ]
        own = [self.answer.value] if self.answer.value is not None else []
        shown = [
            show(self.field, value, self.codebook, self.lang)
            for value in (*own, *others)
        ]
        signs = [TAKEN if self.answer.coded else "~ "] if own else []
        dates = zip_longest(dict.fromkeys(shown), signs, fillvalue="")
        return [Choice(text, sign + text) for text, sign in dates]

    def _answers_of_same_type(self, event: Event) -> Iterator[Answer]:
        """Yield an event's coded answers in fields of the same type."""
        for name, answer in event.fields.items():
            if answer.coded and self.codebook.event_field(name).type == self.field.type:
                yield answer

    def _shown(self, item: Json) -> str:
        return show(self.field, [item], self.codebook, self.lang)

    def _name(self, item: Json) -> str:
        """Return the name of an item's actor or place, without the item's other parts."""
        name = item
        if isinstance(item, dict):
            name = item.get("who", item.get("as_written", item.get("name")))
        if isinstance(name, dict):
            name = name["name"]
        if name is None:
            return say(self.lang, "nobody")
        return self.codebook.label_of(self.field, name, self.lang)
