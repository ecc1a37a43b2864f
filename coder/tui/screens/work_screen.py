"""What the coding and review screens share: keys to actions, text bars, undo, and write
failures.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from pyarabic import araby
from textual.app import ComposeResult
from textual.events import Key

from coder.changes.coding_changes import MadeEdit, Place, first_place
from coder.changes.wording import describe_edit
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError, ConflictError, UnavailableError, in_words
from coder.messages import catalogue
from coder.messages.catalogue import LANGUAGES
from coder.model import Answer
from coder.service.coding.record_rows import describe_field_help
from coder.service.project.config import save_user_view, user_view
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Way, Writer
from coder.text.display import cell_width, fit, fit_words, isolate
from coder.tui import palette
from coder.tui.keys import Keys, action_for, of_scope, pressed, shown
from coder.tui.screen_sizes import ROOMY, WIDE, above
from coder.tui.screens.help_page import HelpPage
from coder.tui.screens.speaking_screen import SpeakingScreen
from coder.tui.screens.text_page import text_page
from coder.tui.sentences import listed, say
from coder.tui.widgets.article_lines import Kinds
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bars import Bar, Line
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_task import Task
from coder.tui.widgets.rows import HERE, Column, fitted

if TYPE_CHECKING:
    from coder.service.coding.session import CodingSession
    from coder.service.review.gold_session import ReviewSession

_HEADLINE = 9  # the fewest cells for a headline


class WorkScreen(SpeakingScreen[None]):
    """A screen for work on a project: its panes, between a header and the lines about
    them.
    """

    FOR_ALL = ("help", "theme", "language", "quit")
    HELP_SCOPES: ClassVar[tuple[str, ...]] = ("any",)
    """The scopes shown on its help page."""
    TOUR: ClassVar[str] = "tour_coder"
    """The advice for who sees such a screen for the first time, or ""."""
    session: CodingSession | ReviewSession | None
    """The open session, if any."""

    def __init__(self, project: Project, person: str) -> None:
        super().__init__()
        self.project = project
        self.person = person
        self.lang = project.config.shown_in
        self.use_codebook(project.codebook)
        self.pane = ArticlePane(
            Kinds(self.glyphs), brackets=palette.without_colour(), id="article"
        )
        self.bars = {}
        self.keys: Keys = {}
        self._is_trying = False

    def use_codebook(self, codebook: Codebook) -> None:
        """Switch to a revision of the codebook: the one of the article that is opened."""
        self.codebook = codebook
        self.glyphs = {kind.id: kind.glyph for kind in codebook.span_kinds}

    @abstractmethod
    def panes(self) -> ComposeResult:
        """Yield what stands below the header."""

    def compose(self) -> ComposeResult:
        yield Bar(id="header")
        yield from self.panes()
        yield Line(id="info")
        yield Line(id="message")
        yield Bar(id="footer")

    def on_compose(self) -> None:
        for name, applies in self.size_classes(*self.app.size).items():
            self.set_class(
                applies, name, update=False
            )  # there are no widgets yet that it would style again

    def on_mount(self) -> None:
        self.bars = {bar.id: bar for bar in self.query(Bar)}

    def on_screen_resume(self) -> None:
        """Fit the width, as a screen pushed after the terminal's last resize gets no
        resize event.
        """
        self.fit(self.app.size.width)

    def size_classes(self, width: int, height: int) -> dict[str, bool]:
        """Return the style sheet's classes that depend on the terminal's size, and
        whether each applies.
        """
        return {
            "wide": width >= WIDE,
            "high": above(width, height) > 0,
            "roomy": height >= ROOMY,
        }

    def fit(self, width: int) -> None:
        """Lay the panes out side by side from WIDE columns on, and fit the footer's
        keys.
        """
        for name, applies in self.size_classes(width, self.app.size.height).items():
            self.set_class(applies, name)
        if self.bars:
            self.call_after_refresh(self.show_mode)

    def on_descendant_focus(self) -> None:
        if self.bars:
            self.show_header()
            self.show_mode()

    def on_unmount(self) -> None:
        if self.session is not None:
            self.session.close()

    @abstractmethod
    def state(self) -> tuple[object, ...]:
        """Return the work and the position in it, as a part of `visible_state`."""

    @abstractmethod
    def other_key(self, scope: str, key: str, raw: str) -> bool:
        """Handle a key that is not an action (a codebook letter, a digit, typing);
        return whether it was.
        """

    @abstractmethod
    def refresh_work(self) -> None:
        """Show the current state of the work."""

    @abstractmethod
    def show_header(self) -> None:
        """Show who works on what, and the progress."""

    @abstractmethod
    def show_place(self, place: Place) -> None:
        """Move the cursors to the place of a change."""

    @abstractmethod
    def reload(self, lost: Sequence[MadeEdit]) -> None:
        """Reload the open work from the database and show it; lost: the changes not
        taken.
        """

    def take_key(self, event: Key) -> None:
        self.clear_message()
        if self.give_to_chooser(event):
            return
        scope = self.scope()
        raw = event.character or ""
        key = raw if self.is_text(scope, raw) else pressed(event.key, event.character)
        action = action_for(key, self.scopes())
        if action is not None and action.name == "quit":
            return  # handled by the app
        if action is not None:
            self.perform(action)
        elif not self.attempt(
            partial(self.other_key, scope, key, raw)
        ) and not self._of_other_pane(key):
            return
        event.stop().prevent_default()

    def asks_first(self, about: object, key: str, **values: object) -> bool:
        """Ask before something is changed, if it can be."""
        if self.session is not None:
            self.session.expect_open()
        return super().asks_first(about, key, **values)

    def is_text(self, scope: str, character: str) -> bool:
        """Return whether a character is text: in the record an Arabic letter is,
        elsewhere a command.
        """
        return scope == "form" and character in set(araby.LETTERS)

    def _of_other_pane(self, key: str) -> bool:
        """If a key belongs to the other pane, say so and which key goes there; return
        whether it does.
        """
        switches = {
            action.scope: action
            for action in of_scope(*self.HELP_SCOPES)
            if action.name == "switch"
        }
        here = switches.pop(self.scope(), None)
        action = action_for(key, switches)
        if (
            here is None or action is None or key in ("ctrl+c", "escape")
        ):  # the first shows how to quit
            return False
        pane = catalogue.say(self.lang, f"keys.{action.scope}")
        what = action.label(self.lang)
        self.say("other_pane", pane=pane, what=what, go=shown(here.keys[0]))
        return True

    def change_language(self) -> None:
        """Change to the next language at once, and keep it for this person."""
        lang = LANGUAGES[(LANGUAGES.index(self.lang) + 1) % len(LANGUAGES)]
        save_user_view(replace(user_view(), language=lang))
        self.use_language(lang)
        self.say("language_kept")

    def use_language(self, lang: str) -> None:
        """Show everything in a language."""
        self.lang = lang
        self.query("*").refresh()
        self.fit(self.app.size.width)

    def show_help(self) -> None:
        scopes = sorted(self.HELP_SCOPES, key=self.scope().__ne__)
        self.app.push_screen(HelpPage(scopes, self.codebook, self.lang, self.scopes()))

    def visible_state(self) -> tuple[object, ...]:
        message = self.bars["message"].row
        pane = self.pane
        shown = (
            pane.current,
            pane.selection,
            pane.letters,
            pane.scroll_offset,
            pane.bright,
        )
        return (
            message,
            self.chooser.asked,
            self.app.screen,
            self.focused,
            self.classes,
            shown,
            self.state(),
        )

    def attempt(self, action: Callable[[], bool | None]) -> bool:
        self._is_trying = True
        try:
            used = action()
        except CoderError as error:
            self.complain(error)
            used = True
        finally:
            self._is_trying = False
        self.show_mode()
        return used is not False

    def on_chooser_closed(self, message: Chooser.Closed) -> None:
        if message.chosen:
            message.prevent_default()  # `attempt` has shown what came of the choice

    def cursor_moved(self) -> None:
        """Refresh after a move of the article's cursor, unless `attempt` does so when
        the key is handled.
        """
        if not self._is_trying:
            self.show_mode()

    def undo_or_redo(self, way: Way) -> None:
        """Undo or redo a change, name it, and go to its place."""
        edit = self.session.turn(way) if self.session is not None else None
        self.say_turned(way, edit, self.codebook)
        if edit is not None:
            self.refresh_work()
            self.show_place(first_place(edit.changes, self.codebook))

    def open_page(
        self, field: Field, paragraphs: Sequence[tuple[str, str]], answer: Answer | None
    ) -> None:
        """Open a page about a field: these paragraphs, then the codebook's help on
        field and values.
        """
        help_texts = describe_field_help(
            field, answer, self.codebook, self.lang, every_value=True
        )
        self.read_page(field.label.of(self.lang), [*paragraphs, *help_texts])

    def read_page(self, title: str, paragraphs: Sequence[tuple[str, str]]) -> None:
        """Open a page of headings and texts."""
        self.app.push_screen(text_page(title, paragraphs, self.lang))

    def copy(self, text: str) -> None:
        """Copy a text to the clipboard."""
        self.app.copy_to_clipboard(text)
        self.say("copied", text=text)

    def open_task(self, task: Task) -> None:
        """Open the chooser for a task; what is asked while the keys go to another pane
        is about no row.
        """
        self.chooser.tell = self.show_remark
        super().open_task(
            replace(task, apart=task.apart or self.focused is not self.chooser.host)
        )

    def head(
        self,
        words: Sequence[str],
        progress: str,
        *,
        keys: tuple[str, str] = ("", ""),
        lit: bool | None = None,
    ) -> None:
        """Show the header: the person, the words that fit, and the progress or what is
        unwritten.

        keys: those for which the words and the progress stand. lit: whether the pane
        has the focus whose title the words are; None if they are not a title.
        """
        writer = self.session.writer if self.session is not None else None
        style = palette.BAR
        if writer is not None and (
            writer.failure is not None or writer.lost is not None
        ):
            key = "unsaved" if writer.failure is not None else "waiting"
            style = palette.WRONG
            progress = say(self.lang, key, n=writer.waiting)
        dot = fitted("· ", palette.BAR) if any(words) and lit is None else Column("")
        name = (
            f" {self.person} "
            if lit is None
            else f"{HERE if lit else ' '} {self.person} "
        )
        brand = fitted(" coder ", palette.PRESS) if lit is None else Column("")
        room = (
            self.app.size.width
            - cell_width(name)
            - (cell_width(progress) + 1 if progress else 0)
        )
        room -= brand.width + dot.width
        room -= self.bars["header"].margin
        kept = [*filter(None, words)]
        while len(kept) > 1 and cell_width(listed(*kept)) > room:
            kept.pop()
        told = listed(*kept)
        self.bars["header"].show(
            *([brand] if brand.width else []),
            Column(name, cell_width(name), palette.KEY),
            *([dot] if dot.width else []),
            *(
                [
                    fitted(
                        fit(told, room),
                        palette.FOCUSED if lit else palette.BAR,
                        keys[0],
                    )
                ]
                if told
                else []
            ),
            Column(""),
            *([fitted(f"{progress} ", style, keys[1])] if progress else []),
        )

    def new_writer(self) -> Writer:
        """Return a writer for the changes of a new session."""
        return Writer(self.write_failed, self.connection_changed)

    def write_failed(self, error: Exception) -> None:
        """Report a failed write; called on the writer's thread, which must not wait."""
        self.call_later(self._show_failure, error)

    def connection_changed(self, lost: UnavailableError | None) -> None:
        """Report that the database is unreachable, or back (None); called on the
        writer's thread.
        """
        self.call_later(self._show_connection, lost)

    def _show_connection(self, lost: UnavailableError | None) -> None:
        if lost is None:
            self.say("written_again")
        else:
            self.warn("reconnecting", what=lost.words(self.lang)[0])
            self.app.bell()
        self.show_header()

    def _show_failure(self, error: Exception) -> None:
        self.app.bell()
        writer = self.session.writer if self.session is not None else None
        if (
            isinstance(error, ConflictError)
            and writer is not None
            and writer.failure is error
        ):
            self._start_over(
                [job.made for job in writer.unwritten if isinstance(job, Once)]
            )
            return
        self.warn("not_saved", what=" ".join(in_words(error, self.lang)))
        self.show_header()

    def _start_over(self, lost: Sequence[MadeEdit]) -> None:
        """After a conflict, reload the work with the others' changes and name the
        changes that were lost.
        """
        self.chooser.close()
        before = self.codebook.ref
        try:
            self.reload(lost)
        except CoderError as error:
            self.complain(error)
            return
        reason = "changed_elsewhere" if self.codebook.ref == before else "new_codebook"
        names = " + ".join(
            describe_edit(edit, self.codebook, self.lang) for edit in lost
        )
        self.warn(reason, what=names, codebook=isolate(self.codebook.ref))


def headline_with(headline: str, room: int, *others: str) -> list[str]:
    """Return the headline, cut behind a word so that the others fit in `room` cells,
    and those others.
    """
    return [
        fit_words(headline, max(_HEADLINE, room - cell_width(listed("", *others)) - 3)),
        *others,
    ]
