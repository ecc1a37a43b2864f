"""The file of a SQLite database: atomic creation, copies while in use, other windows on
it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url

from coder.errors import CoderError
from coder.store.engine import file_of, file_uri
from coder.store.whole_file import PRIVATE, create, file_mode, new_file

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# the first bytes of a file, https://sqlite.org/fileformat2.html
MAGIC = b"SQLite format 3\0"


def beside(path: Path) -> list[Path]:
    """Return the paths of SQLite's files beside a database in use, which remain there
    after a crash.
    """
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def expect_database(path: Path) -> None:
    """Raise CoderError if there is no database, or a restored copy next to the log of
    another database.

    A crash leaves such a log, and SQLite would mix the two. The header of a copy made
    with `coder backup` states that it has no write-ahead log, that of a database in use
    that it has one (https://sqlite.org/fileformat2.html).
    """
    if not path.is_file():
        raise CoderError("store.no_database", path=path)
    log, *_ = beside(path)
    with path.open("rb") as file:
        version = file.read(20)[18:]
    if version == b"\1\1" and log.exists() and log.stat().st_size:
        raise CoderError("store.foreign_log", path=path, log=log.name, name=path.name)


@contextmanager
def new_database(url: str, mode: int = PRIVATE) -> Iterator[str]:
    """Yield the URL at which to create the database that is to be at `url`; mode: of
    its file.

    A server creates it in one transaction. A file is created in a temporary folder and
    moved when the block ends without an error; raises CoderError if there is a database
    already, or what a crashed one left. SQLite gives the files beside it the same mode.
    """
    if (path := file_of(url)) is None:
        yield url
        return
    if path.exists():
        raise CoderError("store.there_already", path=path)
    for leftover in beside(path):
        if leftover.exists():
            raise CoderError("store.left_behind", path=leftover, name=path.name)
    with new_file(path, mode=mode) as temporary:
        yield (
            make_url(url)
            .set(database=str(temporary))
            .render_as_string(hide_password=False)
        )
        with closing(sqlite3.connect(temporary)) as connection:
            (busy, *_) = connection.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).fetchone()
            if busy:
                raise RuntimeError(f"{temporary} is still open")


def copy(
    source: Path,
    target: Path,
    facts: Mapping[str, str | None] | None = None,
    mode: int = PRIVATE,
) -> None:
    """Copy a database to a new file with a mode; otherwise as `copy_into`."""
    with new_file(target, mode=mode) as temporary:
        copy_into(source, temporary, facts)


def copy_into(
    source: Path, target: Path, facts: Mapping[str, str | None] | None = None
) -> None:
    """Copy a database consistently into an empty file, even while others write.

    Raises CoderError if the database is damaged. facts: keys of the copy's table `meta`
    to set, or to delete if None. Source: SQLite Online Backup API,
    https://sqlite.org/backup.html.
    """
    new_facts = [
        (key, value) for key, value in (facts or {}).items() if value is not None
    ]
    try:
        with (
            closing(sqlite3.connect(file_uri(source, "rw"), uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.executemany(
                "DELETE FROM meta WHERE key = ?", [(key,) for key in facts or {}]
            )
            new.executemany("INSERT INTO meta VALUES (?, ?)", new_facts)
            new.commit()
            new.execute(
                "PRAGMA journal_mode = DELETE"
            )  # a single file, without a write-ahead log
            (result,) = new.execute("PRAGMA integrity_check(1)").fetchone()
            if result != "ok":
                raise sqlite3.DatabaseError(result)
    except sqlite3.Error as error:
        raise CoderError("store.not_copied", where=str(source), error=error) from error


def put_back(backup: Path, database: Path) -> None:
    """Replace a database by a backup of it; comments that were begun since are kept.

    This program must have closed the database. Others that have it open notice that it
    was replaced.
    """
    with new_file(database, replace=True, mode=file_mode(database)) as temporary:
        copy_into(backup, temporary, {"files": None})
        with closing(sqlite3.connect(temporary)) as connection:
            connection.execute("ATTACH ? AS replaced", [str(database)])
            connection.execute("DELETE FROM draft")
            connection.execute("INSERT INTO draft SELECT * FROM replaced.draft")
            connection.commit()
    for each in beside(database):
        each.unlink(missing_ok=True)


def fact(source: Path, key: str) -> str:
    """Return the value of a key in a database's table `meta`, "" if there is none."""
    try:
        with closing(sqlite3.connect(file_uri(source, "ro"), uri=True)) as connection:
            row = connection.execute(
                "SELECT value FROM meta WHERE key = ?", (key,)
            ).fetchone()
    except sqlite3.Error as error:
        raise CoderError("store.not_sound", where=str(source), error=error) from error
    return row[0] if row else ""


def last_entry(source: Path) -> tuple[int, str, int, str]:
    """Return position, subject, version and digest of the last entry in a database's
    journal.
    """
    columns = "position, subject, version, digest"
    query = f"SELECT {columns} FROM journal ORDER BY position DESC LIMIT 1"
    try:
        with closing(sqlite3.connect(file_uri(source, "ro"), uri=True)) as connection:
            row = connection.execute(query).fetchone()
    except sqlite3.Error as error:
        raise CoderError("store.not_sound", where=str(source), error=error) from error
    return row or (0, "", 0, "")


class Windows:
    """Detects work that is open in another window on the same SQLite database.

    Each window holds a shared lock on a byte, never read, of a file beside the
    database; the operating system releases it when the program ends for whatever
    reason. Without such locks, or without a database file, other windows are not
    detected.
    """

    def __init__(self, database: Path | None) -> None:
        self.database = database
        self._locked: BinaryIO | None = (
            None  # kept open, as closing it releases all locks
        )

    def enter(self, subject: str) -> bool:
        """Mark a subject as open in this window; return whether another window is known
        to have it open.
        """
        if fcntl is None or self.database is None:
            return False
        try:
            if self._locked is None:
                self._locked = _open_beside(self.database)
            if self._lock(subject, fcntl.LOCK_EX):
                self._lock(subject, fcntl.LOCK_SH)
                return False
        except OSError:
            return False
        self._lock(subject, fcntl.LOCK_SH)  # for windows that open it later
        return True

    def leave(self, subject: str) -> None:
        """Mark a subject as no longer open in this window."""
        if self._locked is not None:
            fcntl.lockf(self._locked, fcntl.LOCK_UN, 1, _offset(subject))

    def close(self) -> None:
        """Mark all subjects as no longer open in this window."""
        if self._locked is not None:
            self._locked.close()
            self._locked = None

    def _lock(self, subject: str, how: int) -> bool:
        """Try to lock without waiting; return whether that succeeded."""
        assert self._locked is not None
        try:
            fcntl.lockf(self._locked, how | fcntl.LOCK_NB, 1, _offset(subject))
        except (
            BlockingIOError,
            PermissionError,
        ):  # POSIX allows either for a lock held by others
            return False
        return True


def _open_beside(database: Path) -> BinaryIO:
    """Open the file beside a database; a new one gets the database's mode."""
    file = database.with_name(f"{database.name}-open")
    with suppress(FileExistsError):
        create(file, file_mode(database))
    return file.open("a+b")


def _offset(subject: str) -> int:
    return (
        int.from_bytes(hashlib.sha256(subject.encode("utf-8")).digest()[:4], "big") >> 1
    )
