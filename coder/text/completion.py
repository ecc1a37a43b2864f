"""Typed words continued as in a text, so that a name is typed by its first letters."""

from __future__ import annotations

import re
from bisect import bisect_right

from coder.text.normalize import fold
from coder.text.segment import Reading, words


def continuation(reading: Reading, typed: str, near: int) -> str:
    """Return what follows typed words in a text, up to the end of one word; "" if they are not in it.

    The longest end of `typed` that begins with a word and is in the text counts, in any spelling; of several
    places the one nearest to the code point `near`.
    """
    begins, folded = {*reading.boundaries("clitic")}, reading.folded
    for start, _ in words(typed):
        wanted = fold(typed[start:]).text
        places = (folded.span(m.start(), m.end()) for m in re.finditer(re.escape(wanted), folded.text))
        ends = {abs(first - near): end for first, end in places if first in begins}
        at = bisect_right(reading.words, ends[min(ends)], key=lambda word: word[1]) if ends else -1
        if 0 <= at < len(reading.words):
            return reading.text[ends[min(ends)] : reading.words[at][1]]
    return ""
