"""The commands that open screens, and the start of the terminal program."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from coder.cli.commands import Options
from coder.cli.output import Output, need_utf8, tell
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.service.project.config import Language, View
from coder.service.project.drafts import Drafts, Place
from coder.tui.terminal import asking, decide

if TYPE_CHECKING:
    from coder.service.project.opened import Project


def run_code(options: Options, _out: Output) -> None:
    """Open the coding screen; without an article, on the first assigned one that is not
    submitted.
    """
    gc.disable()  # until the screen is open: imported objects live until the end anyway
    project = options.project
    project.claiming = options.claim
    code(project, options.person, options.article)


def code(project: Project, coder: str, article: str | None) -> None:
    """Open the coding screen of an open project."""
    from coder.service.coding.session import find_next_article

    project.person(coder)
    if not article and project.claiming:  # before an article is claimed
        _expect_terminal("cli.code.no_terminal")
    if not article:
        article = find_next_article(project, coder, or_read=is_terminal())
    chosen = project.available_article(article, coder)

    def first() -> Any:
        from coder.tui.screens.coding_screen import CodingScreen

        return CodingScreen(project, coder, chosen)

    _open_to_work(first, project, coder, "cli.code.no_terminal")


def run_review(options: Options, _out: Output) -> None:
    """Open the review screen: the queue of articles with disagreements, or one article
    directly.
    """
    gc.disable()  # as above
    project = options.project
    article = options.article
    project.person(options.person, "supervisor")
    if article is not None:
        from coder.service.review.gold_session import expect_reviewable

        article = project.available_article(article).id
        expect_reviewable(project, article)

    def first() -> Any:
        from coder.tui.screens.review_screen import ReviewScreen

        return ReviewScreen(project, options.person, article)

    _open_to_work(first, project, options.person, "cli.review.no_terminal")


def language_of(environ: Mapping[str, str]) -> Language:
    """Return Arabic if the locale is Arabic, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environ.get(name):
            return "ar" if locale.startswith("ar") else "en"
    return "en"


def is_terminal() -> bool:
    """Return whether the program is used interactively, in a terminal or a browser."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return _is_served() or all(stream.isatty() for stream in streams)


def _is_served() -> bool:
    # a browser shows the screens, through Textual's driver
    return bool(os.environ.get("TEXTUAL_DRIVER"))


def _expect_terminal(no_terminal: str) -> None:
    """Raise CoderError without a terminal or browser, or if the terminal cannot show
    Arabic.
    """
    if not is_terminal():
        raise CoderError(no_terminal)
    if not _is_served():
        need_utf8(sys.stdout)


def _open_to_work(
    first: Callable[[], Any],
    project: Project,
    person: str,
    no_terminal: str,
) -> None:
    """Open a person's first screen, and return when all work is saved; no_terminal: key
    of the refusal.
    """
    _expect_terminal(no_terminal)
    project.store.on_wait = None  # the screens say it
    project.store.expect_writable()
    drafts = Drafts(project, person)
    texts = dict(drafts.texts)
    try:
        open_screen(first, project.config.view, texts, drafts)
    finally:
        try:
            _save_unwritten(project)
        finally:
            drafts.store(texts)
    _tell("cli.launch.written")


def open_screen(
    first: Callable[[], Any],
    view: View,
    texts: dict[Place, str] | None = None,
    drafts: Drafts | None = None,
) -> None:
    """Run the terminal program with a first screen, adapted to the terminal.

    texts: those that were typed and not saved before, replaced by those that are left
    as the terminal closed. drafts: stores those of the moment, again and again.
    """
    with asking(os.environ) as answers:
        import_module("coder.tui.app")  # while the terminal replies
        replies = answers()
    from coder.tui.app import CoderApp

    terminal = decide(os.environ, replies, view.mode)
    driver = None
    if not _is_served() and sys.platform != "win32":
        from coder.tui.driver import driver_for

        driver = driver_for(terminal)
    texts = {} if texts is None else texts
    app = CoderApp(
        first,
        terminal=terminal,
        tashkeel=view.tashkeel,
        theme=view.theme,
        driver=driver,
        drafts=texts,
        kept=drafts,
    )
    # which asyncio replaces by its own
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app.run()
    if app.return_code:
        if drafts is not None and not app.is_left:
            # it crashed, with what was stored last
            for place, text in drafts.texts.items():
                texts.setdefault(place, text)
        raise SystemExit(app.return_code)
    texts.clear()  # whoever quits was warned of them


def _save_unwritten(project: Project) -> None:
    """Wait until the database accepts changes made while it was unreachable; rescue the
    rest to files.
    """
    lost = []
    for session in project.unwritten:
        writer = session.writer
        if writer.failure is None:
            changes = Message("counts.changes", n=writer.waiting)
            _tell("cli.launch.unwritten", changes=changes, why=writer.lost)
            try:
                _tell("cli.launch.waiting")
                writer.settle(patient=True)
            except KeyboardInterrupt:
                writer.give_up()
        if writer.failure is None:
            continue
        try:
            lost.append(session.rescue())
        except CoderError as error:
            lost.append(error)
    if lost:
        errors = "\n".join(map(str, lost))
        hints = "\n".join(each.hint for each in lost)
        raise CoderError("cli.launch.lost", errors=errors, hints=hints)


def _tell(key: str, **values: object) -> None:
    # the terminal may be gone, but the changes must still be saved
    with suppress(OSError):
        tell(say("en", key, **values))
