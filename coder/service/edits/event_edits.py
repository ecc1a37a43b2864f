"""Edits of whole events: opening, deleting, copying and merging; and submitting the
coding.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.label import join_texts
from coder.codebook.schema import Codebook, Field
from coder.codebook.settle import locked
from coder.codebook.validate import find_shown_fields, visible
from coder.errors import CoderError
from coder.model import (
    MISSING,
    Answer,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
    Status,
    event_number,
)
from coder.service.edits.answer_edits import SCOPE, AcceptProposals, FieldEdit, Put
from coder.service.edits.context import Context, find_free_id, get_event
from coder.service.edits.decided_spans import confirm_target
from coder.service.edits.edits import Edit
from coder.service.edits.followers import settle_event
from coder.service.edits.proposals import drop_rejected, propose_answer
from coder.values.typed import same_value, union


class Dropped(Struct, frozen=True):
    """A value lost in a merge or split, and the value that the field holds instead."""

    field: Field
    value: Json
    kept: Json


class OpenEvent(Edit, frozen=True):
    """Add an event; its trigger gives the type, and its sentence gives proposals for
    the other fields.

    If the codebook has triggers, anything else is refused; if it has none, the event is
    empty. The evidence of a proposal consists of candidate ids; accepting the proposal
    turns the candidates into spans. A scope set by default gets the trigger as
    evidence.
    """

    what: ClassVar[str] = "event.opened"
    target: Candidate | Span | None

    def change(self, coding: Coding, context: Context) -> Coding:
        codebook = context.codebook
        target = self.target
        triggers = [
            kind for kind in codebook.span_kinds if codebook.is_trigger(kind.id)
        ]
        if not triggers:
            return _add_event(coding, context)[0]
        wanted = join_texts(kind.label for kind in triggers)
        letters = ", ".join(kind.key for kind in triggers)
        if target is None:
            raise CoderError("coding.no_trigger_here", wanted=wanted, letters=letters)
        if not codebook.is_trigger(target.kind):
            raise CoderError(
                "coding.no_trigger", quote=target.quote, wanted=wanted, letters=letters
            )
        proposals = drop_rejected(context.propose(target, {}), coding, codebook)
        coding, trigger = confirm_target(coding, target)
        coding, event = _add_event(coding, context)
        if (type_field := codebook.type_field) is not None:
            offered = proposals.pop(type_field.id, ())
            types = (candidate.value for candidate in offered if candidate.value)
            typed = replace(trigger, value=next(types, trigger.value))
            coding = Put(event.id, type_field, typed).change(coding, context)
            event = get_event(coding, event.id)
        for name, group in proposals.items():
            field = codebook.event_field(name)
            untouched = Answer(value=field.default)
            if event.fields.get(name, untouched) != untouched:
                continue
            if (answer := propose_answer(field, group, coding, codebook)) is not None:
                event = event.with_answer(name, answer)
        scope = event.fields.get(SCOPE)
        if scope is not None and scope.coded and not scope.evidence:
            event = event.with_answer(SCOPE, replace(scope, evidence=(trigger.id,)))
        return coding.with_event(event)


class DeleteEvent(Edit, frozen=True):
    """Delete an event; its spans stay."""

    what: ClassVar[str] = "event.deleted"
    event_id: str

    def change(self, coding: Coding, context: Context) -> Coding:
        return _remove_event(coding, self.event_id)


class DuplicateEvent(Edit, frozen=True):
    """Add an event with the same values and evidence at the end; comments are not
    copied.
    """

    what: ClassVar[str] = "event.duplicated"
    event_id: str

    def change(self, coding: Coding, context: Context) -> Coding:
        event = get_event(coding, self.event_id)
        fields = {
            name: replace(answer, comment="") for name, answer in event.fields.items()
        }
        return coding.with_event(Event(_find_new_id(coding, context), fields))


class CopyValues(Edit, frozen=True):
    """Copy another event's answers to this event's empty visible fields, or to `field`
    whatever it holds.

    Proposals are replaced, or confirmed with their own evidence if they are the same;
    values and `not stated` stay. Evidence is copied as well, comments are not.
    """

    what: ClassVar[str] = "values.copied"
    event_id: str
    source_id: str
    field: Field | None = None

    def change(self, coding: Coding, context: Context) -> Coding:
        return self.copy_and_count(coding, context)[0]

    def copy_and_count(self, coding: Coding, context: Context) -> tuple[Coding, int]:
        """Return the changed coding and the number of fields filled."""
        source = get_event(coding, self.source_id)
        count = 0
        fields = context.codebook.event_fields if self.field is None else (self.field,)
        # In order, as a copied event type makes further fields visible.
        for field in fields:
            changed = self._copy_field(field, source, coding, context)
            if changed is not None:
                coding = changed
                count += 1
        if self.field is not None and not count:
            event = get_event(coding, self.event_id)
            if self.field.id not in find_shown_fields(event, coding, context.codebook):
                raise CoderError("coding.not_asked", field=self.field.label)
            raise CoderError(
                "coding.nothing_to_copy",
                field=self.field.label,
                event=event_number(self.source_id),
            )
        return coding, count

    def _copy_field(
        self, field: Field, source: Event, coding: Coding, context: Context
    ) -> Coding | None:
        """Return the coding with one field copied or confirmed; None if it stays as it
        is.
        """
        before = get_event(coding, self.event_id).answer(field.id)
        given = source.answer(field.id)
        is_same = (
            before.proposed and given.coded and same_value(before.value, given.value)
        )
        if self.field is None and is_same:
            # The same value is confirmed with words of the event's own sentence.
            accept = AcceptProposals(self.event_id, (field,))
            return accept.change(coding, context)
        if self.field is None and before.state != Blank.MISSING:
            return None
        return self.with_copy(field, source, coding, context)

    def with_copy(
        self, field: Field, source: Event, coding: Coding, context: Context
    ) -> Coding | None:
        """Return the coding with one field copied; None if there is nothing to copy or
        it is not allowed.
        """
        event = get_event(coding, self.event_id)
        answer = source.answer(field.id)
        if field.value_is == "record_reference" and answer.coded:
            links = _remove_links(answer.value, self.event_id)
            answer = replace(answer, value=links) if links else MISSING
        is_shown = field.id in find_shown_fields(event, coding, context.codebook)
        if (
            answer.state == Blank.MISSING
            or not is_shown
            or locked(field, event, coding, context.codebook)
        ):
            return None
        answer = replace(answer, comment=event.answer(field.id).comment)
        return settle_event(coding, event.with_answer(field.id, answer), context)


class CopyDown(FieldEdit, frozen=True):
    """Copy the event's answer in a field to each later event in which that field is
    visible and empty.
    """

    what: ClassVar[str] = "values.filled"

    def change(self, coding: Coding, context: Context) -> Coding:
        source = get_event(coding, self.event_id)
        before = coding
        for event in coding.events[coding.events.index(source) + 1 :]:
            if event.answer(self.field.id).state == Blank.MISSING:
                copy = CopyValues(event.id, self.event_id, self.field)
                coding = copy.with_copy(self.field, source, coding, context) or coding
        if coding is before:
            is_empty = source.answer(self.field.id).state == Blank.MISSING
            why = "coding.nothing_to_copy" if is_empty else "coding.nothing_to_fill"
            raise CoderError(
                why, field=self.field.label, event=event_number(self.event_id)
            )
        return coding


class MergeEvents(Edit, frozen=True):
    """Merge two of a coder's events into one.

    If both have a value, the kept event's stays. Evidence and links of both are
    combined, comments joined, and links to the removed event redirected to the kept
    one.
    """

    what: ClassVar[str] = "events.merged"
    kept_id: str
    gone_id: str

    def change(self, coding: Coding, context: Context) -> Coding:
        kept = get_event(coding, self.kept_id)
        gone = get_event(coding, self.gone_id)
        if self.kept_id == self.gone_id:
            raise CoderError("coding.merged_with_itself")
        names = dict.fromkeys((*kept.fields, *gone.fields))
        links = [field.id for field in context.codebook.link_fields]
        fields = {
            n: _merge_answers(kept.answer(n), gone.answer(n), combine_items=n in links)
            for n in names
        }
        merged = _remove_event(coding, self.gone_id).with_event(
            Event(self.kept_id, fields)
        )
        return _redirect_links(merged, context.codebook, self.kept_id, self.gone_id)

    def dropped(
        self, before: Coding, after: Coding, codebook: Codebook
    ) -> list[Dropped]:
        """Return the values lost in the merge, from the codings before and after it."""
        gone = get_event(before, self.gone_id)
        kept = get_event(after, self.kept_id)
        shown = visible(kept, after, codebook)
        result = []
        for field in codebook.event_fields:
            was = gone.answer(field.id)
            if not was.coded or field.value_is == "record_reference":
                continue
            now = kept.answer(field.id) if field.id in shown else MISSING
            value = now.value if now.coded else None
            lost = None if was.value == value else was.value
            if field.is_list:
                lost = [item for item in was.value if item not in (value or [])]
            if lost:
                result.append(Dropped(field, lost, value))
        return result


class Submit(Edit, frozen=True):
    """Submit the coding; the session checks beforehand whether that is allowed."""

    what: ClassVar[str] = "coding.submitted"

    def change(self, coding: Coding, context: Context) -> Coding:
        return replace(coding, status=Status.SUBMITTED)


def _add_event(coding: Coding, context: Context) -> tuple[Coding, Event]:
    event = Event(_find_new_id(coding, context))
    coding = settle_event(coding, event, context)
    return coding, get_event(coding, event.id)


def _find_new_id(coding: Coding, context: Context) -> str:
    """Return an event id that no event has, and no link or remark to an event deleted
    since.
    """
    taken = [event.id for event in coding.events]
    for event in coding.events:
        for field in context.codebook.link_fields:
            links = event.answer(field.id).value
            if isinstance(links, list):
                taken.extend(_get_target(link) for link in links)
    taken.extend(context.remarked())
    return find_free_id("e", [each for each in taken if isinstance(each, str)])


def _remove_event(coding: Coding, event_id: str) -> Coding:
    return replace(coding, events=tuple(e for e in coding.events if e.id != event_id))


def _merge_answers(kept: Answer, gone: Answer, *, combine_items: bool) -> Answer:
    """Return the better answer, the kept one if equal; combine_items: with the items of
    both lists.
    """

    def rank(a: Answer) -> tuple[bool, bool, bool, bool]:
        # Values rank before blanks, then evidence alone, then proposals, then nothing.
        return (
            a.coded,
            a.state != Blank.MISSING,
            bool(a.evidence) and not a.proposed,
            a.proposed,
        )

    chosen = max(kept, gone, key=rank)
    if combine_items and kept.coded and gone.coded:
        more = [item for item in gone.value if item not in kept.value]
        chosen = replace(kept, value=[*kept.value, *more])
    evidence = chosen.evidence
    is_same = kept.value == gone.value
    # The evidence of a proposal consists of candidate ids, and goes with the proposal
    # that is not chosen.
    if kept.proposed == gone.proposed and (is_same or not kept.proposed):
        evidence = (*kept.evidence, *gone.evidence)
    comment = " · ".join(dict.fromkeys(filter(None, (kept.comment, gone.comment))))
    return replace(chosen, evidence=tuple(dict.fromkeys(evidence)), comment=comment)


def _redirect_links(
    coding: Coding, codebook: Codebook, kept_id: str, gone_id: str
) -> Coding:
    """Return the coding with all links to one event redirected to another, and no event
    linked to itself.
    """
    for event in coding.events:
        for field in codebook.link_fields:
            answer = event.answer(field.id)
            if not answer.coded or not isinstance(answer.value, list):
                continue
            links = []
            for link in answer.value:
                is_led = _get_target(link) == gone_id
                links.append({**link, "record": kept_id} if is_led else link)
            links = union([_remove_links(links, event.id)])
            changed: Answer | None = None
            if links:
                changed = replace(answer, value=links)
            elif answer.comment:
                changed = replace(MISSING, comment=answer.comment)
            event = event.with_answer(field.id, changed)
        coding = coding.with_event(event)
    return coding


def _remove_links(links: Json, event_id: str) -> list[Json]:
    if not isinstance(links, list):
        return []
    return [link for link in links if _get_target(link) != event_id]


def _get_target(link: Json) -> Json:
    """Return the event id that a link points to; None for a malformed link from
    imported data.
    """
    return link.get("record") if isinstance(link, dict) else None
