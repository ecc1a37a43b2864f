"""What was checked and is not written yet waits in a file of its own, which several processes can read."""

from __future__ import annotations

import pickle
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


class Staging:
    """Things by kind and key, in the order in which they came; the file is nobody else's."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS staged (place INTEGER PRIMARY KEY, kind TEXT, key TEXT, body BLOB,"
            " UNIQUE (kind, key))"
        )

    def put(self, kind: str, bodies: Mapping[str, bytes]) -> None:
        """Things, `packed`, each under a key that none of its kind has yet."""
        rows = [(kind, key, body) for key, body in bodies.items()]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO staged (kind, key, body) VALUES (?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def find(self, kind: str, keys: Sequence[str]) -> dict[str, Any]:
        """Those that there are under these keys."""
        query = f"SELECT key, body FROM staged WHERE kind = ? AND key IN ({', '.join('?' * len(keys))})"
        return {key: unpacked(body) for key, body in self._connection.execute(query, [kind, *keys])}

    def each(self, kind: str) -> Iterator[Any]:
        """All of a kind, in order."""
        return map(unpacked, self.bodies(kind))

    def bodies(self, kind: str) -> Iterator[bytes]:
        """The same as they wait."""
        # The plus keeps SQLite from finding them by the index on kinds, and sorting the bodies then.
        query = "SELECT body FROM staged WHERE +kind = ? ORDER BY place"
        return (body for (body,) in self._connection.execute(query, [kind]))

    def keys(self, kind: str) -> list[str]:
        """The keys of all of a kind, in order."""
        query = "SELECT key FROM staged WHERE kind = ? ORDER BY place"
        return [key for (key,) in self._connection.execute(query, [kind])]

    def count(self) -> int:
        """How many there are."""
        [[found]] = self._connection.execute("SELECT count(*) FROM staged WHERE kind <> ?", ["converted"])
        return int(found)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def packed(thing: Any, *, small: bool = True) -> bytes:
    """A thing as it waits: made where the thing is, which is mostly another process.

    small: a coding then needs a seventh of the room; for a text it would be an eighth of its import's time.
    """
    body = pickle.dumps(thing)
    return zlib.compress(body, 1) if small else body


def unpacked(body: bytes) -> Any:
    """The thing again."""
    return pickle.loads(body if body.startswith(pickle.PROTO) else zlib.decompress(body))
