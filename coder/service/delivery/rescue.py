"""What cannot be written into the database any more goes into a file that brings it back.

A coder's work becomes a packet, with its journal where the database can still be read, so that merging goes
on with it; else with the coding as on the screen. A supervisor's decisions become gold in the native format.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from coder.errors import CoderError, UnavailableError
from coder.exporters.writer import field_ids
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.native import from_coding, to_line
from coder.service.delivery import packets
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Writer
from coder.store.whole_file import new_file


def coding(project: Project, writer: Writer, found: Coding, article: Article, identity: str) -> CoderError:
    """A packet of a coder's work with `found`, the coding on the screen; says where it lies."""
    try:
        data, _ = packets.cut(project, found.coder, _changes(writer))
    except (CoderError, OSError):
        data = packets.cut_of(project, found, article, identity)
    write = partial(packets.write_file, data=data, passphrase=None)
    return _kept("coding.rescued", project, writer, found, "packet", write)


def gold(project: Project, writer: Writer, found: Coding, article: Article) -> CoderError:
    """A native file of `found`, the gold on the screen; says where it lies."""
    line = to_line(from_coding(found, field_ids(project.codebook), article.text)) + "\n"

    def write(path: Path) -> None:
        with new_file(path) as half:
            half.write_text(line, "utf-8")

    return _kept("coding.gold_rescued", project, writer, found, "jsonl", write)


def _changes(writer: Writer) -> list[packets.Change]:
    """What is not written, change by change; raises UnavailableError where that cannot be told."""
    if isinstance(writer.failure, UnavailableError):
        raise writer.failure
    changes = []
    for job in writer.unwritten:
        if not isinstance(job, Once):
            raise UnavailableError("coding.undo_unfinished")
        if not job.arrived():
            changes.append(job.change)
    return changes


def _kept(
    key: str, project: Project, writer: Writer, found: Coding, ending: str, write: Callable[[Path], None]
) -> CoderError:
    """A new file in the project's folder; where that cannot be, at home or among the temporary files."""
    name = f"rescued-{found.article}-{found.coder}-{project.store.clock():%Y%m%dT%H%M%S%f}.{ending}"
    *places, file = (f / name for f in (project.config.folder, Path.home(), Path(tempfile.gettempdir())))
    for place in places:
        with suppress(CoderError):
            write(place)
            file = place
            break
    else:
        write(file)
    changes, why = Message("counts.changes", n=writer.waiting), str(writer.failure)
    return CoderError(key, changes=changes, coding=found.id, why=why, file=file.resolve())
