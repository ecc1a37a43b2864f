"""The coding screen; without ARTICLE the first assigned one that is not submitted.

example: coder code --as amal
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli import launch
from coder.cli.exit import Exit
from coder.cli.output import Output


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="the coder")
    parser.add_argument("article", nargs="?", metavar="ARTICLE", help="an article's id or its beginning")
    parser.add_argument(
        "--claim", action="store_true", help="when all is submitted, take an article that fewest coders have"
    )


def run(options: Namespace, _out: Output) -> Exit:
    """Open the screen."""
    launch.code_at_once(options.project, options.name, options.article, options.claim)
    return Exit.DONE
