"""Edits of spans: deciding on candidates, drawing, resizing and removing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import MISSING, Candidate, Coding, Decision, Json, Span, items_of
from coder.service.edits.context import Context, find_free_id
from coder.service.edits.decided_spans import confirm_target, find_decided_span
from coder.service.edits.edits import Edit
from coder.service.edits.field_values import get_listed_id, list_wordings
from coder.text.normalize import without_lone_marks


class Confirm(Edit, frozen=True):
    """Confirm candidates, which become spans of the coding, or restore rejected spans.

    Several targets are candidates of the same words and kind.
    """

    what: ClassVar[str] = "span.confirmed"
    targets: Sequence[Candidate | Span]

    def change(self, coding: Coding, context: Context) -> Coding:
        for target in self.targets:
            coding, span = confirm_target(coding, target)
            if span.decision is not Decision.REJECTED:
                continue
            origin = context.candidates.get(span.candidate)
            decision = None
            if span.candidate:
                is_same = origin is None or origin.stretch == span.stretch
                decision = Decision.CONFIRMED if is_same else Decision.EDITED
            coding = coding.with_span(replace(span, decision=decision, reason=""))
        return coding


class Reject(Edit, frozen=True):
    """Mark candidates or their spans as rejected and remove them from the evidence of
    all answers.

    Proposals that have no other evidence are withdrawn. Several targets have the same
    words and kind.
    """

    what: ClassVar[str] = "span.rejected"
    targets: Sequence[Candidate | Span]
    reason: str = ""

    def change(self, coding: Coding, context: Context) -> Coding:
        for target in self.targets:
            coding, span = confirm_target(coding, target)
            coding = _remove_evidence(coding, span.id)
            coding = _withdraw_proposals(coding, span.candidate, context)
            reason = self.reason or span.reason
            rejected = replace(span, decision=Decision.REJECTED, reason=reason)
            coding = coding.with_span(rejected)
        return coding


class Draw(Edit, frozen=True):
    """Add a span drawn by the coder; if the range is marked with this kind already,
    confirm that instead.

    instead_of: a candidate of the wrong kind, which the span replaces.
    """

    what: ClassVar[str] = "span.drawn"
    kind: str
    start: int
    end: int
    instead_of: Candidate | None = None

    def change(self, coding: Coding, context: Context) -> Coding:
        text = context.article.text
        if not 0 <= self.start < self.end <= len(text):
            raise CoderError("coding.nothing_selected")
        drawn = (self.kind, self.start, self.end)
        existing: list[Candidate | Span] = [
            span for span in coding.spans if span.stretch == drawn
        ]
        existing += (
            c
            for c in context.candidates.values()
            if c.stretch == drawn and not find_decided_span(coding, c)
        )
        if existing:
            coding = Confirm([existing[0]]).change(coding, context)
        else:
            span_id = find_free_id("s", [s.id for s in coding.spans])
            coding = coding.with_span(
                Span(span_id, *drawn, text[self.start : self.end])
            )
        # Last, as the first span of a change is the one that it is about.
        return (
            coding
            if self.instead_of is None
            else Reject([self.instead_of]).change(coding, context)
        )


class Resize(Edit, frozen=True):
    """Change the range of a span; a span whose range differs from its candidate's
    counts as edited.
    """

    what: ClassVar[str] = "span.edited"
    target: Candidate | Span
    start: int
    end: int

    def change(self, coding: Coding, context: Context) -> Coding:
        coding, span = confirm_target(coding, self.target)
        text = context.article.text
        stretch = (span.kind, self.start, self.end)
        if coding.span(span.id) is None or not 0 <= self.start < self.end <= len(text):
            return coding
        if span.stretch == stretch:
            return Confirm([span]).change(coding, context)
        quote = text[self.start : self.end]
        existing = [s for s in coding.spans if s.stretch == stretch]
        if any(s.decision is not Decision.REJECTED for s in existing):
            raise CoderError("coding.marked_already", quote=quote)
        origin = context.candidates.get(span.candidate)
        decision = Decision.EDITED if span.candidate else None
        value = _find_resized_value(span, self.start, self.end, quote, context.codebook)
        if origin is not None and origin.stretch == stretch:
            value = origin.value
            decision = Decision.CONFIRMED
        span = replace(
            span,
            start=self.start,
            end=self.end,
            quote=quote,
            value=value,
            decision=decision,
        )
        return replace(
            coding, spans=tuple(s for s in coding.spans if s not in existing)
        ).with_span(span)


class RemoveSpan(Edit, frozen=True):
    """Remove a span, also from the evidence of all answers."""

    what: ClassVar[str] = "span.removed"
    span_id: str

    def change(self, coding: Coding, context: Context) -> Coding:
        coding = _remove_evidence(coding, self.span_id)
        return replace(
            coding, spans=tuple(s for s in coding.spans if s.id != self.span_id)
        )


def _withdraw_proposals(coding: Coding, candidate: str, context: Context) -> Coding:
    """Return the coding without the proposed values that come from this candidate only."""
    for event in coding.events:
        changed = event
        for name, answer in event.fields.items():
            if answer.proposed and candidate in answer.evidence:
                evidence = tuple(i for i in answer.evidence if i != candidate)
                value = _remove_items(candidate, answer.value, evidence, context)
                new = (
                    replace(MISSING, comment=answer.comment) if answer.comment else None
                )
                if evidence and value != []:
                    new = replace(answer, evidence=evidence, value=value)
                changed = changed.with_answer(name, new)
        if changed != event:
            coding = coding.with_event(changed)
    return coding


def _remove_items(
    candidate: str, value: Json, others: Sequence[str], context: Context
) -> Json:
    """Return a proposed list without the items that come from this candidate and from
    none of the others.
    """
    rejected = context.candidates.get(candidate)
    if (
        not isinstance(value, list)
        or rejected is None
        or not isinstance(rejected.value, list)
    ):
        return value
    kept = [context.candidates[i].value for i in others if i in context.candidates]
    kept_items = [item for items in kept if isinstance(items, list) for item in items]
    return [item for item in value if item not in rejected.value or item in kept_items]


def _find_resized_value(
    span: Span, start: int, end: int, quote: str, codebook: Codebook
) -> Json:
    """Return a span's value for its new range; None if the new words must be parsed
    instead.

    That is so for dates, counts and names in the lexicon, and for a shortened name from
    the lexicon, which no longer stands for its entry.
    """
    if end <= span.start or span.end <= start:
        return None
    types = {field.type for field in codebook.fields_for_kind(span.kind)}
    lexicon = codebook.lexicon
    must_parse = not types.isdisjoint(("date", "int_range"))
    if (span.start < start or end < span.end) and not types.isdisjoint(
        ("actor", "place")
    ):
        must_parse |= any(map(get_listed_id, items_of(span.value)))
    must_parse |= "actor" in types and lexicon.named_actor(quote) is not None
    must_parse |= "place" in types and lexicon.place_index.only(quote) is not None
    return None if must_parse else _reword(span.value, span.quote, quote)


def _reword(value: Json, before: str, after: str) -> Json:
    """Return the value with every name that the old quote gives replaced by that of the
    new one.
    """
    if isinstance(value, list):
        return [_reword(item, before, after) for item in value]
    if isinstance(value, dict):
        return {name: _reword(item, before, after) for name, item in value.items()}
    return without_lone_marks(after) if value in list_wordings(before) else value


def _remove_evidence(coding: Coding, span_id: str) -> Coding:
    return coding.with_each_answer(
        lambda answer: replace(
            answer, evidence=tuple(s for s in answer.evidence if s != span_id)
        )
    )
