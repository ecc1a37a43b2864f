"""Tests with three results: True, False, or None if what they are about is not coded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from coder.model import Json

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


def first(
    tests: Sequence[Callable[[S], bool | None]], *, wanted: bool
) -> Callable[[S], bool | None]:
    """`any` if True is wanted, else `all`: the first such result decides; None if none
    is evaluated.
    """

    def combined(scope: S) -> bool | None:
        result: bool | None = None
        for test in tests:
            if (each := test(scope)) is wanted:
                return wanted
            if each is not None:
                result = not wanted
        return result

    return combined


def if_read(
    read: Callable[[S], T | None], test: Callable[[T], R]
) -> Callable[[S], R | None]:
    """Return a test of the value that is read; None (not evaluated) if there is none."""
    return lambda scope: None if (value := read(scope)) is None else test(value)


def compared(sides: list[Json], compare: Callable[[Json, Json], bool]) -> bool | None:
    """Compare two values; None (not evaluated) unless both are texts or both are whole
    numbers.
    """
    return compare(*sides) if {type(side) for side in sides} in ({str}, {int}) else None
