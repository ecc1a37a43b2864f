"""Files and folders that appear whole or not at all, and never over another file unasked."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coder.errors import CoderError

_DAY = 24 * 3600
"""Seconds without a change after which a half is taken for one that a kill has left."""


@contextmanager
def passing_folder(place: Path | None = None) -> Iterator[Path]:
    """A hidden folder in `place`, or among the temporary files, that goes with the block.

    Only a kill leaves one, `.coder-….part`: it goes with the first block there that begins a day later.
    """
    place = place or Path(tempfile.gettempdir())
    for left in place.glob(".coder-*.part"):
        with suppress(OSError):  # somebody else's, or gone by now
            if time.time() - max(path.lstat().st_mtime for path in (left, *left.rglob("*"))) > _DAY:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(".part", ".coder-", place) as folder:
        yield Path(folder)


@contextmanager
def new_file(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """A path to write to, which becomes `target` when the block ends well and is removed otherwise.

    What was written is on the disk before the name is. Of two at once one gets the name. Raises CoderError
    where it cannot be written.
    """
    if os.path.lexists(target) and not replace:
        raise CoderError("store.taken", where=str(target))
    try:
        with passing_folder(target.parent) as folder:
            half = folder / target.name
            yield half
            _to_disk(half)
            if replace:
                half.replace(target)
            else:
                _name(half, target)
            _to_disk(target.parent)
    except FileExistsError:
        raise CoderError("store.taken", where=str(target)) from None
    except OSError as error:
        raise CoderError("store.unwritable", where=str(target), error=error.strerror or error) from error


@contextmanager
def new_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """A folder to write files into, which becomes `target` when the block ends well, else is removed.

    One that is there and holds something goes with `replace` alone, and only if it has no file of a name that
    was not written: nobody else's files go with it. Raises CoderError where it cannot be written.
    """
    old = {each.name for each in target.iterdir()} if target.is_dir() and not target.is_symlink() else None
    if os.path.lexists(target) and (old is None or (old and not replace)):
        raise CoderError("store.taken", where=str(target))
    try:
        with passing_folder(target.parent) as folder:
            half = folder / target.name
            half.mkdir()
            yield half
            if others := sorted((old or set()) - {each.name for each in half.iterdir()}):
                raise CoderError("store.others_files", file=others[0], where=str(target))
            for path in (*sorted(half.rglob("*")), half):
                _to_disk(path)
            if old is not None:
                target.rename(folder / f"{target.name}.old")
            half.rename(target)
            _to_disk(target.parent)
    except OSError as error:
        raise CoderError("store.unwritable", where=str(target), error=error.strerror or error) from error


def _name(half: Path, target: Path) -> None:
    """Give the file its name, which must be free at that very moment."""
    try:
        os.link(half, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        half.rename(target)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
