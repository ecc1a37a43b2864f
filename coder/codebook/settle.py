"""Values that the tool sets on an event: defaults of untouched fields, and locked
automatic values.

Source: `default` and `auto` of the event fields in schemas/conflict_events.yaml.
"""

from __future__ import annotations

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import Scope
from coder.model import MISSING, Answer, Coding, Event, Json


def settle(event: Event, coding: Coding, codebook: Codebook) -> Event:
    """Return the event with untouched fields set to their default, and automatic values
    set.

    A field that was cleared on purpose (blank `missing`) stays cleared. A value that
    was locked in the coding's version of the event and no longer is returns to the
    default. Hidden fields are left as they are.
    """
    before = coding.event(event.id)
    scope = Scope(coding, codebook, event)
    for field in codebook.event_fields:
        if field.when is not None and not scope.holds(field.when):
            continue
        stored = event.fields.get(field.id)
        answer = stored
        if field.auto is not None and scope.holds(field.auto.condition):
            answer = _with_value(stored or MISSING, field.auto.value)
        elif stored is None or _was_locked(field, stored, before, coding, codebook):
            answer = None if field.default is None else Answer(value=field.default)
        if answer != stored:
            event = event.with_answer(field.id, answer)
            scope = Scope(coding, codebook, event)
    return event


def _was_locked(
    field: Field,
    stored: Answer,
    before: Event | None,
    coding: Coding,
    codebook: Codebook,
) -> bool:
    """Return whether an answer is the automatic value that was locked before."""
    if before is None or field.auto is None or stored.value != field.auto.value:
        return False
    return locked(field, before, coding, codebook)


def _with_value(answer: Answer, value: Json) -> Answer:
    """Return an answer with the tool's value; the evidence of a proposal goes with it."""
    evidence = () if answer.proposed else answer.evidence
    return replace(answer, value=value, blank=None, evidence=evidence, proposed=False)


def locked(field: Field, event: Event, coding: Coding, codebook: Codebook) -> bool:
    """Return whether the tool currently sets the field's value, so that a coder cannot
    change it.
    """
    if field.auto is None:
        return False
    return Scope(coding, codebook, event).holds(field.auto.condition)
