"""Whether a SQLite database is still the file that was opened.

Tools that synchronise folders delete a file, or rename another one over it. SQLite goes on with the old
one, which no name leads to any more: all that is written is gone when the program ends. Its own check
(https://sqlite.org/rescode.html#readonly_dbmoved) does not look in WAL mode.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Engine, event

from coder.errors import CoderError

_Identity: TypeAlias = tuple[int, int]


class SameFile:
    """A database and its write-ahead log, each known by device and inode since it was first seen.

    While a connection is open no other file can get these numbers.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self.path = path
        self._known: dict[Path, _Identity] = {}
        event.listen(engine, "connect", lambda *_: self.expect())

    def expect(self) -> None:
        """Raises CoderError when another file, or none, has the name by now."""
        for path in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            found = _identity(path)
            if found is not None:
                self._known.setdefault(path, found)
            if found != self._known.get(path):
                raise self._gone()

    def _gone(self) -> CoderError:
        name = self.path.name
        return CoderError(
            f"{name} was deleted, or another file put in its place, while it was open.",
            hint="Stop what synchronises this folder, then bring the right file back.",
            arabic=(
                f"حُذف {name} وهو مفتوح، أو وُضع ملف آخر مكانه.",
                "أوقف ما يزامن هذا المجلد، ثم أعد الملف الصحيح.",
            ),
        )


def _identity(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
