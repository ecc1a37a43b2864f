"""Tasks for the chooser: finding words, choosing from a list, entering a value in one
or more steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.model import Event, Json, event_number
from coder.service.edits import field_values
from coder.service.edits.field_values import PUBLISHED, Question, read_publication_day
from coder.text.normalize import fold_key
from coder.tui.event_links import BACK, LINK, EventLinks, event_in_words
from coder.tui.sentences import event_named, listed, say
from coder.tui.value_choices import AGAIN, ITEM, PART, SPELT, TYPED, ValueChoices
from coder.tui.widgets.chooser_task import Task
from coder.values.dates import with_marks
from coder.values.numbers import in_words
from coder.values.typed import Choice, parse, show


def copies(
    field: Field, events: Sequence[Event], codebook: Codebook, lang: str
) -> list[Choice]:
    """Return what can be copied: an event's value of the field (id `one:…`) or all its
    values (`all:…`).

    Digits select by the event's number, as for links: its value, or all if no event has
    one.
    """
    ones = list[Choice]()
    alls = list[Choice]()
    for event in events:
        name = event_in_words(event, codebook, lang)
        answer = event.answer(field.id)
        if answer.coded:
            value = show(field, answer.value, codebook, lang)
            told = say(lang, "copy_one", event=event_number(event.id), value=value)
            ones.append(Choice(f"one:{event.id}", told, number=event_number(event.id)))
        alls.append(Choice(f"all:{event.id}", say(lang, "copy_all", event=name)))
    numbered = [
        replace(choice, number=event_number(choice.id.partition(":")[2]))
        for choice in alls
    ]
    return [*ones, *(alls if ones else numbered)]


def choice_task(
    title: str,
    offered: Sequence[Choice],
    accept: Callable[[str], None],
    *,
    at: str = "",
    by_id: bool = False,
    look: Callable[[str], None] | None = None,
) -> Task:
    """Return the task of choosing from a list, searched by label (and id if `by_id`);
    accept gets the id.
    """

    def matches(query: str) -> list[Choice]:
        wanted = fold_key(query)
        return [
            c
            for c in offered
            if wanted in fold_key(f"{c.label} {c.id}" if by_id else c.label)
        ]

    return Task(title, matches, accept, at=at, look=look)


def comment_task(
    title: str, text: str, accept: Callable[[str], None], placeholder: str
) -> Task:
    """Return the task of writing a comment of several lines; a lone dash deletes it,
    and accept gets "".
    """

    def written(typed: str) -> None:
        accept("" if typed.strip() == "-" else typed)

    return Task(
        title, lambda _: (), written, query=text, placeholder=placeholder, lines=True
    )


class ValueTask(ValueChoices, frozen=True):
    """Enters a field's value, in as many steps as needed.

    answer: the field's current one; a proposal's items can be edited, but a newly added
    item replaces the whole proposal. accept: called with the field's whole new value.
    ask: called with the next step's task. link_back: called with another event's id and
    a link from that event to this one, if it may get one. complete: returns what
    continues typed words in the article.
    """

    accept: Callable[[Json], None]
    ask: Callable[[Task], None]
    link_back: Callable[[str, Json], None] | None = None
    complete: Callable[[str], str] | None = None

    def begin(self, query: str = "", at: int | None = None) -> Task:
        """Return the first step. at: the index of the item to be replaced."""
        field = self.field
        label = self.field.label.of(self.lang)
        if field.type in ("date", "int_range", "text") and field.value_is is None:
            return self._typed_task(query)
        if at is not None:
            title = say(self.lang, "instead_of", value=self._shown(self._items[at]))
        else:
            title = say(
                self.lang,
                "add_value" if self._coded_items else "choose_value",
                field=label,
            )
        is_link = field.value_is == "record_reference"
        chosen = partial(self._chosen, at=at)
        offered = partial(self._offered_links if is_link else self._offered, at=at)
        now = (
            str(self.answer.value)
            if self.answer.value is not None and not field.is_list
            else ""
        )
        complete = self.complete if field.type in ("actor", "place") else None
        hint = (
            say(self.lang, "choose_proposed")
            if self.answer.proposed and at is None
            else ""
        )
        if is_link and not self._links(at).offered(""):
            hint = say(self.lang, "nothing_to_link")
        return Task(
            title,
            offered,
            chosen,
            query=query,
            at=now,
            complete=complete,
            placeholder=hint,
        )

    def _links(self, at: int | None) -> EventLinks:
        back = self.link_back is not None and at is None
        return EventLinks(
            self.field, self.codebook, self.coding, self.lang, self.event_id, back
        )

    def _offered_links(self, typed: str, at: int | None) -> Sequence[Choice]:
        """Return the links that are there, while nothing is typed, then those that can
        be made.
        """
        query = typed.strip()
        return [*(() if query else self._existing(at)), *self._links(at).offered(query)]

    def take(self, value_id: str) -> None:
        """Take a value that was chosen from the field's list."""
        self._ask_parts(
            *field_values.choose_from_list(self.field, value_id, self.codebook), None
        )

    def remove(self) -> None:
        """Remove an item, without asking which if there is only one."""
        items = self._items
        self._with_item(
            "remove_which", lambda at: self.accept([*items[:at], *items[at + 1 :]])
        )

    def replace(self) -> None:
        """Replace an item, without asking which if there is only one."""
        self._with_item(
            "replace_which",
            lambda at: self.ask(self.begin(at=at if self._items else None)),
        )

    def _with_item(self, title: str, action: Callable[[int], None]) -> None:
        """Call `action` with the index of an item, asking which one if there are
        several.
        """
        offered = [
            Choice(str(n), self._shown(item)) for n, item in enumerate(self._items)
        ]
        if len(offered) > 1:
            question = say(self.lang, title, field=self.field.label.of(self.lang))
            self.ask(choice_task(question, offered, lambda chosen: action(int(chosen))))
        else:
            action(0)

    def _chosen(self, choice_id: str, at: int | None) -> None:
        what, _, rest = choice_id.partition(":")
        if what == ITEM:
            self.ask(self._item_task(int(rest)))
        elif what == LINK:
            event, _, relation = rest.rpartition(":")
            if relation:
                self._add({"record": event, "relation": relation}, at)
            else:
                title = listed(
                    self.field.label.of(self.lang), event_named(self.lang, event)
                )
                offered = self._links(at).relations(event)
                self.ask(choice_task(title, offered, partial(self._chosen, at=at)))
        elif what == BACK and self.link_back is not None:
            event, _, relation = rest.rpartition(":")
            self.link_back(event, {"record": self.event_id, "relation": relation})
        elif what == SPELT:
            value = self._coded_items if at is None else self._items
            for item in field_values.parse_whole_items(self.field, rest, self.codebook):
                value = field_values.add_item(self.field, value, item, at)
                at = None
            self.accept(value)
        elif what == AGAIN:
            again = self._used[choice_id]
            self._ask_parts(again.item, again.questions, at)
        elif what == TYPED:
            self._ask_parts(
                *field_values.make_typed_item(self.field, rest, self.codebook), at
            )
        else:
            written = (
                field_values.find_wording(self._items[at], self.answer, self.coding)
                if at is not None
                else ""
            )
            self._ask_parts(
                *field_values.choose_from_list(
                    self.field, what, self.codebook, written
                ),
                at,
            )

    def _ask_parts(
        self, item: Json, questions: Sequence[Question], at: int | None
    ) -> None:
        """Ask the questions about an item one after the other, then add it to the
        value.
        """
        if not questions:
            self._add(item, at)
            return
        question, *left = questions
        self.ask(
            self._part_task(
                item, question, lambda changed: self._ask_parts(changed, left, at)
            )
        )

    def _part_task(
        self, item: Json, question: Question, then: Callable[[Json], None]
    ) -> Task:
        def matches(typed: str) -> list[Choice]:
            wanted = fold_key(typed)
            return [
                Choice(f"{PART}:{value.id}", value.label.of(self.lang))
                for value in question.values
                if wanted in fold_key(f"{value.label.ar} {value.label.en} {value.id}")
            ]

        def chosen(choice_id: str) -> None:
            then(field_values.set_part(item, question, choice_id.partition(":")[2]))

        title = say(
            self.lang,
            "which_part",
            part=question.label.of(self.lang),
            value=self._name(item),
        )
        return Task(
            title,
            matches,
            chosen,
            at=f"{PART}:{field_values.get_part(item, question)}",
        )

    def _add(self, item: Json, at: int | None) -> None:
        """Add the item to the value, or ask what to do with it if the value already has
        it.
        """
        items = self._coded_items if at is None else self._items
        if not self.field.is_list:
            self.accept(item)
        elif at is None and item in items:
            self.ask(self._item_task(items.index(item)))
        else:
            self.accept(field_values.add_item(self.field, items, item, at))

    def _item_task(self, index: int) -> Task:
        """Return the task of replacing an item, changing one of its parts or removing
        it.
        """
        item = self._items[index]
        parts = {
            q.id: q
            for q in field_values.list_questions(self.field, item, self.codebook)
        }
        offered = [
            Choice("replace", say(self.lang, "replace_item")),
            *(
                Choice(f"{PART}:{q.id}", self._part_now(item, q))
                for q in parts.values()
            ),
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
                put = partial(field_values.add_item, self.field, items, at=index)
                self.ask(
                    self._part_task(
                        item, parts[part], lambda new: self.accept(put(new))
                    )
                )

        return choice_task(
            say(self.lang, "what_with", value=self._shown(item)), offered, chosen
        )

    def _part_now(self, item: Json, question: Question) -> str:
        now = field_values.get_part(item, question)
        label = next(
            (v.label.of(self.lang) for v in question.values if v.id == now), now or "—"
        )
        return say(
            self.lang, "part_now", part=question.label.of(self.lang), value=label
        )

    def _typed_task(self, query: str) -> Task:
        """Return the task of typing a date, number or text, with its interpretation
        shown below.
        """
        field = self.field
        answer = self.answer
        pub_date = read_publication_day(self.coding)
        label = field.label.of(self.lang)

        def parsed(text: str) -> Json:
            is_date = field.type == "date" and answer.blank is None
            marked = with_marks(answer.value, text, pub_date) if is_date else None
            return marked or self._as_stated(
                parse(field, text, self.codebook, pub_date=pub_date), text
            )

        def read(text: str) -> str:
            value = parsed(text)
            shown = show(field, value, self.codebook, self.lang)
            spelt = (
                in_words(value)
                if field.type == "int_range" and self.lang == "ar"
                else ""
            )
            return f"{shown} ({spelt})" if spelt else shown

        def chosen(text: str) -> None:
            own = (
                answer.value
                if field.type == "date" and answer.value is not None
                else None
            )
            if own is not None and text == show(field, own, self.codebook, self.lang):
                self.accept(own)
            else:
                self.accept(parsed(text) if text.strip() else "")

        hint = say(self.lang, f"type_{field.type}")
        has_lines = field.type == "text" and field.evidence == "none"
        begins_with_value = (
            field.type == "text" and answer.coded and (has_lines or not query)
        )
        if begins_with_value:
            query = "\n".join(
                filter(None, (str(answer.value), query))
            )  # lines are added to, not replaced
        title = say(
            self.lang,
            "choose_value" if self._dates(query) else "type_value",
            field=label,
        )
        task = Task(
            title,
            self._dates,
            chosen,
            read=read,
            digits=False,
            query=query,
            placeholder=hint,
        )
        task = replace(task, may_be_empty=begins_with_value)
        if field.type != "text":
            return task
        return replace(task, complete=self.complete, lines=has_lines)

    def _as_stated(self, value: Json, typed: str) -> Json:
        """Return a typed date as relative where the words that support it are, unless
        brackets say how.

        Of publication, articles state a day: several days that no words support are
        inferred.
        """
        if (
            self.field.type != "date"
            or value.get("basis") != "absolute"
            or "(" in typed
        ):
            return value
        is_range = (
            self.field.id == PUBLISHED
            and value["start"] != value["end"]
            and not self.answer.evidence
        )
        basis = (
            "inferred"
            if is_range
            else "relative"
            if self._stated == "relative"
            else "absolute"
        )
        return {**value, "basis": basis}
