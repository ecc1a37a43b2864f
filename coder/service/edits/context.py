"""What edits need besides the coding itself, and helpers that several edits share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import TypeAlias

from msgspec import Struct, field

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import (
    Article,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
)
from coder.storage_limits import find_typed_problem, unstorable

# Field id → the candidates that could supply its value.
Proposals: TypeAlias = Mapping[str, Sequence[Candidate]]


Given: TypeAlias = Mapping[str, Sequence[tuple[Json, Span | None]]]
"""Field id → the type or actors that stand in it, with their words, by which other
fields are proposed.
"""


class Context(Struct, frozen=True):
    """What an edit needs besides the coding itself."""

    codebook: Codebook
    article: Article
    candidates: Mapping[str, Candidate] = field(
        default_factory=dict
    )  # by id, as spans refer to them
    # Returns what the sentence of a trigger offers for the fields of its event, if
    # certain values stand there.
    propose: Callable[[Candidate | Span, Given], Proposals] = lambda trigger, given: {}
    # Returns the candidates of the article as its dates are read for a coding.
    read_dates: Callable[[Coding], Sequence[Candidate]] = lambda coding: ()
    # Returns the ids of events that have remarks, including events deleted since.
    remarked: Callable[[], Collection[str]] = tuple


def get_event(coding: Coding, event_id: str) -> Event:
    """Return the event with this id; raises CoderError if there is none."""
    event = coding.event(event_id)
    if event is None:
        raise CoderError("coding.no_event")
    return event


def find_withdrawn_fields(before: Event, after: Event) -> list[str]:
    """Return the ids of the fields of which a change took proposed values and left
    nothing else.
    """
    lost = []
    for name, answer in before.fields.items():
        now = after.answer(name)
        is_shorter = (
            now.proposed
            and isinstance(now.value, list)
            and len(now.value) < len(answer.value)
        )
        if answer.proposed and (now.blank is Blank.MISSING or is_shorter):
            lost.append(name)
    return lost


def refuse_unstorable(typed: Json) -> None:
    """Raise CoderError for a typed or pasted text or value that the databases do not
    store.
    """
    if problem := unstorable(typed):
        raise CoderError("coding.unstorable", problem=problem)
    if problem := find_typed_problem(typed):
        raise CoderError("coding.too_long", problem=problem)


def find_free_id(prefix: str, taken: Sequence[str]) -> str:
    """Return a free id, such as s3 or e2: after the highest number taken that has fewer
    than ten digits.
    """
    written = (i.removeprefix(prefix) for i in taken)
    numbers = [
        int(number) for number in written if number.isdecimal() and len(number) < 10
    ]
    following = (f"{prefix}{number}" for number in count(1 + max(numbers, default=0)))
    return next(each for each in following if each not in taken)
