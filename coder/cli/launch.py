"""Opens the terminal program; the only place of the command line that loads it.

What takes long to load (the database, the screens) is loaded after the article has been painted once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.cli.output import need_utf8, tell
from coder.errors import CoderError
from coder.service.coding.first_look import first_look
from coder.service.project import config as configuration
from coder.service.project.config import Language, View
from coder.text.counts import counted
from coder.tui.first_paint import first_paint, take_back
from coder.tui.terminal import Replies, Terminal, asking, decide

if TYPE_CHECKING:
    from coder.service.project.opened import Project


def is_terminal() -> bool:
    """Whether there is somebody to look and to type, here or in a browser."""
    return _is_served() or (sys.stdin.isatty() and sys.stdout.isatty())


def _need_terminal(instead: str) -> None:
    if not is_terminal():
        raise CoderError("This screen needs a terminal.", hint=f"Without one, use {instead}.")
    if not _is_served():
        need_utf8(sys.stdout)


def code_at_once(folder: Path | None, coder: str, article: str | None, claim: bool = False) -> None:
    """The coding screen of a project that is not open yet: the article's text shows first.

    claim: whether the coder takes articles when all that was assigned is submitted.
    """
    with _painted(lambda: first_look(folder, coder, article), folder) as asked:
        from coder.service.project.opened import open_project

        project = open_project(folder, person=coder)
        project.claiming = claim
        code(project, coder, article, asked)
        project.close()


def code(project: Project, coder: str, article: str | None, asked: Replies | None = None) -> None:
    """The coding screen; without an article the first that is assigned and not submitted.

    asked: what the terminal answered, where it was asked before.
    """
    from coder.service.coding.session import next_article

    project.person(coder)
    chosen = project.standing_article(article or next_article(project, coder))
    _need_terminal("`coder show ARTICLE`")

    def first() -> Any:
        from coder.tui.screens.coding_screen import CodingScreen

        return CodingScreen(project, coder, chosen)

    _open_project(first, project, asked)


def review(project: Project, supervisor: str, article: str | None) -> None:
    """The review screen: the queue, or one article at once."""
    project.person(supervisor, "supervisor")
    if article is not None:
        article = project.standing_article(article).id
    _need_terminal("`coder agree` and `coder export`")

    def first() -> Any:
        from coder.tui.screens.review_screen import ReviewScreen

        return ReviewScreen(project, supervisor, article)

    _open_project(first, project)


def self_test(language: Language, view: View) -> bool | None:
    """The test card, with the terminal as it is found; whether a line reads right, None without a word."""
    screens: list[Any] = []

    def first() -> Any:
        from coder.tui.screens.self_test import DoctorScreen

        screens.append(DoctorScreen(language, tashkeel=view.tashkeel))
        return screens[0]

    _open(first, replace(view, mode="auto"))
    reads_right: bool | None = screens[0].reads_right
    return reads_right


@contextmanager
def _painted(look: Callable[[], tuple[str, int] | None], folder: Path | None) -> Iterator[Replies | None]:
    """Show an article's text while the block loads the rest; an error takes it from the screen again."""
    if not is_terminal() or _is_served():
        yield None
        return
    need_utf8(sys.stdout)
    with asking(os.environ) as answers:
        found = look()
        replies = answers()
    if found is None:
        yield replies
        return
    view = configuration.read(configuration.find(folder)).view
    terminal = decide(os.environ, replies, view.mode)
    _take_back_when_killed(terminal)
    first_paint(*found, *shutil.get_terminal_size(), terminal, view.tashkeel, sys.stdout)
    try:
        yield replies
    except (CoderError, KeyboardInterrupt):
        take_back(terminal, sys.stdout)
        raise


def _take_back_when_killed(terminal: Terminal) -> None:
    """Until the driver takes the signals there is nothing to write, only the terminal to give back."""

    def end(number: int, _frame: object) -> None:
        with os.fdopen(os.dup(sys.stdout.fileno()), "w") as out:
            take_back(terminal, out)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def _open_project(first: Callable[[], Any], project: Project, asked: Replies | None = None) -> None:
    try:
        _open(first, project.config.view, asked)
    finally:
        _write_the_rest(project)


def _write_the_rest(project: Project) -> None:
    """Stay until the database takes what was done while it was out of reach; the rest goes into files."""
    lost = []
    for session in project.unwritten:
        writer = session.writer
        if writer.failure is None:
            _tell(f"{counted(writer.waiting, 'change')} not written yet: {writer.lost}")
            _tell("waiting for the database; Ctrl+C puts them into a file instead")
            try:
                writer.finish()
            except KeyboardInterrupt:
                writer.give_up()
        if writer.failure is None:
            _tell("everything is written")
            continue
        try:
            lost.append(session.rescue())
        except CoderError as error:
            lost.append(error)
    if lost:
        raise CoderError("\n".join(map(str, lost)), hint="\n".join(each.hint for each in lost))


def _tell(words: str) -> None:
    with suppress(OSError):  # the terminal may be gone; the changes are not
        tell(words, sys.stderr)


def _open(first: Callable[[], Any], view: View, asked: Replies | None = None) -> None:
    """Run the program from a first screen on, in the way that suits the terminal."""
    replies = asked
    if replies is None:
        with asking(os.environ) as answers:
            from coder.tui.app import CoderApp

            replies = answers()
    from coder.tui.app import CoderApp

    terminal = decide(os.environ, replies, view.mode)
    driver = None
    if not _is_served() and sys.platform != "win32":
        from coder.tui.driver import driver_for

        driver = driver_for(terminal)
    app = CoderApp(first, terminal=terminal, tashkeel=view.tashkeel, driver=driver)
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)


def _is_served() -> bool:
    """Whether a browser shows the screens; Textual then has its own way of drawing."""
    return bool(os.environ.get("TEXTUAL_DRIVER"))
