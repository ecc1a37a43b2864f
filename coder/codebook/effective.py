"""Effective answers: those of hidden fields are not_applicable, proposals are missing;
comments stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from coder.codebook.schema import Codebook
from coder.codebook.scope import NOT_APPLICABLE, Scope
from coder.model import MISSING, Answer, Coding, Event


def effective_events(coding: Coding, codebook: Codebook) -> Sequence[Event]:
    """Return all events of a coding with their effective answers."""
    return _effective(coding, codebook).events


def effective_answers(coding: Coding, codebook: Codebook) -> Mapping[str, Answer]:
    """Return the effective answers of the article."""
    return _effective(coding, codebook).answers


def find_unasked(coding: Coding, codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield the (event id, "" for the article; field id) of values whose questions no
    longer arise.
    """
    now = _effective(coding, codebook)
    yield from _find_lost("", coding.answers, now.answers)
    for stored, effective in zip(coding.events, now.events, strict=True):
        yield from _find_lost(stored.id, stored.fields, effective.fields)


def _find_lost(
    event_id: str, stored: Mapping[str, Answer], effective: Mapping[str, Answer]
) -> Iterator[tuple[str, str]]:
    """Yield the event id with each field whose stored value does not count."""
    if stored.items() <= effective.items():  # mostly so, and found quickly
        return
    for name, answer in stored.items():
        if answer.coded and not effective.get(name, MISSING).coded:
            yield event_id, name


def answers_of(scope: Scope, event: Event) -> dict[str, Answer]:
    """Return the effective answers of an event, in the order of the fields.

    scope: the event's own; it keeps the answers.
    """
    blanks = scope.visibility(event).blanks
    if not blanks:
        for field in scope.codebook.event_fields:
            is_asked = scope.asks(field, "event")
            blanks[field.id] = MISSING if is_asked else NOT_APPLICABLE
    answers = dict(blanks)
    for name, answer in event.fields.items():
        if name in blanks:
            answers[name] = answer.effective(blanks[name])
    scope.of_event = answers
    return answers


_MAX_CODINGS = 12  # about as many as an article has


class _Effective:
    """A coding's effective answers, computed on first access."""

    def __init__(self, coding: Coding, codebook: Codebook) -> None:
        self.coding = coding
        self._scope = Scope(coding, codebook)

    @cached_property
    def events(self) -> Sequence[Event]:
        events = []
        for event in self.coding.events:
            answers = answers_of(self._scope.at(event), event)
            events.append(Event(event.id, answers))
        return tuple(events)

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        fields = self._scope.codebook.article_fields
        return {field.id: self._scope.article_answer(field) for field in fields}


def _effective(coding: Coding, codebook: Codebook) -> _Effective:
    """Return the effective answers of a coding; the last codings are cached, as an
    article's are read repeatedly.
    """
    cached: tuple[_Effective, ...] = codebook.kept.get(_Effective, ())
    for effective in cached:
        if effective.coding is coding:
            return effective
    effective = _Effective(coding, codebook)
    codebook.kept[_Effective] = (effective, *cached[: _MAX_CODINGS - 1])
    return effective
