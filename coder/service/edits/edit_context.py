"""What an edit of a coding is, what it goes by, and what several edits do alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from coder.codebook.schema import Codebook
from coder.codebook.scope import settle
from coder.errors import CoderError
from coder.model import Article, Candidate, Coding, Event, Json, Span
from coder.store.data_problems import unstorable

Proposals: TypeAlias = Mapping[str, Sequence[Candidate]]
"""Field id → the candidates that could give it its value."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an edit goes by beside the coding itself."""

    codebook: Codebook
    article: Article
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    """By id, as proposals and spans name them."""
    propose: Callable[[Candidate | Span], Proposals] = lambda _: {}
    """What the sentence of a trigger offers for the fields of its event."""


class Edit(Protocol):
    """Something that a coder does to a coding; `edits.EDITS` lists all there is."""

    @property
    def what(self) -> str:
        """Its word in the journal; what people read is `edits.WORD` in the catalogue."""

    def apply(self, coding: Coding, context: Context) -> Coding:
        """The coding after it; raises CoderError where it is refused."""


def event_of(coding: Coding, event_id: str) -> Event:
    """The event of that id; raises CoderError where there is none."""
    event = coding.event(event_id)
    if event is None:
        raise CoderError("coding.no_event")
    return event


def settled(coding: Coding, event: Event, context: Context) -> Coding:
    """The coding with the event as it is now, and what the codebook sets by itself set."""
    # The coding still holds the event as it was, so that `settle` sees what is locked no more.
    return coding.with_event(settle(event, coding, context.codebook))


def refuse_unstorable(typed: Json) -> None:
    """Raises CoderError where something was typed or pasted that the databases cannot keep."""
    if problem := unstorable(typed):
        raise CoderError("coding.unstorable", problem=problem)


def next_id(prefix: str, taken: Sequence[str]) -> str:
    """The first free id after the highest number taken: s3, e2."""
    numbers = [int(i.removeprefix(prefix)) for i in taken if i.removeprefix(prefix).isdigit()]
    return f"{prefix}{1 + max(numbers, default=0)}"
