"""Serves the screens to browsers, for one person at this machine or a team behind an
authenticating proxy.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.project import config as configuration


def run_serve(options: Options, out: Output) -> None:
    """Serve until interrupted: a coder gets the coding screen, a supervisor the review
    screen.
    """
    try:
        from coder.tui.browser import Door, serve
    except ModuleNotFoundError:
        raise CoderError("cli.serve.needs_web") from None
    if not 0 < options.port < 2**16:
        raise CoderError("cli.serve.port", port=options.port)
    folder = configuration.find(options.folder_of_project)
    config = configuration.read(folder)
    header = config.header
    person = options.person
    host = options.host
    if bool(header) == bool(person):
        raise CoderError(
            "cli.serve.twice" if header else "cli.serve.who", header=header
        )
    if not header and not _is_this_machine(host):
        raise CoderError("cli.serve.open_to_others", host=host)

    command = partial(screens_of, folder)
    if person:
        command(person)
    # Other users of this machine can reach the port too: a secret path keeps them out.
    path = "" if header else f"/{secrets.token_urlsafe(16)}"
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{options.port}{path}/"

    def ready() -> None:
        out.document({"url": url, "header": header})
        out.say(
            "cli.serve.team" if header else "cli.serve.alone",
            url=url,
            header=header,
            person=person,
        )
        out.out.flush()
        if not _is_this_machine(host):
            out.note("cli.serve.proxy_only", header=header)

    serve(
        Door(config.language, command, header, person, path), host, options.port, ready
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def screens_of(folder: Path, name: str) -> Sequence[str]:
    """Return the command line of a member's screen; raises CoderError for strangers and
    without work.
    """
    from coder.service.coding.session import find_next_article
    from coder.service.project.opened import open_project

    project = open_project(folder, person=name)
    try:
        if all(person.name != name for person in project.people()):
            raise CoderError(
                "browser.stranger", name=name
            )  # unlike `project.person`, does not list the team
        verb = {"coder": "code", "supervisor": "review"}[project.person(name).role]
        if verb == "code":
            find_next_article(project, name)
    finally:
        project.close()
    return [
        sys.executable,
        "-m",
        "coder",
        "--project",
        str(folder.resolve()),
        verb,
        f"--as={name}",
    ]
