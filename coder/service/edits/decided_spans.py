"""Which span of a coding came of a candidate, and candidates that become spans."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.model import Candidate, Coding, Decision, Span
from coder.service.edits.context import find_free_id


def find_decided_span(coding: Coding, candidate: Candidate) -> Span | None:
    """Return the span that resulted from deciding on this candidate, None while it is
    undecided.
    """
    kind = candidate.kind
    start = candidate.start
    end = candidate.end
    id_ = candidate.id
    for span in coding.spans:
        exact = span.start == start and span.end == end and span.kind == kind
        if exact or (span.candidate and span.candidate == id_):
            return span
    return None


class DecidedSpans:
    """An index that answers `find_decided_span` for many candidates without searching
    the spans each time.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._indexes: dict[object, int] = {}
        for index, span in enumerate(spans):
            self._indexes.setdefault(span.stretch, index)
            if span.candidate:
                self._indexes.setdefault(span.candidate, index)

    def find(self, candidate: Candidate) -> Span | None:
        """Return the first span that resulted from deciding on this candidate, None
        while undecided.
        """
        keys = candidate.stretch, candidate.id
        indexes = [self._indexes[key] for key in keys if key in self._indexes]
        return self._spans[min(indexes)] if indexes else None


def confirm_target(coding: Coding, target: Candidate | Span) -> tuple[Coding, Span]:
    """Return the coding with the target confirmed as a span, and that span; a span is
    returned as it is.
    """
    if isinstance(target, Span):
        return coding, target
    known = find_decided_span(coding, target)
    if known is not None and known.decision is not Decision.REJECTED:
        return coding, known
    span_id = known.id if known else find_free_id("s", [s.id for s in coding.spans])
    span = Span(
        span_id, target.kind, target.start, target.end, target.quote, target.value
    )
    span = replace(span, decision=Decision.CONFIRMED, candidate=target.id)
    return coding.with_span(span), span
