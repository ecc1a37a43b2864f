"""Edits of answers: a field's value, its blank, its comment, and its evidence.

The event id "" stands for the article's own record.
"""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

from msgspec.structs import replace

from coder.codebook.label import join_texts
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import find_shown_fields, value_problems, visible_article
from coder.errors import CoderError
from coder.model import (
    MISSING,
    Answer,
    Blank,
    Candidate,
    Coding,
    Decision,
    Event,
    Json,
    Span,
    items_of,
)
from coder.service.edits.context import Context, get_event, refuse_unstorable
from coder.service.edits.decided_spans import confirm_target, find_decided_span
from coder.service.edits.edits import Edit
from coder.service.edits.field_values import (
    add_item,
    can_give,
    find_earlier_value,
    find_repeated_event,
    has_same_type,
    holds_same,
    list_wordings,
    read_publication_day,
    read_span_value,
)
from coder.text.normalize import without_lone_marks
from coder.values.named import with_known_country
from coder.values.typed import parse, same_thing

SCOPE = "report_scope"
"""The field that distinguishes a single event from a tally, if any; its evidence is at
first the trigger.
"""


class FieldEdit(Edit, frozen=True):
    """An edit of one field of an event, or for "" as the event's id of the article's
    own record.
    """

    event_id: str
    field: Field


class Put(FieldEdit, frozen=True):
    """Put a span's value into a field of an event, with the span as evidence.

    If a span of a fitting kind gives no value, it is attached as evidence and the value
    remains to be typed.
    """

    what: ClassVar[str] = "value.put"
    target: Candidate | Span

    def change(self, coding: Coding, context: Context) -> Coding:
        coding, span = _use_target(coding, self.target)
        event = get_event(coding, self.event_id)
        field = self.field
        codebook = context.codebook
        if field.id not in find_shown_fields(event, coding, codebook):
            raise CoderError("coding.not_asked", field=field.label)
        fitting = {
            kind.id: kind.label
            for kind in codebook.span_kinds
            if field.id in kind.fields
        }
        if span.kind not in fitting and field.evidence == "none":
            raise CoderError("coding.takes_no_words", field=field.label)
        gives_value = can_give(span.kind, field, codebook)
        if fitting and not gives_value:
            kind = codebook.span_kind(span.kind).label
            words = join_texts(fitting.values())
            raise CoderError(
                "coding.other_words", kind=kind, field=field.label, fitting=words
            )
        value = find_earlier_value(field, span, coding, codebook, event.id)
        if not value and gives_value:
            days = read_publication_day(coding)
            value = read_span_value(field, span, codebook, days)
        value = with_known_country(
            field, value, (*coding.spans, *context.candidates.values())
        )
        if value is None:
            return AttachEvidence(self.event_id, field, span).change(coding, context)
        before = event.answer(field.id)
        if before.proposed:
            before = replace(MISSING, comment=before.comment)
        if field.is_list:
            items: list[Json] = list(before.value) if before.coded else []
            for item in value:
                items = add_item(field, items, item)
            value = items
        kept = before.evidence
        is_replaced = before.coded and value != before.value and not field.is_list
        if is_replaced and _is_repeated(coding, event.id, field, before):
            kept = ()
        elif is_replaced:  # drop evidence of the old value
            kept = tuple(
                span_id
                for span_id in kept
                if _read_value(coding, codebook, field, span_id) != before.value
            )
        evidence = tuple(dict.fromkeys((*kept, span.id)))
        answer = replace(before, value=value, blank=None, evidence=evidence)
        return coding.with_event(event.with_answer(field.id, answer))


class SetValue(FieldEdit, frozen=True):
    """Set a value chosen or typed in the form; evidence is kept, except that of removed
    list items.

    Where another value replaces a proposal, or a value that another event had first,
    the evidence that came with it goes too.
    """

    what: ClassVar[str] = "value.set"
    value: Json

    def change(self, coding: Coding, context: Context) -> Coding:
        field = self.field
        value = self.value
        refuse_unstorable(value)
        if value is None or isinstance(value, list) != field.is_list:
            wanted = "takes_list" if field.is_list else "takes_one"
            raise CoderError(f"coding.{wanted}", field=field.label, value=repr(value))
        for problem in value_problems(field, value, context.codebook):
            raise CoderError("coding.not_allowed", field=field.label, problem=problem)
        value = with_known_country(
            field, value, (*coding.spans, *context.candidates.values())
        )
        before = _get_record(coding, self.event_id).answer(field.id)
        if before.proposed or _is_repeated(coding, self.event_id, field, before):
            evidence = _find_supporting_evidence(coding, context, self, before, value)
            before = replace(before, evidence=evidence)
        coding, before = _accept(coding, before, context)
        answer = replace(before, value=value, blank=None)
        if self.event_id:
            evidence = _find_remaining_evidence(
                coding, context.codebook, field, before, value
            )
            answer = _write_places_as_cited(
                coding, context.codebook, field, replace(answer, evidence=evidence)
            )
        return _set_answer(coding, self.event_id, field, answer)


class SetBlank(FieldEdit, frozen=True):
    """Set a blank, such as `not stated`; MISSING clears the field."""

    blank: Blank

    @property
    def what(self) -> str:
        return f"value.{self.blank.value}"

    def change(self, coding: Coding, context: Context) -> Coding:
        field = self.field
        blank = self.blank
        if (
            blank is Blank.NOT_APPLICABLE
            and context.codebook.blank(blank.value).set_by == "tool"
        ):
            raise CoderError("coding.set_by_program")
        comment = _get_record(coding, self.event_id).answer(field.id).comment
        answer: Answer | None = Answer(blank=blank, comment=comment)
        if answer == MISSING and field.default is None:
            # a cleared field with a default keeps MISSING, else the default would come
            # back
            answer = None
        return _set_answer(coding, self.event_id, field, answer)


class RestNotStated(Edit, frozen=True):
    """Set those of the fields that are empty to `not stated`."""

    what: ClassVar[str] = "values.not_stated"
    event_id: str
    fields: tuple[Field, ...]

    def change(self, coding: Coding, context: Context) -> Coding:
        holder = _get_record(coding, self.event_id)
        for field in self.fields:
            answer = holder.answer(field.id)
            if answer == replace(MISSING, comment=answer.comment):
                holder = holder.with_answer(
                    field.id, replace(answer, blank=Blank.NOT_STATED)
                )
        return holder if isinstance(holder, Coding) else coding.with_event(holder)


class Comment(FieldEdit, frozen=True):
    """Set the comment on a field for the supervisor; an empty text removes it."""

    what: ClassVar[str] = "comment.set"
    text: str

    def change(self, coding: Coding, context: Context) -> Coding:
        refuse_unstorable(self.text)
        answer = replace(
            _get_record(coding, self.event_id).answer(self.field.id), comment=self.text
        )
        return _set_answer(coding, self.event_id, self.field, answer)


class AcceptProposals(Edit, frozen=True):
    """Accept the proposed answers of an event, or for "" of the article, in shown
    fields.

    fields: the fields whose proposals are accepted; empty for all fields.
    """

    what: ClassVar[str] = "proposals.accepted"
    event_id: str
    fields: tuple[Field, ...] = ()

    def change(self, coding: Coding, context: Context) -> Coding:
        codebook = context.codebook
        holder = _get_record(coding, self.event_id)
        if isinstance(holder, Event):
            fields = codebook.event_fields
            shown = find_shown_fields(holder, coding, codebook)
        else:
            fields = codebook.article_fields
            shown = visible_article(coding, codebook)
        for field in fields:
            is_meant = field.id in shown and (not self.fields or field in self.fields)
            proposed = holder.answer(field.id)
            if is_meant and proposed.proposed:
                coding, answer = _accept(coding, proposed, context)
                coding = _set_answer(coding, self.event_id, field, answer)
        return coding


class AttachEvidence(FieldEdit, frozen=True):
    """Add a span as evidence for the value that a field holds or will get; this accepts
    a proposal.

    An empty field of an event gets the span's value if its kind fills fields of the
    same type: an actor, a place or an event type; a date of the article, such as that
    of publication, gets the day that the words name. For the scope field, a count
    replaces the trigger that was its first evidence.
    """

    what: ClassVar[str] = "evidence.added"
    target: Candidate | Span

    def change(self, coding: Coding, context: Context) -> Coding:
        coding, span = _use_target(coding, self.target)
        before = _get_record(coding, self.event_id).answer(self.field.id)
        coding, answer = _accept(coding, before, context)
        if self.field.evidence == "none":
            raise CoderError("coding.takes_no_evidence", field=self.field.label)
        if answer.blank is not Blank.MISSING and not answer.coded:
            raise CoderError("coding.nothing_to_support", field=self.field.label)
        kept = answer.evidence
        if self._replaces_trigger(coding, answer, span, context.codebook):
            kept = ()
        evidence = tuple(dict.fromkeys((*kept, span.id)))
        answer = replace(answer, evidence=evidence)
        if answer == replace(MISSING, evidence=evidence, comment=answer.comment):
            value = self._value_of(span, coding, context.codebook)
            if value is not None:
                answer = replace(answer, value=value, blank=None)
        answer = _write_places_as_cited(coding, context.codebook, self.field, answer)
        return _set_answer(coding, self.event_id, self.field, answer)

    def _value_of(self, span: Span, coding: Coding, codebook: Codebook) -> Json:
        """Return the value that an empty field gets with its first evidence, None for
        none.
        """
        field = self.field
        if self.event_id:
            if span.value is None or not has_same_type(span.kind, field, codebook):
                return None
            days = read_publication_day(coding)
            return read_span_value(field, span, codebook, days)
        if field.type == "date":
            # The error is for no date, or one that depends on the day of publication.
            with suppress(CoderError):
                value = parse(field, span.quote, codebook)
                return value if value["start"] == value["end"] else None
        return None

    def _replaces_trigger(
        self, coding: Coding, answer: Answer, span: Span, codebook: Codebook
    ) -> bool:
        """Return whether the span is a count and the scope's only evidence is the
        trigger.
        """
        type_field = codebook.type_field
        if self.field.id != SCOPE or type_field is None or len(answer.evidence) != 1:
            return False
        fields = codebook.fields_for_kind(span.kind)
        if not any(field.type == "int_range" for field in fields):
            return False
        event = get_event(coding, self.event_id)
        return answer.evidence == event.answer(type_field.id).evidence[:1]


class DetachEvidence(FieldEdit, frozen=True):
    """Remove one span, or candidate of a proposal, from the evidence; the value stays
    and is accepted.
    """

    what: ClassVar[str] = "evidence.removed"
    span_id: str

    def change(self, coding: Coding, context: Context) -> Coding:
        before = _get_record(coding, self.event_id).answer(self.field.id)
        evidence = tuple(s for s in before.evidence if s != self.span_id)
        coding, answer = _accept(coding, replace(before, evidence=evidence), context)
        return _set_answer(coding, self.event_id, self.field, answer)


def _find_remaining_evidence(
    coding: Coding, codebook: Codebook, field: Field, before: Answer, value: Json
) -> tuple[str, ...]:
    """Return the evidence left after items are removed from a list: drop spans that
    gave only those items.
    """
    if not field.is_list or not before.coded:
        return before.evidence
    if any(item not in before.value for item in value):
        return before.evidence
    removed = [item for item in before.value if item not in value]
    # An item typed in the article's words may lack the id that a span of these words
    # gives.
    words = set()
    for item in removed:
        if isinstance(item, dict):
            words.add(item.get("as_written", item.get("name")))
    kept = []
    for span_id in before.evidence:
        given = _read_value(coding, codebook, field, span_id) or []
        span = coding.span(span_id)
        is_worded = span is not None and not words.isdisjoint(list_wordings(span.quote))
        gives_removed = is_worded or all(
            holds_same(removed, item) and not holds_same(value, item) for item in given
        )
        if not given or not gives_removed:
            kept.append(span_id)
    return tuple(kept)


def _write_places_as_cited(
    coding: Coding, codebook: Codebook, field: Field, answer: Answer
) -> Answer:
    """Return an answer in which places chosen by name are written as in the words that
    support them.
    """
    if field.type != "place" or not answer.coded:
        return answer
    cited: list[tuple[Json, str]] = []
    for span in filter(None, map(coding.span, answer.evidence)):
        for place in items_of(_read_value(coding, codebook, field, span.id)):
            if place:
                cited.append((place, without_lone_marks(span.quote)))
    items = []
    for item in items_of(answer.value):
        listed = codebook.lexicon.place(item.get("place_id") or "")
        written = item.get("as_written")
        if listed is not None and written == listed.name.ar:
            same = (words for place, words in cited if same_thing(place, item))
            written = next(same, written)
            items.append({**item, "as_written": written})
        else:
            items.append(item)
    value = items if isinstance(answer.value, list) else items[0]
    return replace(answer, value=value)


def _is_repeated(coding: Coding, event_id: str, field: Field, answer: Answer) -> bool:
    """Return whether an event has its answer from an earlier one, with the same
    evidence.
    """
    names = [event.id for event in coding.events]
    earlier = coding.events[: names.index(event_id)] if event_id in names else ()
    return bool(find_repeated_event(field.id, answer, earlier))


def _find_supporting_evidence(
    coding: Coding, context: Context, edit: FieldEdit, before: Answer, value: Json
) -> tuple[str, ...]:
    """Return the evidence that supports another value too: words that read as one of
    its items.

    If items are only removed, also words that read as none of these. The words that
    opened an event stay with a value that is not just proposed.
    """
    if before.value is None:
        return before.evidence
    old = items_of(before.value)
    new = items_of(value)
    removed = [item for item in old if not holds_same(new, item)]
    if not removed:
        return before.evidence
    is_replaced = any(not holds_same(old, item) for item in new)
    codebook = context.codebook
    field = edit.field
    kept: list[str] = []
    if edit.event_id and not before.proposed and codebook.type_field is not None:
        event = get_event(coding, edit.event_id)
        kept.extend(event.answer(codebook.type_field.id).evidence)
    for each in before.evidence:
        given: Json = None
        words = coding.span(each) or context.candidates.get(each)
        if words is not None and can_give(words.kind, field, codebook):
            given = read_span_value(
                field, words, codebook, read_publication_day(coding)
            )
        read = [] if given is None else items_of(given)
        is_removed = any(holds_same(removed, item) for item in read)
        is_of_value = any(holds_same(new, item) for item in read)
        if is_of_value or not (is_replaced or is_removed):
            kept.append(each)
    return tuple(each for each in before.evidence if each in kept)


def _read_value(coding: Coding, codebook: Codebook, field: Field, span_id: str) -> Json:
    """Return the value that `Put` gives a field by a span, None for one that can only
    be evidence.
    """
    span = coding.span(span_id)
    if span is None or not can_give(span.kind, field, codebook):
        return None
    return read_span_value(field, span, codebook, read_publication_day(coding))


def _accept(coding: Coding, answer: Answer, context: Context) -> tuple[Coding, Answer]:
    """Turn a proposed answer into the coder's own; its evidence is confirmed, except
    rejected spans.
    """
    if not answer.proposed:
        return coding, answer
    evidence = []
    for candidate in filter(None, map(context.candidates.get, answer.evidence)):
        known = find_decided_span(coding, candidate)
        if known is None or known.decision is not Decision.REJECTED:
            coding, span = confirm_target(coding, candidate)
            evidence.append(span.id)
    different = tuple(dict.fromkeys(evidence))
    return coding, replace(answer, proposed=False, evidence=different)


def _get_record(coding: Coding, event_id: str) -> Coding | Event:
    """Return the record with the field: the event, or for "" the article's own record."""
    return get_event(coding, event_id) if event_id else coding


def _set_answer(
    coding: Coding,
    event_id: str,
    field: Field,
    answer: Answer | None,
) -> Coding:
    """Return the coding with another answer to a field of an event, or for "" of the
    article.
    """
    if not event_id:
        return coding.with_answer(field.id, answer)
    return coding.with_event(get_event(coding, event_id).with_answer(field.id, answer))


def _use_target(coding: Coding, target: Candidate | Span) -> tuple[Coding, Span]:
    """Return the coding with the target as a span, and the span; raises CoderError if
    it was rejected.
    """
    coding, span = confirm_target(coding, target)
    if span.decision is Decision.REJECTED:
        raise CoderError("coding.rejected", quote=span.quote)
    return coding, span
