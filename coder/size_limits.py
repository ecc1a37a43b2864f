"""Limits on files that others made, and ways to read that keep to them.

The limits are checked while a file is read or unpacked, before the memory is used: a
file of some kilobytes can unpack to gigabytes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache, partial
from gzip import BadGzipFile
from io import BufferedReader, BytesIO, RawIOBase
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol, TextIO, TypeVar
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from coder.errors import CoderError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MOST_CHARACTERS = 2_000_000
"""Of an article, its text and metadata together, and of a table's cell: ten long
novels.
"""
MOST_BYTES = 32 * 2**20
"""Of a line, and of a file or a member of an archive that holds one article."""
MOST_TAGS = 100_000
"""Of a web page: pages of newspapers have some thousands, each of which takes kilobytes
of memory.
"""
MOST_COLUMNS = 4_096
"""Of a table: tables of articles have some dozens."""
MOST_MEMORY = 256 * 2**20
"""Bytes that reading a file may take, in addition to the program itself."""
MOST_SECONDS = 60
"""Of this process's work on one article of a file."""
MOST_RATIO = 100
"""How many times its size a file may unpack to; texts and XML unpack to 3 to 30 times
their size.
"""
_ALWAYS_UNPACKED = 64 * 2**20  # bytes to which the smallest file may unpack
_CHUNK = 2**16

UNPACKING_ERRORS = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What reading a zip archive raises; the last for an unsupported method or version, and
for a password.
"""
_Item = TypeVar("_Item")


# ---------------------------------------------------------------- articles and tables
def expect_article(text: str, metadata: Mapping[str, str], where: str) -> None:
    """Raise CoderError if an article is too long."""
    found = len(text) + sum(map(len, metadata.values()))
    if found > MOST_CHARACTERS:
        raise CoderError(
            "limits.article", found=found, most=MOST_CHARACTERS, where=where
        )


def expect_cell(cell: object, where: str) -> None:
    """Raise CoderError if a table's cell is too long."""
    if isinstance(cell, str | bytes | list | dict) and len(cell) > MOST_CHARACTERS:
        raise too_long_a_cell(where)


def too_long_a_cell(where: str) -> CoderError:
    """Return the error for a cell that is longer than an article."""
    return CoderError("limits.cell", most=MOST_CHARACTERS, where=where)


def expect_columns(found: int, where: str) -> None:
    """Raise CoderError if a table has too many columns."""
    if found > MOST_COLUMNS:
        raise CoderError("limits.columns", found=found, most=MOST_COLUMNS, where=where)


def expect_page(data: bytes | str, where: str) -> None:
    """Raise CoderError if a web page has too many tags."""
    found = data.count(b"<") if isinstance(data, bytes) else data.count("<")
    if found > MOST_TAGS:
        raise CoderError("limits.tags", found=found, most=MOST_TAGS, where=where)


# ---------------------------------------------------------------- files and lines
class Readable(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes, none at the end."""


def read_limited(file: Readable, where: str) -> bytes:
    """Read what holds one article; raises CoderError if it is too large."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_large(where)
    return data


def read_limited_lines(file: IO[bytes], where: str) -> Iterator[bytes]:
    """Yield a file's lines with their line ends; raises CoderError if one is too long."""
    lines = iter(partial(file.readline, MOST_BYTES + 1), b"")
    for number, line in enumerate(lines, start=1):
        if len(line) > MOST_BYTES:
            raise _too_large(f"{where}:{number}")
        yield line


class RowLines:
    """The lines of a table as text; raises CoderError if those of one row are too long
    together.
    """

    def __init__(self, stream: TextIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self._number = 0
        self._left = MOST_BYTES

    def end_row(self) -> None:
        """Note that the row to which the lines so far belong has ended."""
        self._left = MOST_BYTES

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._left + 1)
        if not line:
            raise StopIteration
        self._number += 1
        if len(line) > self._left:
            raise _too_large(f"{self._where}:{self._number}")
        self._left -= len(line)
        return line


def _too_large(where: str) -> CoderError:
    return CoderError("limits.file", most=MOST_BYTES // 2**20, where=where)


# ---------------------------------------------------------------- unpacking
class Unpacking:
    """A count of the bytes that came out of a packed file, up to the most that may."""

    def __init__(self, packed: int, where: str) -> None:
        self._most = max(_ALWAYS_UNPACKED, MOST_RATIO * packed)
        self._found = 0
        self._where = where

    def add(self, size: int) -> None:
        """Count bytes or characters that came or will come out; raises CoderError if
        they are too many.
        """
        self._found += size
        if self._found > self._most:
            most = self._most // 2**20
            raise CoderError("limits.unpacked", most=most, where=self._where)


def expect_unpackable(file: Path | BytesIO, where: str) -> None:
    """Raise CoderError unless a file is a zip archive that does not unpack to too much.

    Everything is unpacked once, piece by piece, because the directory's sizes can be
    wrong, and libraries unpack a member at once.
    """
    packed = file.stat().st_size if isinstance(file, Path) else len(file.getbuffer())
    unpacking = Unpacking(packed, where)
    try:
        with ZipFile(file) as archive:
            for member in archive.infolist():
                _expect_as_declared(archive, member, unpacking)
    except UNPACKING_ERRORS as error:
        raise CoderError(
            "delivery.not_unpacked", problem=str(error), where=where
        ) from None


def _expect_as_declared(
    archive: ZipFile, member: ZipInfo, unpacking: Unpacking
) -> None:
    """Unpack a member piece by piece; raise BadZipFile if it is larger than the
    directory says.
    """
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile(f"{member.filename} is compressed by an unusual method")
    more = copy(member)
    more.file_size += 1  # or `zipfile` would stop where the directory says
    with archive.open(more) as file:
        found = 0
        while data := file.read(_CHUNK):
            found += len(data)
            unpacking.add(len(data))
    if found > member.file_size:
        raise BadZipFile(f"{member.filename} is larger than the directory says")


def expect_inflatable(data: bytes, where: str) -> None:
    """Raise CoderError if bytes that zlib packed unpack to too much; zlib.error if they
    are damaged.
    """
    unpacking = Unpacking(len(data), where)
    unpacker = zlib.decompressobj()
    for start in range(0, len(data), _CHUNK):
        packed = data[start : start + _CHUNK]
        while packed:
            unpacking.add(len(unpacker.decompress(packed, _CHUNK)))
            packed = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise zlib.error("incomplete or truncated stream")


def count_unpacked(
    stream: Readable, count: Callable[[int], None], damaged: CoderError
) -> BufferedReader:
    """Return a stream that unpacks a packed stream.

    count: told how many bytes came out; may raise an error. damaged: raised if the
    stream is.
    """
    return BufferedReader(_Counted(stream, count, damaged))


class _Counted(RawIOBase):
    def __init__(
        self, stream: Readable, count: Callable[[int], None], damaged: CoderError
    ) -> None:
        self._stream = stream
        self._count = count
        self._damaged = damaged

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = self._stream.read(len(buffer))
        except (BadZipFile, BadGzipFile, zlib.error, EOFError):
            raise self._damaged from None
        self._count(len(data))
        buffer[: len(data)] = data
        return len(data)


# ---------------------------------------------------------------- memory and time
_STATISTICS = Path("/proc/self/statm")
_IS_ENFORCED = sys.platform == "linux" and _STATISTICS.exists()
_RESERVE = 128 * 2**20  # bytes by which one call of a library may exceed the limit
_PAUSE = 0.02  # seconds of work between two looks at the memory


class _TooSlowError(MemoryError):
    """Reading takes too long; whatever lets a MemoryError pass also lets this pass."""


class ReadingLimits:
    """Limits the memory and the time that one file takes while it is read, on Linux.

    What a parser builds can be far larger than what it reads. While it works, a timer
    looks at this process's memory and time. A library that works for long without
    Python cannot be interrupted; the system refuses it memory beyond a reserve
    (`RLIMIT_DATA`). Either way the parser raises a MemoryError, and `run` a CoderError.
    """

    def __init__(self, where: str, seconds: float = MOST_SECONDS) -> None:
        self._where = where
        self._seconds = seconds
        self._left = MOST_MEMORY
        self._after: int | None = None  # bytes in use at the end of the last work

    def run(self, work: Callable[[], _Item]) -> _Item:
        """Return what a part of the work on the file returns; raises CoderError if it
        takes too much.
        """
        if not _IS_ENFORCED:
            return work()
        before = _memory_in_use()
        if self._after is not None and before < self._after:
            self._give_back(self._after - before)
        most = before + self._left
        try:
            with _looked_at(most, self._seconds), _refused_beyond(most + _RESERVE):
                return work()
        except _TooSlowError:
            raise CoderError(
                "limits.time", most=self._seconds, where=self._where
            ) from None
        except MemoryError:
            most = MOST_MEMORY // 2**20
            raise CoderError("limits.memory", most=most, where=self._where) from None
        finally:
            self._after = _memory_in_use()
            self._give_back(before - self._after)

    def _give_back(self, size: int) -> None:
        """Note that the file takes less memory than before, or more if `size` is
        negative.
        """
        self._left = min(MOST_MEMORY, self._left + size)


def within_limits(items: Iterator[_Item], where: str) -> Iterator[_Item]:
    """Yield what a parser yields from a file; raises CoderError if that takes too much
    memory or time.
    """
    limit = ReadingLimits(where)
    while found := limit.run(lambda: [*islice(items, 1)]):
        yield found[0]


@contextmanager
def _looked_at(most: int, seconds: float) -> Iterator[None]:
    """Raise MemoryError soon after this process has more than `most` bytes, or works
    longer than `seconds`.

    Only the main thread can be interrupted; the others are not looked at.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    end = time.process_time() + seconds

    def look(*_: object) -> None:
        if time.process_time() > end:
            raise _TooSlowError
        if _memory_in_use() > most:
            raise MemoryError

    handler = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PAUSE, _PAUSE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)


@contextmanager
def _refused_beyond(most: int) -> Iterator[None]:
    """Let the system refuse this process more than `most` bytes of data."""
    kind = resource.RLIMIT_DATA
    at_once, ever = _own_limit()
    resource.setrlimit(kind, (min(most, at_once) if at_once >= 0 else most, ever))
    try:
        yield
    finally:
        resource.setrlimit(kind, (at_once, ever))


@cache
def _own_limit() -> tuple[int, int]:
    """Return the limit on this process's data as it was started: at once, and at most;
    -1 for none.
    """
    return resource.getrlimit(resource.RLIMIT_DATA)


def _memory_in_use() -> int:
    """Return how many bytes of data this process has."""
    *_, data, _dirty = os.pread(_statistics(os.getpid()), 256, 0).split()
    return int(data) * os.sysconf("SC_PAGE_SIZE")


@cache
def _statistics(process: int) -> int:
    """Open this process's statistics; `process` is its id, as a forked process has
    others.
    """
    return os.open(_STATISTICS, os.O_RDONLY)
