"""Properties of characters: the Unicode Character Database as far as the text engine needs it.

`unicode_data.txt` holds them, with their sources; tests/text/make_tables.py makes it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path


class Lookup(dict[int, str]):
    """Code point → what a function says of that character, worked out once; made for str.translate."""

    def __init__(self, describe: Callable[[str], str]) -> None:
        self._describe = describe

    def __missing__(self, code_point: int) -> str:
        found = self[code_point] = self._describe(chr(code_point))
        return found


class Steps:
    """A property of all code points; it is read when first asked for, for the start need not wait for it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def value(self, code_point: int) -> str:
        """The value at one code point."""
        starts, codes = self._table
        return codes[bisect_right(starts, code_point) - 1]

    @cached_property
    def _table(self) -> tuple[Sequence[int], str]:
        """Code points, and the value from each of them on up to the next."""
        starts, codes = _blocks()[self._name]
        return [int(word, 16) for word in starts], "".join(codes)


BIDI_CLASS, JOINING_TYPE = Steps("BIDI_CLASS"), Steps("JOINING_TYPE")
WIDE, PICTOGRAPHIC = Steps("WIDE"), Steps("PICTOGRAPHIC")


@cache
def brackets() -> Mapping[str, str]:
    """Opening → closing bracket."""
    return _pairs("BRACKETS")


@cache
def mirrors() -> Mapping[str, str]:
    """Character → the one that is drawn for it from right to left."""
    return _pairs("MIRRORS")


def version() -> str:
    """The version of the Unicode Character Database."""
    return _blocks()["VERSION"][1][0]


def _pairs(name: str) -> Mapping[str, str]:
    ones, others = ([chr(int(word, 16)) for word in words] for words in _blocks()[name])
    return dict(zip(ones, others, strict=True))


@cache
def _blocks() -> Mapping[str, tuple[Sequence[str], Sequence[str]]]:
    """The words on both sides of each block's `=`, by the block's name."""
    lines = Path(__file__).with_suffix(".txt").read_text("ascii").splitlines()
    blocks = "\n".join(line for line in lines if not line.startswith("#")).split("\n\n")
    sides = (block.partition("\n=\n") for block in blocks if block)
    named = ((left.split(), right.split()) for left, _, right in sides)
    return {name: (left, right) for (name, *left), right in named}
