"""Edits of spans: deciding on candidates, drawing, other edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import MISSING, Answer, Candidate, Coding, Decision, Json, Span
from coder.service.edits.edits import Context, next_id, settled


@dataclass(frozen=True, slots=True)
class Confirm:
    """The candidate becomes a span of the coding (or is the one it already is); a rejected span stands."""

    what: ClassVar[str] = "span.confirmed"
    target: Candidate | Span

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = with_span_of(coding, self.target)
        if span.decision is Decision.REJECTED:
            origin = context.candidates.get(span.candidate)
            is_same = origin is None or origin.stretch == span.stretch
            decision = Decision.CONFIRMED if is_same else Decision.EDITED
            coding = coding.with_span(replace(span, decision=decision if span.candidate else None, reason=""))
        return coding


@dataclass(frozen=True, slots=True)
class Reject:
    """The candidate, or the span it became, is kept as rejected; what rested on it loses that evidence.

    What was proposed from nothing else is proposed no more.
    """

    what: ClassVar[str] = "span.rejected"
    target: Candidate | Span
    reason: str = ""

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = with_span_of(coding, self.target)
        coding = _unproposed(_without_evidence(coding, span.id), span.candidate, context)
        return coding.with_span(replace(span, decision=Decision.REJECTED, reason=self.reason or span.reason))


@dataclass(frozen=True, slots=True)
class RejectAlike:
    """What has the same words and kind is all kept as rejected, in one change."""

    what: ClassVar[str] = "span.rejected_alike"
    targets: Sequence[Candidate | Span]

    def apply(self, coding: Coding, context: Context) -> Coding:
        for each in self.targets:
            coding = Reject(each).apply(coding, context)
        return coding


@dataclass(frozen=True, slots=True)
class Draw:
    """A span that the coder marks; what is there already of that stretch and kind is confirmed by it."""

    what: ClassVar[str] = "span.drawn"
    kind: str
    start: int
    end: int

    def apply(self, coding: Coding, context: Context) -> Coding:
        text = context.article.text
        if not 0 <= self.start < self.end <= len(text):
            raise CoderError("coding.nothing_selected")
        drawn = (self.kind, self.start, self.end)
        there: list[Candidate | Span] = [span for span in coding.spans if span.stretch == drawn]
        there += (c for c in context.candidates.values() if c.stretch == drawn and not decided(coding, c))
        if there:
            return Confirm(there[0]).apply(coding, context)
        span_id = next_id("s", [s.id for s in coding.spans])
        return coding.with_span(Span(span_id, *drawn, text[self.start : self.end]))


@dataclass(frozen=True, slots=True)
class Resize:
    """A span with other edges; one that has other edges than its candidate counts as edited."""

    what: ClassVar[str] = "span.edited"
    target: Candidate | Span
    start: int
    end: int

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = with_span_of(coding, self.target)
        text, stretch = context.article.text, (span.kind, self.start, self.end)
        if coding.span(span.id) is None or not 0 <= self.start < self.end <= len(text):
            return coding
        if span.stretch == stretch:
            return Confirm(span).apply(coding, context)
        quote, there = text[self.start : self.end], [s for s in coding.spans if s.stretch == stretch]
        if any(s.decision is not Decision.REJECTED for s in there):
            raise CoderError("coding.marked_already", quote=quote)
        origin, decision = context.candidates.get(span.candidate), Decision.EDITED if span.candidate else None
        value = _value_in(span, self.start, self.end, quote, context.codebook)
        if origin is not None and origin.stretch == stretch:
            value, decision = origin.value, Decision.CONFIRMED
        span = replace(span, start=self.start, end=self.end, quote=quote, value=value, decision=decision)
        return replace(coding, spans=tuple(s for s in coding.spans if s not in there)).with_span(span)


@dataclass(frozen=True, slots=True)
class RemoveSpan:
    """The span goes, and with it its place among the evidence."""

    what: ClassVar[str] = "span.removed"
    span_id: str

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding = _without_evidence(coding, self.span_id)
        return replace(coding, spans=tuple(s for s in coding.spans if s.id != self.span_id))


def decided(coding: Coding, candidate: Candidate) -> Span | None:
    """The span that a decision on this candidate made, None while it is undecided."""
    kind, start, end, id_ = candidate.kind, candidate.start, candidate.end, candidate.id
    for span in coding.spans:
        exact = span.start == start and span.end == end and span.kind == kind
        if exact or (span.candidate and span.candidate == id_):
            return span
    return None


class Decided:
    """The same of any number of candidates, looked up instead of searched for."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._places: dict[object, int] = {}
        for place, span in enumerate(spans):
            self._places.setdefault(span.stretch, place)
            if span.candidate:
                self._places.setdefault(span.candidate, place)

    def about(self, candidate: Candidate) -> Span | None:
        """The first span that a decision on this candidate made, None while it is undecided."""
        keys = candidate.stretch, candidate.id
        places = [self._places[key] for key in keys if key in self._places]
        return self._spans[min(places)] if places else None


def with_span_of(coding: Coding, target: Candidate | Span) -> tuple[Coding, Span]:
    """The coding with the span that a candidate becomes when it is confirmed; a span is one already."""
    if isinstance(target, Span):
        return coding, target
    known = decided(coding, target)
    if known is not None and known.decision is not Decision.REJECTED:
        return coding, known
    span_id = known.id if known else next_id("s", [s.id for s in coding.spans])
    span = Span(span_id, target.kind, target.start, target.end, target.quote, target.value)
    span = replace(span, decision=Decision.CONFIRMED, candidate=target.id)
    return coding.with_span(span), span


def _unproposed(coding: Coding, candidate: str, context: Context) -> Coding:
    """The coding without what is proposed from a candidate's words."""
    for event in coding.events:
        changed = event
        for name, answer in event.fields.items():
            if answer.proposed and candidate in answer.evidence:
                evidence = tuple(i for i in answer.evidence if i != candidate)
                left = _left(answer.value, candidate, [*map(context.candidates.get, evidence)], context)
                cleared = replace(MISSING, comment=answer.comment) if answer.comment else None
                is_left = evidence and left != []
                now = replace(answer, evidence=evidence, value=left) if is_left else cleared
                changed = changed.with_answer(name, now)
        if changed != event:
            coding = settled(coding, changed, context)
    return coding


def _left(value: Json, candidate: str, others: Sequence[Candidate | None], context: Context) -> Json:
    """A proposed list without what only one candidate told of it."""
    gone = context.candidates.get(candidate)
    if not isinstance(value, list) or gone is None or not isinstance(gone.value, list):
        return value
    told = [item for each in others if each and isinstance(each.value, list) for item in each.value]
    return [item for item in value if item not in gone.value or item in told]


def _value_in(span: Span, start: int, end: int, quote: str, codebook: Codebook) -> Json:
    """A span's value with other words; None where these are to be read: dates, counts and known names.

    Words that are cut no longer name what the lexicon has under them.
    """
    if end <= span.start or span.end <= start:
        return None
    types, lexicon = {field.type for field in codebook.fields_for_kind(span.kind)}, codebook.lexicon
    is_read = not types.isdisjoint(("date", "int_range"))
    if (span.start < start or end < span.end) and not types.isdisjoint(("actor", "place")):
        is_read |= _is_listed(span.value)
    is_read |= "actor" in types and lexicon.actor_named(quote) is not None
    is_read |= "place" in types and lexicon.place_named(quote) is not None
    return None if is_read else _reworded(span.value, span.quote, quote)


def _is_listed(value: Json) -> bool:
    """Whether a value, or an item of it, is an actor or a place of the lexicon."""
    named = (
        i.get("who") or i.get("place_id") if isinstance(i, dict) else i
        for i in (value if isinstance(value, list) else [value])
    )
    return any(isinstance(each, str) for each in named)


def _reworded(value: Json, before: str, after: str) -> Json:
    if isinstance(value, list):
        return [_reworded(item, before, after) for item in value]
    if isinstance(value, dict):
        return {name: _reworded(item, before, after) for name, item in value.items()}
    return after if value == before else value


def _without_evidence(coding: Coding, span_id: str) -> Coding:
    def freed(answers: Mapping[str, Answer]) -> dict[str, Answer]:
        return {
            name: replace(answer, evidence=tuple(s for s in answer.evidence if s != span_id))
            for name, answer in answers.items()
        }

    events = tuple(replace(e, fields=freed(e.fields)) for e in coding.events)
    return replace(coding, answers=freed(coding.answers), events=events)
