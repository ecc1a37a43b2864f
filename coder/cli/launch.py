"""The commands that open screens, and the start of the terminal program.

Modules that take long to load (the database, the screens) are loaded after a first painting of the article.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from coder.cli.commands import Options
from coder.cli.output import Output, need_utf8, tell
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.service.project import config as configuration
from coder.service.project.config import Language, View, opening_text
from coder.service.project.drafts import Drafts, Place
from coder.tui.first_paint import first_paint, restore_terminal
from coder.tui.terminal import Replies, Terminal, asking, decide

if TYPE_CHECKING:
    from coder.service.project.opened import Project


def run_code(options: Options, _out: Output) -> None:
    """Open the coding screen; without an article, on the first assigned one that is not submitted."""
    gc.disable()  # until the screen is open: imported objects live until the end anyway
    folder = options.folder_of_project
    with _painted(
        folder, lambda: opening_text(folder, options.person, options.article)
    ) as replies:
        project = options.project
        project.claiming = options.claim
        code(project, options.person, options.article, replies)


def code(
    project: Project, coder: str, article: str | None, replies: Replies | None = None
) -> None:
    """Open the coding screen of an open project; replies: the terminal's, if already queried."""
    from coder.service.coding.session import next_article

    project.person(coder)
    if (
        not article and project.claiming and not is_terminal()
    ):  # before an article is claimed
        raise CoderError("cli.code.no_terminal")
    chosen = project.available_article(
        article or next_article(project, coder, or_read=is_terminal()), coder
    )

    def first() -> Any:
        from coder.tui.screens.coding_screen import CodingScreen

        return CodingScreen(project, coder, chosen)

    _open_to_work(first, project, coder, "cli.code.no_terminal", replies)


def run_review(options: Options, _out: Output) -> None:
    """Open the review screen: the queue of articles with disagreements, or one article directly."""
    gc.disable()  # as above
    reading = say(language_of(os.environ), "screens.queue_reading")
    with _painted(options.folder_of_project, lambda: (reading, 0)) as replies:
        project, article = options.project, options.article
        project.person(options.person, "supervisor")
        if article is not None:
            from coder.service.review.gold_session import expect_reviewable

            article = project.available_article(article).id
            expect_reviewable(project, article)

        def first() -> Any:
            from coder.tui.screens.review_screen import ReviewScreen

            return ReviewScreen(project, options.person, article)

        _open_to_work(first, project, options.person, "cli.review.no_terminal", replies)


def language_of(environ: Mapping[str, str]) -> Language:
    """Return Arabic if the locale is Arabic, else English."""
    locale = (
        environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    )
    return "ar" if locale.startswith("ar") else "en"


def is_terminal() -> bool:
    """Return whether the program is used interactively, in a terminal or a browser."""
    return _is_served() or all(
        stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)
    )


def _is_served() -> bool:
    return bool(
        os.environ.get("TEXTUAL_DRIVER")
    )  # a browser shows the screens, through Textual's driver


@contextmanager
def _painted(
    folder: Path | None, find_text: Callable[[], tuple[str, int] | None]
) -> Iterator[Replies | None]:
    """Show a text while the block loads the rest; yields the terminal's replies, if queried.

    find_text: returns the text and the code point to show, None if it cannot be determined quickly.
    """
    if not is_terminal() or _is_served():
        yield None
        return
    need_utf8(sys.stdout)
    with asking(os.environ) as answers:
        text = find_text()
        # A remote terminal takes long to reply: meanwhile the modules needed next are loaded.
        Thread(target=import_module, args=["coder.service.project.opened"]).start()
        replies = answers()
    if text is None:
        yield replies
        return
    view = configuration.read(configuration.find(folder)).view
    terminal = decide(os.environ, replies, view.mode)
    _restore_when_killed(terminal)
    first_paint(*text, *shutil.get_terminal_size(), terminal, view.tashkeel, sys.stdout)
    try:
        yield replies
    except (CoderError, KeyboardInterrupt):
        restore_terminal(terminal, sys.stdout)
        raise


def _restore_when_killed(terminal: Terminal) -> None:
    """Restore the terminal on signals until the driver handles them; there is no work to save yet."""

    def end(number: int, _frame: object) -> None:
        with os.fdopen(os.dup(sys.stdout.fileno()), "w") as out:
            restore_terminal(terminal, out)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def _open_to_work(
    first: Callable[[], Any],
    project: Project,
    person: str,
    no_terminal: str,
    replies: Replies | None = None,
) -> None:
    """Open a person's first screen, and return when all work is saved; no_terminal: key of the refusal."""
    if not is_terminal():
        raise CoderError(no_terminal)
    project.store.on_wait = None  # the screens say it
    project.store.expect_writable()
    if not _is_served():
        need_utf8(sys.stdout)
    drafts = Drafts(project.config.folder, person)
    texts = dict(drafts.texts)
    try:
        open_screen(first, project.config.view, replies, texts, drafts)
    finally:
        try:
            _save_unwritten(project)
        finally:
            drafts.store(texts)
    _tell("cli.launch.written")


def open_screen(
    first: Callable[[], Any],
    view: View,
    replies: Replies | None = None,
    texts: dict[Place, str] | None = None,
    drafts: Drafts | None = None,
) -> None:
    """Run the terminal program with a first screen, adapted to the terminal.

    texts: those that were typed and not saved before, replaced by those that are left as the terminal closed.
    drafts: stores those of the moment, again and again.
    """
    if replies is None:
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
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # which asyncio replaces by its own
    app.run()
    if app.return_code:
        if (
            drafts is not None and not app.is_left
        ):  # it crashed, with what was stored last
            texts |= {
                place: text
                for place, text in drafts.texts.items()
                if place not in texts
            }
        raise SystemExit(app.return_code)
    texts.clear()  # whoever quits was warned of them


def _save_unwritten(project: Project) -> None:
    """Wait until the database accepts changes made while it was unreachable; rescue the rest to files."""
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
        hints = "\n".join(each.hint for each in lost)
        raise CoderError(
            "cli.launch.lost", errors="\n".join(map(str, lost)), hints=hints
        )


def _tell(key: str, **values: object) -> None:
    with suppress(
        OSError
    ):  # the terminal may be gone, but the changes must still be saved
        tell(say("en", key, **values))
