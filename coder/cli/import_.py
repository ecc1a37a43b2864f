"""Articles (txt) and codings (native jsonl) in: everything in the given files, or nothing.

example: coder import articles/ codings/amal.jsonl
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.delivery import intake
from coder.service.project.opened import open_project
from coder.text.counts import counted


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files or folders")
    parser.add_argument("--format", metavar="F", help="text or native; default: by the file's ending")


def run(options: Namespace, out: Output) -> Exit:
    """Take the files in."""
    project = open_project(options.project)
    report = intake.take(project, options.paths, options.format)
    out.document(asdict(report))
    articles, codings = counted(report.articles, "article"), counted(report.codings, "coding")
    out.line(f"{articles} and {codings} taken in")
    if report.unchanged:
        out.line(f"there already: {report.unchanged}")
    for left in report.left_out:
        out.note(f"not taken: {left.file}: {left.reason}")
    if report.errors or report.warnings:
        out.line(
            f"the codebook's rules find {counted(report.errors, 'error')} and "
            f"{counted(report.warnings, 'warning')} in them: coder check"
        )
    project.close()
    return Exit.DONE
