"""The file of a SQLite database: made whole, copied while in use, known again, open in how many windows."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, event, make_url

from coder.errors import CoderError
from coder.store.engine import file_of, sqlite_path
from coder.store.whole_file import new_file

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MAGIC = b"SQLite format 3\0"  # how a file begins, https://sqlite.org/fileformat2.html


def beside(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a database in use, and that a crash leaves there."""
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def expect_database(path: Path) -> None:
    """Raises CoderError where no database is, or a copy beside the last changes of the one before it.

    A crash leaves these, and SQLite would mix the two. A copy made with `coder backup` says in its header
    that it has no write-ahead log, a database in use that it has one (https://sqlite.org/fileformat2.html).
    """
    if not path.is_file():
        raise CoderError("store.no_database", path=path)
    log, *_ = beside(path)
    with path.open("rb") as file:
        version = file.read(20)[18:]
    if version == b"\1\1" and log.exists() and log.stat().st_size:
        raise CoderError("store.foreign_log", path=path, log=log.name, name=path.name)


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """The URL at which to make the new database that is to be at `url`.

    A server makes it in one transaction. A file is made beside its place, and stands in it, whole, when the
    block has ended well; raises CoderError where a database is, or where one has left its changes.
    """
    if (path := file_of(url)) is None:
        yield url
        return
    if path.exists():
        raise CoderError("store.there_already", path=path)
    for left in beside(path):
        if left.exists():
            raise CoderError("store.left_behind", path=left, name=path.name)
    with new_file(path) as half:
        yield make_url(url).set(database=str(half)).render_as_string(hide_password=False)
        with closing(sqlite3.connect(half)) as connection:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise RuntimeError(f"{half} is still open")


def copy(source: Path, target: Path, facts: Mapping[str, str | None] | None = None) -> None:
    """The database `source` as a new file, of one moment while others write; raises CoderError if damaged.

    facts: what the table `meta` of the copy says besides, or None for what it no longer says.
    Source: SQLite Online Backup API, https://sqlite.org/backup.html.
    """
    said = [(key, value) for key, value in (facts or {}).items() if value is not None]
    with new_file(target) as half:
        try:
            with (
                closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as old,
                closing(sqlite3.connect(half)) as new,
            ):
                old.backup(new)
                new.executemany("DELETE FROM meta WHERE key = ?", [(key,) for key in facts or {}])
                new.executemany("INSERT INTO meta VALUES (?, ?)", said)
                new.commit()
                new.execute("PRAGMA journal_mode = DELETE")  # all in the one file, none beside it
                (found,) = new.execute("PRAGMA integrity_check(1)").fetchone()
                if found != "ok":
                    raise sqlite3.DatabaseError(found)
        except sqlite3.Error as error:
            raise CoderError("store.not_copied", where=str(source), error=error) from error


def fact(source: Path, key: str) -> str:
    """What the table `meta` of a database says under a key, "" if nothing."""
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    except sqlite3.Error as error:
        raise CoderError("store.not_sound", where=str(source), error=error) from error
    return found[0] if found else ""


class SameFile:
    """Whether a database and its write-ahead log are still the files that were opened.

    Tools that synchronise folders delete a file, or rename another one over it. SQLite goes on with the old
    one, which no name leads to any more: all that is written is gone when the program ends. Its own check
    (https://sqlite.org/rescode.html#readonly_dbmoved) does not look in WAL mode. Each file is known by device
    and inode since it was first seen; while a connection is open no other file can get these numbers.
    """

    def __init__(self, engine: Engine) -> None:
        self.path = sqlite_path(engine)
        self._known: dict[Path, tuple[int, int]] = {}
        event.listen(engine, "connect", lambda *_: self.expect())

    def expect(self) -> None:
        """Raises CoderError when another file, or none, has the name by now."""
        if self.path is None:
            return
        for path in (self.path, beside(self.path)[0]):
            try:
                stat = path.stat()
                found = stat.st_dev, stat.st_ino
                same = self._known.setdefault(path, found) == found
            except OSError:
                same = path not in self._known
            if not same:
                raise CoderError("store.taken_away", name=self.path.name)


class Windows:
    """Whether somebody has the same work open in another window, on the same SQLite database.

    Each window holds a shared lock on a byte of a file beside the database, never read; the operating system
    lets go of it when the program ends, however it ends. Where it has no such locks, or the database no
    file, nobody is told, and nothing else changes.
    """

    def __init__(self, database: Path | None) -> None:
        self.file = database and database.with_name(f"{database.name}-open")
        self._held: BinaryIO | None = None  # open as long as we are: closing it once lets go of every lock

    def enter(self, subject: str) -> bool:
        """This window has the subject open now; whether another one has it too, as far as can be told."""
        if fcntl is None or self.file is None:
            return False
        try:
            if self._held is None:
                self._held = self.file.open("a+b")
            if self._lock(subject, fcntl.LOCK_EX):
                self._lock(subject, fcntl.LOCK_SH)
                return False
        except OSError:
            return False
        self._lock(subject, fcntl.LOCK_SH)  # stays known when the other one ends
        return True

    def leave(self, subject: str) -> None:
        """This window has it open no more."""
        if self._held is not None:
            fcntl.lockf(self._held, fcntl.LOCK_UN, 1, _place(subject))

    def close(self) -> None:
        """Nothing is open any more."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _lock(self, subject: str, how: int) -> bool:
        """Whether the lock could be had at once."""
        assert self._held is not None
        try:
            fcntl.lockf(self._held, how | fcntl.LOCK_NB, 1, _place(subject))
        except (BlockingIOError, PermissionError):  # POSIX allows either for a lock that is taken
            return False
        return True


def _place(subject: str) -> int:
    return int.from_bytes(hashlib.sha256(subject.encode("utf-8")).digest()[:4], "big") >> 1
