"""Rescues work that can no longer be written to the database into a file that can be
imported later.

A coder's work becomes a packet: with its journal, which merging then continues, or, if
the database cannot be read either, with the coding on the screen. A supervisor's
decisions become gold in the native format.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from coder.errors import (
    CoderError,
    DamagedError,
    OverwrittenError,
    UnavailableError,
)
from coder.exporters.writer import field_ids, file_name
from coder.foreign import to_json
from coder.model import Article, Coding
from coder.native import from_coding
from coder.service.delivery import packet_file, packets
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Writer
from coder.store.whole_file import new_file


def coding(
    project: Project, writer: Writer, current: Coding, article: Article, identity: str
) -> CoderError:
    """Save a packet of a coder's work; `current` is the coding on the screen; the error
    names the file.
    """
    try:
        data, _ = packets.cut(project, current.coder, _changes(writer))
    except (CoderError, OSError):
        data = packets.coding_packet(project, current, article, identity)
    mode = project.config.file_mode
    write = partial(packet_file.write, data=data, passphrase=None, mode=mode)
    return _save("coding.rescued", project, writer, current, "packet", write)


def gold(
    project: Project, writer: Writer, current: Coding, article: Article
) -> CoderError:
    """Save `current`, the gold on the screen, as a native file; the returned error
    names it.
    """
    line = (
        to_json(from_coding(current, field_ids(project.codebook), article.text)) + "\n"
    )

    def write(path: Path) -> None:
        with new_file(path, mode=project.config.file_mode) as draft:
            draft.write_text(line, "utf-8")

    return _save("coding.gold_rescued", project, writer, current, "jsonl", write)


def _changes(writer: Writer) -> list[packets.Change]:
    """Return the unwritten changes, to be added to what is written.

    Raises the failure if what is written cannot be read, or not be relied on.
    """
    unreadable = UnavailableError | DamagedError | OverwrittenError
    if isinstance(writer.failure, unreadable):
        raise writer.failure
    changes = []
    for job in writer.unwritten:
        if not isinstance(job, Once):
            raise UnavailableError("coding.undo_unfinished")
        if not job.arrived():
            changes.append(job.change)
    return changes


def _save(
    key: str,
    project: Project,
    writer: Writer,
    current: Coding,
    ending: str,
    write: Callable[[Path], None],
) -> CoderError:
    """Write a new file to the project's folder, or else to the home folder or that for
    temporary files.
    """
    when = f"{project.store.clock():%Y%m%dT%H%M%S%f}"
    whose = file_name(current.article, current.coder)
    name = f"rescued-{whose}-{when}.{ending}"
    *first, last = (
        f / name
        for f in (project.config.folder, Path.home(), Path(tempfile.gettempdir()))
    )
    for file in first:
        with suppress(CoderError):
            write(file)
            break
    else:
        file = last
        write(file)
    return CoderError(
        key,
        n=writer.waiting,
        coding=current.id,
        why=str(writer.failure),
        file=file.resolve(),
    )
