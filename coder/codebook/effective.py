"""Answers as they count: hidden fields are not applicable, proposals are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from coder.codebook.schema import Codebook
from coder.codebook.scope import NOT_APPLICABLE, Scope
from coder.model import MISSING, Answer, Blank, Coding, Event


def effective_events(coding: Coding, codebook: Codebook) -> Sequence[Event]:
    """All events of a coding with their answers as they count."""
    return _counted(coding, codebook).events


def effective_answers(coding: Coding, codebook: Codebook) -> Mapping[str, Answer]:
    """The article's answers as they count: hidden fields not_applicable, proposals missing."""
    return _counted(coding, codebook).answers


_KEPT = 12  # codings: about as many as an article has


class _Counted:
    """A coding's answers as they count, each worked out when it is first asked for."""

    def __init__(self, coding: Coding, codebook: Codebook) -> None:
        self.coding, self._scope = coding, Scope(coding, codebook)

    @cached_property
    def events(self) -> Sequence[Event]:
        return tuple(Event(event.id, self._answers_of(event)) for event in self.coding.events)

    def _answers_of(self, event: Event) -> dict[str, Answer]:
        """In the order of the codebook's fields."""
        scope = self._scope.linked(event)
        if not (blanks := scope.alike(event).blanks):
            fields = scope.codebook.event_fields
            blanks.update((f.id, MISSING if scope.asks(f, "event") else NOT_APPLICABLE) for f in fields)
        asked, hidden = blanks.get, Blank.NOT_APPLICABLE
        return blanks | {
            name: answer
            for name, answer in event.fields.items()
            if asked(name) is MISSING and not answer.proposed and answer.blank is not hidden
        }

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        return {f.id: self._scope.article_answer(f) for f in self._scope.codebook.article_fields}


def _counted(coding: Coding, codebook: Codebook) -> _Counted:
    """Those of the codings asked for last are kept: several ask for an article's one after another."""
    kept: tuple[_Counted, ...] = codebook.kept.get(_Counted, ())
    if (found := next((each for each in kept if each.coding is coding), None)) is None:
        found = _Counted(coding, codebook)
        codebook.kept[_Counted] = (found, *kept[: _KEPT - 1])
    return found
