"""Atomic creation of files and folders, which never replaces others unless requested."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coder.errors import CoderError

PRIVATE = 0o600  # the mode of files that only their owner may read
GROUP = 0o660  # of those that the owner's group shares

_DAY = 24 * 3600
"""Seconds without a change after which a temporary folder counts as left by a killed
program.
"""


@contextmanager
def temporary_folder(place: Path | None = None) -> Iterator[Path]:
    """Create a hidden folder in `place`, by default that for temporary files, and
    delete it at the end.

    If the program is killed, `.coder-….part` remains until the first call for the place
    a day later.
    """
    place = place or Path(tempfile.gettempdir())
    for left in place.glob(".coder-*.part"):
        with suppress(OSError):  # another user's, or deleted meanwhile
            if (
                time.time()
                - max(path.lstat().st_mtime for path in (left, *left.rglob("*")))
                > _DAY
            ):
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(".part", ".coder-", place) as folder:
        yield Path(folder)


def file_mode(path: Path) -> int:
    """Return who may read and write a file, as the number that `chmod` takes."""
    return stat.S_IMODE(path.stat().st_mode)


def create(path: Path, mode: int) -> None:
    """Create an empty file with a mode, whatever the umask; raises FileExistsError if
    there is one.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    path.chmod(mode)  # the umask may have taken the group's rights away


@contextmanager
def new_file(
    target: Path, *, replace: bool = False, mode: int | None = None
) -> Iterator[Path]:
    """Yield a path to write to, which becomes `target` if the block ends without an
    error, else is deleted.

    The contents are synced to disk before the name. Of two concurrent calls one
    succeeds. Raises CoderError if the file cannot be written. mode: of the file, which
    then exists when the block begins; None: the umask's.
    """
    if os.path.lexists(target) and not replace:
        raise CoderError("store.taken", where=str(target))
    try:
        with temporary_folder(target.parent) as folder:
            temporary = folder / target.name
            if mode is not None:
                create(temporary, mode)
            yield temporary
            _sync(temporary)
            if replace:
                temporary.replace(target)
            else:
                _rename_new(temporary, target)
            _sync(target.parent)
    except FileExistsError:
        raise CoderError("store.taken", where=str(target)) from None
    except OSError as error:
        raise CoderError(
            "store.unwritable", where=str(target), error=error.strerror or error
        ) from error


@contextmanager
def new_folder(
    target: Path, *, replace: bool = False, own: Collection[str] = ()
) -> Iterator[Path]:
    """Yield a folder to write files into, which becomes `target` if the block ends
    without an error.

    An existing folder that is not empty is only replaced with `replace`, and only if
    all files in it and in its folders were written again, so that no others are lost.
    own: the paths in it of files that may go, as this program wrote them. Raises
    CoderError if the folder cannot be written.
    """
    old = _names_in(target) if target.is_dir() and not target.is_symlink() else None
    if os.path.lexists(target) and (old is None or (old and not replace)):
        raise CoderError("store.taken", where=str(target))
    try:
        with temporary_folder(target.parent) as folder:
            temporary = folder / target.name
            temporary.mkdir()
            yield temporary
            if others := sorted((old or set()) - _names_in(temporary) - {*own}):
                raise CoderError(
                    "store.others_files", file=others[0], where=str(target)
                )
            for path in (*sorted(temporary.rglob("*")), temporary):
                _sync(path)
            if old is not None:
                target.rename(folder / f"{target.name}.old")
            temporary.rename(target)
            _sync(target.parent)
    except OSError as error:
        raise CoderError(
            "store.unwritable", where=str(target), error=error.strerror or error
        ) from error


def _names_in(folder: Path) -> set[str]:
    """Return the paths of all files in a folder and its folders, relative to it."""
    return {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if not each.is_dir()
    }


def _rename_new(temporary: Path, target: Path) -> None:
    """Give the file its name atomically; raises FileExistsError if the name is taken."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        temporary.rename(target)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
