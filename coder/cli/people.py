"""The team: who there is, somebody new, and what becomes of those who are in it."""

import sys
from getpass import getpass
from pathlib import Path

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.model import ROLES
from coder.service.project.opened import Project
from coder.service.team import members

_USES = {
    "add": "NAME --role coder",
    "retire": "NAME",
    "return": "NAME",
    "role": "NAME --role supervisor",
    "rename": "OLD NEW",
}


def run(options: Options, out: Output) -> None:
    """List, or change one member."""
    what = options.what
    if what:
        use = f"coder people {what} {_USES[what]}"
        if not options.name or (what == "rename" and not options.new):
            raise CoderError("cli.people.name", use=use)
        if what == "role" and not options.role:
            raise CoderError("cli.people.role", use=use)
        if (options.new and what != "rename") or (options.role and what not in ("add", "role")):
            raise CoderError("cli.people.too_much", what=what, use=use)
        _change(options.project, options)
    people = options.project.people()
    out.document([{"name": p.name, "role": p.role, "retired": p.retired} for p in people])
    retired = Message("cli.people.retired")
    out.table("cli.people.head", [(p.name, p.role, retired if p.retired else "") for p in people])


def _change(project: Project, options: Options) -> None:
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


def _password(project: Project, name: str, options: Options) -> str:
    """The first line of the file, or what is typed twice; raises CoderError where neither can be had."""
    file: Path | None = options.password_file
    if not project.store.has_logins:
        return ""
    if file is not None:
        try:
            return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise CoderError("cli.people.unreadable", what=error, where=str(file)) from None
    if not sys.stdin.isatty():
        raise CoderError("cli.people.password", name=name)
    first = getpass(say("en", "cli.people.ask", name=name))
    if not first or first != getpass(say("en", "cli.people.ask_again")):
        raise CoderError("cli.people.not_the_same")
    return first
