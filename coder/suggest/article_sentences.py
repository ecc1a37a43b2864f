"""The sentences of an article with their candidates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from coder.model import Article, Candidate
from coder.suggest.datelines import outside_datelines
from coder.text.normalize import fold_key
from coder.text.segment import sentences, unwrap


class Sentence(NamedTuple):
    """The code points [start, end) of a sentence and the candidates that start in it."""

    start: int
    end: int
    candidates: Sequence[Candidate]


class ArticleSentences:
    """The sentences of one article; candidates without letters and in datelines are
    left out.
    """

    def __init__(self, candidates: Iterable[Candidate], article: Article) -> None:
        self.text = unwrap(article.text)
        # Those of other tools may have no letters.
        lettered = (each for each in candidates if fold_key(each.quote))
        kept = outside_datelines(lettered, self.text)
        self.candidates = sorted(kept, key=lambda each: (each.start, each.end))
        self.starts = [each.start for each in self.candidates]
        self.extents = sentences(article.text)

    def at(self, offset: int) -> int:
        """Return the number of the sentence at a code point."""
        number = bisect_right(self.extents, offset, key=lambda extent: extent[0])
        return max(0, number - 1)

    def sentence(self, at: int) -> Sentence:
        """Return the sentence with a number; the one after the last is empty."""
        start, end = self.extents[at] if at < len(self.extents) else (0, 0)
        return Sentence(start, end, self.between(start, end))

    def between(self, start: int, end: int) -> list[Candidate]:
        """Return the candidates that start in [start, end)."""
        first = bisect_left(self.starts, start)
        return self.candidates[first : bisect_left(self.starts, end)]
