"""The tidy tables of `tables` as one SQLite database; in SQL, the column "end" must be
quoted.

`sqlite3 gold.sqlite 'SELECT field_en, value_en, quote FROM "values" WHERE event <> ""'`
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from coder.exporters import tidy_tables
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Rows
from coder.exporters.writer import Dataset

rows = tidy_tables.rows
_TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "REAL"}
_INDEXES = {
    "articles": "article",
    "codings": "article, coder",
    "events": "article, coder, event",
    "values": "article, coder, event, field",
    "evidence": "article, coder, event, field",
    "spans": "article, coder, span",
    "alignment": "article, coder, event",
}


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the new database `path`; raises OSError if the disk is full."""
    with _operational_as_os_errors(), closing(sqlite3.connect(path)) as database:
        database.execute(
            "PRAGMA journal_mode = OFF"
        )  # a partly written file is discarded anyway
        database.execute("PRAGMA synchronous = OFF")
        inserts = {}
        for name in TABLES:
            columns = tidy_tables.columns(name, dataset)
            typed = ", ".join(
                f'"{column.name}" {_TYPES[column.type]}' for column in columns
            )
            database.execute(f'CREATE TABLE "{name}" ({typed})')
            inserts[name] = (
                f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})'
            )

        def put(rows: Rows) -> None:
            for name, table in rows.items():
                database.executemany(inserts[name], table)

        put(tidy_tables.fixed(dataset))
        yield put
        for name, key in _INDEXES.items():
            database.execute(f'CREATE INDEX "{name}_by" ON "{name}" ({key})')
        database.commit()


@contextmanager
def _operational_as_os_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:  # a full disk, mostly
        raise OSError(str(error)) from error
