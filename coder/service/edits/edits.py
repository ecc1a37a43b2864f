"""The protocol and context of edits, helpers that several edits share, and the location of a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Protocol, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from coder.codebook.expressions import Disjoint
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook
from coder.codebook.settle import settle
from coder.errors import CoderError
from coder.model import (
    MISSING,
    Article,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
)
from coder.store.data_problems import unstorable
from coder.store.limits import typed_problem

# Field id → the candidates that could supply its value.
Proposals: TypeAlias = Mapping[str, Sequence[Candidate]]


class Context(Struct, frozen=True):
    """What an edit needs besides the coding itself."""

    codebook: Codebook
    article: Article
    candidates: Mapping[str, Candidate] = field(
        default_factory=dict
    )  # by id, as spans refer to them
    # Returns what the sentence of a trigger offers for the fields of its event.
    propose: Callable[[Candidate | Span], Proposals] = lambda _: {}
    # Returns the ids of events that have remarks, including events deleted since.
    remarked: Callable[[], Collection[str]] = tuple


class Edit(Protocol):
    """A change that a coder makes to a coding."""

    @property
    def what(self) -> str:
        """Its name in the journal; the displayed name is the message `edits.NAME`."""

    def apply(self, coding: Coding, context: Context) -> Coding:
        """Return the changed coding; raises CoderError if the edit is refused."""


def event_of(coding: Coding, event_id: str) -> Event:
    """Return the event with this id; raises CoderError if there is none."""
    event = coding.event(event_id)
    if event is None:
        raise CoderError("coding.no_event")
    return event


def settled(coding: Coding, event: Event, context: Context) -> Coding:
    """Return the coding with the changed event and the values that the codebook sets automatically."""
    # The coding still holds the event as it was, so that `settle` sees which fields are no longer locked.
    return coding.with_event(
        settle(_without_refuted(event, context), coding, context.codebook)
    )


def _without_refuted(event: Event, context: Context) -> Event:
    """Return the event without proposed items that the coder gave a list which may not share any with theirs.

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
                    or not taken.issuperset(_ids(c))
                )
                kept = replace(answer, value=left, evidence=evidence)
                event = event.with_answer(
                    name, kept if left else replace(MISSING, comment=answer.comment)
                )
    return event


def _ids(candidate: Candidate) -> set[str]:
    """Return the identities of whom a candidate names: by its value, else by its words."""
    value = (
        candidate.value if candidate.value is not None else {"name": candidate.quote}
    )
    return (
        {identity(item) for item in value}
        if isinstance(value, list)
        else {identity(value)}
    )


def withdrawn(before: Event, after: Event) -> list[str]:
    """Return the ids of the fields of which a change took proposed values and left nothing else."""
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
    """Raise CoderError for a typed or pasted text or value that the databases do not store."""
    if problem := unstorable(typed):
        raise CoderError("coding.unstorable", problem=problem)
    if problem := typed_problem(typed):
        raise CoderError("coding.too_long", problem=problem)


def next_id(prefix: str, taken: Sequence[str]) -> str:
    """Return a free id, such as s3 or e2: after the highest number taken that has fewer than ten digits."""
    written = (i.removeprefix(prefix) for i in taken)
    numbers = [
        int(number) for number in written if number.isdecimal() and len(number) < 10
    ]
    following = (f"{prefix}{number}" for number in count(1 + max(numbers, default=0)))
    return next(each for each in following if each not in taken)
