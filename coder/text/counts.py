"""Counts in English sentences; Arabic ones put the number behind a colon, where no noun inflects for it."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`1 article`, `2 articles`; many: the plural where it is not `one` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
