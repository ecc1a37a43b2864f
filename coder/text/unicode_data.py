"""Properties of characters: the Unicode Character Database as far as the text engine
needs it.

They are stored, with their sources, in `unicode_data.txt`, which
tests/text/make_tables.py generates. It is read on first use, to keep the start-up fast.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal


class Lookup(dict[int, str]):
    """Code point → result of a function for that character, cached; a table for
    str.translate.
    """

    def __init__(self, describe: Callable[[str], str]) -> None:
        self._describe = describe

    def __missing__(self, code_point: int) -> str:
        found = self._describe(chr(code_point))
        self[code_point] = found
        return found


def value(
    name: Literal["BIDI_CLASS", "JOINING_TYPE", "WIDE", "PICTOGRAPHIC"], character: str
) -> str:
    """The value of a character's property."""
    starts, codes = _steps(name)
    return codes[bisect_right(starts, ord(character)) - 1]


@cache
def _steps(name: str) -> tuple[Sequence[int], str]:
    """Return code points, and the value of a property from each one on."""
    starts, codes = blocks()[name]
    return [int(word, 16) for word in starts], "".join(codes)


@cache
def pairs(name: Literal["BRACKETS", "MIRRORS"]) -> Mapping[str, str]:
    """BRACKETS: opening → closing bracket. MIRRORS: character → its mirror image in
    right-to-left text.
    """
    sources, targets = blocks()[name]
    found = {}
    for source, target in zip(sources, targets, strict=True):
        found[chr(int(source, 16))] = chr(int(target, 16))
    return found


@cache
def blocks() -> Mapping[str, tuple[Sequence[str], Sequence[str]]]:
    """Return block name → the words before and after the block's `=`."""
    lines = Path(__file__).with_suffix(".txt").read_text("ascii").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    found = {}
    for block in text.split("\n\n"):
        if block:
            before, _, after = block.partition("\n=\n")
            name, *words = before.split()
            found[name] = (words, after.split())
    return found
