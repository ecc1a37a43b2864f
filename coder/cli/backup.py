"""A safe copy of the project while it is in use, and a project made from one.

A SQLite project is copied as it is; --portable writes JSON Lines, which every database takes.
With --restore the project goes into the folder --project, which must be new or empty.

example: coder backup lebanon-2024-06-01.backup
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project.config import DEFAULT_DATABASE
from coder.service.project.integrity import verify
from coder.service.project.opened import open_project
from coder.service.project.project_copy import backup, restore
from coder.text.counts import counted


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--portable", action="store_true", help="for any database")
    parser.add_argument("--restore", action="store_true", help="make a project from FILE, and verify it")
    parser.add_argument(
        "--database", default=DEFAULT_DATABASE, metavar="URL", help="restore into it; default: %(default)s"
    )


def run(options: Namespace, out: Output) -> Exit:
    """Copy or restore."""
    if options.restore:
        return _restore(options, out)
    project = open_project(options.project)
    backup(project, options.file, portable=options.portable)
    project.close()
    out.document({"file": str(options.file), "bytes": options.file.stat().st_size})
    out.line(f"{options.file}: the project as it is now, {options.file.stat().st_size} bytes")
    return Exit.DONE


def _restore(options: Namespace, out: Output) -> Exit:
    folder = options.project or Path.cwd()
    project = restore(options.file, folder, options.database)
    report = verify(project)
    project.close()
    out.document({"folder": str(folder), "entries": report.entries, "findings": len(report.findings)})
    entries = counted(report.entries, "journal entry", "journal entries")
    out.line(f"{folder}: restored, {entries}, {counted(len(report.findings), 'finding')}")
    if report.findings:
        out.note(f"note: see `coder verify --project {folder}`; an earlier backup may be sound")
    return Exit.FOUND if report.findings else Exit.DONE
