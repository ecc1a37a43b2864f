"""What a correction of a text changed, and where its other letters are now."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

_WORD = re.compile(r"\w+|\W")


class Kept(NamedTuple):
    """A stretch that is the same in both texts; offsets in code points."""

    old: int
    new: int
    length: int


class Replaced(NamedTuple):
    """A stretch of the old text and what stands in its place in the new one."""

    old: str
    new: str
    old_start: int
    new_start: int


class TextChange:
    """The difference between two versions of a text.

    replaced: what differs, in whole words. kept: the stretches that are the same, also
    within words that differ. The texts are compared word by word, and the words that
    differ letter by letter, by the algorithm of `difflib` (Ratcliff and Obershelp,
    Pattern Matching: The Gestalt Approach, 1988).
    """

    def __init__(self, old: str, new: str) -> None:
        self.replaced: list[Replaced] = []
        self.kept: list[Kept] = []
        old_end = 0
        new_end = 0
        for words in (*_same_words(old, new), Kept(len(old), len(new), 0)):
            replaced = Replaced(
                old[old_end : words.old], new[new_end : words.new], old_end, new_end
            )
            if replaced.old or replaced.new:
                self.replaced.append(replaced)
                self.kept += _same_letters(replaced)
            self.kept.append(words)
            old_end = words.old + words.length
            new_end = words.new + words.length
        self.kept = _join_adjacent(self.kept)
        self._starts = [stretch.old for stretch in self.kept]

    def move(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a stretch of the old text is in the new one; None if its letters
        have changed.

        start, end: half-open offsets in code points.
        """
        index = bisect_right(self._starts, start) - 1
        if index < 0:
            return None
        stretch = self.kept[index]
        if end > stretch.old + stretch.length:
            return None
        shift = stretch.new - stretch.old
        return start + shift, end + shift


def _same_words(old: str, new: str) -> Iterator[Kept]:
    """Yield the stretches of words, signs and spaces that are the same.

    Those at both ends are taken as they are, as one correction should move the rest of
    the text as a whole, and `difflib` looks for the longest stretch first.
    """
    old_words = _WORD.findall(old)
    new_words = _WORD.findall(new)
    first = _count_same(old_words, new_words)
    last = _count_same(old_words[first:][::-1], new_words[first:][::-1])
    old_middle = old_words[first : len(old_words) - last]
    new_middle = new_words[first : len(new_words) - last]
    inner = SequenceMatcher(None, old_middle, new_middle).get_matching_blocks()
    blocks = [(0, 0, first)]
    blocks += [(first + each.a, first + each.b, each.size) for each in inner]
    blocks.append((len(old_words) - last, len(new_words) - last, last))
    old_starts = [0, *accumulate(map(len, old_words))]
    new_starts = [0, *accumulate(map(len, new_words))]
    for old_word, new_word, count in blocks:
        if count:
            start = old_starts[old_word]
            length = old_starts[old_word + count] - start
            yield Kept(start, new_starts[new_word], length)


def _count_same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items are the same from the start."""
    for index, (first, second) in enumerate(zip(one, other, strict=False)):
        if first != second:
            return index
    return min(len(one), len(other))


def _same_letters(replaced: Replaced) -> Iterator[Kept]:
    """Yield the stretches that are the same within words that differ."""
    matcher = SequenceMatcher(None, replaced.old, replaced.new)
    for block in matcher.get_matching_blocks():
        if block.size:
            yield Kept(
                replaced.old_start + block.a, replaced.new_start + block.b, block.size
            )


def _join_adjacent(stretches: Iterable[Kept]) -> list[Kept]:
    """Join stretches that follow each other directly in both texts."""
    joined: list[Kept] = []
    for stretch in stretches:
        if joined:
            last = joined[-1]
            follows_old = last.old + last.length == stretch.old
            follows_new = last.new + last.length == stretch.new
            if follows_old and follows_new:
                joined[-1] = last._replace(length=last.length + stretch.length)
                continue
        joined.append(stretch)
    return joined
