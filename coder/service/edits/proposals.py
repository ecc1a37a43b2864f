"""What proposals give the fields of an event, when it is opened and when those named in it change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.model import (
    MISSING,
    Answer,
    Candidate,
    Coding,
    Decision,
    Json,
    Span,
    items_of,
)
from coder.service.edits.edits import Context, Proposals, settled
from coder.service.edits.field_values import earlier_value, published, value_of_span
from coder.service.edits.span_edits import Decided, decided
from coder.values.typed import union

Given: TypeAlias = Mapping[str, Sequence[tuple[Json, Span | None]]]
"""Field id → the type or actors that stand in it, with their words, by which other fields are proposed."""


def proposed_answer(
    field: Field, group: Sequence[Candidate], coding: Coding, codebook: Codebook
) -> Answer | None:
    """Return the answer that candidates propose for a field; None for none or the field's default.

    The evidence consists of candidate ids. coding: with the other events.
    """
    if field.type == "int_range":
        group = [c for c in group if not _is_counted(c, field.id, coding)]
    pub = published(coding)
    read = [
        (
            c,
            earlier_value(field, c, coding, codebook)
            or value_of_span(field, c, codebook, pub),
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


def with_proposals_anew(
    before: Coding,
    after: Coding,
    context: Context,
    propose: Callable[[Span, Given], Proposals],
) -> Coding:
    """Return a changed coding in which unconfirmed proposals follow the type and the actors of their event.

    Where the type, initiators, targets, claimants or sources changed, what depends on them is proposed anew,
    in empty fields only what could not be proposed before. What the coder set, confirmed, removed or called
    not stated stays. propose: what the sentence of a trigger offers if these stand in the fields.
    """
    codebook, type_field = context.codebook, context.codebook.type_field
    if type_field is None:
        return after
    deciding = [
        f.id for f in codebook.event_fields if f.type == "actor" and f.is_list
    ] + [type_field.id]
    for event in after.events:
        was = before.event(event.id)
        cited = event.answer(type_field.id).evidence
        trigger = next(filter(None, map(after.span, cited)), None)
        changed = [
            n
            for n in deciding
            if was is not None and was.answer(n).value != event.answer(n).value
        ]
        known = [
            name
            for name in deciding
            if name in changed or not event.answer(name).proposed
        ]
        unknown = [
            (f, event.answer(f.id)) for f in codebook.event_fields if f.id not in known
        ]
        fields = [
            (field, each) for field, each in unknown if each.proposed or each == MISSING
        ]
        if was is None or trigger is None or not changed or not fields:
            continue
        old, new = (
            not_rejected(
                propose(trigger, {n: _items(e.answer(n), of) for n in known}),
                after,
                codebook,
            )
            for e, of in ((was, before), (event, after))
        )
        others = replace(
            after, events=tuple(e for e in after.events if e.id != event.id)
        )
        for field, stands in fields:
            earlier, now = (offered.get(field.id, []) for offered in (old, new))
            is_same = [(c.id, c.value) for c in earlier] == [
                (c.id, c.value) for c in now
            ]
            if not is_same and (stands.proposed or not earlier):
                unanswered = (
                    MISSING if field.default is None else Answer(value=field.default)
                )
                answer = proposed_answer(field, now, others, codebook) or unanswered
                answer = replace(answer, comment=stands.comment)
                event = event.with_answer(
                    field.id, None if answer == MISSING else answer
                )
        after = settled(after, event, context)
    return after


def _items(answer: Answer, coding: Coding) -> list[tuple[Json, Span | None]]:
    """Return the items of an answer, each with its own words, else with words that name none of them."""
    items = items_of(answer.value) if answer.value is not None else []
    spans = [span for span in map(coding.span, answer.evidence) if span is not None]
    named = {
        span.id: span.value if isinstance(span.value, list) else [] for span in spans
    }
    rest = (span for span in spans if not any(item in named[span.id] for item in items))
    own = ([span for span in spans if item in named[span.id]] for item in items)
    return [
        (item, words[0] if words else next(rest, None))
        for item, words in zip(items, own, strict=True)
    ]


def not_rejected(
    proposals: Proposals, coding: Coding, codebook: Codebook
) -> dict[str, list[Candidate]]:
    """Return the proposals without rejected candidates, unless the words stand as a span of another kind.

    Coders who confirm the count (25 موقعاً) reject the noun as a span of its own, not what it says; and who
    confirm a speaker as an actor rejects him as a source for the span, not for what he says.
    """
    known = Decided(coding.spans)
    stands = [span for span in coding.standing if span.candidate]
    types = {
        kind.id: {f.type for f in codebook.fields_for_kind(kind.id)}
        for kind in codebook.span_kinds
    }
    counts = [s for s in stands if "int_range" in types[s.kind]]
    people = [s for s in stands if "actor" in types[s.kind]]

    def kept(candidate: Candidate) -> Candidate | None:
        span = known.about(candidate)
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
    span = decided(coding, candidate)
    return candidate.id in counted or (span is not None and span.id in counted)
