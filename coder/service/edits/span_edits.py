"""Edits of spans: deciding on candidates, drawing, resizing and removing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.errors import CoderError
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
        existing: list[Candidate | Span] = []
        existing += [span for span in coding.spans if span.stretch == drawn]
        for candidate in context.candidates.values():
            if candidate.stretch == drawn and not find_decided_span(coding, candidate):
                existing.append(candidate)
        if existing:
            coding = Confirm([existing[0]]).change(coding, context)
        else:
            span_id = find_free_id("s", [s.id for s in coding.spans])
            coding = coding.with_span(
                Span(span_id, *drawn, text[self.start : self.end])
            )
        # Last, as the first span of a change is the one that it is about.
        if self.instead_of is not None:
            coding = Reject([self.instead_of]).change(coding, context)
        return coding


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
        others = tuple(s for s in coding.spans if s not in existing)
        return replace(coding, spans=others).with_span(span)


class RemoveSpan(Edit, frozen=True):
    """Remove a span, also from the evidence of all answers."""

    what: ClassVar[str] = "span.removed"
    span_id: str

    def change(self, coding: Coding, context: Context) -> Coding:
        coding = _remove_evidence(coding, self.span_id)
        others = tuple(span for span in coding.spans if span.id != self.span_id)
        return replace(coding, spans=others)


def _withdraw_proposals(coding: Coding, candidate: str, context: Context) -> Coding:
    """Return the coding without the proposed values that come from this candidate only."""
    for event in coding.events:
        changed = event
        for name, answer in event.fields.items():
            if not answer.proposed or candidate not in answer.evidence:
                continue
            evidence = tuple(i for i in answer.evidence if i != candidate)
            value = _remove_items(candidate, answer.value, evidence, context)
            new: Answer | None = None
            if evidence and value != []:
                new = replace(answer, evidence=evidence, value=value)
            elif answer.comment:
                new = replace(MISSING, comment=answer.comment)
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
    if not isinstance(value, list):
        return value
    if rejected is None or not isinstance(rejected.value, list):
        return value
    given_by_others: list[Json] = []
    for candidate_id in others:
        other = context.candidates.get(candidate_id)
        if other is not None and isinstance(other.value, list):
            given_by_others += other.value
    kept = []
    for item in value:
        if item not in rejected.value or item in given_by_others:
            kept.append(item)
    return kept


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
    if "date" in types or "int_range" in types:
        return None
    is_shortened = span.start < start or end < span.end
    is_listed = any(map(get_listed_id, items_of(span.value)))
    if is_shortened and is_listed and ("actor" in types or "place" in types):
        return None
    lexicon = codebook.lexicon
    if "actor" in types and lexicon.named_actor(quote) is not None:
        return None
    if "place" in types and lexicon.place_index.only(quote) is not None:
        return None
    return _reword(span.value, span.quote, quote)


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
    """Return the coding without a span as evidence."""

    def without_span(answer: Answer) -> Answer:
        evidence = tuple(each for each in answer.evidence if each != span_id)
        return replace(answer, evidence=evidence)

    return coding.with_each_answer(without_span)
