"""Which spans support a value: attaching one, taking one away, and what goes with a value that goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Coding, Decision, Event, Json, Span
from coder.service.coding.span_values import published, value_for
from coder.values.named import joined


def attach(coding: Coding, event_id: str, field: Field, span: Span) -> Coding:
    """The span supports what the field holds, or what will be typed there; the value stays as it is."""
    refuse_rejected(span)
    holder = holder_of(coding, event_id)
    answer = holder.answer(field.id)
    name, holds = field.label, answer.blank is Blank.MISSING or answer.coded
    if field.evidence == "none":
        raise CoderError(
            f"{name.en} takes no evidence.",
            hint="Only its value is coded.",
            arabic=(f"لا دليل للحقل «{name.ar}».", "تُرمَّز قيمته وحدها."),
        )
    if answer.proposed:
        raise CoderError(
            f"{name.en} has a proposal, and no value yet that words could support.",
            hint="Confirm or clear the proposal in the record first.",
            arabic=(
                f"في «{name.ar}» اقتراح، ولا قيمة بعد يدعمها دليل.",
                "أكّد الاقتراح في السجل أو امسحه أولاً.",
            ),
        )
    if not holds:
        raise CoderError(
            f"{name.en} holds no value: there is nothing to support.",
            hint="Give it a value first.",
            arabic=(f"لا قيمة في «{name.ar}» يدعمها دليل.", "ضع القيمة أولاً."),
        )
    evidence = tuple(dict.fromkeys((*answer.evidence, span.id)))
    return _held(coding, holder, field, replace(answer, evidence=evidence))


def drop_evidence(coding: Coding, event_id: str, field: Field, span_id: str) -> Coding:
    """One span supports the value no more; the value stays."""
    holder = holder_of(coding, event_id)
    answer = holder.answer(field.id)
    left = tuple(s for s in answer.evidence if s != span_id)
    return _held(coding, holder, field, replace(answer, evidence=left))


def still_supporting(
    coding: Coding, codebook: Codebook, field: Field, evidence: tuple[str, ...], before: Answer, value: Json
) -> tuple[str, ...]:
    """The evidence without the spans that gave only items which are taken out of a list.

    Where an item comes in place of another, what supported that one supports it.
    """
    if not field.is_list or not before.coded or any(item not in before.value for item in value):
        return evidence
    gone = [item for item in before.value if item not in value]
    kept = []
    for span_id in evidence:
        span = coding.span(span_id)
        given = value_for(field, span, codebook, published(coding)) if span is not None else None
        if not given or any(item not in gone for item in given):
            kept.append(span_id)
    return tuple(kept)


def without_evidence(coding: Coding, span_id: str) -> Coding:
    def freed(answers: Mapping[str, Answer]) -> dict[str, Answer]:
        return {
            name: replace(a, evidence=tuple(s for s in a.evidence if s != span_id))
            if span_id in a.evidence
            else a
            for name, a in answers.items()
        }

    events = tuple(replace(e, fields=freed(e.fields)) for e in coding.events)
    return replace(coding, answers=freed(coding.answers), events=events)


def event_of(coding: Coding, event_id: str) -> Event:
    event = coding.event(event_id)
    if event is None:
        raise CoderError(
            "There is no event yet.",
            hint="Open one: put the cursor on a trigger and press e.",
            arabic=("لا حدث بعد.", "افتح حدثاً: ضع المؤشر على فعل دالّ واضغط e."),
        )
    return event


def holder_of(coding: Coding, event_id: str) -> Coding | Event:
    """What has the field: the event, or for "" the article's own record."""
    return event_of(coding, event_id) if event_id else coding


def _held(coding: Coding, holder: Coding | Event, field: Field, answer: Answer) -> Coding:
    changed = holder.with_answer(field.id, answer)
    return changed if isinstance(changed, Coding) else coding.with_event(changed)


def refuse_rejected(span: Span) -> None:
    if span.decision is Decision.REJECTED:
        raise CoderError(
            f"«{span.quote}» is rejected and can support nothing.",
            hint="Confirm it first: a.",
            arabic=(f"«{span.quote}» مرفوض فلا يصلح دليلاً.", "أكّده أولاً بالمفتاح a."),
        )


def no_evidence(field: Field, span: Span, codebook: Codebook) -> CoderError:
    """Why the letter of a field does nothing with these words, and what does."""
    kind, name = codebook.span_kind(span.kind).label, field.label
    fitting = joined(k.label for k in codebook.span_kinds if field.id in k.fields)
    if field.evidence == "none":
        return CoderError(
            f"{name.en} takes no words from the article.",
            hint="Type it in the record.",
            arabic=(f"لا تؤخذ قيمة «{name.ar}» من كلمات المقال.", "اكتبها في السجل."),
        )
    return CoderError(
        f"{kind.en.capitalize()}: such words give no {name.en}; it comes from: {fitting.en}.",
        hint="As evidence alone: + on the field.",
        arabic=(
            f"«{kind.ar}» لا يعطي «{name.ar}»؛ تعطيه: {fitting.ar}.",
            "لإرفاقه دليلاً فقط: المفتاح + على الحقل.",
        ),
    )
