"""Spans and answers fetched as JSON that the database packs: row by row would take twice as long."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import DecodeError, Raw
from msgspec.json import Decoder
from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    type_coerce,
)

from coder.messages.catalogue import Message
from coder.store.data_problems import damaged

_Packed = TypeVar("_Packed")
_FUNCTIONS = {
    "sqlite": (func.json_group_object, func.json_array),
    "postgresql": (func.json_object_agg, func.json_build_array),
}
VALUES = Decoder(dict[str, list[Any]])
"""Reads packed rows to the last column of the key → the other values."""
JSON_VALUES = Decoder(dict[str, Raw])
"""Reads packed rows to the last column of the key → the other values as JSON."""


def unconverted(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column with JSON as text and booleans as the database stores them, which is faster to fetch."""
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return type_coerce(column, Integer) if isinstance(column.type, Boolean) else column


def packed(table: Table, source: FromClause, dialect: str) -> Select[Any]:
    """Select rows by the key's columns but the last, each row with an object of the last → the other values.

    source: what is selected from, with the columns of `table`.
    """
    *place, last = [source.columns[column.name] for column in table.primary_key]
    rest = [unconverted(column) for column in source.columns if column not in (*place, last)]
    collect, array = _FUNCTIONS[dialect]
    return select(*place, cast(collect(last, array(*rest)), Text)).group_by(*place)


def unpacked(table: str, place: str, rows: str, decoder: Decoder[_Packed]) -> _Packed:
    """Read packed rows of a table with `VALUES` or `JSON_VALUES`; raises DamagedError if they are invalid.

    place: the values of the key's columns but the last, for the message.
    """
    try:
        return decoder.decode(rows)
    except DecodeError as error:
        raise damaged(Message("store.row_unreadable", table=table, row=place, what=str(error))) from error
