"""Edits of spans: deciding on candidates, drawing, other edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from coder.errors import CoderError
from coder.model import Answer, Candidate, Coding, Decision, Span
from coder.service.edits.edits import Context, next_id


@dataclass(frozen=True, slots=True)
class Confirm:
    """The candidate becomes a span of the coding (or is the one it already became)."""

    what: ClassVar[str] = "span.confirmed"
    candidate: Candidate

    def apply(self, coding: Coding, context: Context) -> Coding:
        return with_span_of(coding, self.candidate)[0]


@dataclass(frozen=True, slots=True)
class Reject:
    """The candidate is kept as rejected; whatever rested on it loses that evidence."""

    what: ClassVar[str] = "span.rejected"
    candidate: Candidate
    reason: str = ""

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = with_span_of(coding, self.candidate)
        coding = _without_evidence(coding, span.id)
        return coding.with_span(replace(span, decision=Decision.REJECTED, reason=self.reason))


@dataclass(frozen=True, slots=True)
class RejectAlike:
    """Candidates of the same words and kind are all kept as rejected, in one change."""

    what: ClassVar[str] = "span.rejected_alike"
    candidates: Sequence[Candidate]

    def apply(self, coding: Coding, context: Context) -> Coding:
        for each in self.candidates:
            coding = Reject(each).apply(coding, context)
        return coding


@dataclass(frozen=True, slots=True)
class Draw:
    """A span that the coder marks; the same stretch of the same kind is never there twice."""

    what: ClassVar[str] = "span.drawn"
    kind: str
    start: int
    end: int

    def apply(self, coding: Coding, context: Context) -> Coding:
        text = context.article.text
        if not 0 <= self.start < self.end <= len(text):
            raise CoderError("coding.nothing_selected")
        drawn = (self.kind, self.start, self.end)
        kept = (s for s in coding.spans if s.decision is not Decision.REJECTED)
        if drawn in (s.stretch for s in kept):
            return coding
        span_id = next_id("s", [s.id for s in coding.spans])
        return coding.with_span(Span(span_id, *drawn, text[self.start : self.end]))


@dataclass(frozen=True, slots=True)
class Resize:
    """A span with other edges; one that came from a candidate counts as edited."""

    what: ClassVar[str] = "span.edited"
    target: Candidate | Span
    start: int
    end: int

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = with_span_of(coding, self.target)
        text = context.article.text
        if coding.span(span.id) is None or not 0 <= self.start < self.end <= len(text):
            return coding
        quote, decision = text[self.start : self.end], Decision.EDITED if span.candidate else None
        span = replace(span, start=self.start, end=self.end, quote=quote, decision=decision)
        return coding.with_span(span)


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


def _without_evidence(coding: Coding, span_id: str) -> Coding:
    def freed(answers: Mapping[str, Answer]) -> dict[str, Answer]:
        return {
            name: replace(answer, evidence=tuple(s for s in answer.evidence if s != span_id))
            for name, answer in answers.items()
        }

    events = tuple(replace(e, fields=freed(e.fields)) for e in coding.events)
    return replace(coding, answers=freed(coding.answers), events=events)
