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
    """All events of a coding with their effective answers."""
    return _effective(coding, codebook).events


def effective_answers(coding: Coding, codebook: Codebook) -> Mapping[str, Answer]:
    """The effective answers of the article."""
    return _effective(coding, codebook).answers


def unasked(coding: Coding, codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield the (event id, "" for the article; field id) of values whose questions no
    longer arise.
    """
    now = _effective(coding, codebook)
    pairs = [("", coding.answers, now.answers)]
    pairs += [
        (e.id, e.fields, each.fields)
        for e, each in zip(coding.events, now.events, strict=True)
    ]
    for event_id, stored, counting in pairs:
        if not stored.items() <= counting.items():  # few, found quickly
            for name, answer in stored.items():
                if answer.coded and not counting.get(name, MISSING).coded:
                    yield event_id, name


def answers_of(scope: Scope, event: Event) -> dict[str, Answer]:
    """The effective answers of an event, the scope's own, which keeps them, in the
    order of the fields.
    """
    if not (blanks := scope.visibility(event).blanks):
        fields = scope.codebook.event_fields
        blanks.update(
            (f.id, MISSING if scope.asks(f, "event") else NOT_APPLICABLE)
            for f in fields
        )
    stored = ((name, answer) for name, answer in event.fields.items() if name in blanks)
    scope.of_event = blanks | {
        name: answer.effective(blanks[name]) for name, answer in stored
    }
    return scope.of_event


_MAX_CODINGS = 12  # about as many as an article has


class _Effective:
    """A coding's effective answers, computed on first access."""

    def __init__(self, coding: Coding, codebook: Codebook) -> None:
        self.coding, self._scope = coding, Scope(coding, codebook)

    @cached_property
    def events(self) -> Sequence[Event]:
        return tuple(
            Event(each.id, answers_of(self._scope.at(each), each))
            for each in self.coding.events
        )

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        return {
            f.id: self._scope.article_answer(f)
            for f in self._scope.codebook.article_fields
        }


def _effective(coding: Coding, codebook: Codebook) -> _Effective:
    """The effective answers of a coding; the last codings are cached, as an article's
    are read repeatedly.
    """
    cached: tuple[_Effective, ...] = codebook.kept.get(_Effective, ())
    if (
        effective := next((each for each in cached if each.coding is coding), None)
    ) is None:
        effective = _Effective(coding, codebook)
        codebook.kept[_Effective] = (effective, *cached[: _MAX_CODINGS - 1])
    return effective
