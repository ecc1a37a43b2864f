"""Many new rows of a table at once, in the way that PostgreSQL takes them quickest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection as Driver
from psycopg import Error, sql
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError


def add_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, their values in the order of the columns, in the connection's transaction."""
    driver: Any = connection.connection.driver_connection
    _copy(driver, table, rows)


def _copy(driver: Driver[Any], table: Table, rows: Iterable[Sequence[Any]]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns.keys()))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)
    except Error as error:  # not by way of SQLAlchemy, which would have wrapped it
        raise DBAPIError.instance(None, None, error, Error, connection_invalidated=driver.broken) from error
