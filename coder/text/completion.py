"""Typed words continued as in a text, so that a name is typed by its first letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import itemgetter

from coder.text.normalize import fold
from coder.text.segment import Reading, boundaries, words

# letters before and behind, as a very long article would take long to search
_REACH = 10_000
_BLANKS = re.compile(r"(\\ )+")  # escaped
_KEPT = ("", "-", "–")  # between words


def continuation(reading: Reading, typed: str, near: int) -> str:
    """Return what follows typed words in a text, up to the end of one word; "" if they
    are not in it.

    The longest end of `typed` that begins with a word and is in the text counts, in any
    spelling; of several places the one nearest to the code point `near`. Quotation
    marks and others between words are left out.
    """
    folded = reading.folded
    here = bisect_right(
        range(len(folded.text)), near, key=lambda i: folded.span(i, i)[0]
    )
    for start, _ in words(typed):
        wanted = re.compile(_BLANKS.sub(r"\\W+", re.escape(fold(typed[start:]).text)))
        matches = wanted.finditer(folded.text, max(0, here - _REACH), here + _REACH)
        places = [folded.span(*match.span()) for match in matches]
        places.sort(key=lambda place: abs(place[0] - near))
        for first, end in places:
            if _begins_word(reading, first):
                return _rest_of_word(reading, end)
    return ""


def _rest_of_word(reading: Reading, end: int) -> str:
    """Return the text from a place to the end of the word there, or of the next one."""
    at = bisect_right(reading.words, end, key=itemgetter(1))
    if at == len(reading.words):
        return ""
    first, last = reading.words[at]
    between = reading.text[end:first]
    separator = between if between in _KEPT else " "
    return separator + reading.text[max(first, end) : last]


def _begins_word(reading: Reading, offset: int) -> bool:
    """Return whether a word begins at an offset, with its proclitics or without."""
    at = bisect_right(reading.words, offset, key=itemgetter(0)) - 1
    start, end = reading.words[max(0, at)]
    return offset - start in boundaries(reading.text[start:end], "clitic")
