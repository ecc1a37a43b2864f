"""What the coding and the review screen share: keys to actions, bars of text, undo, failures to write."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.events import Key

from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError, ConflictError, UnavailableError, in_words
from coder.messages.catalogue import LANGUAGES
from coder.model import Answer
from coder.service.coding.record_rows import about_field
from coder.service.edits.edits import Place
from coder.service.project.config import COLOUR_THEMES, keep_user_view, user_view
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Way, Writer
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.tui import palette
from coder.tui.first_paint import WIDE
from coder.tui.keys import Action, Keys, action_for, of_scope, pressed, shown
from coder.tui.screens.screen_pages import (
    PageScreen,
    SpeakingScreen,
    footer_columns,
    help_page,
    paragraph_rows,
)
from coder.tui.sentences import change_name, listed, say
from coder.tui.tasks import choice_task
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.rows import Bar, Column
from coder.values.typed import Choice

if TYPE_CHECKING:
    from coder.service.coding.session import CodingSession
    from coder.service.review.gold_session import ReviewSession

_OWN = ("any.palette", "any.quit")
"""What the palette does not offer: itself, and what Textual does."""


class WorkScreen(SpeakingScreen[None]):
    """A screen at which somebody works on a project; it has bars with the ids `message` and others."""

    HELP_SCOPES: ClassVar[tuple[str, ...]] = ("any",)
    """The scopes that its help page shows."""
    session: CodingSession | ReviewSession | None
    """The work that is open."""

    def __init__(self, project: Project, person: str) -> None:
        super().__init__()
        self.project, self.person = project, person
        self.lang = project.config.language
        self.rtl = self.lang == "ar"
        self.use(project.codebook)
        self.pane = ArticlePane(self.glyphs, brackets=palette.without_colour(), id="article")
        self.bars = {}
        self.keys: Keys = {}
        self._is_trying = False

    def use(self, codebook: Codebook) -> None:
        """Work with this revision of the codebook: that of what is opened."""
        self.codebook = codebook
        self.glyphs = {kind.id: kind.glyph for kind in codebook.span_kinds}

    def on_mount(self) -> None:
        self.bars = {bar.id: bar for bar in self.query(Bar)}

    def on_screen_resume(self) -> None:
        """A screen that is pushed after the terminal told its size gets no resize of its own."""
        self.fit(self.app.size.width)

    def fit(self, width: int) -> None:
        """Side by side from WIDE columns on; the footer shows as many keys as fit."""
        self.set_class(width >= WIDE, "wide")
        if self.bars:
            self.call_after_refresh(self.show_mode)

    def on_descendant_focus(self) -> None:
        if self.bars:
            self.show_mode()

    def on_unmount(self) -> None:
        if self.session is not None:
            self.session.close()

    @abstractmethod
    def state(self) -> tuple[object, ...]:
        """The work and where one is in it: what a key changes that does something."""

    @abstractmethod
    def scope(self) -> str:
        """Where the keys work while nothing is chosen."""

    @abstractmethod
    def other_key(self, scope: str, key: str, raw: str) -> bool:
        """A key that is no action: a letter of the codebook, a digit, typing. Says whether it was used."""

    @abstractmethod
    def refresh_work(self) -> None:
        """Show the work as it is now."""

    @abstractmethod
    def show_header(self) -> None:
        """Who works on what, and how far it is."""

    @abstractmethod
    def show_place(self, place: Place) -> None:
        """The cursors go to where a change was made."""

    @abstractmethod
    def reload(self) -> None:
        """Show what is open as it is in the database now."""

    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now, the nearest first."""
        return ("choose",) if self.chooser.asked is not None else (self.scope(), "any")

    def take_key(self, event: Key) -> None:
        self.bars["message"].show()
        if self.chooser.asked is not None:
            self.chooser.on_key(event)
            return
        scope, raw = self.scope(), event.character or ""
        # In the record an Arabic letter is typed text, not the Latin key under it.
        typing = scope == "form" and "\u0621" <= raw <= "\u064a"
        key = raw if typing else pressed(event.key, event.character)
        action = action_for(key, self.scopes())
        if action is not None and action.name == "quit":
            return  # the app's
        if action is not None:
            self.perform(action)
        elif not self.tried(partial(self.other_key, scope, key, raw)):
            return
        event.stop().prevent_default()

    def perform(self, action: Action) -> None:
        """Do what an action says, by key or from the palette; where it finds nothing to do, that is said."""
        if action.scope != "any":
            before = self._seen()
            self.tried(self.keys[action.id])
            if self._seen() == before:
                self.say("nothing_here", what=action.label(self.lang))
        elif action.name == "palette":
            self.open_palette()
        elif action.name == "theme":
            self._choose_theme()
        else:
            self.app.push_screen(
                help_page(sorted(self.HELP_SCOPES, key=self.scope().__ne__), self.codebook, self.lang)
            )

    def _seen(self) -> tuple[object, ...]:
        told, pane = self.bars["message"].row, self.pane
        shown = (pane.current, pane.selection, pane.letters, pane.scroll_offset, pane.dims)
        return told, self.chooser.asked, self.app.screen, self.focused, self.classes, shown, self.state()

    def tried(self, does: Callable[[], bool | None]) -> bool:
        """Do what a key means, and say why where it is refused; False where it means nothing."""
        self._is_trying = True
        try:
            used = does()
        except CoderError as error:
            self.complain(error)
            used = True
        finally:
            self._is_trying = False
        self.show_mode()
        return used is not False

    def stepped(self) -> None:
        """The cursor went on in the article: seen at once, or when the key is done that took it there."""
        if not self._is_trying:
            self.show_mode()

    def show_mode(self) -> None:
        self.bars["footer"].show(*footer_columns(self.scopes(), self.lang, self.size.width))

    def turn(self, way: Way) -> None:
        """Undo or redo: name what it was, and go there."""
        turned = self.session.turn(way) if self.session is not None else None
        if turned is None:
            self.say(f"nothing_to_{way}")
            return
        name = change_name(self.lang, turned.what, turned.place.words)
        self.say("undone" if way == "undo" else "redone", what=name)
        self.refresh_work()
        self.show_place(turned.place)

    def open_page(self, field: Field, paragraphs: Sequence[tuple[str, str]], answer: Answer | None) -> None:
        """A page about a field: what it holds, then what the codebook says about it and the value."""
        told = about_field(field, answer, self.codebook, self.lang)
        self.read_page(field.label.of(self.lang), [*paragraphs, *told])

    def read_page(self, title: str, paragraphs: Sequence[tuple[str, str]]) -> None:
        """A page of headings and texts."""
        self.app.push_screen(PageScreen(title, partial(paragraph_rows, paragraphs, self.rtl), self.lang))

    def open_palette(self) -> None:
        """All actions that work now, found by their words in either language."""
        actions = {action.id: action for action in of_scope(*self.scopes()) if action.id not in _OWN}

        def offered(query: str) -> list[Choice]:
            wanted = fold_key(query)
            return [
                Choice(a.id, a.help(self.lang), aside=isolate(shown(a.keys[0])))
                for a in actions.values()
                if wanted in fold_key(" ".join(f"{a.label(lang)} {a.help(lang)}" for lang in LANGUAGES))
            ]

        title = say(self.lang, "palette")
        self.open_task(Task(title, offered, lambda chosen: self.perform(actions[chosen]), digits=False))

    def _choose_theme(self) -> None:
        """Other colours from now on, kept in the user's own file."""
        if palette.without_colour():
            self.say("no_colours")
            return

        def accept(name: str) -> None:
            self.app.use_theme(name)  # type: ignore[attr-defined]  # CoderApp's
            keep_user_view(replace(user_view(), theme=name))
            self.say("theme_kept", name=say(self.lang, f"theme_{name}"))

        offered = [Choice(name, say(self.lang, f"theme_{name}")) for name in ("auto", *COLOUR_THEMES)]
        self.open_task(choice_task(say(self.lang, "theme"), offered, accept))

    def open_task(self, task: Task) -> None:
        """Have something chosen; why a choice is refused is said."""

        def accept(chosen: str) -> None:
            self.tried(partial(task.accept, chosen))

        self.chooser.open(replace(task, accept=accept))
        self.show_mode()

    def on_chooser_closed(self) -> None:
        """Back to where one was, unless one choice led to the next."""
        if self.chooser.asked is None:
            self.show_mode()

    def copy(self, text: str) -> None:
        """A text for other programs to paste."""
        self.app.copy_to_clipboard(text)
        self.say("copied", text=text)

    def head(self, words: Sequence[str], progress: str, cells: int, aside: str = "") -> None:
        """The header: who, where, and how far, or how much is not written yet, in so many cells."""
        writer, style = self.session.writer if self.session is not None else None, palette.BAR
        if writer is not None and (writer.failure is not None or writer.lost is not None):
            key, style = "unsaved" if writer.failure is not None else "waiting", palette.WRONG
            progress = say(self.lang, key, n=writer.waiting)
        last = listed(progress, aside) if aside else progress
        self.bars["header"].show(
            Column(f" {self.person} ", len(self.person) + 2, palette.KEY),
            Column(listed(*words), 0, palette.BAR),
            *([Column(f" {last} ", cells, style)] if cells else []),
        )

    def new_writer(self) -> Writer:
        """What writes the changes of the work that is opened."""
        return Writer(self.failed, self.line)

    def failed(self, error: Exception) -> None:
        """Something could not be written; the writer's thread calls this and does not wait."""
        self.call_later(self._show_failure, error)

    def line(self, lost: UnavailableError | None) -> None:
        """The database is out of reach, or back; the writer's thread calls this and does not wait."""
        self.call_later(self._show_line, lost)

    def _show_line(self, lost: UnavailableError | None) -> None:
        if lost is None:
            self.say("written_again")
        else:
            self.warn("reconnecting", what=lost.words(self.lang)[0])
            self.app.bell()
        self.show_header()

    def _show_failure(self, error: Exception) -> None:
        self.app.bell()
        writer = self.session.writer if self.session is not None else None
        if isinstance(error, ConflictError) and writer is not None and writer.failure is error:
            self._start_over([job.what for job in writer.unwritten if isinstance(job, Once)])
            return
        self.warn("not_saved", what=" ".join(in_words(error, self.lang)))
        self.show_header()

    def _start_over(self, lost: Sequence[str]) -> None:
        """Somebody else was first: go on from what they did, and name what was not taken."""
        self.chooser.close()
        before = self.codebook.ref
        try:
            self.reload()
        except CoderError as error:
            self.complain(error)
            return
        why = "changed_elsewhere" if self.codebook.ref == before else "new_codebook"
        names = " + ".join(change_name(self.lang, what) for what in lost)
        self.warn(why, what=names, codebook=isolate(self.codebook.ref))
