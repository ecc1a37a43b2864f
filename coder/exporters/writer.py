"""What every writer is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, TypeVar

from coder.codebook.effective import effective_answers
from coder.codebook.schema import Codebook
from coder.model import Answer, Coding, Decision, Json, Span

Made = TypeVar("Made")
_MOST_KEPT = 1000  # answers of a field


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is exported, but for the contents, which come one by one.

    what: `gold`, `codings` or `candidates`. codebook: the revision in force; revisions: those before it that
    codings were made with, by name. text: whether the articles' texts go along.
    """

    what: str
    codebook: Codebook
    revisions: Mapping[str, Codebook] = field(default_factory=dict)
    text: bool = True

    def book(self, coding: Coding) -> Codebook:
        """The revision with which a coding was made."""
        return self.revisions.get(coding.codebook, self.codebook)


class ByAnswer(Generic[Made]):
    """What is made of an answer, once: equal ones that come out of the database are mostly one object."""

    def __init__(self, make: Callable[[Answer], Made]) -> None:
        self._make = make
        self._known: dict[int, tuple[Answer, Made]] = {}
        """By identity, which is the answer's own as long as it is kept here."""

    def __call__(self, answer: Answer) -> Made:
        if (known := self._known.get(id(answer))) is None:
            if len(self._known) > _MOST_KEPT:
                self._known.clear()
            known = self._known[id(answer)] = answer, self._make(answer)
        return known[1]


def article_answers(coding: Coding, codebook: Codebook) -> dict[str, Answer]:
    """The answers about the article as they count; what nobody looked at is left out."""
    found = effective_answers(coding, codebook)
    return {name: found[name] for name in coding.answers if name in found}


def file_name(article: str, coder: str) -> str:
    """A name for a coding's file that is no path and no other coding's."""
    whole = f"{article}.{coder}"
    safe = re.sub(r"[^\w.-]|^\.", "_", whole)[:80]
    return safe if safe == whole else f"{safe}.{sha256(whole.encode()).hexdigest()[:8]}"


def field_ids(codebook: Codebook) -> list[str]:
    """Field ids, those of the article first, in the codebook's order."""
    return [f.id for f in (*codebook.article_fields, *codebook.event_fields)]


def quoted(spans: Mapping[str, Span], evidence: Sequence[str]) -> list[Span]:
    """The spans behind evidence ids, in text order."""
    found = [spans[each] for each in evidence if each in spans]
    return sorted(found, key=_in_text) if len(found) > 1 else found


def marked(coding: Coding, codebook: Codebook) -> list[Span]:
    """The spans that are data by themselves, in text order: all that stand, where there are no events."""
    if codebook.event_fields:
        return []
    return sorted((s for s in coding.spans if s.decision is not Decision.REJECTED), key=_in_text)


def _in_text(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.kind


def span_record(coding: Coding, span: Span) -> dict[str, Json]:
    """A span with its value and, in gold, whose it is and why it was taken."""
    names = ("kind", "start", "end", "quote", "value")
    found: dict[str, Json] = {"span": span.id, **{name: getattr(span, name) for name in names}}
    if span.value is None:
        del found["value"]
    taken = next((a for a in coding.answers.values() if a.taken_from and span.id in a.evidence), None)
    if taken is not None:
        found |= {"reason": taken.reason, "by": taken.by, "from": list(taken.taken_from)}
    return found
