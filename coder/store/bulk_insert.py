"""Insertion of many new rows, as fast as each database takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from coder.grouping import batched

MAX_VALUES = (
    900  # in one command; SQLite accepts 999 (https://sqlite.org/limits.html, 9)
)

NewRows: TypeAlias = Sequence[tuple[Any, ...]]
"""New rows of a table, with values in the order of its columns and as the driver takes
them.
"""


def insertions(table: Table, rows: NewRows) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield SQLite commands that insert rows, with their values.

    Many rows a command, as SQLite lets other threads run once in each and then waits
    for its turn.
    """
    width = len(table.columns)
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    one = f"({', '.join('?' * width)})"
    for batch in batched(rows, MAX_VALUES // width):
        values = tuple(chain.from_iterable(batch))
        placeholders = ", ".join([one] * len(batch))
        yield (
            f'INSERT INTO "{table.name}" ({columns}) VALUES {placeholders}',
            values,
        )


def copy_rows(connection: Connection, table: Table, rows: NewRows) -> None:
    """Insert rows with PostgreSQL's COPY, in the connection's transaction."""
    from psycopg import Error, sql  # not installed with projects on SQLite

    driver: Any = connection.connection.driver_connection
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns.keys()))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), columns
    )
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)
    except Error as error:  # wrapped as SQLAlchemy, which is bypassed here, would do
        raise DBAPIError.instance(
            None, None, error, Error, connection_invalidated=driver.broken
        ) from error
