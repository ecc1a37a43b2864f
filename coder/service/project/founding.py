"""How a project comes to be in a folder: its files first, its database last, and nothing of others touched.

Until its database is there a folder is no project, and who was broken off can run the same command again: a
file that is there with the very same content is taken as it is. What fails takes away what it has put there
itself, known by its identity on the disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from coder.errors import CoderError
from coder.service.project.config import FILE, Config
from coder.store.engine import file_of
from coder.store.sqlite_file import new_database
from coder.store.whole_file import new_file

if sys.platform != "win32":
    import fcntl


@contextmanager
def founding(config: Config, files: Mapping[str, bytes]) -> Iterator[str]:
    """The files of a new project in its folder; its database is made in the block, at the URL that is given.

    Raises CoderError where a project or another file of such a name is, or where one is being made.
    """
    wanted = {config.folder / name: content for name, content in files.items()}
    with _held(config.folder), ExitStack() as undo:
        _refuse_others(config, wanted)
        with new_database(config.database_url) as url:
            for path, content in wanted.items():
                if not path.exists():
                    with new_file(path) as half:
                        half.write_bytes(content)
                        made = _identity(half)
                    undo.callback(_remove, path, made)
            yield url
        undo.pop_all()


def _refuse_others(config: Config, wanted: Mapping[Path, bytes]) -> None:
    """Raises CoderError where a project is, or a file of another content."""
    taken = [
        path
        for path, content in wanted.items()
        if os.path.lexists(path) and not (path.is_file() and path.read_bytes() == content)
    ]
    settings, database = config.folder / FILE, file_of(config.database_url)
    if settings in taken or (settings.exists() and database is not None and database.exists()):
        raise CoderError("project.is_there", settings=settings)
    if taken:
        raise CoderError("project.file_is_there", path=taken[0])


def _identity(path: Path) -> tuple[int, int, int]:
    """What tells a file from another that got its name later, and perhaps its number on the disk."""
    found = path.lstat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _remove(path: Path, made: tuple[int, int, int]) -> None:
    """Remove a file, if it is the very one that was made here."""
    with suppress(FileNotFoundError):
        if _identity(path) == made:
            path.unlink()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder, made if need be, in which nobody else makes a project meanwhile; a kill lets go of it.

    Folders made here go again after an error, unless somebody has put something there.
    """
    made: list[Path] = []
    with ExitStack() as stack:
        try:
            for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
                with suppress(FileExistsError):  # somebody else was quicker
                    path.mkdir()
                    made.append(path)
            if sys.platform != "win32":
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                stack.callback(os.close, handle)
                _lock(handle, folder)
        except NotADirectoryError:
            raise CoderError("project.file_in_the_way", folder=folder) from None
        except OSError as error:
            raise CoderError("project.cannot_be_made", folder=folder, why=error.strerror) from None
        try:
            yield
        except BaseException:
            for path in reversed(made):
                with suppress(OSError):
                    path.rmdir()
            raise


def _lock(handle: int, folder: Path) -> None:
    """Raises CoderError if another program is making a project there, or has just given it up."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        free = False
    except OSError:  # a file system without locks: what names are free is seen when they are taken
        return
    if not free:
        raise CoderError("project.being_made", folder=folder)
