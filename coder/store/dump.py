"""A database as one portable file: JSON Lines of all tables, the same for SQLite and PostgreSQL.

The first line is the head (`format`, `schema`, and what the caller adds). Then for each table a line
`{"table", "columns"}` and a line per row, an array in the order of the columns. The last line holds the
number of lines before it and the sha256 over their bytes, so that a file that was cut short or changed is
known as such. Rows stream both ways; parents stand before their children.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import JSON, Connection, MetaData, Table, event, func, insert, select, text

from coder.errors import CoderError
from coder.foreign import from_json
from coder.store import schema_version
from coder.store.damage import damaged
from coder.store.engine import connect
from coder.store.refusals import translated
from coder.store.soundness import type_test
from coder.store.storable import fault_in

FORMAT = "coder-dump/1"
MOST_BYTES_A_LINE = 32 * 2**20
"""How long a line may be; the longest, an assignment of 200,000 articles, has as much."""
BATCH = 500
"""How many rows go to the database at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table."""

    table: str
    rows: Sequence[Mapping[str, Any]]


def write(connection: Connection, out: BinaryIO, head: Mapping[str, Any]) -> None:
    """All tables, as the connection's transaction sees them; head: what else the first line says."""
    digest = hashlib.sha256()
    count = 0

    def line(value: Any) -> None:
        nonlocal count
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_refuse).encode() + b"\n"
        digest.update(data)
        out.write(data)
        count += 1

    line({"format": FORMAT, "schema": schema_version.of(connection), **head})
    for table in _tables(connection).sorted_tables:
        line({"table": table.name, "columns": [column.name for column in table.columns]})
        query = select(table).order_by(*table.primary_key.columns)
        for row in connection.execute(query.execution_options(yield_per=BATCH)):
            line(list(row))
    out.write(json.dumps({"lines": count, "sha256": digest.hexdigest()}).encode() + b"\n")


def _refuse(value: Any) -> Any:
    raise damaged(f"A value cannot be read ({value!r:.60})")


class Dump:
    """A dump that is being read: its head at once, its rows once and in order."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self.where = where
        self._stream = stream
        self._digest = hashlib.sha256()
        self._count = 0
        head = self._next()
        if not isinstance(head, dict) or head.get("format") != FORMAT or fault_in(head):
            raise CoderError(
                f"This is not a file that coder wrote as {FORMAT}.",
                hint="Give a file made with `coder backup --portable` or `coder packet make`.",
                where=where,
            )
        self.head: dict[str, Any] = head
        self.schema = str(head.get("schema"))

    def batches(self) -> Iterator[Batch]:
        """All rows; raises CoderError at the end, at the latest, when the file is not as it was written."""
        table = ""
        columns: list[str] = []
        rows: list[dict[str, Any]] = []
        while (value := self._next()) is not None:
            if isinstance(value, list) and len(value) == len(columns):
                rows.append(dict(zip(columns, value, strict=True)))
            elif isinstance(value, dict) and _are_texts([value.get("table")], value.get("columns")):
                yield Batch(table, rows)
                table, columns, rows = value["table"], value["columns"], []
            else:
                raise self.damaged(f"line {self._count} is out of place")
            if len(rows) == BATCH:
                yield Batch(table, rows)
                rows = []
        yield Batch(table, rows)

    def _next(self) -> Any:
        """The next line, None at the sound end of the file."""
        data = self._stream.readline(MOST_BYTES_A_LINE + 1)
        if len(data) > MOST_BYTES_A_LINE:
            raise self.damaged(f"line {self._count + 1} has more than {MOST_BYTES_A_LINE:,} bytes")
        try:
            value = from_json(data)
        except ValueError as error:
            what = f"line {self._count + 1} is not JSON: {error}" if data else "it was cut short"
            raise self.damaged(what) from None
        if isinstance(value, dict) and "sha256" in value:
            sound = (value["sha256"], value.get("lines")) == (self._digest.hexdigest(), self._count)
            if not sound or self._stream.read(1):
                raise self.damaged("it is not as it was written")
            return None
        self._digest.update(data)
        self._count += 1
        return value

    def damaged(self, what: str) -> CoderError:
        """The error that says so."""
        return CoderError(
            f"The file is damaged: {what}.",
            hint="Nothing was changed. Copy the file again from where it was made, or take an earlier one.",
            where=self.where,
        )


def _are_texts(*lists: Any) -> bool:
    return all(isinstance(each, list) and all(isinstance(item, str) for item in each) for each in lists)


def load(url: str, dump: Dump) -> None:
    """A dump into the empty database at `url`, brought to this program's schema; all of it or nothing."""
    from coder.store import schema_upgrade

    schema_upgrade.expect_known(dump.schema, dump.where)
    engine = connect(url)
    try:
        with translated(), schema_upgrade.migrating(engine) as connection:
            schema_version.expect_none(connection, engine.url.render_as_string(hide_password=True))
            schema_upgrade.migrate(connection, dump.schema)
            _fill(connection, dump)
            schema_upgrade.migrate(connection, schema_version.HEAD)
    finally:
        engine.dispose()


def _fill(connection: Connection, dump: Dump) -> None:
    tables = _tables(connection).tables
    for batch in dump.batches():
        if batch.rows and batch.table not in tables:
            raise dump.damaged(f"there is no table {batch.table!r} in schema {dump.schema}")
        for row in batch.rows:
            if fault := _misfit(tables[batch.table], row):
                raise dump.damaged(f"in a row of the table {batch.table}, {fault}")
        if batch.rows:
            connection.execute(insert(tables[batch.table]), batch.rows)
    if connection.dialect.name == "postgresql":
        # Numbers were given, so the sequence must be told where to go on.
        last = select(func.coalesce(func.max(tables["journal"].c.position), 0))
        sequence = "SELECT setval(pg_get_serial_sequence('journal', 'position'), :last + 1, false)"
        connection.execute(text(sequence), {"last": connection.execute(last).scalar_one()})


def _misfit(table: Table, row: Mapping[str, Any]) -> str:
    """Why a row cannot go into the table, by the types of its columns alone; "" where it can."""
    if row.keys() != set(table.columns.keys()):
        return "the columns are not those of the table"
    for column in table.columns:
        if not type_test(column)(row[column.name]):
            return f"its {column.name} is {row[column.name]!r:.60}"
    return fault_in(list(row.values()))


def _tables(connection: Connection) -> MetaData:
    """The tables as they are in this very database, of whatever schema it has."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def none_is_null(_inspector: Any, _table: Table, column: dict[str, Any]) -> None:
        if isinstance(column["type"], JSON):
            column["type"] = JSON(none_as_null=True)

    found.reflect(connection, only=lambda name, _: name != "alembic_version")
    return found
