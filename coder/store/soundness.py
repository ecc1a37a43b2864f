"""Whether a row holds what its columns are for, whoever wrote it: types, words and shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer

from coder.model import Blank, Decision, Status, Verdict
from coder.store.damage import Unreadable
from coder.store.tables import METADATA


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


_SHAPES: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("article", "boilerplate"): _pairs_of(int),
    ("lexicon", "decision"): _one_of(*Verdict),
    ("coding", "status"): _one_of(*Status),
    ("span", "decision"): lambda value: value is None or _one_of(*Decision)(value),
    ("answer", "blank"): lambda value: value is None or _one_of(*Blank)(value),
    ("answer", "evidence"): _texts,
    ("answer", "taken_from"): _texts,
    ("cluster", "members"): _pairs_of(str),
}


def type_test(column: Column[Any]) -> Callable[[Any], bool]:
    """The test for a column by its type alone."""
    if isinstance(column.type, JSON):
        return lambda value: not isinstance(value, Unreadable)
    kinds: tuple[type, ...] = (str,)
    most = 2**63 - 1 if isinstance(column.type, BigInteger) else 2**31 - 1  # PostgreSQL documentation, 8.1
    if isinstance(column.type, Boolean):
        kinds = (bool,)
    elif isinstance(column.type, Integer):
        kinds = (int,)
    elif isinstance(column.type, Float):
        kinds = (int, float)

    def fits(value: Any) -> bool:
        if value is None:
            return bool(column.nullable)
        return type(value) in kinds and (type(value) is not int or 0 <= value <= most)

    return fits


_TESTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    name: {c.name: _SHAPES.get((name, c.name)) or type_test(c) for c in table.columns}
    for name, table in METADATA.tables.items()
}
