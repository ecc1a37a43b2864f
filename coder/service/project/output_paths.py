"""Where a command may write: never over a project's own files, over any other file only
with `force`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coder.errors import CoderError
from coder.service.project import config as configuration
from coder.store.engine import file_of
from coder.store.kept import FILE as KEPT
from coder.store.sqlite_file import beside
from coder.store.whole_file import new_file, new_folder


@contextmanager
def written(
    out: Path, project: Path | None, *, force: bool = False
) -> Iterator[BinaryIO]:
    """Open a stream into the file `out`, which appears complete or not at all.

    project: a project whose files are protected, besides those of the nearest project
    above `out`. force: whether an existing file may be replaced. A pipe or a device is
    written to directly.
    """
    refuse_own(out, project)
    if out.exists() and not out.is_file():
        with out.open("wb") as stream:
            yield stream
        return
    if out.exists() and not force:
        raise CoderError("delivery.file_exists", where=str(out))
    target = (
        out.resolve() if out.is_symlink() else out
    )  # keep a symlink, replace its target
    with new_file(target, replace=force) as draft, draft.open("wb") as stream:
        yield stream


@contextmanager
def written_folder(
    out: Path, project: Path | None, *, force: bool = False
) -> Iterator[Path]:
    """Yield a folder for the files of `out`, which appears complete or not at all;
    otherwise as `written`.
    """
    from coder.exporters.descriptors import (
        find_summed,  # loads word lists, needed only here
    )

    refuse_own(out, project)
    if out.exists() and not (out.is_dir() and (force or not any(out.iterdir()))):
        raise CoderError("delivery.folder_exists", where=str(out))
    with new_folder(out.resolve(), replace=force, own=find_summed(out)) as draft:
        yield draft


def refuse_own(out: Path, project: Path | None) -> None:
    """Raise CoderError if `out` is a file, under any name, of `project` or of the
    project around `out`.
    """
    for start in (out.resolve().parent, project):
        try:
            folder = configuration.find(start)
        except CoderError:
            continue  # no project there
        for own in _project_files(folder):
            is_same = out.exists() and own.exists() and out.samefile(own)
            if (
                is_same
                or str(out.resolve()).casefold() == str(own.resolve()).casefold()
            ):
                raise CoderError(
                    "delivery.file_of_project", folder=folder, where=str(out)
                )


def _project_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a project, including those that do not exist at the moment."""
    try:
        config = configuration.read(folder)
        database = file_of(config.database_url)
    except CoderError:  # unreadable configuration: assume the default names
        config = configuration.Config(folder, "")
        database = file_of(config.database_url)
    yield from (
        *configuration.texts(folder),
        folder / configuration.FILE,
        folder / config.codebook,
    )
    for each in filter(None, (database, folder / KEPT)):
        yield from (each, *beside(each))
    if database is not None:
        yield database.with_name(f"{database.name}-open")
