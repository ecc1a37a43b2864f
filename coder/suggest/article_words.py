"""One article prepared for the rules: folded text, words, sentences, boilerplate and
starting points.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from operator import sub
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from coder.model import Candidate, Json
from coder.suggest.word_lists import readings
from coder.text.normalize import Folded, fold
from coder.text.segment import sentences, unwrap

# a word including the blanks in front of it, so that successive matches are contiguous;
# underlines, as in hashtags, are blanks: #درع_الفرات
_LETTER = r"[^\W\d_]"
_INITIALS = (
    rf"{_LETTER}\.(?:{_LETTER}\.)*(?:{_LETTER}(?!{_LETTER}))?"  # د. أحمد، م. ح.، أ.ف.ب
)
_WORD = re.compile(
    rf"(?:[^\S\n]|_)*(?:\d+(?:[.,٬٫]\d+)*|{_INITIALS}|{_LETTER}+|[^\w\s]|\n)"
)
_QUOTES = frozenset('"«»“”')
_SPACES = (c for c in map(chr, range(0x3001)) if c.isspace() and c != "\n")
_BLANKS = "_" + "".join(_SPACES)


class Word(NamedTuple):
    """A run of letters, a number, one sign or a line end; start and stop are offsets in
    the folded text.
    """

    text: str
    start: int
    stop: int
    sentence: int  # the number of its sentence
    is_sign: bool  # punctuation or a line end rather than a word or a number


class Words(list[Word]):
    """All words and signs of a folded text in order; sentence_starts: folded offsets."""

    def __init__(self, text: str, sentence_starts: Sequence[int]) -> None:
        parts = _WORD.findall(text)
        self.texts: list[str] = list(map(str.lstrip, parts, repeat(_BLANKS)))
        stops = list(accumulate(map(len, parts)))
        self.starts = list(map(sub, stops, map(len, self.texts)))
        self._sentence_starts = sentence_starts
        sentence_numbers = map(bisect_right, repeat(sentence_starts), self.starts)
        are_signs = (not text[0].isalnum() for text in self.texts)
        super().__init__(
            map(Word, self.texts, self.starts, stops, sentence_numbers, are_signs)
        )

    def between(self, first: int, stop: int) -> list[Word]:
        """Return the words [first, stop), which may reach beyond the text."""
        return self[max(first, 0) : max(stop, 0)]

    def in_sentence(self, number: int) -> range:
        """Return the indices of the words of a sentence."""
        first = self._sentence_starts[number - 1] if number else 0
        stop = self[-1].stop
        if number < len(self._sentence_starts):
            stop = self._sentence_starts[number]
        return range(bisect_left(self.starts, first), bisect_left(self.starts, stop))


_Stretch = TypeVar("_Stretch", bound=tuple[Any, ...])


def non_overlapping(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Yield the stretches (start, stop, …) that overlap no earlier one; they must come
    longest first.
    """
    taken: set[int] = set()
    for stretch in stretches:
        start, stop, *_ = stretch
        # as no earlier stretch is shorter, an overlap always includes this one's first
        # or last letter
        if start not in taken and stop - 1 not in taken:
            yield stretch
            taken.update(range(start, stop))


DIGITS = "digits"  # the name of the table of words that begin with a digit
_MAX_CACHED = 1 << 17

Reading = tuple[int, str]
"""A reading of a written word: how many proclitic letters it has, and the word without
them.
"""
Tables = Mapping[str, Iterable[str]]
"""The words at which a rule can start, by the name of its table."""
Opened = list[tuple[int, tuple[Reading, ...]]]
"""The words of a page that are in a table: index and readings."""


class Openings:
    """An inverted index of all rules' tables, so that a rule looks only at words of a
    page in its tables.

    Tables list words without proclitics. The tables of a written word are computed at
    its first occurrence.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables: dict[str, list[str]] = {}
        for name, listed in tables.items():
            for word in listed:
                self._tables.setdefault(word, []).append(name)
        # written word → the tables that contain it, with the readings that match
        self._by_word: dict[str, tuple[tuple[str, tuple[Reading, ...]], ...]] = {}

    def of(self, texts: Sequence[str]) -> dict[str, Opened]:
        """Return the given words that are in each table, by its name.

        They are in order, by their indices, with the readings that match.
        """
        for text in set(texts).difference(self._by_word):
            by_table: dict[str, tuple[Reading, ...]] = {}
            if text[0].isdigit():
                by_table[DIGITS] = ((0, text),)
            for reading in readings(text) if text[0].isalpha() else ():
                for table in self._tables.get(reading[1], ()):
                    by_table[table] = (*by_table.get(table, ()), reading)
            self._by_word[text] = tuple(by_table.items())
        opened: dict[str, Opened] = {}
        for index, listed in enumerate(map(self._by_word.__getitem__, texts)):
            for table, word_readings in listed:
                opened.setdefault(table, []).append((index, word_readings))
        if len(self._by_word) > _MAX_CACHED:
            self._by_word.clear()
        return opened


class Page(Struct, frozen=True, dict=True):
    """An article's text and its folded words; boilerplate is in code points of the
    stored text.
    """

    text: str
    boilerplate: tuple[tuple[int, int], ...]
    openings: Openings

    @cached_property
    def folded(self) -> Folded:
        """The folded text used for all matching, with hard-wrapped lines joined."""
        return fold(unwrap(self.text))

    @cached_property
    def words(self) -> Words:
        """All words and signs in order."""
        return Words(
            self.folded.text,
            [self.folded.index(start) for start, _ in sentences(self.text)],
        )

    @cached_property
    def opened(self) -> Callable[[str], Opened]:
        """A function from a table's name to the words of the page in it, with the
        readings that match.
        """
        found = self.openings.of(self.words.texts)
        return lambda table: found.get(table, [])

    def raw(self, index: int) -> str:
        """Return a word as stored, with its vowel signs and letter variants."""
        return self.text_of(self.words[index].start, self.words[index].stop)

    def text_of(self, start: int, stop: int) -> str:
        """Return what the article has between two folded offsets."""
        return self.text[slice(*self.folded.span(start, stop))]

    def is_separated(self, index: int) -> bool:
        """Return whether anything but blanks (e.g. a quotation mark) stands between a
        word and the next one.
        """
        return index + 1 >= len(self.words) or bool(self.gap(index))

    def gap(self, index: int) -> str:
        """Return what stands between a word and the next one, without blanks."""
        here, there = (
            self.folded.span(word.start, word.stop)
            for word in self.words[index : index + 2]
        )
        return self.text[here[1] : there[0]].strip()

    def is_quoted(self, first: int, last: int) -> bool:
        """Return whether exactly the words first..last, with or without proclitics,
        stand in quotation marks.
        """
        if last + 1 >= len(self.words) or self.gap(last)[:1] not in _QUOTES:
            return False
        is_opened = first > 0 and self.gap(first - 1)[-1:] in _QUOTES
        # لـ«القدس» is one word
        return is_opened or not _QUOTES.isdisjoint(self.raw(first))

    def words_in(self, start: int, stop: int) -> range:
        """Return the indices of the words that the folded stretch touches."""
        starts = self.words.starts
        return range(bisect_right(starts, start) - 1, bisect_right(starts, stop - 1))

    def located(self, start: int, stop: int) -> tuple[int, int, int]:
        """Return the first and the last word that a folded stretch touches, and how
        many letters of the first precede it.
        """
        words = self.words_in(start, stop)
        return words[0], words[-1], start - self.words[words[0]].start

    def words_of(self, candidate: Candidate) -> range:
        """Return the indices of the words of a candidate."""
        return self.words_in(
            self.folded.index(candidate.start), self.folded.index(candidate.end)
        )

    @cached_property
    def is_boilerplate(self) -> Callable[[int, int], bool]:
        """A function that tells if a folded stretch touches boilerplate."""
        stretches = sorted(self.boilerplate)
        begins = [self.folded.index(begin) for begin, _ in stretches]
        ends = [self.folded.index(end) for _, end in stretches]
        return lambda start, stop: bisect_left(begins, stop) > bisect_right(ends, start)

    def candidate(
        self,
        kind: str,
        start: int,
        stop: int,
        *,
        value: Json = None,
        origin: str,
        score: float,
    ) -> Candidate:
        """Return a candidate for the stretch [start, stop) of the folded text.

        The candidate has the stored offsets of the stretch; its id consists of its kind
        and these.
        """
        begin, end = self.folded.span(start, stop)
        return Candidate(
            f"{kind}:{begin}-{end}",
            kind,
            begin,
            end,
            self.text[begin:end],
            value,
            origin,
            score,
        )


def first_item(candidate: Candidate) -> Mapping[str, Json]:
    """Return the first item of a candidate's value, empty if that is no mapping.

    Values from other suggesters can be anything.
    """
    if not isinstance(candidate.value, list) or not candidate.value:
        return {}
    item = candidate.value[0]
    return item if isinstance(item, Mapping) else {}
