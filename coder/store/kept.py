"""A cache of results computed from the project's data, which can be deleted at any time
without loss.

It is a file of its own in the project's folder: writing to it does not lock the
database, and on a server nobody else can read or write it. Results computed from other
data or by another version of the program, or altered since, are not found and have to
be recomputed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from coder.store.whole_file import PRIVATE, create

FILE = "kept.db"
_TABLE = """\
CREATE TABLE result (kind TEXT, key TEXT, stamp TEXT, digest TEXT, body TEXT, PRIMARY KEY (kind, key))"""
_MAX_KEYS = 200  # results that are selected by key; for more, all of the kind are read


class Result(NamedTuple):
    """A result; stamp: identifies everything that it was computed from."""

    key: str
    stamp: str
    body: str


class Kept:
    """The cached results of one project, by kind and key."""

    def __init__(self, folder: Path, mode: int = PRIVATE) -> None:
        self._path = folder / FILE
        self._mode = mode  # of a new file, which reveals everybody's work
        self._connection = _open(self._path, mode)
        self._writing = Lock()  # two threads of a screen may keep results at once

    def fetch(self, kind: str, stamps: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Iterate over (key, body) of the cached results with these stamps, given by
        key.
        """
        query = "SELECT key, stamp, digest, body FROM result WHERE kind = ?"
        parameters = [kind]
        if len(stamps) <= _MAX_KEYS:
            query += f" AND key IN ({', '.join('?' * len(stamps))})"
            parameters += stamps
        for key, stamp, digest, body in self._read(query, parameters):
            if stamps.get(key) == stamp and digest == _digest(kind, key, stamp, body):
                yield key, str(body)

    def stamps(self, kind: str) -> dict[str, str]:
        """Return key → stamp of the results of a kind."""
        return dict(self._read("SELECT key, stamp FROM result WHERE kind = ?", [kind]))

    def keep(self, kind: str, results: Iterable[Result]) -> bool:
        """Store results, replacing those with the same keys; return whether that
        succeeded.
        """
        rows = [(kind, *each[:2], _digest(kind, *each), each.body) for each in results]
        try:
            with self._writing, self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?)", rows
                )
        except sqlite3.DatabaseError:
            return False  # read-only, full, damaged or locked
        return True

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _read(self, query: str, parameters: Sequence[str]) -> Iterator[Any]:
        try:
            yield from self._connection.execute(query, parameters)
        except sqlite3.OperationalError:
            return  # locked
        except sqlite3.DatabaseError:
            self.close()
            self._path.unlink(missing_ok=True)
            self._connection = _open(self._path, self._mode)


def _open(path: Path, mode: int) -> sqlite3.Connection:
    """Open the file, recreate it if damaged; use memory instead if the folder cannot be
    written to.
    """
    for _ in range(2):
        try:
            with suppress(FileExistsError):
                create(path, mode)
            return _connect(str(path))
        except (OSError, sqlite3.OperationalError):
            break
        except sqlite3.DatabaseError:
            path.unlink()
    return _connect(":memory:")


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=5, check_same_thread=False)
    connection.execute("PRAGMA synchronous = OFF")  # the results can be recomputed
    if connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'result'"
    ).fetchone() != (_TABLE,):
        connection.executescript(
            f"DROP TABLE IF EXISTS result; {_TABLE}"
        )  # other columns, or none yet
    return connection


def _digest(*parts: object) -> str:
    text = "\0".join(map(str, parts))
    return hashlib.blake2b(
        text.encode(errors="surrogatepass"), digest_size=16
    ).hexdigest()
