"""Codings as agreement sees them: answers as they count, and events as the matcher sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coder.agreement.similarity import EventView, Term
from coder.agreement.spans import Mark, joined
from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import effective, effective_answers, identity
from coder.errors import CoderError
from coder.model import Answer, Blank, Coding, Decision, Event, Json
from coder.values.dates import days_of


@dataclass(frozen=True, slots=True)
class CodedView:
    """One coding: its counted answers, its events with their views, and its marks without rejected ones.

    answers: article field id to answer. events: event id to its counted form.
    """

    coding: Coding
    answers: Mapping[str, Answer]
    events: Mapping[str, Event]
    views: tuple[EventView, ...]
    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, coding: Coding, codebook: Codebook) -> CodedView:
        """The coding as it counts by the codebook's conditions."""
        events = {event.id: effective(event, coding, codebook) for event in coding.events}
        return cls(
            coding,
            effective_answers(coding, codebook),
            events,
            tuple(_view(event, coding, codebook) for event in events.values()),
            tuple(
                Mark.of([(s.start, s.end)], s.kind)
                for s in coding.spans
                if s.decision is not Decision.REJECTED
            ),
        )


def term_of(field: Field) -> Term | None:
    """The term of event similarity that a field goes into: by its type, if it has a weight in pairing."""
    terms: dict[str, Term] = {"date": "date", "place": "place", "actor": "actors"}
    return terms.get(field.type) if field.weight else None


def _view(event: Event, coding: Coding, codebook: Codebook) -> EventView:
    """Evidence of all fields; the first date and place and all actors of the fields that pairing weighs."""
    kept = {s.id: (s.start, s.end) for s in coding.spans if s.decision is not Decision.REJECTED}
    cited = {
        span
        for answer in event.fields.values()
        if answer.coded or answer.blank is Blank.NOT_STATED
        for span in answer.evidence
    }
    coded: dict[Term, list[Json]] = {"date": [], "place": [], "actors": []}
    for field in codebook.event_fields:
        term, answer = term_of(field), event.answer(field.id)
        if term is not None and answer.coded and answer.value:
            coded[term] += answer.value if isinstance(answer.value, list) else [answer.value]
    try:
        date = days_of(coded["date"][0]) if coded["date"] else None
    except CoderError as error:
        error.where = f"{coding.id}/{event.id}"
        raise
    return EventView(
        event.id,
        joined(kept[span] for span in cited if span in kept),
        date,
        identity(coded["place"][0]) if coded["place"] else None,
        frozenset(identity(actor) for actor in coded["actors"]),
    )
