"""What the parts of the coding screen share: access to the session and the cursors, and
messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import MOVED
from coder.model import (
    REJECTED,
    UNDECIDED,
    Answer,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
)
from coder.service.coding.article_marks import Mark
from coder.service.coding.record_rows import FormRow
from coder.service.coding.session import CodingSession
from coder.service.coding.unread_words import unread_words
from coder.service.edits.edits import Edit
from coder.service.edits.field_values import (
    PUBLISHED,
    find_unlisted_items,
    is_meant_for,
    read_publication_day,
)
from coder.tui.keys import key_of, shown
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, quoted, say
from coder.values.days import show_day
from coder.values.typed import show


class CodingPart:
    """The base of the coding screen's parts: the session, the cursors, and messages
    about fields.
    """

    def __init__(
        self, screen: WorkScreen, highlights: Highlights, record: RecordForm
    ) -> None:
        self.screen = screen
        self.highlights = highlights
        self.record = record
        self.say = screen.say

    @property
    def lang(self) -> str:
        """The language of the screen."""
        return self.screen.lang

    @property
    def session(self) -> CodingSession:
        """The open coding session."""
        return self.record.session

    @property
    def codebook(self) -> Codebook:
        """The codebook revision of the coding."""
        return self.session.codebook

    def do(self, edit: Edit, message: str = "", **values: object) -> Coding:
        """Apply an edit to the coding, show a message and the result; return the coding
        before the edit.
        """
        before = self.session.do(edit)
        if message:
            self.say(message, **values)
        self.screen.refresh_work()
        return before

    def event(self) -> Event | None:
        """Return the event that the record shows."""
        return self.session.coding.event(self.record.event_id)

    @property
    def row(self) -> FormRow:
        """The row under the record's cursor."""
        return self.record.row

    @property
    def waits_for_publication(self) -> str:
        """Return what an event's empty date waits for if the cursor is on it and
        publication is not coded, or "".
        """
        field = self.row.field
        coded = self.session.coding.answer(PUBLISHED)
        publication = next(
            (each for each in self.codebook.article_fields if each.id == PUBLISHED),
            None,
        )
        if publication is None or coded.blank is not Blank.MISSING:
            return ""
        if (
            not self.record.event_id
            or field.type != "date"
            or self.row.state != "empty"
        ):
            return ""
        keys = {
            "before": shown(key_of("form.previous_event")),
            "after": shown(key_of("form.next_event")),
        }
        return say(
            self.lang, "needs_publication", publication=publication.label, **keys
        )

    def go_to_field_of(self, letter: str) -> None:
        """Go to the field with a letter, or show that there is none."""
        fields = (row.field.id for row in self.record.rows if row.field.key == letter)
        if field_id := next(fields, ""):
            self.record.go_to_field(field_id)
        else:
            self.say("no_field_of_letter", letter=shown(letter))

    def go_on(self) -> None:
        """Go to the next open field, or show that there is none if it could still be
        filled.
        """
        if not self.record.go_on() and not self.session.submitted:
            self.screen.say_too("all_filled")

    def answer(self, field: Field) -> Answer:
        """Return the answer to a field in the shown record."""
        return (self.event() or self.session.coding).answer(field.id)

    def target(self) -> Candidate | Span | None:
        """Return the candidate or span under the article's cursor."""
        current = self.highlights.current
        return self.marked(current) if current is not None else None

    def marked(self, mark: Mark) -> Candidate | Span | None:
        """Return the candidate or span of a highlight; a candidate of other tools may
        have a span's id.
        """
        candidate = self.session.by_id.get(mark.id) if mark.state == UNDECIDED else None
        return candidate or self.named(mark.id)

    def named(self, span_id: str) -> Candidate | Span | None:
        """Return the evidence with an id: a span of the coding, or for a proposal a
        candidate.
        """
        return self.session.coding.span(span_id) or self.session.by_id.get(span_id)

    def fits(self, mark: Mark) -> bool:
        """Return whether a highlight's kind can give the field under the record's
        cursor its value.
        """
        is_usable = mark.state != REJECTED and bool(self.record.rows)
        return is_usable and is_meant_for(
            mark.kind, self.record.row.field, self.codebook
        )

    def next_fitting(self, step: int) -> None:
        """Go to the next highlight that fits the record's field, from the article or
        the record.
        """
        if not self.highlights.seek(step, self.fits):
            self.say_of_field("no_more_fitting")

    def evidence_of(self, answer: Answer) -> list[Candidate | Span]:
        """Return the spans that support an answer, in the order in which they were
        attached.
        """
        return [span for span in map(self.named, answer.evidence) if span is not None]

    def evidence_of_event(self) -> list[Candidate | Span]:
        """Return the spans that support an answer of the shown event."""
        event = self.event()
        return (
            [span for a in event.fields.values() for span in self.evidence_of(a)]
            if event
            else []
        )

    def words_of_types(self) -> set[tuple[str, int, int]]:
        """Return the words that support the type of an event, by kind, start and end."""
        field = self.codebook.type_field
        answers = (
            [event.answer(field.id) for event in self.session.coding.events]
            if field
            else []
        )
        return {span.stretch for answer in answers for span in self.evidence_of(answer)}

    def show_event(self) -> None:
        """Scroll the article to the words of the shown event's type, or else to its
        other evidence.
        """
        event = self.event()
        field = self.codebook.type_field
        trigger = self.evidence_of(event.answer(field.id)) if event and field else []
        self.highlights.show_any(trigger or self.evidence_of_event())

    def say_field(self, key: str, field: Field, **values: object) -> None:
        """Show a message about a field and its value."""
        value = self._text_of(field, self.answer(field))
        self.say(key, field=field.label.of(self.lang), value=value, **values)

    def _text_of(self, field: Field, answer: Answer) -> str:
        if answer.blank is not None:
            return self.codebook.blank(answer.blank.value).label.of(self.lang)
        return show(field, answer.value, self.codebook, self.lang)

    def say_no_event(self) -> None:
        """Show why nothing is done to an event, where the article's own record is
        shown.
        """
        self.say("no_event_shown" if self.session.coding.events else "no_event")

    def say_of_field(self, key: str, **values: object) -> None:
        """Show a message about the field under the record's cursor."""
        field = self.record.row.field.label.of(self.lang) if self.record.rows else "—"
        self.say(key, field=field, **values)

    def say_put(self, field: Field, before: Answer) -> None:
        """Show what words gave a field, and which proposed values they replaced."""
        now = self.answer(field)
        if (
            now == before
            or not now.coded
            or (now.value == before.value and not before.proposed)
        ):
            self.say_attached(field, before)
            return
        if before.blank is Blank.NOT_STATED or (
            before.coded and not before.proposed and not field.is_list
        ):
            self.say_field("value_replaced", field, old=self._text_of(field, before))
            self.say_of_open_end(field)
            return
        old = before.value if before.proposed else None
        if isinstance(old, list) and isinstance(now.value, list):
            old = [item for item in old if item not in now.value]
        if (
            field.is_list
            and before.coded
            and any(item not in before.value for item in now.value)
        ):
            self.say_added(field, before.value, now.value)
            if self.record.has_keys:
                undo = shown(key_of("form.undo"))
                attach = shown(key_of("form.attach_by_letter"))
                self.screen.say_too("support_instead", undo=undo, attach=attach)
        elif old and old != now.value:
            self.say_field(
                "was_put_instead", field, old=show(field, old, self.codebook, self.lang)
            )
        else:
            self.say_field("was_put", field)
        new = [
            item
            for item in find_unlisted_items(field, now.value)
            if item not in find_unlisted_items(field, before.value)
        ]
        if new and self.record.has_keys:
            value = show(field, new, self.codebook, self.lang)
            self.screen.say_too(
                "not_listed", value=value, replace=shown(key_of("form.replace"))
            )
        self.say_of_open_end(field)

    def say_added(
        self, field: Field, held: Sequence[Json], value: Sequence[Json]
    ) -> None:
        """Show what was added to the items that a list held before."""
        added = show(
            field,
            [item for item in value if item not in held],
            self.codebook,
            self.lang,
        )
        self.say(
            "was_added", field=field.label.of(self.lang), value=added, n=len(value)
        )

    def say_not_stated(self, *fields: Field) -> bool:
        """Show that fields were set to "not stated" and what rules ask because of that;
        tell if any does.
        """
        self.say(
            "rest_not_stated",
            fields=listed(*(field.label.of(self.lang) for field in fields)),
        )
        names = {field.id for field in fields}
        record = self.record.event_id
        here = (
            p
            for p in self.session.problems()
            if (p.event_id or "") == record and p.field in names
        )
        asking = [problem for problem in here if problem.severity == "warning"]
        for problem in asking:
            self.screen.say_too("rule_asks", problem=problem.message.of(self.lang))
        return bool(asking)

    def say_words_left(self, field: Field) -> None:
        """Show words of the event that could be a field's value, if there are any."""
        if words := self.words_left([field]):
            self.screen.say_too("words_left", words=words)

    def words_left(self, fields: Iterable[Field]) -> str:
        """Return what could give these fields values in the event's sentences and gives
        none, quoted.

        In the blind sample, only words that the coder marked.
        """
        lit = self.highlights.pane.lit
        left = unread_words(
            self.session.article,
            self.codebook,
            [*fields],
            () if self.session.blind else lit,
            self.highlights.marks_in(lit),
            {span.stretch for span in self.evidence_of_event()},
        )
        return quoted(left)

    def say_lost(self, before: Coding) -> None:
        """Show which fields had more evidence before, if any."""
        after = self.session.coding
        book = self.codebook
        records: list[tuple[Coding | Event, Coding | Event, Sequence[Field]]]
        records = [(before, after, book.article_fields)]
        records += (
            (e, after.event(e.id) or e, book.event_fields) for e in before.events
        )
        lost = {
            field.label.of(self.lang): None
            for old, new, fields in records
            for field in fields
            if len(old.answer(field.id).evidence) > len(new.answer(field.id).evidence)
        }
        if lost:
            self.screen.say_too("unsupported", fields=listed(*lost))

    def say_of_publication(self, field: Field) -> None:
        """Show that a day of publication is to come, and how many dates of events do
        not fit it.
        """
        if (
            field.id != PUBLISHED
            or (days := read_publication_day(self.session.coding)) is None
        ):
            return
        if days[0] > datetime.now().astimezone().date().isoformat():
            self.screen.say_too("day_to_come")
        name = f"article.{PUBLISHED}"
        dated = {
            MOVED,
            *(
                r.id
                for r in self.codebook.rules
                if any(n.startswith(name) for n in r.names)
            ),
        }
        if events := {
            p.event_id
            for p in self.session.problems()
            if p.rule in dated and p.event_id
        }:
            self.screen.say_too(
                "dates_moved", n=len(events), submit=shown(key_of("article.submit"))
            )

    def say_of_open_end(self, *fields: Field) -> None:
        """Show if a date that is open until publication ends on the last of several
        possible days of it.
        """
        first, last = read_publication_day(self.session.coding) or ("", "")
        dated = (
            [f for f in fields if f.type == "date" and self.answer(f).coded]
            if first != last
            else []
        )
        for field in dated:
            value = self.answer(field).value
            if value.get("open_end") and value["end"] == last:
                day = show_day(date.fromisoformat(last)).of(self.lang)
                self.screen.say_too(
                    "open_until_latest", field=field.label.of(self.lang), day=day
                )

    def say_attached(self, field: Field, before: Answer) -> None:
        """Show that evidence was attached, or was before, and the field's value if it
        has one.
        """
        if self.answer(field) == before:
            self.say("attached_before", field=field.label.of(self.lang))
        elif self.answer(field).coded:
            is_new = not (before.coded or before.proposed)
            self.say_field("was_put" if is_new else "evidence_added", field)
        else:
            is_dated = (
                field in self.codebook.article_fields
                or read_publication_day(self.session.coding) is not None
            )
            needs_day = field.type == "date" and not is_dated
            self.say(
                "evidence_undated" if needs_day else "evidence_only",
                field=field.label.of(self.lang),
            )
