"""Offsets in a text as other programs count them: in UTF-16 units or in bytes instead
of code points.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Literal, TypeAlias

from coder.model import Passage

Unit: TypeAlias = Literal["code points", "utf-16", "bytes"]
_SIZES: Mapping[Unit, tuple[str, int]] = {
    "utf-16": ("utf-16-le", 2),
    "bytes": ("utf-8", 1),
}


class Offsets:
    """Converts offsets in a text from a unit to code points; length: the offset of the
    text's end.
    """

    def __init__(self, text: str, unit: Unit) -> None:
        self.text = text
        self.unit = unit
        self.length = len(text)
        self._starts = (
            None  # the offset of each code point, unless the unit is one code point
        )
        if unit != "code points" and not (
            text.isascii() or (unit == "utf-16" and max(text) < "\U00010000")
        ):
            encoding, size = _SIZES[unit]
            sizes = (
                len(char.encode(encoding, "surrogatepass")) // size for char in text
            )
            self._starts = [0, *accumulate(sizes)]
            self.length = self._starts[-1]

    def at(self, offset: int) -> int | None:
        """Return the code point at an offset; None if it is inside a code point or
        outside the text.
        """
        if self._starts is None:
            return offset if 0 <= offset <= self.length else None
        index = bisect_left(self._starts, offset)
        is_start = index < len(self._starts) and self._starts[index] == offset
        return index if is_start else None


def unit_that_fits(spans: Iterable[Passage], text: str) -> Unit:
    """Return the first unit in which all spans fit a text: code points if they fit, or
    if no unit does.

    A span fits if its quote is there or, without a quote, if it cuts no word.
    """
    every = [*spans]
    for unit in ("code points", *_SIZES):
        offsets = Offsets(text, unit)
        if all(_fits(span, offsets) for span in every):
            return unit
    return "code points"


def without_space(words: str) -> str:
    """Return words without white space, as programs quote them with other line breaks."""
    return "".join(words.split())


def _fits(span: Passage, offsets: Offsets) -> bool:
    start = offsets.at(span.start)
    end = offsets.at(span.end)
    if start is None or end is None or start >= end:
        return False
    text = offsets.text
    if span.quote:
        return without_space(text[start:end]) == without_space(span.quote)
    return not (_cuts_word(text, start) or _cuts_word(text, end))


def _cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _in_word(text[at - 1]) and _in_word(text[at])


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")
