"""Which fields decide whether others are asked for; a cache for events that conditions
cannot tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from coder.codebook import expressions as forms
from coder.codebook.schema import Codebook
from coder.model import Answer, Coding, Event

_OF_OTHERS = (
    forms.EvidenceTest | forms.NoRecords | forms.NoTwin
)  # these depend on more than answers
_MAX_ENTRIES = 10_000


class Visibility(NamedTuple):
    """What is computed so far for events with the same deciding answers; callers add to
    it.

    asked: field id → whether it is asked for. blanks: field id → its effective answer
    while unanswered, either empty or of all fields in order.
    """

    asked: dict[str, bool]
    blanks: dict[str, Answer]


class VisibilityCache:
    """The visibility of event fields under one codebook."""

    def __init__(self, codebook: Codebook) -> None:
        self._deciding = _answers_in_conditions(codebook)
        self._entries: dict[Sequence[object], Visibility] = {}

    def of(self, coding: Coding, event: Event) -> Visibility:
        """The entry for events like this one; a new one if conditions look at more than
        answers.
        """
        if self._deciding is None:
            return Visibility({}, {})
        of_article, of_event = self._deciding
        answers = (
            *map(coding.answers.get, of_article),
            *map(event.fields.get, of_event),
        )
        if len(self._entries) > _MAX_ENTRIES:
            self._entries.clear()
        return self._entries.setdefault(
            tuple(map(_cache_key, answers)), Visibility({}, {})
        )


def deciding_fields(codebook: Codebook) -> Mapping[str, set[str]]:
    """The fields that decide whether each field is asked for: those in its condition,
    and those in theirs.
    """
    deciding = {
        field.id: {forms.split_name(name)[1] for name in forms.names_in(field.when)}
        if field.when
        else set()
        for field in codebook.fields
    }
    for names in deciding.values():
        while (
            further := {each for name in names for each in deciding.get(name, ())}
            - names
        ):
            names |= further
    return deciding


def _answers_in_conditions(
    codebook: Codebook,
) -> tuple[Sequence[str], Sequence[str]] | None:
    """The article and event fields that field conditions name; None if they depend on
    more than answers.
    """
    names: dict[Literal["article", "event"], set[str]] = {
        "article": set(),
        "event": set(),
    }
    for level, fields in (
        ("article", codebook.article_fields),
        ("event", codebook.event_fields),
    ):
        for condition in [field.when for field in fields if field.when is not None]:
            if any(
                isinstance(part, _OF_OTHERS) for part, _ in forms.parts_of(condition)
            ):
                return None
            for owner, name, _ in map(forms.split_name, forms.names_in(condition)):
                if owner == "link":
                    return None
                names["article" if owner or level == "article" else "event"].add(name)
    return sorted(names["article"]), sorted(names["event"])


def _cache_key(answer: Answer | None) -> object:
    """A key that is equal for answers that conditions cannot tell apart."""
    if answer is None or (type(answer.value) is str and answer.coded):
        return answer and answer.value
    return (repr((answer.value, answer.blank, answer.proposed)),)
