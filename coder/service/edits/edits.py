"""What an edit of a coding is, what it goes by, what several edits do alike, and where a change was made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from coder.codebook.schema import Codebook, Field
from coder.codebook.settle import settle
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message
from coder.model import Article, Candidate, Coding, Event, Json, Span, differing, event_number
from coder.store.data_problems import unstorable

# Field id → the candidates that could give it its value.
Proposals: TypeAlias = Mapping[str, Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Context:
    """What an edit goes by beside the coding itself."""

    codebook: Codebook
    article: Article
    candidates: Mapping[str, Candidate] = field(default_factory=dict)  # by id, as spans name them
    # What the sentence of a trigger offers for the fields of its event.
    propose: Callable[[Candidate | Span], Proposals] = lambda _: {}
    # The events about which something is said, by their ids; some may be gone.
    remarked: Callable[[], Collection[str]] = tuple


class Edit(Protocol):
    """Something that a coder does to a coding."""

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
    numbers = [int(number) for i in taken if (number := i.removeprefix(prefix)).isdecimal()]
    return f"{prefix}{1 + max(numbers, default=0)}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change was made: an event (in a review a cluster; "" is the article), a field, a span.

    more: how many other answers it changed.
    """

    event_id: str = ""
    field: Field | None = None
    span: Span | None = None
    more: int = 0

    @property
    def words(self) -> Bilingual | str:
        """The field and the event, else the event, else the span's words; "" where nothing is known."""
        event: Bilingual | str = ""
        if self.event_id:
            event = Message("edits.event_number", number=event_number(self.event_id))
        if self.field is not None:
            where: Bilingual = self.field.label
            if event:
                where = Message("edits.field_of_event", field=where, event=event)
            return Message("edits.and_more", place=where, n=self.more) if self.more else where
        return event or (f"«{' '.join(self.span.quote.split())}»" if self.span else "")


@dataclass(frozen=True, slots=True)
class Turned:
    """What was taken back or done again: its word in the journal, and where it was."""

    what: str
    place: Place


def place_of(what: str, before: Coding, after: Coding, codebook: Codebook) -> Place:
    """Where two codings differ by one change, whose word in the journal says what it was about."""
    gone, come = ({s.id: s for s in spans} for spans in differing(before.spans, after.spans))
    span = next((s for i, s in (gone | come).items() if gone.get(i) != come.get(i)), None)
    about = what.partition(".")[0]
    if about == "span":
        return Place(span=span)
    ids = dict.fromkeys(event.id for event in (*before.events, *after.events))
    alone = [i for i in ids if before.event(i) is None or after.event(i) is None]
    if alone and about in ("event", "events"):
        return Place(alone[0], span=span)
    changed = []
    for event_id in ("", *(i for i in ids if i not in alone)):
        was, now = (coding.event(event_id) or coding for coding in (before, after))
        for asked in codebook.event_fields if event_id else codebook.article_fields:
            if was is not now and was.answer(asked.id) != now.answer(asked.id):
                changed.append((event_id, asked))
    if changed:
        return Place(*changed[0], span, len(changed) - 1)
    return Place(alone[0] if alone else "", span=span)
