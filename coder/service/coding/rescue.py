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
from coder.model import Article, Coding
from coder.native import from_coding, to_line
from coder.service.coding.ordered_writer import Once, Writer
from coder.service.project.opened import Project
from coder.service.team import envelope, packets
from coder.store.whole_file import new_file
from coder.text.counts import counted


def coding(project: Project, writer: Writer, found: Coding, article: Article, identity: str) -> CoderError:
    """A packet of a coder's work with `found`, the coding on the screen; says where it lies."""
    try:
        data, _ = packets.cut(project, found.coder, _changes(writer))
    except (CoderError, OSError):
        data = packets.cut_of(project, found, article, identity)
    file = _kept(project, found, "packet", lambda path: envelope.write(path, data, None))
    return _told(writer, found, f"{file}. To bring it back: coder packet merge {file}")


def gold(project: Project, writer: Writer, found: Coding, article: Article) -> CoderError:
    """A native file of `found`, the gold on the screen; says where it lies."""
    order = field_ids(project.codebook)
    line = to_line(from_coding(found, order, article.text)) + "\n"

    def write(path: Path) -> None:
        with new_file(path) as half:
            half.write_text(line, "utf-8")

    file = _kept(project, found, "jsonl", write)
    back = f"coder import {file}, if the article has no gold then"
    return _told(writer, found, f"{file}, with all of the article's gold. To bring it back: {back}")


def _changes(writer: Writer) -> list[packets.Change]:
    """What is not written, as far as it is known change by change; raises CoderError where it is not."""
    if isinstance(writer.failure, UnavailableError):
        raise writer.failure
    changes = []
    for job in writer.unwritten:
        if not isinstance(job, Once):
            raise CoderError("An undo is not finished.", hint="Keep the coding as it stands.")
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


def _told(writer: Writer, found: Coding, where: str) -> CoderError:
    return CoderError(
        f"{counted(writer.waiting, 'change')} to {found.id} could not be written: {writer.failure}",
        hint=f"Nothing is lost, it is all in {where}",
    )
