"""What cannot be written into the database any more goes into a file that brings it back.

A coder's work becomes a packet. With its journal where the database can still be read, so that merging goes
on with what is there; else the coding as it stood on the screen. A supervisor's decisions become gold in the
native format.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from coder.errors import CoderError, UnavailableError
from coder.exporters.writer import field_ids
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.native import from_coding, to_line
from coder.service.delivery import envelope, packets
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Writer
from coder.store.whole_file import new_file


def coding(project: Project, writer: Writer, found: Coding, article: Article, identity: str) -> CoderError:
    """A packet of a coder's work with `found`, the coding on the screen; says where it lies."""
    try:
        data, _ = packets.cut(project, found.coder, _changes(writer))
    except (CoderError, OSError):
        data = packets.cut_of(project, found, article, identity)
    file = _kept(project, found, "packet", lambda path: envelope.write(path, data, None))
    return _told("coding.rescued", writer, found, file)


def gold(project: Project, writer: Writer, found: Coding, article: Article) -> CoderError:
    """A native file of `found`, the gold on the screen; says where it lies."""
    order = field_ids(project.codebook)
    line = to_line(from_coding(found, order, article.text)) + "\n"

    def write(path: Path) -> None:
        with new_file(path) as half:
            half.write_text(line, "utf-8")

    return _told("coding.gold_rescued", writer, found, _kept(project, found, "jsonl", write))


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


def _kept(project: Project, found: Coding, ending: str, write: Callable[[Path], None]) -> Path:
    """A new file in the project's folder; where that cannot be, at home or among the temporary files."""
    name = f"rescued-{found.article}-{found.coder}-{project.store.clock():%Y%m%dT%H%M%S%f}.{ending}"
    *places, last = (project.config.folder, Path.home(), Path(tempfile.gettempdir()))
    for folder in places:
        try:
            write(folder / name)
            return (folder / name).resolve()
        except CoderError:
            continue
    write(last / name)
    return (last / name).resolve()


def _told(key: str, writer: Writer, found: Coding, file: Path) -> CoderError:
    changes = Message("counts.changes", n=writer.waiting)
    return CoderError(key, changes=changes, coding=found.id, why=str(writer.failure), file=file)
