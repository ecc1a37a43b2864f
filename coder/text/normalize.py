"""Fold text for matching, with a mapping back to the stored text, which is never
altered.

The classes of equal letters follow common practice in Arabic retrieval (Larkey,
Ballesteros and Connell 2002, "light" normalization), including the Persian forms of the
same letters; presentation forms are decomposed according to the Unicode Character
Database.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import TypeAlias

from msgspec import Struct
from pyarabic import araby

from coder.text.clusters import SEPARATORS
from coder.text.unicode_data import Lookup

_LETTERS = str.maketrans("أإآٱىةؤئگکی", "اااايهويككي")
# Common characters after a letter that are not marks.
_LETTERS_AND_BLANK = frozenset(" \n،." + araby.LETTERS)
_INVISIBLE = frozenset(
    "\u00ad\u061c\u180e\ufeff"
    + "".join(
        map(
            chr,
            [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)],
        )
    )
)
_DROPPED = _INVISIBLE | frozenset("#\"'‘’‚‛“”„‟«»‹›")
_BLANKS = re.compile(" {2,}")
# All characters except the most common ones that fold to themselves.
_MAY_CHANGE = re.compile(
    "[^\n !$-&(-@\\[-`a-z{-~\u2013\u2014\u2026"
    "\u0621\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a\u060c\u061b\u061f]"
)


class Folded(Struct, frozen=True, dict=True):
    """A folded text with a mapping to the code points of the stored text."""

    text: str
    stored: str
    collapsed: bool = False  # whether any run of blanks was collapsed

    def span(self, i: int, j: int) -> tuple[int, int]:
        """The code points [start, end) of the stored text for the folded characters [i,
        j).

        Marks and tatweel after the last letter belong to it, so that a span never ends
        between a base and its mark. An empty [i, i) gives the empty span before
        character i.
        """
        folded, stored = self._steps
        text = self.stored
        step = bisect_right(folded, i) - 1
        start = stored[step] + i - folded[step] if i < len(self.text) else len(text)
        if j <= i:
            return start, start
        step = bisect_right(folded, j - 1, step) - 1
        end = stored[step] + j - folded[step]
        next_offset = end
        in_run = self.collapsed and self.text[j - 1] == " "
        while next_offset < len(text):
            character = text[next_offset]
            next_offset += 1
            if in_run and _FOLDS[ord(character)] == " ":
                end = next_offset
                continue
            if character in _LETTERS_AND_BLANK:
                break
            if character == araby.TATWEEL or unicodedata.category(character)[0] == "M":
                end = next_offset
            elif character not in _INVISIBLE:
                break
        return start, end

    def index(self, offset: int) -> int:
        """The first folded character that comes from the stored code point `offset` or
        a later one.
        """
        folded, stored = self._steps
        at = bisect_left(stored, offset)
        limit = folded[at] if at < len(folded) else len(self.text)
        return min(folded[at - 1] + offset - stored[at - 1], limit) if at else limit

    @cached_property
    def _steps(self) -> tuple[Sequence[int], Sequence[int]]:
        """Folded indices and their stored offsets, between which both advance one by
        one.
        """
        uneven = [
            match.start() for match in _uneven(self.collapsed).finditer(self.stored)
        ]
        if not self.collapsed and len(self.text) == len(self.stored) - len(uneven):
            folded = [0, *(offset - removed for removed, offset in enumerate(uneven))]
            return folded, [0, *(offset + 1 for offset in uneven)]
        folded = [0]
        stored = [0]
        for offset in uneven:
            letters = _FOLDS[ord(self.stored[offset])]
            index = folded[-1] + offset - stored[-1]
            length = len(letters)
            if letters == " " and self.text[index - 1 : index] == " ":
                length = 0  # collapsed into the first blank of the run
            if length == 1:
                continue  # a quotation mark that is kept, or the first blank of a run
            for extra in range(1, length):
                folded.append(index + extra)
                stored.append(offset)
            folded.append(index + length)
            stored.append(offset + 1)
        return folded, stored


def fold(text: str) -> Folded:
    """Fold a text for matching: unify letter variants and case, and remove marks.

    A blank or a run of blanks becomes one space; line ends are kept.
    """
    folded = _folded(text)
    if "  " not in folded:
        return Folded(folded, text)
    return Folded(_BLANKS.sub(" ", folded), text, collapsed=True)


def fold_key(text: str) -> str:
    """The folded text with white space collapsed, as a key for looking up words and
    phrases.

    Long texts are not cached: each key typed into a note would leave one in memory.
    """
    return _cached_key(text) if len(text) <= _MAX_CACHED else _key(text)


def _key(text: str) -> str:
    folded = " ".join(_folded(text).split())
    return text if folded == text else folded  # share one string if nothing changes


Pair: TypeAlias = tuple[int, int]  # offsets of an opening mark and its closing one
_OPENING = {"»": "«", "”": "“", "’": "‘", ")": "(", '"': '"'}  # by the closing mark


def marks_in(text: str) -> tuple[list[Pair], set[int]]:
    """Return quotation marks and brackets by their offsets: the pairs, and those
    without a partner.
    """
    waiting: dict[str, list[int]] = {mark: [] for mark in _OPENING.values()}
    pairs: list[Pair] = []
    lone: set[int] = set()
    for at, sign in enumerate(text):
        before = text[at - 1 : at] if at else ""
        after = text[at + 1 : at + 2]
        if sign in "‘’" and before.isalpha() and after.isalpha():
            continue  # an apostrophe
        if sign in _OPENING and waiting[_OPENING[sign]]:
            pairs.append((waiting[_OPENING[sign]].pop(), at))
        elif sign in waiting and (sign not in _OPENING or after.isalnum()):
            waiting[sign].append(at)
        elif sign in _OPENING:
            lone.add(at)
    lone.update(*waiting.values())
    return pairs, lone


def without_lone_marks(text: str) -> str:
    """Return words without quotation marks and brackets whose partners are not among
    them.
    """
    lone = marks_in(text)[1]
    kept = "".join(sign for at, sign in enumerate(text) if at not in lone)
    return _BLANKS.sub(" ", kept).strip() if lone else text


_MAX_CACHED = 60  # characters
_cached_key = lru_cache(1 << 14)(_key)


def _folded(text: str) -> str:  # by replacement, as few distinct characters change
    for character in set(_MAY_CHANGE.findall(text)):
        folded = _FOLDS[ord(character)]
        if folded != character:
            text = text.replace(character, folded)
    return text


def _fold(character: str) -> str:
    if character.isspace():
        return "\n" if SEPARATORS.match(character) and character != "\r" else " "
    if _is_arabic(character) and unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    letters = character
    if (
        "\ufb50" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc"
    ):  # presentation forms
        letters = unicodedata.normalize("NFKD", character)
        if letters[0] == " " and all(map(_is_arabic_mark, letters[1:])):
            letters = letters[1:]
    return "".join(
        letter.lower().translate(_LETTERS)
        for letter in letters
        if letter != araby.TATWEEL
        and letter not in _DROPPED
        and not _is_arabic_mark(letter)
    )


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff" or "\u0750" <= character <= "\u08ff"


def _is_arabic_mark(character: str) -> bool:
    is_quranic_sign = "\u06d6" <= character <= "\u06ed"
    return is_quranic_sign or (
        _is_arabic(character) and unicodedata.category(character) == "Mn"
    )


_FOLDS = Lookup(_fold)


_ARABIC = [
    *map(chr, (*range(0x0600, 0x0900), *range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)))
]


def spellings(folded: str) -> str:
    """A regular expression for texts that fold to `folded`, without ligatures; for "",
    removed characters.
    """
    removable, *letters = (
        f"[{re.escape(_unfold()[letter])}]" for letter in ("", *folded)
    )
    return f"{removable}*".join(letters) if letters else removable


@cache
def _unfold() -> Mapping[str, str]:  # folded form → the characters that fold to it
    sources = defaultdict[str, str](str)
    for character in (*map(chr, range(0x80)), *_ARABIC, *_DROPPED):
        sources[_FOLDS[ord(character)]] += character
    return sources


@cache
def _uneven(
    blanks: bool,
) -> re.Pattern[str]:  # characters not folded to exactly one, or blanks
    characters = (
        c for c in (*_ARABIC, *_DROPPED, "\u0130") if len(_FOLDS[ord(c)]) != 1
    )
    blank = r"\s" if blanks else ""
    return re.compile(f"[{re.escape(''.join(sorted(characters)))}{blank}]")
