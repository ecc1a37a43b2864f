"""A supervisor opens a submitted coding again, or an article's closed gold.

example: coder reopen 004 --coder amal --as salma
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project.opened import open_project
from coder.service.review.reopening import reopen


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("article", metavar="ARTICLE", help="an article's id or its beginning")
    parser.add_argument("--coder", required=True, metavar="NAME", help="whose coding; `gold` for the gold")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="the supervisor")


def run(options: Namespace, out: Output) -> Exit:
    """Open it again."""
    project = open_project(options.project, person=options.name)
    opened = reopen(project, options.name, options.article, options.coder)
    out.document({"reopened": opened})
    out.line(f"{opened} is open again")
    project.close()
    return Exit.DONE
