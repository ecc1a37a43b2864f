"""A guided tour of the screens, five minutes long, on a temporary sample project."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coder.cli import launch
from coder.cli.commands import Options
from coder.cli.output import Output
from coder.codebook.load import read_codebook
from coder.codebook.shipped import codebook
from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.model import ROLES
from coder.service.project.config import Language, find, first_time, read, user_view
from coder.tui.tour_steps import Tour, steps


def run_tour(options: Options, out: Output) -> None:
    """Guide somebody through the screens or, without a terminal, print the steps."""
    role = _role(options)
    language = (
        options.language
        or user_view().language
        or _of_project(options.folder_of_project)
        or launch.language_of(os.environ)
    )
    if launch.is_terminal() and not options.json and not options.print:
        _guide(role, language, out)
        return
    book = read_codebook(codebook())
    instructions = [step.words(language, book) for step in steps(role)]
    out.document({"role": role, "language": language, "steps": instructions})
    for number, words in enumerate(instructions, start=1):
        out.line(f"{number}. {words}")


def _role(options: Options) -> str:
    """Return the role named, or that of the member of the project's team who is."""
    name: str = options.role
    if name in ROLES:
        return name
    with suppress(CoderError):  # there may be no project
        return options.project.person(name).role
    raise CoderError("cli.tour.no_role", name=name, roles=", ".join(ROLES))


def _of_project(folder: Path | None) -> Language | None:
    """Return the language of the project named, or of that around the current folder;
    None without one.
    """
    with suppress(
        CoderError
    ):  # who has none yet, or one that cannot be read, can still look around
        return read(find(folder)).language
    return None


def _guide(role: str, language: Language, out: Output) -> None:
    from coder.service.sample_project import VISITOR, make_tour

    before = user_view().language  # which a key of the screens changes
    out.line(say(language, "cli.tour.begins"))
    first_time(f"advice_tour_{role}")  # who takes it is not told of it
    with TemporaryDirectory(prefix="coder-tour-") as folder:
        project = make_tour(Path(folder) / "tour", role, language)

        def first() -> Any:
            from coder.tui.screens.tour_screens import GuidedCoding, GuidedReview

            if role == "coder":
                return GuidedCoding(
                    Tour(role), project, VISITOR, project.article("exercise")
                )
            return GuidedReview(Tour(role), project, VISITOR)

        launch.open_screen(first, user_view())
        project.close()
    now = user_view().language
    out.line(say(now if now and now != before else language, "cli.tour.over"))
