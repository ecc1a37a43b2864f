"""Properties of characters: the Unicode Character Database as far as the text engine needs it.

`unicode_data.txt` holds them, with their sources; tests/text/make_tables.py makes it. It is read when it is
first asked for, as the start need not wait for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal


class Lookup(dict[int, str]):
    """Code point → what a function says of that character, worked out once; made for str.translate."""

    def __init__(self, describe: Callable[[str], str]) -> None:
        self._describe = describe

    def __missing__(self, code_point: int) -> str:
        found = self[code_point] = self._describe(chr(code_point))
        return found


def value(name: Literal["BIDI_CLASS", "JOINING_TYPE", "WIDE", "PICTOGRAPHIC"], character: str) -> str:
    """The value of a property that every character has."""
    starts, codes = _steps(name)
    return codes[bisect_right(starts, ord(character)) - 1]


@cache
def _steps(name: str) -> tuple[Sequence[int], str]:  # code points, and the value from each up to the next
    starts, codes = blocks()[name]
    return [int(word, 16) for word in starts], "".join(codes)


@cache
def pairs(name: Literal["BRACKETS", "MIRRORS"]) -> Mapping[str, str]:
    """Opening → closing bracket; character → the one that is drawn for it from right to left."""
    ones, others = ([chr(int(word, 16)) for word in words] for words in blocks()[name])
    return dict(zip(ones, others, strict=True))


@cache
def blocks() -> Mapping[str, tuple[Sequence[str], Sequence[str]]]:
    """The words on both sides of each block's `=`, by the block's name."""
    lines = Path(__file__).with_suffix(".txt").read_text("ascii").splitlines()
    texts = "\n".join(line for line in lines if not line.startswith("#")).split("\n\n")
    sides = (text.partition("\n=\n") for text in texts if text)
    named = ((left.split(), right.split()) for left, _, right in sides)
    return {name: (left, right) for (name, *left), right in named}
