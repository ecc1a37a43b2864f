"""A database as one portable file: JSON Lines of all tables, the same for SQLite and
PostgreSQL.

The first line is the head (`format`, `schema`, and what the caller adds). Then for each
table a line
`{"table", "columns"}` and a line per row, an array in the order of the columns. The last line has the number
of lines before it and the sha256 of their bytes, to detect a truncated or altered file.
Rows are streamed both ways; parents come before their children. Drafts of comments are
left out: they belong to their authors, and a supervisor who writes a dump on PostgreSQL
may not read them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from sqlalchemy import (
    JSON,
    Connection,
    MetaData,
    Table,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError

from coder.errors import CoderError
from coder.foreign import from_json
from coder.messages.catalogue import Message
from coder.storage_limits import unstorable
from coder.store import schema_version
from coder.store.data_problems import damaged, type_test
from coder.store.tables import METADATA, PRIVATE

FORMAT = "coder-dump/1"
MOST_BYTES_A_LINE = (
    32 * 2**20
)  # the length of the longest, an assignment of 200,000 articles
BATCH = 500  # rows that are written to the database at once
_BATCH_BYTES = 8 * 2**20  # from which fewer rows are


def write(connection: Connection, out: BinaryIO, head: Mapping[str, Any]) -> None:
    """Write all tables, as the connection's transaction sees them; head: further keys
    of the first line.
    """
    digest = hashlib.sha256()
    count = 0

    def refuse(value: Any) -> Any:
        raise damaged(Message("store.value_unreadable", value=f"{value!r:.60}"))

    def line(value: Any) -> None:
        nonlocal count
        data = (
            json.dumps(
                value, ensure_ascii=False, separators=(",", ":"), default=refuse
            ).encode()
            + b"\n"
        )
        digest.update(data)
        out.write(data)
        count += 1

    line({"format": FORMAT, "schema": schema_version.of(connection), **head})
    for table in _in_order(_tables(connection)):
        if table.name in PRIVATE:
            continue
        line(
            {"table": table.name, "columns": [column.name for column in table.columns]}
        )
        query = select(table).order_by(*table.primary_key.columns)
        for row in connection.execute(query.execution_options(yield_per=BATCH)):
            line(list(row))
    out.write(
        json.dumps({"lines": count, "sha256": digest.hexdigest()}).encode() + b"\n"
    )


class Dump:
    """A dump being read: its head immediately, its rows once and in order."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.where = where
        self._stream = stream
        self._digest = hashlib.sha256()
        self._count = 0
        self._size = 0  # bytes that were read
        self.head = self._next()
        if (
            not isinstance(self.head, dict)
            or self.head.get("format") != FORMAT
            or unstorable(self.head)
        ):
            raise CoderError("store.no_dump", where=where, format=FORMAT)
        self.schema = str(self.head.get("schema"))

    def batches(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Iterate over (table, some of its rows); raises CoderError, at the end at the
        latest, if damaged.
        """
        table = ""
        columns: list[str] = []
        rows: list[dict[str, Any]] = []
        start = self._size
        while (value := self._next()) is not None:
            if isinstance(value, list) and len(value) == len(columns):
                rows.append(dict(zip(columns, value, strict=True)))
            elif isinstance(value, dict) and _names_columns(value):
                yield table, rows
                table = value["table"]
                columns = value["columns"]
                rows = []
            else:
                raise self.damaged(Message("store.line_out_of_place", line=self._count))
            if len(rows) == BATCH or self._size - start > _BATCH_BYTES:
                yield table, rows
                rows = []
                start = self._size
        yield table, rows

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Iterate over (table, row), as `batches`."""
        for table, rows in self.batches():
            for row in rows:
                yield table, row

    def _next(self) -> Any:
        """Return the next line's value, None at the end if the file is intact."""
        data = self._stream.readline(MOST_BYTES_A_LINE + 1)
        if len(data) > MOST_BYTES_A_LINE:
            raise self.damaged(
                Message(
                    "store.line_too_long", line=self._count + 1, most=MOST_BYTES_A_LINE
                )
            )
        try:
            value = from_json(data)
        except ValueError as error:
            line = Message(
                "store.line_no_json", line=self._count + 1, what=error.args[0]
            )
            raise self.damaged(line if data else Message("store.cut_short")) from None
        if isinstance(value, dict) and "sha256" in value:
            intact = (value["sha256"], value.get("lines")) == (
                self._digest.hexdigest(),
                self._count,
            )
            if not intact or self._stream.read(1):
                raise self.damaged(Message("store.not_as_written"))
            return None
        self._digest.update(data)
        self._count += 1
        self._size += len(data)
        return value

    def damaged(self, what: Message | str) -> CoderError:
        """Return the error for a damaged dump; what: the damage."""
        return CoderError("store.file_damaged", where=self.where, what=what)

    def fill(self, connection: Connection) -> None:
        """Insert all rows into the empty tables of a database that has the dump's
        schema.
        """
        tables = _tables(connection).tables
        for name, rows in self.batches():
            if rows and name not in tables:
                raise self.damaged(
                    Message("store.table_unknown", table=name, schema=self.schema)
                )
            for row in rows:
                if problem := _problem(tables[name], row):
                    raise self.damaged(
                        Message("store.dumped_row", table=name, what=problem)
                    )
            if rows:
                try:
                    connection.execute(insert(tables[name]), rows)
                except (IntegrityError, DataError):
                    refused = Message("store.rows_refused", table=name)
                    raise self.damaged(refused) from None
        if connection.dialect.name == "postgresql":
            # The positions came from the dump, so the sequence has to be advanced.
            last = select(func.coalesce(func.max(tables["journal"].c.position), 0))
            sequence = "SELECT setval(pg_get_serial_sequence('journal', 'position'), :last + 1, false)"
            connection.execute(
                text(sequence), {"last": connection.execute(last).scalar_one()}
            )


def _names_columns(value: dict[str, Any]) -> bool:
    names = value.get("columns")
    return isinstance(names, list) and all(
        isinstance(name, str) for name in [value.get("table"), *names]
    )


def _problem(table: Table, row: Mapping[str, Any]) -> Message | None:
    """Return why a row does not fit the columns of the table, None if it does."""
    if row.keys() != set(table.columns.keys()):
        return Message("store.other_columns")
    for column in table.columns:
        if not type_test(column)(row[column.name]):
            return Message(
                "store.column_is", column=column.name, value=row[column.name]
            )
    return unstorable(list(row.values()))


def _in_order(tables: MetaData) -> list[Table]:
    """Return the tables with parents before their children, in the same order on both
    engines.

    On PostgreSQL not every child has a foreign key to its parents.
    """
    declared = list(METADATA.tables)
    found = [tables.tables[name] for name in declared if name in tables.tables]
    return found + [each for each in tables.sorted_tables if each.name not in declared]


def _tables(connection: Connection) -> MetaData:
    """Return the tables that this database has, whatever its schema."""
    tables = MetaData()

    @event.listens_for(tables, "column_reflect")
    def none_is_null(_inspector: Any, _table: Table, column: dict[str, Any]) -> None:
        if isinstance(column["type"], JSON):
            column["type"] = JSON(none_as_null=True)

    tables.reflect(connection, only=lambda name, _: name != "alembic_version")
    return tables
