"""Articles (txt) and codings (native jsonl) in: everything in the given files, or nothing.

example: coder import articles/ codings/amal.jsonl
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service import intake
from coder.service.project import open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files or folders")
    parser.add_argument("--format", metavar="F", help="text or native; default: by the file's ending")


def run(options: Namespace, out: Output) -> Exit:
    """Take the files in."""
    project = open_project(options.project)
    report = intake.take(project, options.paths, options.format)
    out.document(asdict(report))
    out.line(f"{report.articles} articles and {report.codings} codings taken in")
    if report.unchanged:
        out.line(f"{report.unchanged} were there already")
    if report.errors or report.warnings:
        out.line(
            f"the codebook's rules find {report.errors} errors and {report.warnings} warnings in them: "
            "coder check"
        )
    project.close()
    return Exit.DONE
