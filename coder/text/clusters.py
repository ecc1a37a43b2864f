"""What occupies one place on the screen: user-perceived characters and their width in cells.

Follows the extended grapheme clusters of Unicode Standard Annex #29 as far as a terminal can show them,
and East_Asian_Width of Annex #11. Joined lam-alef, one cell for two clusters, is the business of `shape`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, TypeAlias

from coder.text.unicode_data import PICTOGRAPHIC, WIDE, Lookup

DOTTED_CIRCLE = "\u25cc"
SEPARATORS = re.compile("\r\n|[\n\r\x1c-\x1e\x85\u2028\u2029]")
"""What ends a paragraph: Bidi_Class B, CRLF as one, and the line separator."""

# One letter per code point says what it is to a cluster:
#   1 2  letters and signs of one or two cells     d  what a keycap can be made of
#   p P  pictographs of one or two cells           e  skin tone            R  regional indicator
#   s h  space, no-break space                     t  tab                  c  control character
#   m    mark    v  emoji variation selector       k  keycap
#   z    invisible                                 j  zero width joiner    n  paragraph separator
_CELLS = str.maketrans("12dpPeRshtcmvkzjn", "\1\2\1\1\2\2\1\1\1\1\1\0\0\0\0\0\0")
_EMOJI = re.compile("RR[mvkzj]*|dv?k|[pPe]e?[mvkz]*(?:j+[pPe]e?[mvkz]*)*")
_EMOJI_KINDS = re.compile("[Revjk]")
_ORPHANED_MARK = re.compile("(?:^|[shtcn])[zj]*([mvk])")
_NO_BREAK_SPACES = "\u00a0\u2007\u202f"
VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Format characters that have a shape of their own, though terminals take them for invisible."""
_FILLERS = frozenset("\u115f\u3164\uffa0")
_JAMO_VOWELS_AND_FINALS = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))


Place: TypeAlias = tuple[int, int, int]
"""(start, at, end): code points [start, end) share a cell, which the one at `at` opens.

at is start unless invisible characters begin a paragraph. A plain tuple, since there is one per letter.
"""


class Cluster(NamedTuple):
    """Code points [start, end) that are one character to a reader; width is in cells, 0 if nothing shows."""

    start: int
    end: int
    width: int


def clusters(text: str) -> list[Cluster]:
    """The clusters of a text: every code point is in exactly one.

    Invisible characters belong to the cluster before them, at the start of a paragraph to the one after.
    A paragraph separator is a cluster of width 0, a tab one of width 1 (its width on a line is `layout`'s).
    """
    found: list[Cluster] = []
    start = 0
    for separator in (*SEPARATORS.finditer(text), None):
        end = separator.start() if separator else len(text)
        cells = advances(kinds_of(text[start:end]))
        found += [Cluster(start + first, start + last, cells[at]) for first, at, last in places(cells)]
        if separator:
            found.append(Cluster(*separator.span(), 0))
            start = separator.end()
    return found


def places(cells: bytes | bytearray, start: int = 0, end: int | None = None) -> list[Place]:
    """The places of a paragraph or of a part of it that lies between places.

    cells: how many each code point of the paragraph opens. What shows nothing at all is one place.
    """
    end = len(cells) if end is None else end
    openings = [at for at, width in enumerate(cells[start:end], start) if width]
    if not openings:
        return [(start, start, end)] if start < end else []
    return list(zip([start, *openings[1:]], openings, [*openings[1:], end], strict=True))


def kinds_of(text: str) -> str:
    """One letter per code point that says what it is to a cluster."""
    return text.translate(_KINDS)


def advances(kinds: str) -> bytearray:
    """How many cells each code point of one paragraph opens; 0 for those that join an earlier one."""
    cells = bytearray(kinds.translate(_CELLS), "latin-1")
    if _EMOJI_KINDS.search(kinds):
        for emoji in _EMOJI.finditer(kinds):
            start, end = emoji.span()
            is_wide = emoji[0][0] in "dR" or not {"v", "j", "e"}.isdisjoint(emoji[0])
            cells[start:end] = bytes([2 if is_wide else cells[start]]) + bytes(end - start - 1)
    for mark in _ORPHANED_MARK.finditer(kinds):
        cells[mark.start(1)] = 1
    return cells


def _kind(character: str) -> str:
    code_point = ord(character)
    category = unicodedata.category(character)
    width = "2" if WIDE.value(code_point) == "W" else "1"
    if SEPARATORS.fullmatch(character):
        return "n"
    if character in "0123456789#*":
        return "d"
    if character == "\u200d":
        return "j"
    if character == "\ufe0f":
        return "v"
    if character == "\u20e3":
        return "k"
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "R"
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return "e"
    if PICTOGRAPHIC.value(code_point) == "P":
        return "P" if width == "2" else "p"
    if category == "Cc":
        return "t" if character == "\t" else "c"
    if category == "Zs":
        return "h" if character in _NO_BREAK_SPACES else "2" if width == "2" else "s"
    if (category == "Cf" and character not in VISIBLE_FORMATS) or character in _FILLERS:
        return "z"
    if category[0] == "M" or any(code_point in jamo for jamo in _JAMO_VOWELS_AND_FINALS):
        return "m"
    return width


_KINDS = Lookup(_kind)
