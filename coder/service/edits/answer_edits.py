"""Edits of answers: a field's value, its blank, its comment, and the spans that support it.

An event id of "" stands for the article's own record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from coder.codebook.label import Label, joined
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import value_problems, visible, visible_article
from coder.errors import CoderError
from coder.model import MISSING, Answer, Blank, Candidate, Coding, Decision, Event, Json, Span
from coder.service.edits.edits import Context, event_of, refuse_unstorable, settled
from coder.service.edits.field_values import (
    is_alike,
    published,
    value_before,
    value_for,
    value_told,
    with_item,
)
from coder.service.edits.span_edits import decided, with_span_of

SCOPE = "report_scope"
"""The field that tells a single event from a tally, where there is one; it rests on the trigger at first."""


@dataclass(frozen=True, slots=True)
class Put:
    """A span's value *and* the span as evidence go into a field of an event in one stroke.

    Where words of a kind that fits give no value, the span is attached and the value stays to be typed.
    """

    what: ClassVar[str] = "value.put"
    event_id: str
    field: Field
    target: Candidate | Span

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = _supporting(coding, self.target)
        event, field, codebook = event_of(coding, self.event_id), self.field, context.codebook
        if field.id not in visible(event, coding, codebook):
            raise CoderError("coding.not_asked", field=field.label)
        fitting = {kind.id: kind.label for kind in codebook.span_kinds if field.id in kind.fields}
        if span.kind not in fitting and field.evidence == "none":
            raise CoderError("coding.takes_no_words", field=field.label)
        if span.kind not in fitting and fitting:
            kind = codebook.span_kind(span.kind).label
            kind, words = Label(ar=kind.ar, en=kind.en.capitalize()), joined(fitting.values())
            raise CoderError("coding.other_words", kind=kind, field=field.label, fitting=words)
        value = value_for(field, span, codebook, published(coding))
        value = value_before(field, span, coding, event.id) or value
        if value is None:
            return AttachEvidence(self.event_id, field, span).apply(coding, context)
        before = event.answer(field.id)
        if before.proposed:
            before = replace(MISSING, comment=before.comment)
        if field.is_list:
            items: list[Json] = list(before.value) if before.coded else []
            for item in value:
                items = with_item(field, items, item)
            value = items
        kept = before.evidence
        if before.coded and value != before.value and not field.is_list:  # words of what stood there go
            kept = tuple(i for i in kept if _given(coding, codebook, field, i) != before.value)
        evidence = tuple(dict.fromkeys((*kept, span.id)))
        answer = replace(before, value=value, blank=None, evidence=evidence)
        return settled(coding, event.with_answer(field.id, answer), context)


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value chosen or typed in the form; the evidence that was there stays, that of a proposal too."""

    what: ClassVar[str] = "value.set"
    event_id: str
    field: Field
    value: Json

    def apply(self, coding: Coding, context: Context) -> Coding:
        field, value = self.field, self.value
        refuse_unstorable(value)
        if value is None or isinstance(value, list) != field.is_list:
            wanted = "takes_list" if field.is_list else "takes_one"
            raise CoderError(f"coding.{wanted}", field=field.label, value=repr(value))
        for problem in value_problems(field, value, context.codebook):
            raise CoderError("coding.not_allowed", field=field.label, problem=problem)
        coding, before = _owned(coding, _holder(coding, self.event_id).answer(field.id), context)
        answer = replace(before, value=value, blank=None)
        if self.event_id:
            evidence = _still_supporting(coding, context.codebook, field, before, value)
            answer = replace(answer, evidence=evidence)
        return _held(coding, self.event_id, field, answer, context)


@dataclass(frozen=True, slots=True)
class SetBlank:
    """The coder looked and the article does not say; MISSING clears the field."""

    event_id: str
    field: Field
    blank: Blank

    @property
    def what(self) -> str:
        return f"value.{self.blank.value}"

    def apply(self, coding: Coding, context: Context) -> Coding:
        field, blank = self.field, self.blank
        if blank is Blank.NOT_APPLICABLE and context.codebook.blank(blank.value).set_by == "tool":
            raise CoderError("coding.set_by_program")
        comment = _holder(coding, self.event_id).answer(field.id).comment
        answer: Answer | None = Answer(blank=blank, comment=comment)
        if answer == MISSING and field.default is None:
            answer = None  # a cleared field that has a default says so, else the default would come back
        return _held(coding, self.event_id, field, answer, context)


@dataclass(frozen=True, slots=True)
class RestNotStated:
    """The coder looked and the article says nothing of these fields; those that hold anything stay."""

    what: ClassVar[str] = "values.not_stated"
    event_id: str
    fields: tuple[Field, ...]

    def apply(self, coding: Coding, context: Context) -> Coding:
        holder = _holder(coding, self.event_id)
        for field in self.fields:
            answer = holder.answer(field.id)
            if answer == replace(MISSING, comment=answer.comment):
                holder = holder.with_answer(field.id, replace(answer, blank=Blank.NOT_STATED))
        return holder if isinstance(holder, Coding) else settled(coding, holder, context)


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a field for the supervisor; an empty text takes it away."""

    what: ClassVar[str] = "comment.set"
    event_id: str
    field: Field
    text: str

    def apply(self, coding: Coding, context: Context) -> Coding:
        refuse_unstorable(self.text)
        answer = replace(_holder(coding, self.event_id).answer(self.field.id), comment=self.text)
        return _held(coding, self.event_id, self.field, answer)


@dataclass(frozen=True, slots=True)
class AcceptProposals:
    """Proposed answers of an event or, for "", of the article become the coder's own as far as asked for.

    fields: whose; of all fields where none is named.
    """

    what: ClassVar[str] = "proposals.accepted"
    event_id: str
    fields: tuple[Field, ...] = ()

    def apply(self, coding: Coding, context: Context) -> Coding:
        while (field := self._next(coding, context.codebook)) is not None:
            coding, answer = _owned(coding, _holder(coding, self.event_id).answer(field.id), context)
            coding = _held(coding, self.event_id, field, answer)
        return settled(coding, event_of(coding, self.event_id), context) if self.event_id else coding

    def _next(self, coding: Coding, codebook: Codebook) -> Field | None:
        """One that is proposed and asked for now: what is accepted may ask for more."""
        holder = _holder(coding, self.event_id)
        if isinstance(holder, Event):
            fields, asked = codebook.event_fields, visible(holder, coding, codebook)
        else:
            fields, asked = codebook.article_fields, visible_article(coding, codebook)
        proposed = (field for field in fields if field.id in asked and holder.answer(field.id).proposed)
        return next((field for field in proposed if not self.fields or field in self.fields), None)


@dataclass(frozen=True, slots=True)
class AttachEvidence:
    """Words support what the field holds, or what will be typed there; a proposal is confirmed by it.

    An empty field of an event gets what such words mean elsewhere: who, where or which type of event. What
    the scope rests on from the start, the trigger, gives way to a count.
    """

    what: ClassVar[str] = "evidence.added"
    event_id: str
    field: Field
    target: Candidate | Span

    def apply(self, coding: Coding, context: Context) -> Coding:
        coding, span = _supporting(coding, self.target)
        before = _holder(coding, self.event_id).answer(self.field.id)
        coding, answer = _owned(coding, before, context)
        if self.field.evidence == "none":
            raise CoderError("coding.takes_no_evidence", field=self.field.label)
        if answer.blank is not Blank.MISSING and not answer.coded:
            raise CoderError("coding.nothing_to_support", field=self.field.label)
        held = () if self._gives_way(coding, answer, span, context.codebook) else answer.evidence
        evidence = tuple(dict.fromkeys((*held, span.id)))
        answer = replace(answer, evidence=evidence)
        if self.event_id and answer == replace(MISSING, evidence=evidence, comment=answer.comment):
            is_known = span.value is not None and is_alike(span.kind, self.field, context.codebook)
            value = value_told(self.field, span, context.codebook, published(coding)) if is_known else None
            answer = answer if value is None else replace(answer, value=value, blank=None)
        is_new = before.proposed or answer.value != before.value
        return _held(coding, self.event_id, self.field, answer, context if is_new else None)

    def _gives_way(self, coding: Coding, answer: Answer, span: Span, codebook: Codebook) -> bool:
        """Whether the field rests on the trigger alone, as it does from the start, and a count comes."""
        counts = (field.type == "int_range" for field in codebook.fields_for_kind(span.kind))
        if self.field.id != SCOPE or codebook.type_field is None or not any(counts):
            return False
        of_type = event_of(coding, self.event_id).answer(codebook.type_field.id).evidence
        return len(answer.evidence) == 1 and answer.evidence == of_type[:1]


@dataclass(frozen=True, slots=True)
class DetachEvidence:
    """One span, or candidate of a proposal, supports the value no more; the value stays and is confirmed."""

    what: ClassVar[str] = "evidence.removed"
    event_id: str
    field: Field
    span_id: str

    def apply(self, coding: Coding, context: Context) -> Coding:
        before = _holder(coding, self.event_id).answer(self.field.id)
        left = tuple(s for s in before.evidence if s != self.span_id)
        coding, answer = _owned(coding, replace(before, evidence=left), context)
        return _held(coding, self.event_id, self.field, answer, context if before.proposed else None)


def _still_supporting(
    coding: Coding, codebook: Codebook, field: Field, before: Answer, value: Json
) -> tuple[str, ...]:
    """The evidence without spans that gave only items that are taken out, with no other in their place."""
    evidence = before.evidence
    if not field.is_list or not before.coded or any(item not in before.value for item in value):
        return evidence
    gone = [item for item in before.value if item not in value]
    # What was typed in the words of the article may be without the id that the same words give.
    words = {item.get("as_written", item.get("name")) for item in gone if isinstance(item, dict)}
    kept = []
    for span_id in evidence:
        given, span = _given(coding, codebook, field, span_id), coding.span(span_id)
        is_worded = span is not None and span.quote in words
        if not given or not (is_worded or all(item in gone for item in given)):
            kept.append(span_id)
    return tuple(kept)


def _given(coding: Coding, codebook: Codebook, field: Field, span_id: str) -> Json:
    span = coding.span(span_id)
    return value_for(field, span, codebook, published(coding)) if span is not None else None


def _owned(coding: Coding, answer: Answer, context: Context) -> tuple[Coding, Answer]:
    """A proposed answer as the coder's own, its evidence confirmed but for what was rejected since."""
    if not answer.proposed:
        return coding, answer
    evidence = []
    for candidate in filter(None, map(context.candidates.get, answer.evidence)):
        known = decided(coding, candidate)
        if known is None or known.decision is not Decision.REJECTED:
            coding, span = with_span_of(coding, candidate)
            evidence.append(span.id)
    return coding, replace(answer, proposed=False, evidence=tuple(dict.fromkeys(evidence)))


def _holder(coding: Coding, event_id: str) -> Coding | Event:
    """What has the field: the event, or for "" the article's own record."""
    return event_of(coding, event_id) if event_id else coding


def _held(
    coding: Coding, event_id: str, field: Field, answer: Answer | None, context: Context | None = None
) -> Coding:
    """The coding with another answer there; context: what an event is settled by after it, if it is."""
    if not event_id:
        return coding.with_answer(field.id, answer)
    event = event_of(coding, event_id).with_answer(field.id, answer)
    return settled(coding, event, context) if context else coding.with_event(event)


def _supporting(coding: Coding, target: Candidate | Span) -> tuple[Coding, Span]:
    coding, span = with_span_of(coding, target)
    if span.decision is Decision.REJECTED:
        raise CoderError("coding.rejected", quote=span.quote)
    return coding, span
