"""Words put into an event: into the field under the cursor, or each into the field for
its kind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coder.codebook.schema import Field
from coder.codebook.validate import find_shown_fields
from coder.model import Answer, Blank, Candidate, Coding, Event, Span
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import (
    AcceptProposals,
    AttachEvidence,
    DetachEvidence,
    Put,
)
from coder.service.edits.context import find_withdrawn_fields
from coder.service.edits.field_values import (
    can_give,
    read_fitting_value,
    read_publication_day,
)
from coder.tui.keys import key_of, shown
from coder.tui.screens.desk import CodingPart
from coder.tui.sentences import listed, quoted
from coder.values.typed import same_thing, show


class Gathering(CodingPart):
    """Finds the field of the record into which words go, and puts them there."""

    def kinds(self) -> set[str]:
        """Return the kinds of words that some field of the event takes now."""
        event = self.event()
        session = self.session
        if event is None:
            return set()
        asked = find_shown_fields(event, session.coding, self.codebook)
        return {
            k.id
            for k in self.codebook.span_kinds
            if field_for(event, k.id, (), session, asked)
        }

    @property
    def cited(self) -> Mapping[str, tuple[str, int, int]]:
        """The event's evidence by id, each piece by its kind, start and end."""
        event = self.event()
        ids = (
            [i for answer in event.fields.values() for i in answer.evidence]
            if event
            else []
        )
        return {i: span.stretch for i in ids if (span := self.named(i)) is not None}

    def edit(
        self, target: Candidate | Span
    ) -> AcceptProposals | AttachEvidence | Put | None:
        """Return the edit that puts words into the field for their kind, None if no
        field takes them.
        """
        event = self.event()
        ids = [i for i, stretch in self.cited.items() if stretch == target.stretch]
        field = field_for(event, target, ids, self.session) if event else None
        if event is None or field is None:
            return None
        answer = event.answer(field.id)
        if answer.proposed and not set(ids).isdisjoint(answer.evidence):
            return AcceptProposals(event.id, (field,))
        is_given = answer.coded and not field.is_list
        return (AttachEvidence if is_given else Put)(event.id, field, target)

    def put(self, target: Candidate | Span) -> Field | None:
        """Put words into the field for their kind; return the field, None if no field
        takes them.
        """
        edit = self.edit(target)
        if edit is None:
            self.say("no_home")
            return None
        field = edit.fields[0] if isinstance(edit, AcceptProposals) else edit.field
        before = self.answer(field)
        coding = self.session.do(edit)
        self.say_put(field, before)
        if isinstance(edit, AttachEvidence):
            self._say_difference(field, before, target)
        say_withdrawn(self, coding)
        self.screen.refresh_work()
        return field

    def asks_first(self, target: Candidate | Span) -> bool:
        """Ask before words that name a place, as the empty field wants one, go to
        actors that are coded.
        """
        is_wanted = self.row.field.type == "place" and self.row.answer.value is None
        if (
            not is_wanted
            or self.codebook.lexicon.place_index.only(target.quote) is None
        ):
            return False
        edit = self.edit(target)
        if not isinstance(edit, Put) or not (held := self.answer(edit.field)).coded:
            return False
        kind = self.codebook.span_kind(target.kind).label
        field = edit.field.label
        about = "put", target.stretch, edit.field.id, held
        return self.screen.asks_first(
            about, "sure_put", text=target.quote, kind=kind, field=field
        )

    def gives_value(self, kind: str) -> bool:
        """Return whether words of a kind can give the field under the cursor a value."""
        return can_give(kind, self.row.field, self.codebook)

    def take(self, target: Candidate | Span, *, stays: bool = False) -> None:
        """Take words as value and evidence of the field under the cursor.

        If they give a value, go to the next open field, unless `stays`.
        """
        field = self.row.field
        before = self.row.answer
        is_held = any(
            span.stretch == target.stretch for span in self.evidence_of(before)
        )
        is_named = (
            field.type == "actor" and target.value is None
        )  # only a name, which says no more
        if before.coded and is_held and is_named:
            self.say_of_field(
                "is_its_evidence", list=shown(key_of("form.evidence_list"))
            )
            return
        coding = self.session.do(Put(self.record.event_id, field, target))
        self.say_put(field, before)
        say_withdrawn(self, coding)
        self.screen.refresh_work()
        if self.answer(field).coded and not stays:
            self.record.go_on()

    def attach(self, target: Candidate | Span, *, stays: bool = False) -> None:
        """Add words to the evidence of the field under the cursor, or remove them if
        they are in it.

        While letters stay and the field has a value, go to the next open field, unless
        `stays`.
        """
        field = self.row.field
        answer = self.row.answer
        held = next(
            (s.id for s in self.evidence_of(answer) if s.stretch == target.stretch), ""
        )
        if held and not answer.proposed:
            self.remove(held)
            return
        self.add(target)
        if self.answer(field).coded and self.record.by_letter and not stays:
            self.record.go_on()

    def add(self, target: Candidate | Span) -> None:
        """Add words to the evidence of the field under the cursor."""
        field = self.row.field
        before = self.row.answer
        self.session.do(AttachEvidence(self.record.event_id, field, target))
        self.say_attached(field, before)
        self._say_difference(field, before, target)
        self.say_of_publication(field)
        self.screen.refresh_work()

    def _say_difference(
        self, field: Field, before: Answer, target: Candidate | Span
    ) -> None:
        """Show what words read as that were added to another who, where, when or how
        many.
        """
        if not before.coded or field.type not in (
            "actor",
            "place",
            "date",
            "int_range",
        ):
            return
        value = read_fitting_value(
            field, target, self.codebook, read_publication_day(self.session.coding)
        )
        items = value if isinstance(value, list) else [value]
        held = before.value if isinstance(before.value, list) else [before.value]
        if value is not None and not any(
            same_thing(item, other) for item in items for other in held
        ):
            self.screen.say_too(
                "words_give", value=show(field, value, self.codebook, self.lang)
            )

    def remove(self, span_id: str) -> None:
        """Remove a piece of evidence of the field under the cursor; say if it is
        evidence of nothing now.
        """
        self.do(
            DetachEvidence(self.record.event_id, self.row.field, span_id),
            "evidence_removed",
        )
        coding = self.session.coding
        span = coding.span(span_id)
        records = [coding.answers, *(event.fields for event in coding.events)]
        is_used = any(
            span_id in answer.evidence
            for record in records
            for answer in record.values()
        )
        if span is not None and span.candidate and not is_used:
            reject = shown(key_of("article.reject"))
            self.screen.say_too(
                "stays_confirmed", words=quoted([span.quote]), reject=reject
            )


def say_withdrawn(part: CodingPart, before: Coding) -> None:
    """Show of which fields of the shown event an edit took proposed values away."""
    old = before.event(part.record.event_id)
    now = part.event()
    if old and now and (lost := find_withdrawn_fields(old, now)):
        labels = (part.codebook.event_field(name).label.of(part.lang) for name in lost)
        part.screen.say_too("withdrawn", fields=listed(*labels))


def field_for(
    event: Event,
    words: Candidate | Span | str,
    ids: Collection[str],
    session: CodingSession,
    asked: Collection[str] | None = None,
) -> Field | None:
    """Return the field into which words, or any words of a kind, go, or None.

    It is the first of: where the words are proposed, an empty field, where other words
    are proposed, the last list with a value, where other words are evidence. Words that
    are evidence already go into no list that has a value. ids: the ids under which the
    words may be evidence. asked: the event's visible fields, if they are known.
    """
    book = session.codebook
    coding = session.coding
    day = read_publication_day(session.coding)
    kind = words if isinstance(words, str) else words.kind
    asked = find_shown_fields(event, coding, book) if asked is None else asked
    fields = [f for f in book.fields_for_kind(kind) if f.id in asked]
    answers = {f.id: event.answer(f.id) for f in fields}
    cited = {f.id for f in fields if not set(ids).isdisjoint(answers[f.id].evidence)}
    proposed = [f for f in fields if answers[f.id].proposed]
    ranks = (
        [f for f in proposed if f.id in cited],
        [f for f in fields if answers[f.id].blank is Blank.MISSING],
        [
            f
            for f in proposed
            if isinstance(words, str)
            or read_fitting_value(f, words, book, day) is not None
        ],
        [f for f in reversed(fields) if f.is_list and answers[f.id].coded and not ids],
        [
            f
            for f in fields
            if answers[f.id].evidence and f.id not in cited and not (f.is_list and ids)
        ],
    )
    return next((f for rank in ranks for f in rank), None)
