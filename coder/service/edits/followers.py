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
    """Return the event without proposed items that the coder gave a list which may not
    share any with theirs.

    Who is the initiator is no longer proposed as a target.
    """
    for rule in context.codebook.rules:
        names = (
            rule.require.disjoint
            if isinstance(rule.require, Disjoint) and not rule.condition
            else ()
        )
        for name, other in (names, names[::-1]) if names else ():
            answer, held = event.answer(name), event.answer(other)
            taken = {*map(identity, held.value or ())} if held.coded else set()
            if answer.proposed and not taken.isdisjoint(map(identity, answer.value)):
                left = [item for item in answer.value if identity(item) not in taken]
                evidence = tuple(
                    i
                    for i in answer.evidence
                    if (c := context.candidates.get(i)) is None
                    or not taken.issuperset(_list_identities(c))
                )
                kept = replace(answer, value=left, evidence=evidence)
                event = event.with_answer(
                    name, kept if left else replace(MISSING, comment=answer.comment)
                )
    return event


def _list_identities(candidate: Candidate) -> set[str]:
    """Return the identities of whom a candidate names: by its value, else by its words."""
    value = (
        candidate.value if candidate.value is not None else {"name": candidate.quote}
    )
    return (
        {identity(item) for item in value}
        if isinstance(value, list)
        else {identity(value)}
    )


def _states_of_answers(event: Event) -> dict[str, tuple[Json, Blank | None, bool]]:
    return {
        name: (answer.value, answer.blank, answer.proposed)
        for name, answer in event.fields.items()
    }


def reread_dates(before: Coding, after: Coding, context: Context) -> Coding:
    """Read the dates of the words anew if the edit changed the coded publication day.

    Proposed dates follow, and words cited for an empty date propose theirs. Dates that
    the coder confirmed stay, and the codebook's rules warn about them.
    """
    if read_publication_day(before) == read_publication_day(after):
        return after
    moved: dict[str, Json] = {}
    for candidate in context.read_dates(after):
        known = context.candidates.get(candidate.id)
        if known is not None and known.value != candidate.value:
            moved[candidate.id] = candidate.value
    for span in after.spans:
        if span.candidate not in moved:
            continue
        if (
            moved[span.candidate]
            and span.value == context.candidates[span.candidate].value
        ):
            after = after.with_span(replace(span, value=moved[span.candidate]))
    for event in after.events:
        for name, answer in event.fields.items():
            if answer.proposed:
                event = _move_date(event, name, answer, moved, context)
            is_date = context.codebook.event_field(name).type == "date"
            if answer.blank is Blank.MISSING and is_date:
                event = _propose_cited_date(event, name, answer, moved, after)
        after = after.with_event(event)
    return after


def _move_date(
    event: Event, name: str, answer: Answer, moved: Mapping[str, Json], context: Context
) -> Event:
    """Return the event with a proposed date that follows its words, or without one that
    they no longer give.
    """
    for candidate_id in answer.evidence:
        if candidate_id not in moved:
            continue
        if answer.value == context.candidates[candidate_id].value:
            day = moved[candidate_id]
            follows = replace(answer, value=day) if day else None
            event = event.with_answer(name, follows)
    return event


def _propose_cited_date(
    event: Event, name: str, answer: Answer, moved: Mapping[str, Json], coding: Coding
) -> Event:
    """Return the event with the date proposed that the words cited for an empty field
    now name.
    """
    for span in map(coding.span, answer.evidence):
        day = moved.get(span.candidate) if span is not None else None
        if day:
            proposal = replace(answer, value=day, blank=None, proposed=True)
            return event.with_answer(name, proposal)
    return event


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
    named = {
        span.id: span.value if isinstance(span.value, list) else [] for span in spans
    }
    rest = (span for span in spans if not any(item in named[span.id] for item in items))
    own = ([span for span in spans if item in named[span.id]] for item in items)
    return [
        (item, words[0] if words else next(rest, None))
        for item, words in zip(items, own, strict=True)
    ]


FOLLOWERS: tuple[Follower, ...] = (settle_fields, reread_dates, renew_proposals)
"""In the order in which they run."""
