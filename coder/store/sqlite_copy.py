"""Copies of a SQLite database in use: whole, of one moment, while others write.

Source: SQLite Online Backup API, https://sqlite.org/backup.html.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from coder.errors import CoderError
from coder.store.whole_file import new_file

MAGIC = b"SQLite format 3\0"
"""How a SQLite file begins, https://sqlite.org/fileformat2.html."""


def copy(source: Path, target: Path, facts: Mapping[str, str | None] | None = None) -> None:
    """The database `source` as a new file `target`; raises CoderError when the source is damaged.

    facts: what the table `meta` of the copy says besides, or None for what it no longer says.
    """
    with new_file(target) as half:
        try:
            with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as old:
                _copy(old, half, facts or {})
        except sqlite3.Error as error:
            raise CoderError(
                f"It cannot be copied: {error}.",
                hint="If it is damaged, restore an earlier copy; else free some space and try again.",
                where=str(source),
            ) from error


def fact(source: Path, key: str) -> str:
    """What the table `meta` of a database says under a key, "" if nothing."""
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    except sqlite3.Error as error:
        raise CoderError(
            f"This is no sound database of coder: {error}.",
            hint="Nothing was changed. Give a file made with `coder backup`, or an earlier one.",
            where=str(source),
        ) from error
    return found[0] if found else ""


def _copy(old: sqlite3.Connection, half: Path, facts: Mapping[str, str | None]) -> None:
    with closing(sqlite3.connect(half)) as new:
        old.backup(new)
        new.executemany("DELETE FROM meta WHERE key = ?", [(key,) for key in facts])
        new.executemany("INSERT INTO meta VALUES (?, ?)", [(k, v) for k, v in facts.items() if v is not None])
        new.commit()
        new.execute("PRAGMA journal_mode = DELETE")  # all in the one file, none beside it
        (found,) = new.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
