"""Candidates for the articles that lack them; can be interrupted and run again.

example: coder suggest
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project import open_project
from coder.service.suggesting import suggest


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--again", action="store_true", help="also for articles that have candidates")


def run(options: Namespace, out: Output) -> Exit:
    """Read the articles."""
    project = open_project(options.project)
    count = suggest(project, again=options.again, progress=out.progress("suggest"))
    out.document({"articles": count})
    out.line(f"{count} articles read")
    project.close()
    return Exit.DONE
