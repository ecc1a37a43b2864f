"""A temporary file for objects that were checked but not written yet, readable by
several processes.
"""

from __future__ import annotations

import pickle
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

from coder.store.bulk_insert import insertions
from coder.store.prepared import NewCoding
from coder.store.tables import CODING_TABLES, METADATA

_READ = 100  # bodies read at a time
# seconds for another process's transaction, each of which takes some milliseconds
_WAIT = 60


class Staging:
    """Objects by kind and key, in the order of insertion, and rows of new codings;
    private to the program.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, _WAIT, isolation_level=None)
        for setting in ("page_size = 16384", "journal_mode = WAL", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS staged (place INTEGER PRIMARY KEY, kind TEXT, key TEXT, body BLOB,"
            " UNIQUE (kind, key))"
        )
        for table, key in CODING_TABLES.items():
            columns = ", ".join(
                f'"{column.name}"' for column in METADATA.tables[table].columns
            )
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
            self._connection.execute(
                f"CREATE INDEX IF NOT EXISTS of_{table} ON {table} ({key})"
            )

    def put(self, kind: str, bodies: Mapping[str, bytes]) -> None:
        """Store objects, made by `packed`, under keys that are new for their kind."""
        rows = [(kind, key, body) for key, body in bodies.items()]
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO staged (kind, key, body) VALUES (?, ?, ?)", rows
        )
        self._connection.execute("COMMIT")

    def put_codings(self, codings: Sequence[NewCoding]) -> None:
        """Store new codings, with their rows in tables like the project's; those stored
        before are left out.

        The processes that prepare them do this, as it takes a while.
        """
        command = (
            "INSERT OR IGNORE INTO staged (kind, key, body) VALUES ('coding', ?, ?)"
        )
        heads = [(each.id, packed(each._replace(rows={}))) for each in codings]
        self._connection.execute("BEGIN IMMEDIATE")
        stored = [
            self._connection.execute(command, head).rowcount == 1 for head in heads
        ]
        for table in CODING_TABLES:
            rows = [
                row for each in compress(codings, stored) for row in each.rows[table]
            ]
            for command, values in insertions(METADATA.tables[table], rows):
                self._connection.execute(command, values)
        self._connection.execute("COMMIT")

    def codings(self, ids: Sequence[str], *, with_rows: bool) -> list[NewCoding]:
        """Return new codings in this order; without their rows if those are going to be
        copied.
        """
        heads = self.find("coding", ids)
        return [
            heads[id_]._replace(rows=self._rows(id_)) if with_rows else heads[id_]
            for id_ in ids
        ]

    def _rows(self, coding: str) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table: self._connection.execute(
                f"SELECT * FROM {table} WHERE {key} = ?", [coding]
            ).fetchall()
            for table, key in CODING_TABLES.items()
        }

    def find(self, kind: str, keys: Sequence[str]) -> dict[str, Any]:
        """Return key → object for those of these keys that exist."""
        query = f"SELECT key, body FROM staged WHERE kind = ? AND key IN ({', '.join('?' * len(keys))})"
        return {
            key: unpacked(body)
            for key, body in self._connection.execute(query, [kind, *keys])
        }

    def each(self, kind: str) -> Iterator[Any]:
        """Iterate over all objects of a kind, in order."""
        return map(unpacked, self.bodies(kind))

    def bodies(self, kind: str) -> Iterator[bytes]:
        """Iterate over all objects of a kind, in order, without unpacking them."""
        # The plus keeps SQLite from using the index on kinds, which would require
        # sorting the bodies. A query that stayed open would keep the log of what is
        # stored meanwhile from starting anew.
        query = "SELECT place, body FROM staged WHERE +kind = ? AND place > ? ORDER BY place LIMIT ?"
        last = 0
        while rows := self._connection.execute(query, [kind, last, _READ]).fetchall():
            last = rows[-1][0]
            yield from (body for _, body in rows)

    def keys(self, kind: str) -> list[str]:
        """Return the keys of all objects of a kind, in order."""
        query = "SELECT key FROM staged WHERE kind = ? ORDER BY place"
        return [key for (key,) in self._connection.execute(query, [kind])]

    def count(self) -> int:
        """Return the number of objects, except those of the kind `converted`."""
        [[number]] = self._connection.execute(
            "SELECT count(*) FROM staged WHERE kind <> ?", ["converted"]
        )
        return int(number)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def packed(obj: Any, *, small: bool = True) -> bytes:
    """Serialise an object for `Staging`, in the process that made it.

    small: compress it, to a seventh for a coding; for texts this would take an eighth
    of their import's time.
    """
    body = pickle.dumps(obj)
    return zlib.compress(body, 1) if small else body


def unpacked(body: bytes) -> Any:
    """Return the object serialised by `packed`."""
    return pickle.loads(
        body if body.startswith(pickle.PROTO) else zlib.decompress(body)
    )
