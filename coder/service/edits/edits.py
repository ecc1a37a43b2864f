"""The protocol and context of edits, helpers that several edits share, and the location of a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Protocol, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from coder.codebook.expressions import Disjoint
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field
from coder.codebook.settle import settle
from coder.errors import CoderError
from coder.grouping import differing
from coder.messages.catalogue import Bilingual, Message
from coder.model import (
    MISSING,
    Article,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
    event_number,
    items_of,
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


class Place(Struct, frozen=True):
    """The location of a change: event (in review a cluster; "" is the article), field and span.

    more: the number of other answers it changed.
    """

    event_id: str = ""
    field: Field | None = None
    span: Span | None = None
    more: int = 0

    @property
    def words(self) -> Bilingual | str:
        """The field and its event, else the event, else the span's quote, else ""."""
        event: Bilingual | str = ""
        if self.event_id:
            event = Message("edits.event_number", number=event_number(self.event_id))
        if self.field is not None:
            where: Bilingual = self.field.label
            if event:
                where = Message("edits.field_of_event", field=where, event=event)
            return (
                Message("edits.and_more", place=where, n=self.more)
                if self.more
                else where
            )
        return event or (f"«{' '.join(self.span.quote.split())}»" if self.span else "")


class Turned(Struct, frozen=True):
    """A change that was undone or redone: its name in the journal, and its location."""

    what: str
    place: Place


def place_of(what: str, before: Coding, after: Coding, codebook: Codebook) -> Place:
    """Return the location of the change between two codings; what: its name in the journal."""
    removed, added = (
        {s.id: s for s in spans} for spans in differing(before.spans, after.spans)
    )
    span = next(
        (s for i, s in (removed | added).items() if removed.get(i) != added.get(i)),
        None,
    )
    about = what.partition(".")[0]
    if about == "span":
        return Place(span=span)
    ids = dict.fromkeys(event.id for event in (*before.events, *after.events))
    in_one = [i for i in ids if before.event(i) is None or after.event(i) is None]
    if in_one and about in ("event", "events") and what != "event.split":
        return Place(in_one[0], span=span)
    changed = []
    for event_id in ("", *(i for i in ids if i not in in_one)):
        was, now = (coding.event(event_id) or coding for coding in (before, after))
        for each in codebook.event_fields if event_id else codebook.article_fields:
            if was is not now and was.answer(each.id) != now.answer(each.id):
                changed.append((event_id, each))
    if (
        what == "event.split"
    ):  # a tally stays as it was, and the new events are linked to it
        parts = [coding.event(each) for coding in (before, after) for each in in_one]
        answers = [
            part.answer(field.id)
            for part in parts
            if part
            for field in codebook.link_fields
        ]
        tallies = [
            link["record"]
            for answer in answers
            for link in items_of(answer.value)
            if answer.coded
        ]
        return Place(
            next(iter([*(i for i, _ in changed), *tallies, *in_one]), ""), span=span
        )
    if changed:
        return Place(*changed[0], span, len(changed) - 1)
    return Place(in_one[0] if in_one else "", span=span)
