"""A trigger in its sentence, as the rules that propose an event look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.model import Candidate
from coder.suggest.lexicon import TRIGGER
from coder.text.normalize import fold_key


@dataclass(frozen=True)
class Clause:
    """A trigger in its sentence, with what stands in it; offsets are code points of the article."""

    text: str
    trigger: Candidate
    start: int
    end: int
    here: Sequence[Candidate]

    @property
    def next(self) -> int:
        """Where the next trigger of the sentence begins; the sentence's end if there is none."""
        later = (c.start for c in self.here if c.kind == TRIGGER and c.start >= self.trigger.end)
        return next(later, self.end)

    def before(self, candidate: Candidate, size: int = 6) -> str:
        """The last words in front of a candidate, folded, in its sentence; attached particles left off."""
        front = self.text[self.start : candidate.start]
        attached = len(front) - len(front.rstrip("وفبكل")) if front[-1:].isalpha() else 0
        whole = front[: len(front) - attached] if attached <= 2 else front
        return " ".join(fold_key(whole).split()[-size:])

    def words(self, first: int, second: int) -> str:
        """The words between two offsets, folded."""
        return fold_key(self.text[first:second])

    def is_own(self, candidate: Candidate) -> bool:
        """Whether no other trigger stands between the trigger and the candidate."""
        low, high = sorted((self.trigger.start, candidate.start))
        others = (c for c in self.here if c.kind == TRIGGER and c.start != self.trigger.start)
        return not any(low < c.start < high for c in others)

    @property
    def is_last(self) -> bool:
        """Whether no trigger follows in the sentence."""
        return self.next == self.end
