"""What follows an edit before it is written: settled fields, dates read anew, proposals
made anew.

The followers' changes are in the same journal entry as the edit. Undo and redo never
run them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.expressions import Disjoint
from coder.codebook.identity import identity
from coder.codebook.settle import settle
from coder.model import (
    MISSING,
    Answer,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
    items_of,
)
from coder.service.edits.context import Context
from coder.service.edits.field_values import read_publication_day
from coder.service.edits.proposals import drop_rejected, propose_answer

Follower: TypeAlias = Callable[[Coding, Coding, Context], Coding]
"""Takes the coding before and after an edit; returns it with what follows."""


def follow(before: Coding, after: Coding, context: Context) -> Coding:
    """Return the coding after an edit with everything that follows from the edit."""
    if after is before:
        return after
    for follower in FOLLOWERS:
        after = follower(before, after, context)
    return after


def settle_fields(before: Coding, after: Coding, context: Context) -> Coding:
    """Set defaults and automatic values of changed events, and drop proposals that they
    refute.
    """
    for event in after.events:
        was = before.event(event.id)
        if was is None or _states_of_answers(was) != _states_of_answers(event):
            coding = after if was is None else after.with_event(was)
            after = settle_event(coding, event, context)
    return after


def settle_event(coding: Coding, event: Event, context: Context) -> Coding:
    """Return the coding with the changed event and the values that the codebook sets
    automatically.
    """
    # The coding still holds the event as it was, so that `settle` sees which fields are
    # no longer locked.
    return coding.with_event(
        settle(_drop_refuted(event, context), coding, context.codebook)
    )


def _drop_refuted(event: Event, context: Context) -> Event:
    """Return the event without proposed items that the codebook rules out, as the coder
    gave them in another field.

    So who was coded as the initiator is no longer proposed as a target.
    """
    for rule in context.codebook.rules:
        if isinstance(rule.require, Disjoint) and not rule.condition:
            one, other = rule.require.disjoint
            event = _drop_shared(event, one, other, context)
            event = _drop_shared(event, other, one, context)
    return event


def _drop_shared(event: Event, name: str, other: str, context: Context) -> Event:
    """Return the event without the items proposed in the field `name` that are coded in
    the field `other`.
    """
    answer = event.answer(name)
    coded = event.answer(other)
    if not answer.proposed or not coded.coded:
        return event
    taken = {identity(item) for item in coded.value or ()}
    left = [item for item in answer.value if identity(item) not in taken]
    if len(left) == len(answer.value):
        return event
    if not left:
        return event.with_answer(name, replace(MISSING, comment=answer.comment))
    evidence = []
    for candidate_id in answer.evidence:
        candidate = context.candidates.get(candidate_id)
        if candidate is None or not taken.issuperset(_list_identities(candidate)):
            evidence.append(candidate_id)
    kept = replace(answer, value=left, evidence=tuple(evidence))
    return event.with_answer(name, kept)


def _list_identities(candidate: Candidate) -> set[str]:
    """Return the identities of whom a candidate names: by its value, else by its words."""
    if candidate.value is None:
        return {identity({"name": candidate.quote})}
    return {identity(item) for item in items_of(candidate.value)}


def _states_of_answers(event: Event) -> dict[str, tuple[Json, Blank | None, bool]]:
    return {
        name: (answer.value, answer.blank, answer.proposed)
        for name, answer in event.fields.items()
    }


def reread_dates(before: Coding, after: Coding, context: Context) -> Coding:
    """Read dates in the text anew if the edit changed the coded publication day.

    Words such as "yesterday" then mean another day. Proposed dates become that day, and
    an empty date whose evidence now names a day gets it proposed. Dates that the coder
    confirmed stay, and the codebook's rules warn about them.
    """
    if read_publication_day(before) == read_publication_day(after):
        return after
    new_dates = _find_new_dates(after, context)
    for span in after.spans:
        day = new_dates.get(span.candidate)
        if day and span.value == context.candidates[span.candidate].value:
            after = after.with_span(replace(span, value=day))
    for event in after.events:
        changed = event
        for name, answer in event.fields.items():
            is_date = context.codebook.event_field(name).type == "date"
            follows: Answer | None = answer
            if answer.proposed:
                follows = _follow_words(answer, new_dates, context)
            elif answer.blank is Blank.MISSING and is_date:
                follows = _propose_cited_date(answer, new_dates, after)
            if follows != answer:
                changed = changed.with_answer(name, follows)
        after = after.with_event(changed)
    return after


def _find_new_dates(coding: Coding, context: Context) -> dict[str, Json]:
    """Return the id of each candidate that is read as another date than before → that
    date, None if it names none any more.
    """
    new_dates: dict[str, Json] = {}
    for candidate in context.read_dates(coding):
        earlier = context.candidates.get(candidate.id)
        if earlier is not None and earlier.value != candidate.value:
            new_dates[candidate.id] = candidate.value
    return new_dates


def _follow_words(
    answer: Answer, new_dates: Mapping[str, Json], context: Context
) -> Answer | None:
    """Return a proposed answer with the date that its words now name, None if they name
    none any more.
    """
    for candidate_id in answer.evidence:
        if candidate_id not in new_dates:
            continue
        if answer.value == context.candidates[candidate_id].value:
            day = new_dates[candidate_id]
            return replace(answer, value=day) if day else None
    return answer


def _propose_cited_date(
    answer: Answer, new_dates: Mapping[str, Json], coding: Coding
) -> Answer:
    """Return an empty answer with the date proposed that the words cited for it now
    name, if they name one.
    """
    for span in map(coding.span, answer.evidence):
        day = new_dates.get(span.candidate) if span is not None else None
        if day:
            return replace(answer, value=day, blank=None, proposed=True)
    return answer


def renew_proposals(before: Coding, after: Coding, context: Context) -> Coding:
    """Make the proposals of an event anew if its type or its actors changed.

    Where the type, initiators, targets, claimants or sources changed, what depends on
    them is proposed anew, in empty fields only what could not be proposed before. What
    the coder set, confirmed, removed or called not stated stays.
    """
    type_field = context.codebook.type_field
    if type_field is None:
        return after
    for event in after.events:
        was = before.event(event.id)
        cited = event.answer(type_field.id).evidence
        trigger = next(filter(None, map(after.span, cited)), None)
        if was is not None and trigger is not None:
            after = _renew_event(before, after, was, event, trigger, context)
    return after


def _renew_event(
    before: Coding,
    after: Coding,
    was: Event,
    event: Event,
    trigger: Span,
    context: Context,
) -> Coding:
    """Return the coding with the unconfirmed proposals of one changed event made anew."""
    codebook = context.codebook
    deciding = [f.id for f in codebook.event_fields if f.type == "actor" and f.is_list]
    if codebook.type_field is not None:
        deciding.append(codebook.type_field.id)
    changed = [
        name for name in deciding if was.answer(name).value != event.answer(name).value
    ]
    if not changed:
        return after
    known = [
        name for name in deciding if name in changed or not event.answer(name).proposed
    ]
    waiting = []
    for field in codebook.event_fields:
        stands = event.answer(field.id)
        if field.id not in known and (stands.proposed or stands == MISSING):
            waiting.append((field, stands))
    if not waiting:
        return after
    given_before = {
        name: _list_items_with_words(was.answer(name), before) for name in known
    }
    given_now = {
        name: _list_items_with_words(event.answer(name), after) for name in known
    }
    proposed_before = context.propose(trigger, given_before)
    proposed_now = context.propose(trigger, given_now)
    offered_before = drop_rejected(proposed_before, after, codebook)
    offered_now = drop_rejected(proposed_now, after, codebook)
    # A count that the event itself has is no reason against proposing it again.
    others = replace(after, events=tuple(e for e in after.events if e.id != event.id))
    renewed = event
    for field, stands in waiting:
        earlier = offered_before.get(field.id, [])
        now = offered_now.get(field.id, [])
        is_same = [(c.id, c.value) for c in earlier] == [(c.id, c.value) for c in now]
        # An empty field for which there was a proposal was emptied by the coder.
        was_emptied = not stands.proposed and bool(earlier)
        if is_same or was_emptied:
            continue
        unanswered = MISSING if field.default is None else Answer(value=field.default)
        answer = propose_answer(field, now, others, codebook) or unanswered
        answer = replace(answer, comment=stands.comment)
        renewed = renewed.with_answer(field.id, None if answer == MISSING else answer)
    return settle_event(after, renewed, context)


def _list_items_with_words(
    answer: Answer, coding: Coding
) -> list[tuple[Json, Span | None]]:
    """Return the items of an answer, each with its own words, else with words that name
    none of them.
    """
    items = items_of(answer.value) if answer.value is not None else []
    spans = [span for span in map(coding.span, answer.evidence) if span is not None]
    naming_others = []
    for span in spans:
        if not any(_names(span, item) for item in items):
            naming_others.append(span)
    pairs: list[tuple[Json, Span | None]] = []
    for item in items:
        own = [span for span in spans if _names(span, item)]
        if not own and naming_others:
            own = [naming_others.pop(0)]
        pairs.append((item, own[0] if own else None))
    return pairs


def _names(span: Span, item: Json) -> bool:
    """Return whether an item is one of the values in a span's list."""
    return isinstance(span.value, list) and item in span.value


FOLLOWERS: tuple[Follower, ...] = (settle_fields, reread_dates, renew_proposals)
"""In the order in which they run."""
