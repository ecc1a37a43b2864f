"""Counts of a coding's contents by kind, to report before an export what the format
cannot hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from coder.codebook.effective import effective_events, find_unasked
from coder.codebook.schema import Codebook
from coder.codebook.validate import is_stretch
from coder.exporters import flat_events
from coder.exporters.tokens import LAYERS, put_in_layers, relations, trigger_of
from coder.exporters.writer import Dataset, article_answers
from coder.model import Answer, Article, Blank, Coding, Event, Span

NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 does not allow (production `Char`)."""


def held(
    article: Article,
    codings: Sequence[Coding],
    dataset: Dataset,
    kinds: Collection[str],
) -> Counter[str]:
    """Count these kinds of contents in an article's codings."""
    counts = Counter[str]()
    for coding in codings:
        contents = _Contents(article, coding, dataset.book(coding))
        for kind in kinds:
            counts[kind] += _COUNTS[kind](contents)
    return +counts


def hidden(coding: Coding, book: Codebook) -> Iterator[tuple[str, str]]:
    """Yield the (event id, field id) of values stored in answers to questions that no
    longer arise.
    """
    return (at for at in find_unasked(coding, book) if not is_stretch(at[1], book))


class _Contents:
    """The parts of a coding that are counted."""

    def __init__(self, article: Article, coding: Coding, book: Codebook) -> None:
        self.article = article
        self.coding = coding
        self._book = book

    @property
    def events(self) -> Sequence[Event]:
        """The effective events."""
        return effective_events(self.coding, self._book)

    @cached_property
    def answers(self) -> Sequence[Answer]:
        """The effective answers about the article and its events."""
        return [*self._of_article, *_answers_of(self.events)]

    @property
    def _of_article(self) -> Iterable[Answer]:
        return article_answers(self.coding, self._book).values()

    @cached_property
    def loose_events(self) -> Sequence[Event]:
        """The events whose type has no standing span as evidence."""
        known = {span.id for span in self.standing}
        loose = []
        for event in self.events:
            if trigger_of(event, self._book, known) is None:
                loose.append(event)
        return loose

    @property
    def loose(self) -> Sequence[Answer]:
        """The answers about the article and its loose events."""
        return [*self._of_article, *_answers_of(self.loose_events)]

    @property
    def not_incidents(self) -> int:
        """The number of events that are no single incidents that occurred."""
        return sum(not flat_events.is_incident(event) for event in self.events)

    def outside_columns(self, scheme: str) -> int:
        """The number of values without a column of a scheme, or with more than it
        takes.

        Events that are no single incidents are counted in `not_incidents`.
        """
        count = _count_coded(self._of_article)
        for event in filter(flat_events.is_incident, self.events):
            held = flat_events.find_held_fields(scheme, event, self._book)
            for field, answer in event.fields.items():
                if answer.coded and field not in held:
                    count += 1
        return count

    @property
    def unlinked(self) -> int:
        """The number of answers whose evidence relations between spans do not hold in
        full.
        """
        links = {*relations(self.coding, self._book)}
        type_field = self._book.type_field
        if type_field is not None:
            links |= {(first, first, type_field.id) for first, *_ in links}
        known = {span.id for span in self.standing}
        count = _with_evidence(self.loose)
        for event in self.events:
            trigger = trigger_of(event, self._book, known)
            if trigger is None:
                continue
            for field, answer in event.fields.items():
                needed = {(trigger, span_id, field) for span_id in answer.evidence}
                if not needed <= links:
                    count += 1
        return count

    @property
    def hidden(self) -> int:
        """The number of values stored in answers to questions that no longer arise."""
        return sum(1 for _ in hidden(self.coding, self._book))

    @property
    def stretches(self) -> int:
        """The number of decisions on stretches; 0 without events, as then the spans
        hold the decisions.
        """
        if not self._book.event_fields:
            return 0
        return sum(is_stretch(name, self._book) for name in self.coding.answers)

    @cached_property
    def standing(self) -> Sequence[Span]:
        """The spans that were not rejected."""
        return self.coding.standing

    @cached_property
    def used(self) -> int | None:
        """The number of standing spans that are evidence of an answer; None if the
        codebook has no events.
        """
        if not self._book.event_fields:
            return None
        used = {each for answer in self.answers for each in answer.evidence}
        return sum(span.id in used for span in self.standing)


def _answers_of(events: Iterable[Event]) -> list[Answer]:
    answers: list[Answer] = []
    for event in events:
        answers += event.fields.values()
    return answers


def _count_coded(answers: Iterable[Answer]) -> int:
    """Return the number of answers that are coded."""
    return sum(answer.coded for answer in answers)


def _with_evidence(answers: Iterable[Answer]) -> int:
    """Return the number of answers that have evidence."""
    return sum(bool(answer.evidence) for answer in answers)


_COUNTS: Mapping[str, Callable[[_Contents], int]] = {
    "events": lambda of: len(of.events),
    "values": lambda of: _count_coded(of.answers),
    "blanks": lambda of: sum(answer.blank is Blank.NOT_STATED for answer in of.answers),
    "evidence": lambda of: _with_evidence(of.answers),
    "loose_events": lambda of: len(of.loose_events),
    "loose_values": lambda of: _count_coded(of.loose),
    "loose_evidence": lambda of: _with_evidence(of.loose),
    "unlinked": lambda of: of.unlinked,
    "not_incidents": lambda of: of.not_incidents,
    "acled_values": lambda of: of.outside_columns("acled"),
    "plover_values": lambda of: of.outside_columns("plover"),
    "comments": lambda of: sum(bool(answer.comment) for answer in of.answers),
    "provenance": lambda of: sum(
        bool(answer.taken_from or answer.by) for answer in of.answers
    ),
    "rejected": lambda of: len(of.coding.spans) - len(of.standing),
    "unused": lambda of: 0 if of.used is None else len(of.standing) - of.used,
    "details": lambda of: of.used or 0,
    "span_values": lambda of: sum(span.value is not None for span in of.standing),
    "decisions": lambda of: sum(span.decision is not None for span in of.standing),
    "overlaps": lambda of: sum(
        layer >= LAYERS for _, layer in put_in_layers(of.standing)
    ),
    "hidden": lambda of: of.hidden,
    "stretches": lambda of: of.stretches,
    "controls": lambda of: len(NOT_IN_XML.findall(of.article.text)),
}
KINDS = tuple(_COUNTS)
"""Their names for people are the messages `delivery.holds_…`. overlaps: spans that do
not fit into `LAYERS`; loose: outside events with a trigger; unlinked: evidence that is
no relation; not_incidents: events that are no single incidents that occurred; acled,
plover: values that no column takes whole; controls: characters that XML does not allow;
hidden: answers to questions that no longer arise. Only counted if the codebook has
events: stretches, decisions whether a stretch is gold; unused, spans that are no
value's evidence; details, kinds and values of all other spans.
"""
