"""The table of everything that a coder can do to a coding, and where in it a change was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from coder.codebook.schema import Codebook, Field
from coder.messages.catalogue import Bilingual, Message
from coder.model import Answer, Coding, Span, Status
from coder.service.edits.answer_edits import (
    AcceptProposals,
    AttachEvidence,
    Comment,
    DetachEvidence,
    Put,
    SetBlank,
    SetValue,
)
from coder.service.edits.edit_context import Context, Edit
from coder.service.edits.event_edits import CopyValues, DeleteEvent, DuplicateEvent, MergeEvents, OpenEvent
from coder.service.edits.span_edits import Confirm, Draw, Reject, RemoveSpan, Resize


@dataclass(frozen=True, slots=True)
class Submit:
    """The coding is finished; whether it may be is for the session to know."""

    what: ClassVar[str] = "coding.submitted"

    def apply(self, coding: Coding, context: Context) -> Coding:
        return replace(coding, status=Status.SUBMITTED)


EDITS: tuple[type[Edit], ...] = (
    Confirm,
    Reject,
    Draw,
    Resize,
    RemoveSpan,
    OpenEvent,
    DeleteEvent,
    DuplicateEvent,
    CopyValues,
    MergeEvents,
    Put,
    SetValue,
    SetBlank,
    Comment,
    AcceptProposals,
    AttachEvidence,
    DetachEvidence,
    Submit,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change was made: an event ("" is the article's record), a field of it, a span.

    In a review the event is a cluster. name: what people call the event, where that is not its id.
    """

    event_id: str = ""
    field: Field | None = None
    span: Span | None = None
    name: Bilingual | str = ""

    @property
    def words(self) -> Bilingual | str:
        """The field and the event, else the event, else the span's words; "" where nothing is known."""
        event = self.name or self.event_id
        if self.field is not None and event:
            return Message("edits.field_of_event", field=self.field.label, event=event)
        if self.field is not None:
            return self.field.label
        return event or (f"«{' '.join(self.span.quote.split())}»" if self.span else "")


@dataclass(frozen=True, slots=True)
class Turned:
    """What was taken back or done again: its word in the journal, and where it was."""

    what: str
    place: Place


def place_of(what: str, before: Coding, after: Coding, codebook: Codebook) -> Place:
    """Where two codings differ by one change, whose word in the journal says what it was about."""
    spans = {span.id: span for span in (*before.spans, *after.spans)}
    span = next((s for i, s in spans.items() if before.span(i) != after.span(i)), None)
    about = what.partition(".")[0]
    if about == "span":
        return Place(span=span)
    ids = dict.fromkeys(event.id for event in (*before.events, *after.events))
    alone = [i for i in ids if before.event(i) is None or after.event(i) is None]
    if alone and about in ("event", "events"):
        return Place(alone[0], span=span)
    for event_id, field in _fields(codebook, [*(i for i in ids if i not in alone), ""]):
        if _answer(before, event_id, field) != _answer(after, event_id, field):
            return Place(event_id, field, span)
    return Place(alone[0] if alone else "", span=span)


def _fields(codebook: Codebook, event_ids: list[str]) -> Iterator[tuple[str, Field]]:
    for event_id in event_ids:
        for field in codebook.event_fields if event_id else codebook.article_fields:
            yield event_id, field


def _answer(coding: Coding, event_id: str, field: Field) -> Answer:
    return (coding.event(event_id) or coding).answer(field.id)
