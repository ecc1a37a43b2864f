"""Whether a row holds what its columns are for, whoever wrote it: types, words and shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer

from coder.model import Blank, Decision, Status, Verdict
from coder.store.damage import Unreadable
from coder.store.tables import METADATA

_MOST = 2**31 - 1
"""The largest number in an INTEGER of PostgreSQL (documentation, 8.1)."""


def fault(table: str, row: Mapping[str, Any]) -> str:
    """What of a row, given with all its columns, cannot be, in words; "" where everything can."""
    for name, fits in _TESTS[table].items():
        if name not in row:
            return f"it has no {name}"
        if not fits(row[name]):
            return f"its {name} is {row[name]!r:.60}"
    return ""


def _texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _pairs_of(kind: type) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(pair, list) and len(pair) == 2 and all(type(each) is kind for each in pair)
            for pair in value
        )

    return lambda value: value is None or fits(value)


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in words


def _named(value: Any) -> bool:
    return isinstance(value, str) and value != ""


_SHAPES: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("article", "boilerplate"): _pairs_of(int),
    ("lexicon", "decision"): _one_of(*Verdict),
    ("coding", "status"): _one_of(*Status),
    ("span", "id"): _named,
    ("span", "decision"): lambda value: value is None or _one_of(*Decision)(value),
    ("event", "id"): _named,
    ("answer", "field"): _named,
    ("answer", "blank"): lambda value: value is None or _one_of(*Blank)(value),
    ("answer", "evidence"): _texts,
    ("answer", "taken_from"): _texts,
    ("cluster", "members"): _pairs_of(str),
}


def _test_of(column: Column[Any]) -> Callable[[Any], bool]:
    """The test for a column by its type alone."""
    if isinstance(column.type, JSON):
        return lambda value: not isinstance(value, Unreadable)
    if isinstance(column.type, Boolean):
        fits: Callable[[Any], bool] = lambda value: type(value) is bool  # noqa: E731
    elif isinstance(column.type, Integer):
        fits = lambda value: type(value) is int and 0 <= value <= _MOST  # noqa: E731
    elif isinstance(column.type, Float):
        fits = lambda value: type(value) in (int, float)  # noqa: E731
    else:
        fits = lambda value: type(value) is str  # noqa: E731
    return (lambda value: value is None or fits(value)) if column.nullable else fits


_TESTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    name: {c.name: _SHAPES.get((name, c.name)) or _test_of(c) for c in table.columns}
    for name, table in METADATA.tables.items()
}
