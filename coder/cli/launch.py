"""Opens the terminal program; the only place of the command line that loads it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.service.coding import next_article
from coder.service.config import View
from coder.service.project import Project
from coder.tui.terminal import asking, decide


def is_terminal() -> bool:
    """Whether there is somebody to look and to type, here or in a browser."""
    return _is_served() or (sys.stdin.isatty() and sys.stdout.isatty())


def _need_terminal(instead: str) -> None:
    if not is_terminal():
        raise CoderError("This screen needs a terminal.", hint=f"Without one, use {instead}.")


def code(project: Project, coder: str, article: str | None) -> None:
    """The coding screen; without an article the first that is assigned and not submitted."""
    project.person(coder)
    chosen = project.article(article or next_article(project, coder))
    _need_terminal("`coder show ARTICLE`")

    def first() -> Any:
        from coder.tui.screens.coding import CodingScreen

        return CodingScreen(project, coder, chosen)

    _open_project("coding", first, ("article", "draw", "form", "choose", "any"), project)


def review(project: Project, supervisor: str, article: str | None) -> None:
    """The review screen: the queue, or one article at once."""
    project.person(supervisor, "supervisor")
    if article is not None:
        article = project.article(article).id
    _need_terminal("`coder agree` and `coder export`")

    def first() -> Any:
        from coder.tui.screens.review import ReviewScreen

        return ReviewScreen(project, supervisor, article)

    _open_project("review", first, ("queue", "grid", "choose", "any"), project)


def _open_project(screen: str, first: Callable[[], Any], scopes: tuple[str, ...], project: Project) -> None:
    config = project.config
    _open(screen, first, scopes, codebook=project.codebook, lang=config.language, view=config.view)


def _open(
    screen: str,
    first: Callable[[], Any],
    scopes: tuple[str, ...],
    *,
    codebook: Codebook | None,
    lang: str,
    view: View,
) -> None:
    """Run the program from a first screen on; screen: its module, loaded while the terminal answers."""
    with asking(os.environ) as answers:
        from coder.tui.app import CoderApp

        import_module(f"coder.tui.screens.{screen}")
        replies = answers()
    terminal = decide(os.environ, replies, view.mode)
    driver = None
    if not _is_served() and sys.platform != "win32":
        from coder.tui.driver import driver_for

        driver = driver_for(terminal, replies)
    app = CoderApp(first, codebook, lang, scopes, terminal=terminal, tashkeel=view.tashkeel, driver=driver)
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)


def _is_served() -> bool:
    """Whether a browser shows the screens; Textual then has its own way of drawing."""
    return bool(os.environ.get("TEXTUAL_DRIVER"))
