"""What a coder does to a coding, as pure functions: a coding in, the changed coding out.

No database and no screen: the session applies these in memory, then has the result written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from coder.codebook.schema import Codebook, Field
from coder.codebook.settle import settle
from coder.codebook.validate import visible
from coder.errors import CoderError
from coder.model import MISSING, Answer, Article, Blank, Candidate, Coding, Decision, Event, Json, Span
from coder.service.coding.evidence import (
    attach,
    event_of,
    holder_of,
    no_evidence,
    refuse_rejected,
    still_supporting,
    without_evidence,
)
from coder.service.coding.list_items import with_item
from coder.service.coding.span_values import may_support, published, value_for
from coder.store.data_problems import unstorable


def confirm(coding: Coding, candidate: Candidate) -> tuple[Coding, Span]:
    """The candidate becomes a span of the coding (or is the one it already became)."""
    known = decided(coding, candidate)
    if known is not None and known.decision is not Decision.REJECTED:
        return coding, known
    span = Span(
        id=known.id if known else next_id("s", [s.id for s in coding.spans]),
        kind=candidate.kind,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.quote,
        value=candidate.value,
        decision=Decision.CONFIRMED,
        candidate=candidate.id,
    )
    return coding.with_span(span), span


def reject(coding: Coding, candidate: Candidate, reason: str = "") -> Coding:
    """The candidate is kept as rejected; whatever rested on it loses that evidence."""
    coding, span = confirm(coding, candidate)
    coding = without_evidence(coding, span.id)
    return coding.with_span(replace(span, decision=Decision.REJECTED, reason=reason))


def draw(coding: Coding, article: Article, kind: str, start: int, end: int) -> tuple[Coding, Span]:
    """A span that the coder marks; the same stretch of the same kind is never there twice."""
    if not 0 <= start < end <= len(article.text):
        raise CoderError(
            "Nothing is selected.",
            hint="Select at least one letter.",
            arabic=("لم يُحدَّد شيء.", "حدّد حرفاً واحداً على الأقل."),
        )
    for known in coding.spans:
        same = (known.kind, known.start, known.end) == (kind, start, end)
        if same and known.decision is not Decision.REJECTED:
            return coding, known
    span_id = next_id("s", [s.id for s in coding.spans])
    span = Span(span_id, kind, start, end, article.text[start:end])
    return coding.with_span(span), span


def resize(coding: Coding, article: Article, span_id: str, start: int, end: int) -> Coding:
    """A span with other edges; one that came from a candidate counts as edited."""
    span = coding.span(span_id)
    if span is None or not 0 <= start < end <= len(article.text):
        return coding
    decision = Decision.EDITED if span.candidate else None
    quote = article.text[start:end]
    return coding.with_span(replace(span, start=start, end=end, quote=quote, decision=decision))


def remove_span(coding: Coding, span_id: str) -> Coding:
    """The span goes, and with it its place among the evidence."""
    coding = without_evidence(coding, span_id)
    return replace(coding, spans=tuple(s for s in coding.spans if s.id != span_id))


def decided(coding: Coding, candidate: Candidate) -> Span | None:
    """The span that a decision on this candidate made, None while it is undecided."""
    for span in coding.spans:
        exact = (span.kind, span.start, span.end) == (candidate.kind, candidate.start, candidate.end)
        if exact or (span.candidate and span.candidate == candidate.id):
            return span
    return None


def open_event(
    coding: Coding,
    codebook: Codebook,
    trigger: Span | None,
    proposals: Mapping[str, Sequence[Candidate]],
) -> tuple[Coding, Event]:
    """A new event; its trigger gives the type, and the proposals stand by until they are confirmed.

    The evidence of a proposal names candidates; confirming it turns them into spans.
    """
    event = Event(next_id("e", [e.id for e in coding.events]))
    event = settle(event, coding, codebook)
    coding = coding.with_event(event)
    if trigger is not None and codebook.type_field is not None:
        coding = put(coding, codebook, event.id, codebook.type_field, trigger)
    event = coding.event(event.id) or event
    for name, candidates in proposals.items():
        field = codebook.event_field(name)
        if event.fields.get(name, untouched := Answer(value=field.default)) != untouched or not candidates:
            continue
        value = _joined(field, [value_for(field, c, codebook, published(coding)) for c in candidates])
        if value is not None and value != field.default:
            evidence = tuple(c.id for c in candidates)
            event = event.with_answer(name, Answer(value=value, evidence=evidence, proposed=True))
    return coding.with_event(event), event


def put(coding: Coding, codebook: Codebook, event_id: str, field: Field, span: Span) -> Coding:
    """A span's value *and* the span as evidence go into a field in one stroke.

    A list gets one item more; a single value is replaced. Where words of a kind that fits give no value,
    the span is attached and the value stays to be typed.
    """
    event = event_of(coding, event_id)
    refuse_rejected(span)
    if field.id not in visible(event, coding, codebook):
        raise CoderError(
            f"{field.label.en} does not apply to this event.",
            hint="Another type or scope may ask for it.",
            arabic=(f"«{field.label.ar}» لا ينطبق على هذا الحدث.", "قد يطلبه نوع آخر أو نطاق آخر."),
        )
    if not may_support(field, span.kind, codebook):
        raise no_evidence(field, span, codebook)
    value = value_for(field, span, codebook, published(coding))
    if value is None:
        return attach(coding, event_id, field, span)
    before = event.answer(field.id)
    if before.proposed:
        before = replace(MISSING, comment=before.comment)
    if field.is_list:
        items: list[Json] = list(before.value) if before.coded else []
        for item in value:
            items = with_item(field, items, item)
        value = items
    evidence = tuple(dict.fromkeys((*before.evidence, span.id)))
    answer = replace(before, value=value, blank=None, evidence=evidence)
    return _settled(coding, codebook, event.with_answer(field.id, answer))


def set_value(coding: Coding, codebook: Codebook, event_id: str, field: Field, value: Json) -> Coding:
    """A value chosen or typed in the form; the evidence that was there stays, also where it is replaced."""
    refuse_unstorable(value)
    if value is None or isinstance(value, list) != field.is_list:
        wanted = "a list of values" if field.is_list else "one value"
        raise CoderError(f"{field.label.en} takes {wanted}, not {value!r}.", hint="Nothing was changed.")
    if event_id == "":
        answer = replace(coding.answer(field.id), value=value, blank=None, proposed=False)
        return coding.with_answer(field.id, answer)
    event = event_of(coding, event_id)
    before = event.answer(field.id)
    evidence = () if before.proposed else before.evidence
    evidence = still_supporting(coding, codebook, field, evidence, before, value)
    answer = replace(before, value=value, blank=None, proposed=False, evidence=evidence)
    return _settled(coding, codebook, event.with_answer(field.id, answer))


def set_blank(coding: Coding, codebook: Codebook, event_id: str, field: Field, blank: Blank) -> Coding:
    """The coder looked and the article does not say; MISSING clears the field."""
    if blank is Blank.NOT_APPLICABLE and codebook.blank(blank.value).set_by == "tool":
        raise CoderError(
            "Not applicable is set by the program when a field's condition is false.",
            hint="Use not stated where the article is silent.",
            arabic=(
                "البرنامج يضع «لا ينطبق» حين لا يتحقق شرط الحقل.",
                "استعمل «لم يذكره المقال» حيث يسكت المقال.",
            ),
        )
    comment = holder_of(coding, event_id).answer(field.id).comment
    answer: Answer | None = Answer(blank=blank, comment=comment)
    if answer == MISSING and field.default is None:
        answer = None  # a cleared field that has a default says so, else the default would come back
    if event_id == "":
        return coding.with_answer(field.id, answer)
    return _settled(coding, codebook, event_of(coding, event_id).with_answer(field.id, answer))


def set_comment(coding: Coding, event_id: str, field: Field, text: str) -> Coding:
    """A remark on a field for the supervisor; an empty text takes it away."""
    refuse_unstorable(text)
    if event_id == "":
        return coding.with_answer(field.id, replace(coding.answer(field.id), comment=text))
    event = event_of(coding, event_id)
    return coding.with_event(event.with_answer(field.id, replace(event.answer(field.id), comment=text)))


def refuse_unstorable(typed: Json) -> None:
    """Raises CoderError where something was typed or pasted that the databases cannot keep."""
    if fault := unstorable(typed):
        raise CoderError(
            f"This holds {fault}, which cannot be stored.",
            hint="Type it again without that.",
            arabic=("في هذا ما لا يمكن حفظه.", f"اكتبه من جديد بلا: {fault}."),
        )


def accept_proposals(
    coding: Coding,
    codebook: Codebook,
    event_id: str,
    candidates: Mapping[str, Candidate],
    field_id: str | None = None,
) -> Coding:
    """Proposed answers of an event, one field's or all, become the coder's own."""
    event = event_of(coding, event_id)
    for name, answer in event.fields.items():
        if not answer.proposed or field_id not in (None, name):
            continue
        evidence = []
        for candidate_id in answer.evidence:
            if candidate_id in candidates:
                coding, span = confirm(coding, candidates[candidate_id])
                evidence.append(span.id)
        accepted = replace(answer, proposed=False, evidence=tuple(evidence))
        event = event.with_answer(name, accepted)
    return _settled(coding, codebook, event)


def _settled(coding: Coding, codebook: Codebook, event: Event) -> Coding:
    # The coding still holds the event as it was, so that `settle` sees what is locked no more.
    return coding.with_event(settle(event, coding, codebook))


def _joined(field: Field, values: Sequence[Json]) -> Json:
    known = [value for value in values if value is not None]
    if not known:
        return None
    if not field.is_list:
        return known[0]
    items: list[Json] = []
    for value in known:
        items += [item for item in value if item not in items]
    return items[: field.max]


def next_id(prefix: str, taken: Sequence[str]) -> str:
    """The first free id after the highest number taken: s3, e2."""
    numbers = [int(i.removeprefix(prefix)) for i in taken if i.removeprefix(prefix).isdigit()]
    return f"{prefix}{1 + max(numbers, default=0)}"
