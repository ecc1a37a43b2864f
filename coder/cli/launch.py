"""Opens the terminal program; the only place of the command line that loads it."""

from __future__ import annotations

import sys

from coder.errors import CoderError
from coder.service.coding import next_article
from coder.service.project import Project


def is_terminal() -> bool:
    """Whether there is somebody to look and to type."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _need_terminal(instead: str) -> None:
    if not is_terminal():
        raise CoderError("This screen needs a terminal.", hint=f"Without one, use {instead}.")


def code(project: Project, coder: str, article: str | None) -> None:
    """The coding screen; without an article the first that is assigned and not submitted."""
    project.person(coder)
    chosen = project.article(article or next_article(project, coder))
    _need_terminal("`coder show ARTICLE`")
    from coder.tui.app import CoderApp
    from coder.tui.screens.coding import CodingScreen

    scopes = ("article", "draw", "form", "choose", "any")
    CoderApp(
        lambda: CodingScreen(project, coder, chosen), project.codebook, project.config.language, scopes
    ).run()


def review(project: Project, supervisor: str, article: str | None) -> None:
    """The review screen: the queue, or one article at once."""
    project.person(supervisor, "supervisor")
    if article is not None:
        article = project.article(article).id
    _need_terminal("`coder agree` and `coder export`")
    from coder.tui.app import CoderApp
    from coder.tui.screens.review import ReviewScreen

    scopes = ("queue", "grid", "choose", "any")
    CoderApp(
        lambda: ReviewScreen(project, supervisor, article), project.codebook, project.config.language, scopes
    ).run()
