"""The team: who there is, somebody new, and what becomes of those who are in it.

In a PostgreSQL database each person gets a login of their own; adding them again gives a new password.
Who retires gets nothing more to do and can neither code nor review, and their login loses its rights; what
they did stays and counts. return takes them back; role gives another role, and its rights. rename is for a
name that was written wrong: it can be done as long as nothing was assigned to or done by the person.

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
from coder.service.project.opened import ROLES, Project, open_project
from coder.service.team import members

_USES = {
    "add": "NAME --role coder",
    "retire": "NAME",
    "return": "NAME",
    "role": "NAME --role supervisor",
    "rename": "OLD NEW",
}


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", nargs="?", choices=_USES, help="nothing: list the team")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("new", nargs="?", metavar="NEW", help="with rename: the right name")
    parser.add_argument("--role", choices=ROLES, help="with add and role; add makes a coder without it")
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE",
        help="the login's password in the first line; empty: a login for servers that ask for none",
    )  # fmt: skip


def run(options: Namespace, out: Output) -> Exit:
    """List, or change one member."""
    what = options.what
    if what:
        use = f"coder people {what} {_USES[what]}"
        if not options.name or (what == "rename" and not options.new):
            raise CoderError("A name is missing.", hint=use)
        if what == "role" and not options.role:
            raise CoderError("The role is missing.", hint=use)
        if (options.new and what != "rename") or (options.role and what not in ("add", "role")):
            raise CoderError(f"`coder people {what}` takes nothing else.", hint=use)
    project = open_project(options.project)
    if what:
        _change(project, options)
    people = project.people()
    out.document([{"name": p.name, "role": p.role, "retired": p.retired} for p in people])
    out.table(("name", "role", ""), [(p.name, p.role, "retired" if p.retired else "") for p in people])
    project.close()
    return Exit.DONE


def _change(project: Project, options: Namespace) -> None:
    name, new = options.name, options.new
    match options.what:
        case "add":
            project.add_person(name, options.role or ROLES[0], _password(project, name, options))
        case "retire":
            members.retire(project, name)
        case "return":
            members.take_back(project, name)
        case "role":
            members.change_role(project, name, options.role)
        case "rename":
            members.rename(project, name, new, _password(project, new, options))


def _password(project: Project, name: str, options: Namespace) -> str:
    """The first line of the file, or what is typed twice; raises CoderError where neither can be had."""
    file: Path | None = options.password_file
    if not project.store.has_logins:
        return ""
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
            hint="Give it with --password-file FILE, or run this in a terminal to be asked.",
        )
    first = getpass(f"password for {name}: ")
    if not first or first != getpass("the same again: "):
        raise CoderError("The two are not the same, or empty.", hint="Nothing was changed; try again.")
    return first
