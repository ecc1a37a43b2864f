"""Bulk insertion of rows with PostgreSQL's COPY, the fastest way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Error, sql
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError


def add_rows(
    connection: Connection, table: Table, rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, with values in the order of the columns, in the connection's transaction."""
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
