"""Typed words continued as in a text, so that a name is typed by its first letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import itemgetter

from coder.text.normalize import fold
from coder.text.segment import Reading, boundaries, words

_REACH = 10_000  # letters before and behind, as a very long article would take long to search


def continuation(reading: Reading, typed: str, near: int) -> str:
    """Return what follows typed words in a text, up to the end of one word; "" if they are not in it.

    The longest end of `typed` that begins with a word and is in the text counts, in any spelling; of several
    places the one nearest to the code point `near`.
    """
    folded = reading.folded
    here = bisect_right(range(len(folded.text)), near, key=lambda i: folded.span(i, i)[0])
    for start, _ in words(typed):
        wanted = re.compile(re.escape(fold(typed[start:]).text))
        matches = wanted.finditer(folded.text, max(0, here - _REACH), here + _REACH)
        places = sorted((folded.span(*m.span()) for m in matches), key=lambda place: abs(place[0] - near))
        if end := next((end for first, end in places if _begins_word(reading, first)), 0):
            at = bisect_right(reading.words, end, key=itemgetter(1))
            return reading.text[end : reading.words[at][1]] if at < len(reading.words) else ""
    return ""


def _begins_word(reading: Reading, offset: int) -> bool:  # with its proclitics or without
    start, end = reading.words[max(0, bisect_right(reading.words, offset, key=itemgetter(0)) - 1)]
    return offset - start in boundaries(reading.text[start:end], "clitic")
