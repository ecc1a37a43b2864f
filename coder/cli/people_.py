"""The team: who there is, or somebody new.

example: coder people add amal --role coder
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.project import ROLES, open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", nargs="?", choices=("add",), help="add somebody; nothing: list the team")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--role", choices=ROLES, default="coder")


def run(options: Namespace, out: Output) -> Exit:
    """List or add."""
    project = open_project(options.project)
    if options.what == "add":
        if not options.name:
            raise CoderError("A name is missing.", hint="coder people add NAME --role coder")
        project.add_person(options.name, options.role)
    people = project.people()
    out.document([{"name": p.name, "role": p.role} for p in people])
    out.table(("name", "role"), [(p.name, p.role) for p in people])
    project.close()
    return Exit.DONE
