"""Results worked out from the project's data and kept beside it, to be thrown away at any time without loss.

They lie in a file of their own in the project's folder: keeping them locks nobody out of the database, and on
a server nobody else can read or write them. What was made of other data, by another version of the program or
changed by something else is not found, and is made anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FILE = "kept.db"
_FORMAT = 1  # of the file; one of another format is made anew
_MOST_NAMED = 200  # results that are asked for by name; for more all of the kind are read


class Result(NamedTuple):
    """A result under its key; stamp: names everything that it was made from."""

    key: str
    stamp: str
    body: str


class Kept:
    """The kept results of one project, by kind and key."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._connection = _opened(self._path)

    def fetch(self, kind: str, stamps: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """(key, body) of the results that were made from what `stamps` names, by key."""
        query, names = "SELECT key, stamp, digest, body FROM result WHERE kind = ?", [kind]
        if len(stamps) <= _MOST_NAMED:
            query += f" AND key IN ({', '.join('?' * len(stamps))})"
            names += stamps
        for key, stamp, digest, body in self._read(query, names):
            if stamps.get(key) == stamp and digest == _digest(kind, key, stamp, body):
                yield key, str(body)

    def stamps(self, kind: str) -> dict[str, str]:
        """Key → stamp of the results of a kind."""
        return dict(self._read("SELECT key, stamp FROM result WHERE kind = ?", [kind]))

    def keep(self, kind: str, results: Iterable[Result]) -> bool:
        """Keep results in place of those under the same keys; whether that could be done."""
        rows = [(kind, *each[:2], _digest(kind, *each), each.body) for each in results]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?)", rows)
        except sqlite3.DatabaseError:
            return False  # read-only, full, damaged or held by another
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _read(self, query: str, names: Sequence[str]) -> Iterator[Any]:
        try:
            yield from self._connection.execute(query, names)
        except sqlite3.OperationalError:
            return  # held by another
        except sqlite3.DatabaseError:
            self.close()
            self._path.unlink(missing_ok=True)
            self._connection = _opened(self._path)


def _opened(path: Path) -> sqlite3.Connection:
    """The file, made anew where it is damaged; one in memory where the folder cannot be written."""
    for _ in range(2):
        try:
            path.touch(mode=0o600)  # it tells of everybody's work
            return _connected(str(path))
        except (OSError, sqlite3.OperationalError):
            break
        except sqlite3.DatabaseError:
            path.unlink()
    return _connected(":memory:")


def _connected(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=5, check_same_thread=False)
    connection.execute("PRAGMA synchronous = OFF")  # it can be made anew
    if connection.execute("PRAGMA user_version").fetchone() != (_FORMAT,):
        connection.executescript(
            "DROP TABLE IF EXISTS result; CREATE TABLE result (kind TEXT, key TEXT, stamp TEXT, digest TEXT,"
            f" body TEXT, PRIMARY KEY (kind, key)); PRAGMA user_version = {_FORMAT}"
        )
    return connection


def _digest(*parts: object) -> str:
    text = "\0".join(map(str, parts))
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
