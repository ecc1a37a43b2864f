"""What proposals give the fields of an event, when it is opened and when those named in it change."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.model import (
    Answer,
    Candidate,
    Coding,
    Decision,
)
from coder.service.edits.context import Proposals
from coder.service.edits.decided_spans import DecidedSpans, find_decided_span
from coder.service.edits.field_values import (
    find_earlier_value,
    read_publication_day,
    read_span_value,
)
from coder.values.typed import union


def propose_answer(
    field: Field, group: Sequence[Candidate], coding: Coding, codebook: Codebook
) -> Answer | None:
    """Return the answer that candidates propose for a field; None for none or the field's default.

    The evidence consists of candidate ids. coding: with the other events.
    """
    if field.type == "int_range":
        group = [c for c in group if not _is_counted(c, field.id, coding)]
    pub = read_publication_day(coding)
    read = [
        (
            c,
            find_earlier_value(field, c, coding, codebook)
            or read_span_value(field, c, codebook, pub),
        )
        for c in group
    ]
    values = [value for _, value in read if value is not None]
    value = values[0] if values else None
    if values and field.is_list:
        value = union(values)[: field.max]
    else:  # words that give another value are no evidence for the first one
        group = [c for c, other in read if other == value]
    if value is None or value == field.default:
        return None
    evidence = tuple(c.id for c in group if c.id and c.end > c.start)
    return Answer(value=value, evidence=evidence, proposed=True)


def drop_rejected(
    proposals: Proposals, coding: Coding, codebook: Codebook
) -> dict[str, list[Candidate]]:
    """Return the proposals without rejected candidates, unless the words stand as a span of another kind.

    Coders who confirm the count (25 موقعاً) reject the noun as a span of its own, not what it says; and who
    confirm a speaker as an actor rejects him as a source for the span, not for what he says.
    """
    known = DecidedSpans(coding.spans)
    stands = [span for span in coding.standing if span.candidate]
    types = {
        kind.id: {f.type for f in codebook.fields_for_kind(kind.id)}
        for kind in codebook.span_kinds
    }
    counts = [s for s in stands if "int_range" in types[s.kind]]
    people = [s for s in stands if "actor" in types[s.kind]]

    def kept(candidate: Candidate) -> Candidate | None:
        span = known.find(candidate)
        if span is None or span.decision is not Decision.REJECTED:
            return candidate
        named = people if "actor" in types.get(candidate.kind, ()) else ()
        same = (
            s for s in named if (s.start, s.end) == (candidate.start, candidate.end)
        )  # not a wider title
        others = (
            s for s in (*counts, *same) if s.kind != candidate.kind
        )  # a number in it is another number
        around = (
            s for s in others if s.start <= candidate.start and candidate.end <= s.end
        )
        return next(
            (
                replace(candidate, id=s.candidate, start=s.start, end=s.end)
                for s in around
            ),
            None,
        )

    return {
        name: [c for c in map(kept, found) if c is not None]
        for name, found in proposals.items()
    }


def _is_counted(candidate: Candidate, name: str, coding: Coding) -> bool:
    """Whether these words already give another event the count in this field: nobody is counted twice."""
    counted = {each for event in coding.events for each in event.answer(name).evidence}
    span = find_decided_span(coding, candidate)
    return candidate.id in counted or (span is not None and span.id in counted)
