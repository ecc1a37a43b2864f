"""One article as the rules read it: folded text, words and sentences, boilerplate, and where rules begin."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, repeat
from operator import sub
from typing import Any, NamedTuple, TypeVar

from coder.model import Candidate, Json
from coder.suggest.word_lists import readings
from coder.text.normalize import Folded, fold
from coder.text.segment import sentences, unwrapped

# a word with the blanks in front of it, so that words lie end to end
_WORD = re.compile(r"[^\S\n]*(?:\d+(?:[.,٬٫]\d+)*|[^\W\d_]+|[^\w\s]|_|\n)")
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c != "\n")


class Word(NamedTuple):
    """A run of letters, a number, one sign or a line end; start, stop are offsets of the folded text."""

    text: str
    start: int
    stop: int
    sentence: int  # the number of the sentence that it stands in
    is_sign: bool  # punctuation or a line end rather than a word or a number


class Words(list[Word]):
    """All words and signs of a folded text in order; begins: the folded offsets at which sentences begin."""

    def __init__(self, text: str, begins: Sequence[int]) -> None:
        parts = _WORD.findall(text)
        self.texts: list[str] = list(map(str.lstrip, parts, repeat(_BLANKS)))
        stops = list(accumulate(map(len, parts)))
        self.starts = list(map(sub, stops, map(len, self.texts)))
        self._begins = begins
        told_in = map(bisect_right, repeat(begins), self.starts)
        are_signs = (not text[0].isalnum() for text in self.texts)
        super().__init__(map(Word, self.texts, self.starts, stops, told_in, are_signs))

    def between(self, first: int, stop: int) -> list[Word]:
        """The words from first up to stop, as far as there are any."""
        return self[max(first, 0) : max(stop, 0)]

    def in_sentence(self, number: int) -> range:
        """The indices of the words of a sentence."""
        first = self._begins[number - 1] if number else 0
        stop = self._begins[number] if number < len(self._begins) else self[-1].stop
        return range(bisect_left(self.starts, first), bisect_left(self.starts, stop))


_Stretch = TypeVar("_Stretch", bound=tuple[Any, ...])


def apart(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Of stretches (start, stop, …), the longest first, those that overlap none before them."""
    taken: set[int] = set()
    for stretch in stretches:
        start, stop, *_ = stretch
        # no longer than the kept ones, it overlaps one of them only with its first or last letter
        if start not in taken and stop - 1 not in taken:
            yield stretch
            taken.update(range(start, stop))


DIGITS = "digits"  # the table of all words that are numbers in digits
_MOST_KNOWN = 1 << 17

Reading = tuple[int, str]  # of a written word: the letters of its proclitics, the listed word behind them
Tables = Mapping[str, Iterable[str]]  # the words at which rules begin, by the name of the table
Opened = list[tuple[int, tuple[Reading, ...]]]  # the words of a page that a table lists: index and readings


class Openings:
    """The tables of all rules turned round: a rule is shown only those words of a page that its tables list.

    They list words behind their proclitics; what a written word is to all is worked out when it is first met.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables: dict[str, list[str]] = {}
        for name, listed in tables.items():
            for word in listed:
                self._tables.setdefault(word, []).append(name)
        # written word → the tables that list it, each with the readings under which it does
        self._known: dict[str, tuple[tuple[str, tuple[Reading, ...]], ...]] = {}

    def of(self, texts: Sequence[str]) -> dict[str, Opened]:
        """Table → the indices of the written words that it lists, in order, with their readings."""
        for text in set(texts).difference(self._known):
            met: dict[str, tuple[Reading, ...]] = {DIGITS: ((0, text),)} if text[0].isdigit() else {}
            for reading in readings(text) if text[0].isalpha() else ():
                for table in self._tables.get(reading[1], ()):
                    met[table] = (*met.get(table, ()), reading)
            self._known[text] = tuple(met.items())
        found: dict[str, Opened] = {}
        for index, listed in enumerate(map(self._known.__getitem__, texts)):
            for table, read in listed:
                found.setdefault(table, []).append((index, read))
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        return found


@dataclass(frozen=True)
class Page:
    """An article's text with its folding; boilerplate in code points of the stored text."""

    text: str
    boilerplate: tuple[tuple[int, int], ...]
    openings: Openings

    @cached_property
    def folded(self) -> Folded:
        """The text under which everything is matched; lines that were wrapped are one."""
        return fold(unwrapped(self.text))

    @cached_property
    def words(self) -> Words:
        """All words and signs in order."""
        return Words(self.folded.text, [self.folded.index(start) for start, _ in sentences(self.text)])

    @cached_property
    def opened(self) -> Callable[[str], Opened]:
        """Table of the rules → the words that it lists, with the readings under which it does."""
        found = self.openings.of(self.words.texts)
        return lambda table: found.get(table, [])

    def raw(self, index: int) -> str:
        """A word as it is stored, with its vowels and letter variants."""
        word = self.words[index]
        return self.text[slice(*self.folded.span(word.start, word.stop))]

    def is_parted(self, index: int) -> bool:
        """Whether more than blanks, such as a quotation mark, stands between a word and the next."""
        if index + 1 >= len(self.words):
            return True
        here, there = (self.folded.span(word.start, word.stop) for word in self.words[index : index + 2])
        return bool(self.text[here[1] : there[0]].strip())

    def words_in(self, start: int, stop: int) -> range:
        """The indices of the words that the folded stretch touches."""
        starts = self.words.starts
        return range(bisect_right(starts, start) - 1, bisect_right(starts, stop - 1))

    @cached_property
    def is_boilerplate(self) -> Callable[[int, int], bool]:
        """Whether the folded stretch [start, stop) touches boilerplate."""
        edges = zip(*sorted(self.boilerplate), strict=True) if self.boilerplate else ((), ())
        begins, ends = (list(map(self.folded.index, offsets)) for offsets in edges)
        return lambda start, stop: bisect_left(begins, stop) > bisect_right(ends, start)

    def candidate(
        self, kind: str, start: int, stop: int, *, value: Json = None, origin: str, score: float
    ) -> Candidate:
        """A candidate over the folded stretch; the id is made of kind and offsets."""
        a, b = self.folded.span(start, stop)
        return Candidate(f"{kind}:{a}-{b}", kind, a, b, self.text[a:b], value, origin, score)


def folded_range(page: Page, candidate: Candidate) -> tuple[int, int]:
    """The folded stretch behind a candidate's code points."""
    return page.folded.index(candidate.start), page.folded.index(candidate.end)
