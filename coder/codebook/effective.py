"""Answers as they count: hidden fields are not applicable, proposals are missing."""

from __future__ import annotations

from dataclasses import replace

from coder.codebook.schema import Codebook
from coder.codebook.scope import Scope
from coder.model import Answer, Coding, Event


def effective(event: Event, coding: Coding, codebook: Codebook) -> Event:
    """The event with its answers as they count: hidden fields not_applicable, proposals missing."""
    return _counted_event(Scope(coding, codebook, event), event)


def effective_events(coding: Coding, codebook: Codebook) -> list[Event]:
    """All events of a coding with their answers as they count."""
    scope = Scope(coding, codebook)
    return [_counted_event(scope.linked(event), event) for event in coding.events]


def _counted_event(scope: Scope, event: Event) -> Event:
    return replace(event, fields={f.id: scope.event_answer(f) for f in scope.codebook.event_fields})


def effective_answers(coding: Coding, codebook: Codebook) -> dict[str, Answer]:
    """The article's answers as they count: hidden fields not_applicable, proposals missing."""
    scope = Scope(coding, codebook)
    return {f.id: scope.article_answer(f) for f in codebook.article_fields}
