"""Proposals that obey the codebook: none that one of its rules calls an error as soon as it is accepted."""

from __future__ import annotations

from msgspec.structs import replace

from coder.codebook.expressions import split_name
from coder.codebook.schema import Rule
from coder.codebook.validate import problems
from coder.model import MISSING, Answer, Blank, Coding, Event
from coder.service.edits.edits import Context


def without_errors(event: Event, coding: Coding, context: Context) -> Event:
    """Return the event without the proposals that break a rule once they are accepted.

    A field that loses its proposal gets its default back. A rule about a field that still waits for its
    value is not broken yet.
    """
    for rule in _broken(event, coding, context):
        for name in dict.fromkeys(split_name(name)[1] for name in rule.names):
            if not event.answer(name).proposed:
                continue
            default = context.codebook.event_field(name).default
            less = event.with_answer(name, MISSING if default is None else Answer(value=default))
            if rule not in _broken(less, coding, context):
                event = less
                break
    return event


def _broken(event: Event, coding: Coding, context: Context) -> list[Rule]:
    accepted = Event(event.id, {name: replace(a, proposed=False) for name, a in event.fields.items()})
    alone = replace(coding, events=(accepted,))
    found = problems(alone, context.codebook, context.article, values_fit=True)
    errors = {problem.rule for problem in found if problem.severity == "error" and problem.event_id}
    return [rule for rule in context.codebook.rules if rule.id in errors and not _waits(rule, alone)]


def _waits(rule: Rule, coding: Coding) -> bool:
    """Whether a rule names a field without an answer, or names none: it is about all evidence."""
    [event] = coding.events
    parts = [split_name(name) for name in rule.names]
    answers = [(coding if owner == "article" else event).answer(field) for owner, field, _ in parts]
    return not answers or any(each.proposed or each.blank is Blank.MISSING for each in answers)
