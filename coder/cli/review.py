"""The review screen: the queue of articles with disagreements, or ARTICLE at once.

example: coder review --as salma
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli import launch
from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project.opened import open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="the supervisor")
    parser.add_argument("article", nargs="?", metavar="ARTICLE", help="an article's id or its beginning")


def run(options: Namespace, _out: Output) -> Exit:
    """Open the screen."""
    project = open_project(options.project, person=options.name)
    launch.review(project, options.name, options.article)
    project.close()
    return Exit.DONE
