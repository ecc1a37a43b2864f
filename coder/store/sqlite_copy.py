"""Copies of a SQLite database in use: whole, of one moment, while others write.

Source: SQLite Online Backup API, https://sqlite.org/backup.html.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from coder.errors import CoderError
from coder.store.whole_file import new_file

MAGIC = b"SQLite format 3\0"
"""How a SQLite file begins, https://sqlite.org/fileformat2.html."""


def copy(source: Path, target: Path) -> None:
    """The database `source` as a new file `target`; raises CoderError when the source is damaged."""
    with new_file(target) as half:
        try:
            with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as old:
                _copy(old, half)
        except sqlite3.Error as error:
            raise CoderError(
                f"It cannot be copied: {error}.",
                hint="If it is damaged, restore an earlier copy; else free some space and try again.",
                where=str(source),
            ) from error


def _copy(old: sqlite3.Connection, half: Path) -> None:
    with closing(sqlite3.connect(half)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # all in the one file, none beside it
        (found,) = new.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
