"""What can be wrong with data, whoever wrote it: rows that cannot be, values that cannot be kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, TypeAlias

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer

from coder import foreign
from coder.errors import DamagedError
from coder.messages.catalogue import Message
from coder.model import REMARKS, Blank, Decision, Json, Status, Verdict
from coder.store.tables import METADATA


@dataclass(frozen=True, slots=True)
class DataProblem:
    """Something in the database that does not hold, where, and the way to mend it."""

    check: str
    where: str
    said: Message | str
    mend: Message | str

    @property
    def what(self) -> str:
        """What does not hold, in English."""
        return str(self.said)

    @property
    def hint(self) -> str:
        """The way to mend it, in English."""
        return str(self.mend)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in a JSON column and is no JSON; no other value equals it."""

    text: str


def damaged(what: Message | str) -> DamagedError:
    """The error for something in the database that coder never wrote; what: a whole sentence's beginning."""
    return DamagedError("store.damaged", what=what)


def column_from_json(text: str) -> Any:
    """The value in a JSON column; what is none is left to whoever knows which row it is of.

    Most values are short and occur again and again: these are read once, and never changed in place.
    """
    return _short(text) if len(text) <= _SHORT else _read(text)


def column_to_json(value: Json | tuple[str, ...]) -> str:
    """What a JSON column holds; lists of texts without the encoder, which is slow to begin."""
    if type(value) in (list, tuple):
        if not value:
            return "[]"
        try:
            return f"[{', '.join(map(encode_basestring, value))}]"
        except TypeError:  # something in it is no text
            pass
    return foreign.to_json(value)


def _read(text: str) -> Any:
    try:
        return foreign.from_json(text)
    except ValueError:
        return Unreadable(str(text))


_SHORT = 200  # characters
_short = lru_cache(50_000)(_read)


def row_problem(table: str, row: Mapping[str, Any]) -> Message | None:
    """What of a row, given with all its columns, cannot be; None where everything can."""
    for _, name, _, _ in _TESTS[table]:
        if name not in row:
            return Message("store.row_lacks", column=name)
    return values_problem(table, [row[name] for _, name, _, _ in _TESTS[table]])


def values_problem(table: str, values: Sequence[Any]) -> Message | None:
    """The same of a row given by its values, in the order of the columns."""
    kinds = (table, *map(type, values))
    known = _LEFT.get(kinds)
    tests = _TESTS[table] if known is None else known
    for at, name, _, fits in tests:
        if not fits(values[at]):
            return Message("store.column_is", column=name, value=values[at])
    if known is None and len(_LEFT) < _MOST_KINDS:
        _LEFT[kinds] = [each for each in tests if type(values[each[0]]) not in each[2]]
    return None


def may_be_wrong(table: str, columns: Iterable[Sequence[Any]]) -> bool:
    """Whether a look along the columns, quicker than one at each row, leaves `values_problem` to be asked."""
    for (_, _, sure, fits), column in zip(_TESTS[table], columns, strict=True):
        kinds = {*map(type, column)}
        if kinds <= sure:
            continue
        told: Iterable[Any] = column
        if kinds == {int}:
            told = (min(column), max(column))
        elif kinds <= {str, type(None)}:
            told = {*column}
        else:  # the same JSON, read once, is the same object
            told = {id(each): each for each in column}.values()
        if not all(map(fits, told)):
            return True
    return False


_Test: TypeAlias = tuple[int, str, frozenset[type], Callable[[Any], bool]]
"""A column's place and name, the types that are sure to fit, and the test of all others."""
_LEFT: dict[tuple[object, ...], list[_Test]] = {}
"""Of rows with values of some types, the tests of columns that their types do not settle."""
_MOST_KINDS = 10_000


def type_test(column: Column[Any]) -> Callable[[Any], bool]:
    """The test for a column by its type alone."""
    if isinstance(column.type, JSON):
        return lambda value: not isinstance(value, Unreadable)
    by_type: dict[type, tuple[type, ...]] = {Boolean: (bool,), Integer: (int,), Float: (int, float)}
    kinds = next((kinds for type_, kinds in by_type.items() if isinstance(column.type, type_)), (str,))
    most = 2**63 - 1 if isinstance(column.type, BigInteger) else 2**31 - 1  # PostgreSQL documentation, 8.1

    def fits(value: Any) -> bool:
        if value is None:
            return bool(column.nullable)
        return type(value) in kinds and (type(value) is not int or 0 <= value <= most)

    return fits


def _texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _pairs_of(kind: type) -> Callable[[Any], bool]:
    def is_pair(value: Any) -> bool:
        return isinstance(value, list) and [type(each) for each in value] == [kind, kind]

    return lambda value: value is None or (isinstance(value, list) and all(map(is_pair, value)))


def _one_of(*words: str | None) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str | None) and value in words


def _names_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


_SHAPES: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("article", "boilerplate"): _pairs_of(int),
    ("metadata", "fields"): _names_texts,
    ("lexicon", "decision"): _one_of(*Verdict),
    ("remark", "kind"): _one_of(*REMARKS),
    ("coding", "status"): _one_of(*Status),
    ("span", "decision"): _one_of(*Decision, None),
    ("answer", "blank"): _one_of(*Blank, None),
    ("answer", "evidence"): _texts,
    ("answer", "taken_from"): _texts,
    ("cluster", "members"): _pairs_of(str),
}


def _sure(column: Column[Any]) -> frozenset[type]:
    """The types of which every value fits a column, so that most values need no further look."""
    if isinstance(column.type, JSON):
        return frozenset((dict, list, str, int, float, bool, type(None)))
    if isinstance(column.type, Boolean | Integer | Float):
        return frozenset((bool,) if isinstance(column.type, Boolean) else ())
    return frozenset((str, type(None)) if column.nullable else (str,))


_TESTS: dict[str, list[_Test]] = {
    name: [
        (at, c.name, frozenset(), shape)
        if (shape := _SHAPES.get((name, c.name)))
        else (at, c.name, _sure(c), type_test(c))
        for at, c in enumerate(table.columns)
    ]
    for name, table in METADATA.tables.items()
}


def unstorable(value: Any) -> Message | None:
    """What in a JSON value one of the databases cannot keep and give back unchanged; None for nothing.

    UTF-8 has no lone surrogates (Unicode 16.0, 3.9 D92), PostgreSQL's text no U+0000, JSON no infinity.
    """
    for part in _parts(value):
        if isinstance(part, float):
            if not math.isfinite(part):
                return Message("store.infinite", number=part)
        elif "\0" in part:
            return Message("store.null_character")
        else:
            try:
                part.encode("utf-8")
            except UnicodeEncodeError as error:
                return Message("store.half_character", code=f"{ord(part[error.start]):04X}")
    return None


def is_plain(text: str) -> bool:
    """Whether a JSON text that this program wrote, Unicode as it is, surely holds nothing `unstorable`."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not any(each in text for each in ("\\u", "NaN", "Infinity"))


def unstorable_column(value: Any) -> Message | None:
    """The same for the whole value of a column.

    SQLite makes numbers of its own of bare ones, as a column called JSON has numeric affinity
    (https://sqlite.org/datatype3.html, 3.1): 5.0 becomes 5, a long one loses its last digits.
    """
    if isinstance(value, float):
        return Message("store.bare_number", number=value)
    if isinstance(value, int) and abs(value) >= 2**63:
        return Message("store.long_number", number=value)
    return unstorable(value)


def _parts(value: Any) -> Iterator[str | float]:
    """All texts and numbers in a JSON value, keys among them."""
    if isinstance(value, str | float):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _parts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _parts(inner)
