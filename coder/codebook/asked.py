"""Which fields of an event are asked, worked out once for all events whose answers decide alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from coder.codebook import expressions as forms
from coder.codebook.schema import Codebook
from coder.model import Answer, Coding, Event

_OF_OTHERS = forms.EvidenceTest | forms.NoRecords | forms.NoTwin  # these look at more than answers
_MOST_KEPT = 10_000


class Alike(NamedTuple):
    """What events have in common whose answers decide alike; whoever works out more adds it.

    asked: field id → whether it is asked. blanks: field id → what it is while nobody answers it, of no fields
    yet or of all in their order.
    """

    asked: dict[str, bool]
    blanks: dict[str, Answer]


class Asked:
    """What is known of it by one codebook."""

    def __init__(self, codebook: Codebook) -> None:
        self._deciding = _deciding(codebook)
        self._known: dict[Sequence[object], Alike] = {}

    def of(self, coding: Coding, event: Event) -> Alike:
        """What is known of events like this one."""
        if self._deciding is None:
            return Alike({}, {})
        of_article, of_event = self._deciding
        answers = (*map(coding.answers.get, of_article), *map(event.fields.get, of_event))
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        return self._known.setdefault(tuple(map(_told, answers)), Alike({}, {}))


def _deciding(codebook: Codebook) -> tuple[Sequence[str], Sequence[str]] | None:
    """The fields of the article and of an event that conditions of fields name; None if more counts."""
    found: dict[Literal["article", "event"], set[str]] = {"article": set(), "event": set()}
    for level, fields in (("article", codebook.article_fields), ("event", codebook.event_fields)):
        for condition in [field.when for field in fields if field.when is not None]:
            if any(isinstance(part, _OF_OTHERS) for part, _ in forms.parts_of(condition)):
                return None
            for owner, name, _ in map(forms.split_name, forms.names_in(condition)):
                if owner == "link":
                    return None
                found["article" if owner or level == "article" else "event"].add(name)
    return sorted(found["article"]), sorted(found["event"])


def _told(answer: Answer | None) -> object:
    """What conditions can tell of an answer."""
    if answer is None or (type(answer.value) is str and answer.coded):
        return answer and answer.value
    return (repr((answer.value, answer.blank, answer.proposed)),)
