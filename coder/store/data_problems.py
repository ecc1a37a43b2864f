"""Validation of data from any source: rows with missing columns, wrong types or wrong
shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, Table

from coder import foreign
from coder.errors import DamagedError
from coder.messages.catalogue import Message
from coder.model import (
    HOW,
    REMARKS,
    STAGES,
    Blank,
    Decision,
    Status,
    Verdict,
)
from coder.store.tables import METADATA


class DataProblem(Struct, frozen=True):
    """A problem in the database: the check that found it, where it is, what it is and
    how to fix it.
    """

    check: str
    where: str
    said: Message | str
    mend: Message | str

    @property
    def what(self) -> str:
        """The problem, in English."""
        return str(self.said)

    @property
    def hint(self) -> str:
        """How to fix it, in English."""
        return str(self.mend)


class Unreadable(Struct, frozen=True):
    """Invalid text in a JSON column, unequal to every valid value."""

    text: str


def damaged(what: Message | str) -> DamagedError:
    """Return the error for data that this program never wrote; what: the beginning of
    its message.
    """
    return DamagedError("store.damaged", what=what)


def column_from_json(text: str) -> Any:
    """Parse the value of a JSON column; `Unreadable` if it is invalid, as the row is
    not known here.

    Most values are short and frequent: these are cached, so values must never be
    modified.
    """
    return _cached(text) if len(text) <= _MAX_CACHED else _parse(text)


def _parse(text: str) -> Any:
    try:
        return foreign.from_json(text)
    except ValueError:
        return Unreadable(str(text))


_MAX_CACHED = 200  # characters
_cached = lru_cache(50_000)(_parse)


def row_problem(table: str, row: Mapping[str, Any]) -> Message | None:
    """Return why a row, which must have all columns, is invalid; None if it is valid."""
    for _, name, _, _ in _TESTS[table]:
        if name not in row:
            return Message("store.row_lacks", column=name)
    return values_problem(table, [row[name] for _, name, _, _ in _TESTS[table]])


def values_problem(table: str, values: Sequence[Any]) -> Message | None:
    """Return why a row, given by its values in the order of the columns, is invalid;
    None if it is valid.
    """
    types = (table, *map(type, values))
    cached = _REMAINING_TESTS.get(types)
    tests = _TESTS[table] if cached is None else cached
    for i, name, _, is_valid in tests:
        if not is_valid(values[i]):
            return Message("store.column_is", column=name, value=values[i])
    if cached is None and len(_REMAINING_TESTS) < _MAX_REMAINING:
        _REMAINING_TESTS[types] = [
            each for each in tests if type(values[each[0]]) not in each[2]
        ]
    return None


_Test: TypeAlias = tuple[int, str, frozenset[type], Callable[[Any], bool]]
"""A column's index and name, the types of which all values are valid, and the test for
other values.
"""
_REMAINING_TESTS: dict[tuple[object, ...], list[_Test]] = {}
"""Table and types of a row's values → the tests of columns whose type is not
sufficient.
"""
_MAX_REMAINING = 10_000


def type_test(column: Column[Any]) -> Callable[[Any], bool]:
    """Return the test for a column's values by the column's type only."""
    if isinstance(column.type, JSON):
        return lambda value: not isinstance(value, Unreadable)
    by_type: dict[type, tuple[type, ...]] = {
        Boolean: (bool,),
        Integer: (int,),
        Float: (int, float),
    }
    types: tuple[type, ...] = (str,)
    for column_type, allowed in by_type.items():
        if isinstance(column.type, column_type):
            types = allowed
            break
    # PostgreSQL documentation, 8.1
    most = 2**63 - 1 if isinstance(column.type, BigInteger) else 2**31 - 1

    def is_valid(value: Any) -> bool:
        if value is None:
            return bool(column.nullable)
        if type(value) is int and not 0 <= value <= most:
            return False
        return type(value) in types

    return is_valid


def _is_texts(value: Any) -> bool:
    return value is None or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )


def _pairs_of(kind: type) -> Callable[[Any], bool]:
    def is_pair(value: Any) -> bool:
        return isinstance(value, list) and [*map(type, value)] == [kind, kind]

    def are_pairs(value: Any) -> bool:
        if value is None:
            return True
        return isinstance(value, list) and all(map(is_pair, value))

    return are_pairs


def _one_of(*words: str | None) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str | None) and value in words


def _is_text_dict(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(each, str) for each in value.values()
    )


_SHAPE_TESTS: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("article", "boilerplate"): _pairs_of(int),
    ("metadata", "fields"): _is_text_dict,
    ("assignment", "stage"): _one_of(*STAGES),
    ("lexicon", "decision"): _one_of(*Verdict),
    ("remark", "kind"): _one_of(*REMARKS),
    ("coding", "status"): _one_of(*Status),
    ("span", "decision"): _one_of(*Decision, None),
    ("answer", "blank"): _one_of(*Blank, None),
    ("answer", "evidence"): _is_texts,
    ("answer", "taken_from"): _is_texts,
    ("answer", "how"): _one_of("", *HOW),
    ("cluster", "members"): _pairs_of(str),
}


def _valid_types(column: Column[Any]) -> frozenset[type]:
    """Return the types of which every value is valid for a column: most values then
    need no other test.
    """
    if isinstance(column.type, JSON):
        return frozenset((dict, list, str, int, float, bool, type(None)))
    if isinstance(column.type, Boolean | Integer | Float):
        return frozenset((bool,) if isinstance(column.type, Boolean) else ())
    return frozenset((str, type(None)) if column.nullable else (str,))


def _tests_of(table: Table) -> list[_Test]:
    tests = list[_Test]()
    for i, column in enumerate(table.columns):
        shape_test = _SHAPE_TESTS.get((table.name, column.name))
        if shape_test is not None:
            tests.append((i, column.name, frozenset(), shape_test))
        else:
            types = _valid_types(column)
            tests.append((i, column.name, types, type_test(column)))
    return tests


_TESTS: dict[str, list[_Test]] = {
    name: _tests_of(table) for name, table in METADATA.tables.items()
}
