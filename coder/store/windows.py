"""Whether somebody has the same work open in another window, on the same SQLite database.

Each window holds a shared lock on a byte of a file beside the database; the operating system lets go of it
when the program ends, however it ends. Where it has no such locks nobody is told, and nothing else changes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Windows:
    """What this program has open, told to others by locks; file: never read, None to tell nobody."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._held: BinaryIO | None = None  # open as long as we are: closing it once lets go of every lock

    def enter(self, subject: str) -> bool:
        """This window has the subject open now; whether another one has it too, as far as can be told."""
        if fcntl is None or self.file is None:
            return False
        try:
            if self._held is None:
                self._held = self.file.open("a+b")
            alone = self._lock(subject, fcntl.LOCK_EX)
            self._lock(subject, fcntl.LOCK_SH)  # stays known when the other one ends
        except OSError:
            return False
        return not alone

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
