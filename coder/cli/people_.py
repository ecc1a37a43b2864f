"""The team: who there is, or somebody new.

In a PostgreSQL database each person gets a login of their own; adding them again gives a new password.

example: coder people add amal --role coder
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass
from pathlib import Path

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.project import ROLES, open_project


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", nargs="?", choices=("add",), help="add somebody; nothing: list the team")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--role", choices=ROLES, default="coder")
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE",
        help="the login's password in the first line; empty: a login for servers that ask for none",
    )  # fmt: skip


def run(options: Namespace, out: Output) -> Exit:
    """List or add."""
    project = open_project(options.project)
    if options.what == "add":
        if not options.name:
            raise CoderError("A name is missing.", hint="coder people add NAME --role coder")
        password = _password(options.name, options.password_file) if project.store.has_logins else ""
        project.add_person(options.name, options.role, password)
    people = project.people()
    out.document([{"name": p.name, "role": p.role} for p in people])
    out.table(("name", "role"), [(p.name, p.role) for p in people])
    project.close()
    return Exit.DONE


def _password(name: str, file: Path | None) -> str:
    """The first line of the file, or what is typed twice; raises CoderError where neither can be had."""
    if file is not None:
        try:
            return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise CoderError(
                f"The password cannot be read: {error}.", hint="Check the file.", where=str(file)
            ) from None
    if not sys.stdin.isatty():
        raise CoderError(
            f"The login of {name} needs a password.",
            hint=f"coder people add {name} --password-file FILE, or run it in a terminal to be asked.",
        )
    first = getpass(f"password for {name}: ")
    if not first or first != getpass("the same again: "):
        raise CoderError("The two are not the same, or empty.", hint="Nothing was changed; try again.")
    return first
