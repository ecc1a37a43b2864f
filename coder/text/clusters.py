"""User-perceived characters (grapheme clusters) and their width in terminal cells.

Follows the extended grapheme clusters of Unicode Standard Annex #29 as far as a
terminal can show them, and East_Asian_Width of Annex #11. Lam-alef ligatures, one cell
for two clusters, are handled by `joining`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, TypeAlias

from coder.text.unicode_data import Lookup, value

DOTTED_CIRCLE = "\u25cc"
# Paragraph separators: Bidi_Class B, with CRLF as one, and the line separator.
SEPARATORS = re.compile("\r\n|[\n\r\x1c-\x1e\x85\u2028\u2029]")

# One letter per code point is its kind within a cluster:
#   1 2  letters and signs of one or two cells     d  base of a keycap
#   p P  pictographs of one or two cells           e  skin tone            R  regional indicator
#   s h  space, no-break space                     t  tab                  c  control character
#   m    mark    v  emoji variation selector       k  keycap
#   z    invisible                                 j  zero width joiner    n  paragraph separator
_CELLS = str.maketrans("12dpPeRshtcmvkzjn", "\1\2\1\1\2\2\1\1\1\1\1\0\0\0\0\0\0")
_EMOJI = re.compile("RR[mvkzj]*|dv?k|[pPe]e?[mvkz]*(?:j+[pPe]e?[mvkz]*)*")
_EMOJI_KINDS = re.compile("[Revjk]")
_ORPHANED_MARK = re.compile("(?:^|[shtcn])[zj]*([mvk])")
# Format characters with a visible glyph, although terminals treat them as invisible.
VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
_SPECIAL_KINDS = {
    **dict.fromkeys("0123456789#*", "d"),
    **dict.fromkeys("\u00a0\u2007\u202f", "h"),
    **dict.fromkeys("\u115f\u3164\uffa0", "z"),  # fillers
    **dict.fromkeys(map(chr, range(0x1F1E6, 0x1F200)), "R"),
    **dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)), "e"),
    **{"\t": "t", "\u200d": "j", "\ufe0f": "v", "\u20e3": "k"},
}
_JAMO_VOWELS_AND_FINALS = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")

# (start, at, end): the code points [start, end) share a cell, opened by the one at `at`
# (the first, unless invisible characters begin a paragraph). A plain tuple for speed,
# since there is one per letter.
Place: TypeAlias = tuple[int, int, int]


class Cluster(NamedTuple):
    """Code points [start, end) that a reader sees as one character; width is in cells,
    0 if invisible.
    """

    start: int
    end: int
    width: int


def clusters(text: str) -> list[Cluster]:
    """The clusters of a text; every code point is in exactly one.

    Invisible characters belong to the cluster before them, at the start of a paragraph
    to the one after. A paragraph separator is a cluster of width 0, a tab one of width
    1 (`layout` sets its width on a line).
    """
    found: list[Cluster] = []
    start = 0
    for separator in (*SEPARATORS.finditer(text), None):
        end = separator.start() if separator else len(text)
        cells = advances(kinds_of(text[start:end]))
        found += [
            Cluster(start + first, start + last, cells[at])
            for first, at, last in places(cells)
        ]
        if separator:
            found.append(Cluster(*separator.span(), 0))
            start = separator.end()
    return found


def places(
    cells: bytes | bytearray, start: int = 0, end: int | None = None
) -> list[Place]:
    """The places of a paragraph, or of whole places in it; cells: the cells that each
    code point opens.
    """
    end = len(cells) if end is None else end
    openings = [at for at, width in enumerate(cells[start:end], start) if width]
    if not openings:
        return [(start, start, end)] if start < end else []
    return list(
        zip([start, *openings[1:]], openings, [*openings[1:], end], strict=True)
    )


def kinds_of(text: str) -> str:
    """One letter per code point: its kind within a cluster."""
    return text.translate(_KINDS)


def advances(kinds: str) -> bytearray:
    """The number of cells that each code point of a paragraph opens; 0 if it joins an
    earlier one.
    """
    cells = bytearray(kinds.translate(_CELLS), "latin-1")
    if _EMOJI_KINDS.search(kinds):
        for emoji in _EMOJI.finditer(kinds):
            start, end = emoji.span()
            is_wide = emoji[0][0] in "dR" or not {"v", "j", "e"}.isdisjoint(emoji[0])
            cells[start:end] = bytes([2 if is_wide else cells[start]]) + bytes(
                end - start - 1
            )
    for mark in _ORPHANED_MARK.finditer(kinds):
        cells[mark.start(1)] = 1
    return cells


def _kind(character: str) -> str:
    if character in _SPECIAL_KINDS:
        return _SPECIAL_KINDS[character]
    if SEPARATORS.fullmatch(character):
        return "n"
    is_wide = value("WIDE", character) == "W"
    if value("PICTOGRAPHIC", character) == "P":
        return "P" if is_wide else "p"
    category = unicodedata.category(character)
    if category == "Cc":
        return "c"
    if category == "Zs":
        return "2" if is_wide else "s"
    if category == "Cf" and character not in VISIBLE_FORMATS:
        return "z"
    if category[0] == "M" or _JAMO_VOWELS_AND_FINALS.match(character):
        return "m"
    return "2" if is_wide else "1"


_KINDS = Lookup(_kind)
