"""What the tool sets by itself on an event: defaults of fields nobody touched, and values it locks.

Source: `default` and `auto` of the event fields in schemas/conflict_events.yaml.
"""

from __future__ import annotations

from dataclasses import replace

from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import Scope
from coder.model import Answer, Coding, Event


def settle(event: Event, coding: Coding, codebook: Codebook) -> Event:
    """The event with untouched fields at their default and automatic values set.

    A field that was cleared on purpose (blank `missing`) stays cleared. A value that was locked in the
    coding's own version of the event and is so no more goes back to the default. Hidden fields are left
    as they are.
    """
    before = coding.event(event.id)
    for field in codebook.event_fields:
        scope = Scope(coding, codebook, event)
        if field.when is not None and not scope.holds(field.when):
            continue
        unlocked = before is not None and _locks(field, Scope(coding, codebook, before))
        if _locks(field, scope):
            event = event.with_answer(field.id, _locked_answer(field, event))
        elif unlocked or field.id not in event.fields:
            event = event.with_answer(field.id, _default(field))
    return event


def locked(field: Field, event: Event, coding: Coding, codebook: Codebook) -> bool:
    """Whether the tool holds the field's value now, so that a coder cannot change it."""
    return _locks(field, Scope(coding, codebook, event))


def _locks(field: Field, scope: Scope) -> bool:
    return field.auto is not None and scope.holds(field.auto.condition)


def _locked_answer(field: Field, event: Event) -> Answer:
    """The automatic value, with the evidence and the comment that are there."""
    assert field.auto is not None
    stored = event.answer(field.id)
    return replace(stored, value=field.auto.value, blank=None, proposed=False)


def _default(field: Field) -> Answer | None:
    return None if field.default is None else Answer(value=field.default)
