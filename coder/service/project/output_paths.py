"""Where a command may write: never on a project's own files, and over another only when told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coder.errors import CoderError
from coder.service.project import config as configuration
from coder.store.engine import file_of
from coder.store.sqlite_file import beside
from coder.store.whole_file import new_file, new_folder


@contextmanager
def written(out: Path, project: Path | None, *, force: bool = False) -> Iterator[BinaryIO]:
    """A stream into the file `out`, which appears whole or not at all.

    project: a folder whose files are safe, as those of the nearest project above `out` are.
    force: whether another file of that name may go. A pipe or a device is written to as it is.
    """
    refuse_own(out, project)
    if out.exists() and not out.is_file():
        with out.open("wb") as stream:
            yield stream
        return
    if out.exists() and not force:
        raise CoderError("delivery.file_exists", where=str(out))
    target = out.resolve() if out.is_symlink() else out  # a link stays, what it points at is replaced
    with new_file(target, replace=force) as half, half.open("wb") as stream:
        yield stream


@contextmanager
def written_folder(out: Path, project: Path | None, *, force: bool = False) -> Iterator[Path]:
    """A folder to write files into that becomes `out`, whole or not at all; otherwise as `written`."""
    refuse_own(out, project)
    if out.exists() and not (out.is_dir() and (force or not any(out.iterdir()))):
        raise CoderError("delivery.folder_exists", where=str(out))
    with new_folder(out.resolve(), replace=force) as half:
        yield half


def refuse_own(out: Path, project: Path | None) -> None:
    """Raises CoderError if `out` is, by whatever name, a file of that project or of the one around it."""
    for start in (out.resolve().parent, project):
        try:
            folder = configuration.find(start)
        except CoderError:
            continue  # no project there
        for own in _own(folder):
            is_one = out.exists() and own.exists() and out.samefile(own)
            if is_one or str(out.resolve()).casefold() == str(own.resolve()).casefold():
                raise CoderError("delivery.file_of_project", folder=folder, where=str(out))


def _own(folder: Path) -> Iterator[Path]:
    """The files that make a project, also those that need not be there at the moment."""
    try:
        config = configuration.read(folder)
        database = file_of(config.database_url)
    except CoderError:  # they cannot be read: then the usual names
        config = configuration.Config(folder, "")
        database = file_of(config.database_url)
    yield from (*configuration.texts(folder), folder / configuration.FILE, folder / config.codebook)
    if database is not None:
        yield from (database, *beside(database), database.with_name(f"{database.name}-open"))
