"""A temporary file for objects that were checked but not written yet, readable by several processes."""

from __future__ import annotations

import pickle
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


class Staging:
    """Objects by kind and key, in the order of insertion; the file is private to the program."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS staged (place INTEGER PRIMARY KEY, kind TEXT, key TEXT, body BLOB,"
            " UNIQUE (kind, key))"
        )

    def put(self, kind: str, bodies: Mapping[str, bytes]) -> None:
        """Store objects, made by `packed`, under keys that are new for their kind."""
        rows = [(kind, key, body) for key, body in bodies.items()]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO staged (kind, key, body) VALUES (?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def find(self, kind: str, keys: Sequence[str]) -> dict[str, Any]:
        """Return key → object for those of these keys that exist."""
        query = f"SELECT key, body FROM staged WHERE kind = ? AND key IN ({', '.join('?' * len(keys))})"
        return {key: unpacked(body) for key, body in self._connection.execute(query, [kind, *keys])}

    def each(self, kind: str) -> Iterator[Any]:
        """Iterate over all objects of a kind, in order."""
        return map(unpacked, self.bodies(kind))

    def bodies(self, kind: str) -> Iterator[bytes]:
        """Iterate over all objects of a kind, in order, without unpacking them."""
        # The plus keeps SQLite from using the index on kinds, which would require sorting the bodies.
        query = "SELECT body FROM staged WHERE +kind = ? ORDER BY place"
        return (body for (body,) in self._connection.execute(query, [kind]))

    def keys(self, kind: str) -> list[str]:
        """Return the keys of all objects of a kind, in order."""
        query = "SELECT key FROM staged WHERE kind = ? ORDER BY place"
        return [key for (key,) in self._connection.execute(query, [kind])]

    def count(self) -> int:
        """Return the number of objects, except those of the kind `converted`."""
        [[number]] = self._connection.execute("SELECT count(*) FROM staged WHERE kind <> ?", ["converted"])
        return int(number)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def packed(obj: Any, *, small: bool = True) -> bytes:
    """Serialise an object for `Staging`, in the process that made it.

    small: compress it, to a seventh for a coding; for texts this would take an eighth of their import's time.
    """
    body = pickle.dumps(obj)
    return zlib.compress(body, 1) if small else body


def unpacked(body: bytes) -> Any:
    """Return the object serialised by `packed`."""
    return pickle.loads(body if body.startswith(pickle.PROTO) else zlib.decompress(body))
