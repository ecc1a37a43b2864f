"""Spans and answers fetched as JSON that the database packs: row by row would take twice as long."""

from __future__ import annotations

from typing import Any, TypeVar

import sqlalchemy as sa
from msgspec import DecodeError, Raw
from msgspec.json import Decoder

from coder.messages.catalogue import Message
from coder.store.data_problems import damaged

_Packed = TypeVar("_Packed")
_FUNCTIONS = {
    "sqlite": (sa.func.json_group_object, sa.func.json_array),
    "postgresql": (sa.func.json_object_agg, sa.func.json_build_array),
}
VALUES = Decoder(dict[str, list[Any]])
"""Reads packed rows to the last column of the key → the other values."""
JSON_VALUES = Decoder(dict[str, Raw])
"""Reads packed rows to the last column of the key → the other values as JSON."""


def unconverted(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A column with JSON as text and booleans as the database stores them, which is faster to fetch."""
    if isinstance(column.type, sa.JSON):
        return sa.cast(column, sa.Text)
    return (
        sa.type_coerce(column, sa.Integer)
        if isinstance(column.type, sa.Boolean)
        else column
    )


def packed(table: sa.Table, source: sa.FromClause, dialect: str) -> sa.Select[Any]:
    """Select rows by the key's columns but the last, each row with an object of the last → the other values.

    source: what is selected from, with the columns of `table`.
    """
    *place, last = [source.columns[column.name] for column in table.primary_key]
    rest = [
        unconverted(column) for column in source.columns if column not in (*place, last)
    ]
    collect, array = _FUNCTIONS[dialect]
    return sa.select(*place, sa.cast(collect(last, array(*rest)), sa.Text)).group_by(
        *place
    )


def unpacked(table: str, place: str, rows: str, decoder: Decoder[_Packed]) -> _Packed:
    """Read packed rows of a table with `VALUES` or `JSON_VALUES`; raises DamagedError if they are invalid.

    place: the values of the key's columns but the last, for the message.
    """
    try:
        return decoder.decode(rows)
    except DecodeError as error:
        raise damaged(
            Message("store.row_unreadable", table=table, row=place, what=str(error))
        ) from error
