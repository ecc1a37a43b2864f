"""A count read back in Arabic words, so that a slip of the finger is heard: 60 is ستون, 600 is ستمئة."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from coder.model import Json


def in_words(value: Mapping[str, Json]) -> str:
    """The ends of an int_range in Arabic words, joined by إلى where they differ; an open end is left out."""
    ends = [value.get("min"), value.get("max")]
    known = list(dict.fromkeys(end for end in ends if isinstance(end, int)))
    return " إلى ".join(_words(end) for end in known)


@cache
def _words(number: int) -> str:
    from pyarabic.number import ArNumbers  # takes a while to load and is needed only while typing a count

    return str(ArNumbers().int2str(str(number)))
