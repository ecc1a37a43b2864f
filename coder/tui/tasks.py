"""What the chooser asks for: words to find, one of a list, a value in several choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from coder.codebook.schema import Codebook, Field, Value
from coder.model import Answer, Coding, Event, Json, event_number
from coder.service.coding.event_cells import summary
from coder.service.edits import field_values
from coder.service.edits.field_values import Question, published
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.text.segment import Reading
from coder.tui.sentences import event_named, listed, say
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.record_lines import type_in_words
from coder.values.dates import with_marks
from coder.values.numbers import in_words
from coder.values.typed import Choice, choices, parse, show


def find_task(reading: Reading, lang: str, accept: Callable[[int, int], None], after: int = 0) -> Task:
    """The task of finding words in a text, in any spelling; accept gets the stretch that was chosen.

    after: the code point from which on the first find is the first of the list.
    """
    folded, text = reading.folded, reading.text

    def offered(query: str) -> Sequence[Choice]:
        wanted = fold_key(query)
        found: list[Choice] = []
        at = folded.text.find(wanted) if wanted else -1
        while at >= 0 and len(found) < 99:
            start, end = folded.span(at, at + len(wanted))
            around = text[max(0, start - 20) : end + 30].replace("\n", " ")
            found.append(Choice(f"{start}-{end}", isolate(around)))
            at = folded.text.find(wanted, at + 1)
        return sorted(found, key=lambda c: int(c.id.partition("-")[0]) < after)

    def chosen(choice_id: str) -> None:
        start, _, end = choice_id.partition("-")
        accept(int(start), int(end))

    return Task(say(lang, "find"), offered, chosen, digits=False)


def event_in_words(event: Event, codebook: Codebook, lang: str) -> str:
    """An event's number and what tells it from others, as far as it is coded."""
    return listed(event_named(lang, event.id), *summary(event, codebook, lang))


def copies(field: Field, events: Sequence[Event], codebook: Codebook, lang: str) -> list[Choice]:
    """What can be copied: `one:` the field's value of an event that has one, `all:` an event's values."""
    ones, alls = [], []
    for event in events:
        name, answer = event_in_words(event, codebook, lang), event.answer(field.id)
        if answer.coded:
            values = {"field": field.label.of(lang), "value": show(field, answer.value, codebook, lang)}
            ones.append(
                Choice(f"one:{event.id}", say(lang, "copy_one", event=event_number(event.id), **values))
            )
        alls.append(Choice(f"all:{event.id}", say(lang, "copy_all", event=name)))
    return [*ones, *alls]


def choice_task(
    title: str,
    offered: Sequence[Choice],
    accept: Callable[[str], None],
    *,
    at: str = "",
    by_id: bool = False,
    look: Callable[[str], None] | None = None,
) -> Task:
    """The task of choosing one of these, found by their labels; accept gets its id. by_id: also by ids."""

    def found(query: str) -> list[Choice]:
        wanted = fold_key(query)
        return [c for c in offered if wanted in fold_key(f"{c.label} {c.id}" if by_id else c.label)]

    return Task(title, found, accept, at=at, look=look)


def comment_task(title: str, text: str, accept: Callable[[str], None]) -> Task:
    """The task of writing a comment, several lines of it; accept gets "" where it is to go, as by a dash."""

    def written(typed: str) -> None:
        accept("" if typed.strip() == "-" else typed)

    return Task(title, lambda _: (), written, digits=False, query=text, lines=True)


TAKEN = "✓ "  # stands before what the field holds already
TYPED, SPELT, ITEM, LINK, PART = "typed", "spelt", "item", "link", "part"
"""What a choice is that is no id from a list: words as typed, words that say all, an item that is there, …"""


@dataclass(frozen=True, slots=True)
class ValueTask:
    """Giving a field a value, in as many choices as it takes.

    answer: what the field holds; a proposal's items can be changed, for anything else it gives way. accept
    gets the field's whole new value, ask the next choice to be made.
    """

    field: Field
    answer: Answer
    codebook: Codebook
    coding: Coding
    lang: str
    accept: Callable[[Json], None]
    ask: Callable[[Task], None]
    event_id: str = ""

    def begin(self, query: str = "", at: int | None = None) -> Task:
        """The first choice. at: the number of the item in whose place the new one comes."""
        field, label = self.field, self.field.label.of(self.lang)
        if field.type in ("date", "int_range", "text") and field.value_is is None:
            return self._typed(query)
        if at is not None:
            title = say(self.lang, "instead_of", value=self._shown(self._items[at]))
        else:
            title = say(self.lang, "choose_proposed" if self.answer.proposed else "choose_value", field=label)
        offered, chosen = partial(self._offered, at=at), partial(self._chosen, at=at)
        now = str(self.answer.value) if self.answer.coded and not field.is_list else ""
        return Task(title, offered, chosen, digits=field.type != "place", query=query, at=now)

    def take(self, value_id: str) -> None:
        """A value was chosen from the field's list."""
        self._ask_on(*field_values.from_list(self.field, value_id, self.codebook), None)

    @property
    def _items(self) -> list[Json]:
        value = self.answer.value if self.answer.blank is None else None
        return list(value) if self.field.is_list and value is not None else []

    @property
    def _kept(self) -> list[Json]:
        """The items beside which a new one comes."""
        return self._items if self.answer.coded else []

    def remove(self) -> None:
        """One item goes, the only one at once."""
        items = self._items
        self._with_one("remove_which", lambda at: self.accept([*items[:at], *items[at + 1 :]]))

    def replace(self) -> None:
        """Another value comes in the place of an item, of the only one at once."""
        self._with_one("replace_which", lambda at: self.ask(self.begin(at=at if self._items else None)))

    def _with_one(self, title: str, does: Callable[[int], None]) -> None:
        """Something is done with an item by its number, which is asked where there are several."""
        offered = [Choice(str(n), self._shown(item)) for n, item in enumerate(self._items)]
        if len(offered) > 1:
            asked = say(self.lang, title, field=self.field.label.of(self.lang))
            self.ask(choice_task(asked, offered, lambda chosen: does(int(chosen))))
        else:
            does(0)

    def _offered(self, typed: str, at: int | None) -> Sequence[Choice]:
        """The items that are there first, then the list, then the words as they are typed."""
        field, query = self.field, typed.strip()
        if field.value_is == "record_reference":
            found = self._links(query)
        else:
            held = self._kept if field.type not in ("actor", "place") else ()
            found = [
                replace(c, label=f"{TAKEN}{c.label}") if c.id in held else c
                for c in choices(field, typed, self.codebook, self.lang)
            ]
        is_ranked = field.type in ("actor", "place") or (field.type == "hierarchy" and not query)
        used = self._used() if is_ranked else {}
        found = sorted(found, key=lambda choice: used.get(choice.id, len(used)))
        if field.type not in ("actor", "place"):
            return found if query or field.value_is is None else [*self._there(at), *found]
        if not query:
            alike = {c.id: n for n, c in enumerate(self._alike(at))}
            gone = self._entry(at)
            found.sort(key=lambda choice: (choice.id == gone, alike.get(choice.id, len(alike))))
            nobody = [Choice("", say(self.lang, "nobody"))] if field.parts else []
            return [*self._there(at), *(nobody if field.type == "actor" else ()), *found]
        whole = field_values.spelt_out(field, query, self.codebook)
        if whole:
            shown = show(field, whole, self.codebook, self.lang)
            return [Choice(f"{SPELT}:{query}", f"= {shown}"), *found]
        return [*found, Choice(f"{TYPED}:{query}", say(self.lang, "as_typed", text=query))]

    def _alike(self, at: int | None) -> list[Choice]:
        """Those of the name in whose place another comes, or of the words of the evidence alone."""
        if at is not None:
            words = [self._name(self._items[at])]
        else:
            spans = map(self.coding.span, () if self._items else self.answer.evidence)
            words = [span.quote for span in spans if span is not None]
        return [c for each in words for c in choices(self.field, each, self.codebook, self.lang, limit=9)]

    def _entry(self, at: int | None) -> Json:
        """The id in the lists of the item in whose place another comes, which then stands last in them."""
        item = self._items[at] if at is not None else None
        return item.get("who", item.get("place_id")) if isinstance(item, dict) else item

    def _used(self) -> dict[str, int]:
        """Who, where or which act the events of the article hold, by how long ago, the latest first."""
        ids = []
        for event in reversed(self.coding.events):
            for answer in self._of_type(event):
                for item in answer.value if isinstance(answer.value, list) else [answer.value]:
                    of = item if isinstance(item, dict) else {"who": item}
                    ids.append(of.get("who", of.get("place_id")))
        return {each: rank for rank, each in enumerate(dict.fromkeys(i for i in ids if isinstance(i, str)))}

    def _of_type(self, event: Event) -> Iterator[Answer]:
        """What an event holds in fields of the same type."""
        for name, answer in event.fields.items():
            if answer.coded and self.codebook.event_field(name).type == self.field.type:
                yield answer

    def _there(self, at: int | None) -> list[Choice]:
        """What the field holds, each to be changed or taken out; nothing while one is being replaced."""
        if at is not None:
            return []
        told = say(self.lang, "change_item")
        sign = TAKEN if self.answer.coded else "~ "
        return [Choice(f"{ITEM}:{i}", sign + self._shown(item), told) for i, item in enumerate(self._items)]

    def _links(self, query: str) -> list[Choice]:
        """The other events, the last before this one first; with words the relations to each."""
        events = [*self.coding.events]
        at = next((n for n, event in enumerate(events) if event.id == self.event_id), len(events))
        found = []
        for event in (*reversed(events[:at]), *events[at + 1 :]):
            name = event_named(self.lang, event.id, type_in_words(event, self.codebook, self.lang))
            if not query:
                found.append(Choice(f"{LINK}:{event.id}:", name))
            for relation in self._relations if query else ():
                label = f"{relation.label.of(self.lang)} ← {name}"
                found.append(Choice(f"{LINK}:{event.id}:{relation.id}", label))
        words = fold_key(query).split()
        return [c for c in found if all(word in fold_key(f"{c.label} {c.id}") for word in words)]

    @property
    def _relations(self) -> Sequence[Value]:
        return [v for part in self.field.parts if part.id == "relation" for v in part.values]

    def _chosen(self, choice_id: str, at: int | None) -> None:
        what, _, rest = choice_id.partition(":")
        if what == ITEM:
            self.ask(self._item(int(rest)))
        elif what == LINK:
            event, _, relation = rest.rpartition(":")
            if relation:
                self._put({"record": event, "relation": relation}, at)
            else:
                title = say(self.lang, "choose_value", field=self.field.label.of(self.lang))
                offered = [Choice(f"{LINK}:{rest}{v.id}", v.label.of(self.lang)) for v in self._relations]
                self.ask(choice_task(title, offered, partial(self._chosen, at=at)))
        elif what == SPELT:
            value = self._kept if at is None else self._items
            for item in field_values.spelt_out(self.field, rest, self.codebook):
                value, at = field_values.with_item(self.field, value, item, at), None
            self.accept(value)
        elif what == TYPED:
            self._ask_on(*field_values.from_words(self.field, rest, self.codebook), at)
        else:
            written = (
                field_values.words_of(self._items[at], self.answer, self.coding) if at is not None else ""
            )
            self._ask_on(*field_values.from_list(self.field, what, self.codebook, written), at)

    def _ask_on(self, item: Json, asked: Sequence[Question], at: int | None) -> None:
        """The questions that are left about an item, one after the other; then it goes into the value."""
        if not asked:
            self._put(item, at)
            return
        question, *left = asked
        self.ask(self._part(item, question, lambda changed: self._ask_on(changed, left, at)))

    def _part(self, item: Json, question: Question, then: Callable[[Json], None]) -> Task:
        def answers(typed: str) -> list[Choice]:
            wanted = fold_key(typed)
            return [
                Choice(f"{PART}:{value.id}", value.label.of(self.lang))
                for value in question.values
                if wanted in fold_key(f"{value.label.ar} {value.label.en} {value.id}")
            ]

        def chosen(choice_id: str) -> None:
            then(field_values.with_answer(item, question, choice_id.partition(":")[2]))

        title = say(self.lang, "which_part", part=question.label.of(self.lang), value=self._name(item))
        return Task(title, answers, chosen, at=f"{PART}:{field_values.answer_to(item, question)}")

    def _put(self, item: Json, at: int | None) -> None:
        """The item goes into the value; one that is there already is not taken out but asked about."""
        items = self._kept if at is None else self._items
        if not self.field.is_list:
            self.accept(item)
        elif at is None and item in items:
            self.ask(self._item(items.index(item)))
        else:
            self.accept(field_values.with_item(self.field, items, item, at))

    def _item(self, index: int) -> Task:
        """What can be done with an item: another in its place, one part of it anew, or out with it."""
        item = self._items[index]
        asked = {q.id: q for q in field_values.questions(self.field, item, self.codebook)}
        offered = [
            Choice("replace", say(self.lang, "replace_item")),
            *(Choice(f"{PART}:{q.id}", self._said(item, q)) for q in asked.values()),
            Choice("remove", say(self.lang, "remove", text=self._shown(item))),
        ]

        def chosen(choice_id: str) -> None:
            what, _, part = choice_id.partition(":")
            items = self._items
            if what == "replace":
                self.ask(self.begin(at=index))
            elif what == "remove":
                self.accept([*items[:index], *items[index + 1 :]])
            else:
                put = partial(field_values.with_item, self.field, items, at=index)
                self.ask(self._part(item, asked[part], lambda new: self.accept(put(new))))

        return choice_task(say(self.lang, "what_with", value=self._shown(item)), offered, chosen)

    def _said(self, item: Json, question: Question) -> str:
        now = field_values.answer_to(item, question)
        label = next((v.label.of(self.lang) for v in question.values if v.id == now), now or "…")
        return say(self.lang, "part_now", part=question.label.of(self.lang), value=label)

    def _typed(self, query: str) -> Task:
        """A date, a number or a text, with what the words mean below them while they are typed."""
        field, answer, pub_date = self.field, self.answer, published(self.coding)
        label = field.label.of(self.lang)

        def meant(text: str) -> Json:
            is_date = field.type == "date" and answer.blank is None
            marked = with_marks(answer.value, text, pub_date) if is_date else None
            return marked or parse(field, text, self.codebook, pub_date=pub_date)

        def read(text: str) -> str:
            value = meant(text)
            shown = show(field, value, self.codebook, self.lang)
            spelt = in_words(value) if field.type == "int_range" and self.lang == "ar" else ""
            return f"{shown} ({spelt})" if spelt else shown

        def chosen(text: str) -> None:
            self.accept(meant(text))

        title, hint = say(self.lang, "choose_value", field=label), say(self.lang, f"type_{field.type}")
        if field.type == "text" and answer.coded and not query:
            query = str(answer.value)
        offered = partial(self._dates, answer.value if answer.coded else None)
        return Task(title, offered, chosen, read=read, digits=False, query=query, placeholder=hint)

    def _dates(self, here: Json, typed: str) -> list[Choice]:
        """The dates that other events of the article hold, the latest first, while nothing is typed."""
        if typed or self.field.type != "date":
            return []
        found = (answer.value for event in reversed(self.coding.events) for answer in self._of_type(event))
        shown = (show(self.field, value, self.codebook, self.lang) for value in found if value != here)
        return [Choice(text, text) for text in dict.fromkeys(shown)]

    def _shown(self, item: Json) -> str:
        return show(self.field, [item], self.codebook, self.lang)

    def _name(self, item: Json) -> str:
        """Who or where an item is, without its parts."""
        name = item
        if isinstance(item, dict):
            name = item.get("who", item.get("as_written", item.get("name")))
        if isinstance(name, dict):
            name = name["name"]
        if name is None:
            return say(self.lang, "nobody")
        return self.codebook.label_of(self.field, name, self.lang)
