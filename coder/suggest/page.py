"""One article as the rules read it: folded text, its words and sentences, and where furniture stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from coder.model import Candidate, Json
from coder.suggest.openings import Opened, Openings
from coder.text.normalize import Folded, fold
from coder.text.segment import sentences

_WORD = re.compile(r"\d+(?:[.,٬٫]\d+)*|[^\W\d_]+|[^\w\s]|_|\n")


class Word(NamedTuple):
    """A run of letters, a number, one sign or a line end; start, stop are offsets of the folded text.

    sentence is the number of the sentence the word stands in.
    """

    text: str
    start: int
    stop: int
    sentence: int
    is_sign: bool
    """punctuation or a line end rather than a word or a number"""


@dataclass(frozen=True)
class Page:
    """An article's text with its folding; boilerplate in code points of the stored text."""

    text: str
    boilerplate: tuple[tuple[int, int], ...]
    openings: Openings

    @cached_property
    def folded(self) -> Folded:
        """The text under which everything is matched."""
        return fold(self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words and signs in order."""
        begins = [self.folded.index(start) for start, _ in sentences(self.text)]
        begins.append(len(self.folded.text) + 1)
        found: list[Word] = []
        sentence = 0
        for match in _WORD.finditer(self.folded.text):
            text, (start, stop) = match[0], match.span()
            while begins[sentence] <= start:
                sentence += 1
            found.append(Word(text, start, stop, sentence, not text[0].isalnum()))
        return tuple(found)

    def opened(self, table: str) -> Opened:
        """The words that a table of the rules lists, with the readings under which it does."""
        return self._opened.get(table, [])

    @cached_property
    def _opened(self) -> dict[str, Opened]:
        return self.openings.of(word.text for word in self.words)

    @cached_property
    def extents(self) -> tuple[range, ...]:
        """The indices of the words of each sentence."""
        numbers = [word.sentence for word in self.words]
        firsts = [i for i, n in enumerate(numbers) if not i or n != numbers[i - 1]]
        return tuple(range(first, stop) for first, stop in pairwise([*firsts, len(numbers)]))

    def extent_of(self, index: int) -> range:
        """The indices of the words of the sentence that a word stands in."""
        return self.extents[bisect_right(self.extents, index, key=lambda e: e.start) - 1]

    def raw(self, index: int) -> str:
        """A word as it is stored, with its vowels and letter variants."""
        word = self.words[index]
        return self.text[slice(*self.folded.span(word.start, word.stop))]

    def is_parted(self, index: int) -> bool:
        """Whether more than blanks, such as a quotation mark, stands between a word and the next."""
        if index + 1 >= len(self.words):
            return True
        here, there = self.words[index], self.words[index + 1]
        between = slice(
            self.folded.span(here.start, here.stop)[1], self.folded.span(there.start, there.stop)[0]
        )
        return bool(self.text[between].strip())

    def word_at(self, offset: int) -> int:
        """The index of the word that holds the folded offset, or of the last word before it."""
        return bisect_right(self._starts, offset) - 1

    def words_in(self, start: int, stop: int) -> range:
        """The indices of the words that the folded stretch touches."""
        return range(self.word_at(start), self.word_at(stop - 1) + 1)

    def is_furniture(self, start: int, stop: int) -> bool:
        """Whether the folded stretch touches boilerplate."""
        return any(start < end and begin < stop for begin, end in self._furniture)

    @cached_property
    def _furniture(self) -> list[tuple[int, int]]:
        index = self.folded.index
        return [(index(begin), index(end)) for begin, end in self.boilerplate]

    def candidate(
        self, kind: str, start: int, stop: int, *, value: Json = None, origin: str, score: float
    ) -> Candidate:
        """A candidate without an id over the folded stretch."""
        a, b = self.folded.span(start, stop)
        return Candidate("", kind, a, b, self.text[a:b], value, origin, score)

    @cached_property
    def _starts(self) -> list[int]:
        return [w.start for w in self.words]


def folded_range(page: Page, candidate: Candidate) -> tuple[int, int]:
    """The folded stretch behind a candidate's code points."""
    return page.folded.index(candidate.start), page.folded.index(candidate.end)
