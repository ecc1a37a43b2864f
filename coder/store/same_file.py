"""Checks that an open SQLite database is still the one that was opened.

Tools that synchronise folders delete a file, rename another one over it, or write other
contents into it. SQLite notices none of this while the file is open. It continues with
a file that has no name any more, or mixes what it remembers with what somebody else
wrote. Its own check (https://sqlite.org/rescode.html#readonly_dbmoved) does not work in
WAL mode.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

from coder.errors import (
    CoderError,
    LostFileError,
    OverwrittenError,
    UnavailableError,
)
from coder.store.engine import lies_still, sqlite_path
from coder.store.sqlite_file import beside

_TRIES = 20
_PAUSE = 0.05  # seconds between tries, as another program may be at its checkpoint
_SETTLED = 1_000_000_000  # nanoseconds; a file system may not tell two times apart

_HEADER_LENGTH = 32  # bytes of the log's header
_INDEX_LENGTH = 136  # bytes of the index's header
_LITTLE_ENDIAN = 0x377F0682  # the log's first number says how its checksums are made
_BIG_ENDIAN = 0x377F0683
_MASK = 0xFFFFFFFF

_NEWEST = "SELECT position, digest FROM journal ORDER BY position DESC LIMIT 1"
_DIGEST = "SELECT digest FROM journal WHERE position = ?"


class _Entry(NamedTuple):
    """A journal entry; at position 0 there is none."""

    position: int
    digest: str


class _Halfway(NamedTuple):
    """How many frames of the log a checkpoint has copied, and how many it tried to."""

    copied: int
    tried: int


_NO_ENTRY = _Entry(0, "")
_UNKNOWN = (-1,)  # no file's stamp


class SameFile:
    """Checks that a database, its write-ahead log and its index are still those that
    were opened.

    Each of the three files is identified by device and inode, which cannot be reused
    while a connection is open.

    Only a checkpoint writes to the database file of a database in WAL mode, and it
    brings what was committed before. So when the file's size or times have changed, its
    journal is read as it lies on the disk, without the log. It must still have the
    newest entry that it had before, and the entry that this program saw last, unless
    that is still in the log alone. A checkpoint that others' reading stops halfway
    leaves a file that cannot be read alone; the index tells about it. The log never
    shrinks, except if everything is in
    the file, and its header is always valid.

    None of the files may be closed here, except the log: that would release all locks
    that SQLite holds on it (https://sqlite.org/howtocorrupt.html, 2.2). SQLite itself
    takes care of that.
    """

    def __init__(self, engine: Engine) -> None:
        self.path = sqlite_path(engine)
        self._known: dict[Path, tuple[int, int]] = {}
        self._still: int | None = None
        self._is_open = False
        self._is_overwritten = False
        self._stamp: tuple[int, ...] = ()  # of the file; () if contents are not checked
        self._on_disk: _Entry | None = None  # the newest entry in the file alone
        self._seen = _NO_ENTRY  # the newest entry that this program saw
        self._log_header = b""
        self._log_size = 0
        self._logged = _NO_ENTRY  # what was seen when the log had that size
        self._quiet_log: tuple[int, int] | None = None
        self._index_size = 0
        self._halfway = _Halfway(0, 0)  # the last checkpoint that stopped halfway
        event.listen(engine, "connect", self._on_opened)
        event.listen(engine, "close", self._closing)

    def expect(self) -> None:
        """Raise LostFileError if the path has another file by now, or none, or other
        contents.
        """
        if not self._is_open or self.path is None:
            return
        for _ in range(_TRIES):
            self._expect_same_files(self.path)
            if not self._stamp or self._has_own_contents(self.path):
                return
            self._stamp = _UNKNOWN  # so that the file is read again
            time.sleep(_PAUSE)
        self._is_overwritten = True
        raise OverwrittenError("store.overwritten", name=self.path.name)

    def newest_entry(self, connection: Any) -> _Entry:
        """Return the newest journal entry that a connection of the driver sees."""
        found = connection.execute(_NEWEST).fetchone() if self._stamp else None
        return _Entry(*found) if found else self._seen

    def has_seen(self, entry: _Entry) -> None:
        """Remember the newest entry of a transaction, which has just been committed."""
        self._seen = entry
        self._quiet_log = None

    def expect_still(self) -> None:
        """Raise CoderError if somebody wrote to a file that lay still when it was
        opened.
        """
        if (
            self.path
            and self._still is not None
            and self.path.stat().st_mtime_ns != self._still
        ):
            raise UnavailableError("store.written_meanwhile", name=self.path.name)

    def expect_writable(self) -> None:
        """Raise CoderError if the database can only be read."""
        if (path := self.path) and not (
            os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        ):
            raise CoderError("store.read_only", name=path.name, folder=path.parent)

    def _on_opened(self, connection: Any, _record: object) -> None:
        if self.path is None:
            return
        if lies_still(self.path):
            self._still = self.path.stat().st_mtime_ns
        elif not self._is_open:
            self._remember(self.path, connection)
        self._is_open = True
        self.expect()

    def _remember(self, path: Path, connection: Any) -> None:
        """Remember the contents that a connection of the driver sees as those to be
        expected.
        """
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":  # without a log, everybody writes into the file
            return
        self._seen = _newest(connection) or _NO_ENTRY
        log, index, _ = beside(path)
        log_state = log.stat()
        self._log_header = _header(log)
        self._log_size = log_state.st_size
        self._logged = self._seen
        is_settled = time.time_ns() - log_state.st_mtime_ns > _SETTLED
        if is_settled or not log_state.st_size:
            self._quiet_log = (log_state.st_size, log_state.st_mtime_ns)
        self._index_size = index.stat().st_size
        self._stamp = _stamp(path)
        with _alone(path) as file:
            self._on_disk = _newest(file)

    def _closing(self, connection: Any, _record: object) -> None:
        """Keep SQLite from copying its log into a file that is not its own any more."""
        if self._is_overwritten:
            connection.interrupt()  # holds until another statement begins

    def _expect_same_files(self, path: Path) -> None:
        log, index, _ = beside(path)
        for each in (path, log, index):
            try:
                stat = each.stat()
                identity = stat.st_dev, stat.st_ino
                is_same = self._known.setdefault(each, identity) == identity
            except OSError:
                is_same = each not in self._known
            if not is_same:
                raise LostFileError("store.taken_away", name=path.name)

    def _has_own_contents(self, path: Path) -> bool:
        """Return whether the three files have what they had, and what was committed
        since.
        """
        log, index, _ = beside(path)
        try:
            self._restore_index(index)
            if _stamp(path) != self._stamp and not self._has_own_journal(path, log):
                return self._is_halfway(path, index)
            return self._has_own_log(log)
        except OSError:  # one of them has just been deleted
            return False

    def _restore_index(self, index: Path) -> None:
        """Give a truncated index its size back, as reading behind its end would kill
        this program.

        SQLite finds it empty and builds it anew from the log.
        """
        size = index.stat().st_size
        if size < self._index_size:
            os.truncate(index, self._index_size)
        self._index_size = max(size, self._index_size)

    def _has_own_journal(self, path: Path, log: Path) -> bool:
        """Return whether the file alone continues the journal that it had before."""
        stamp = _stamp(path)
        seen = self._seen
        with _alone(path) as file:
            newest = _newest(file)
            if newest is None or not _has(file, self._on_disk or _NO_ENTRY):
                return False
            if newest.position >= seen.position and not _has(file, seen):
                return False
        state = log.stat()
        if newest.position > seen.position and self._quiet_log == (
            state.st_size,
            state.st_mtime_ns,
        ):
            return False  # what is new did not come through the log
        self._stamp = stamp
        self._on_disk = newest
        return True

    def _is_halfway(self, path: Path, index: Path) -> bool:
        """Return whether a checkpoint has changed the file since, but others who read
        earlier contents stopped it halfway.

        It leaves out the pages that were written again later, so the file alone is not
        whole until the next checkpoint.
        """
        stamp = _stamp(path)
        halfway = _halfway(index)
        if halfway is None or halfway == self._halfway:
            return False
        self._stamp = stamp
        self._halfway = halfway
        return True

    def _has_own_log(self, log: Path) -> bool:
        """Return whether the log has a header of its own, and all that is not in the
        file.
        """
        seen = self._seen
        size = log.stat().st_size
        if size < self._log_size:
            on_disk = self._on_disk or _NO_ENTRY
            if on_disk.position < self._logged.position:
                return False
        header = _header(log)
        if header and header != self._log_header and not _is_valid(header):
            return False
        self._log_size = size
        self._log_header = header
        self._logged = seen
        return True


def _halfway(index: Path) -> _Halfway | None:
    """Return how far the last checkpoint came, None if it was completed.

    Source: https://sqlite.org/walformat.html, 2.1 and 2.2.
    """
    head = _read_forever(index, _INDEX_LENGTH)
    if len(head) < _INDEX_LENGTH:
        return None
    (frames,) = struct.unpack_from("=I", head, 16)
    (copied,) = struct.unpack_from("=I", head, 96)
    (tried,) = struct.unpack_from("=I", head, 128)
    return _Halfway(copied, tried) if tried and copied < frames else None


_opened_forever: dict[tuple[int, int], int] = {}
"""Device and inode → file descriptor, which is never closed (see `SameFile`)."""


def _read_forever(path: Path, length: int) -> bytes:
    """Read the beginning of a file without closing it afterwards."""
    stat = path.stat()
    identity = stat.st_dev, stat.st_ino
    if identity not in _opened_forever:
        _opened_forever[identity] = os.open(path, os.O_RDONLY)
    return os.pread(_opened_forever[identity], length, 0)


def _alone(path: Path) -> closing[sqlite3.Connection]:
    """Open the database file as it lies on the disk, without its log and without locks."""
    uri = f"{path.resolve().as_uri()}?immutable=1"
    return closing(sqlite3.connect(uri, uri=True))


def _newest(connection: Any) -> _Entry | None:
    """Return the newest journal entry; None if the journal cannot be read."""
    try:
        found = connection.execute(_NEWEST).fetchone()
    except sqlite3.Error:
        return None
    return _Entry(*found) if found else _NO_ENTRY


def _has(connection: Any, entry: _Entry) -> bool:
    """Return whether the journal has an entry."""
    if entry == _NO_ENTRY:
        return True
    try:
        found = connection.execute(_DIGEST, (entry.position,)).fetchone()
    except sqlite3.Error:
        return False
    return found is not None and found[0] == entry.digest


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what changes whenever a file is written to."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _header(log: Path) -> bytes:
    with log.open("rb", buffering=0) as file:
        return file.read(_HEADER_LENGTH)


def _is_valid(header: bytes) -> bool:
    """Return whether the checksum of a log's header is right.

    Source: https://sqlite.org/fileformat2.html#the_write_ahead_log.
    """
    if len(header) != _HEADER_LENGTH:
        return False
    (magic,) = struct.unpack_from(">I", header)
    if magic not in (_LITTLE_ENDIAN, _BIG_ENDIAN):
        return False
    order = "<" if magic == _LITTLE_ENDIAN else ">"
    words = struct.unpack_from(f"{order}6I", header)
    first = 0
    second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return struct.unpack_from(">2I", header, 24) == (first, second)
