"""Files that appear whole or not at all, and never over another file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coder.errors import CoderError


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to, which becomes `target` when the block ends well and is removed otherwise.

    What was written is on the disk before the name is. Raises CoderError where it cannot be written.
    """
    if target.exists():
        raise CoderError(
            "There is such a file already.",
            hint="Choose a new name; no file is ever replaced.",
            where=str(target),
        )
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        half.touch(exist_ok=False)
        yield half
        _to_disk(half)
        half.replace(target)
        _to_disk(target.parent)
    except OSError as error:
        raise CoderError(
            f"The file cannot be written: {error.strerror}.",
            hint="Choose another place, or free some space on the disk.",
            where=str(target),
        ) from error
    finally:
        for left in _left_behind(half):
            left.unlink()


def _left_behind(half: Path) -> list[Path]:
    """The half-written file, and what SQLite put beside it."""
    folder = half.parent
    return [path for path in folder.iterdir() if path.name.startswith(half.name)] if folder.is_dir() else []


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
