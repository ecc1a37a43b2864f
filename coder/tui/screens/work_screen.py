"""What the coding and the review screen share: bars of text, messages, and failures to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.events import Key, Paste

from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError, ConflictError, UnavailableError, in_words
from coder.messages.catalogue import LANGUAGES
from coder.model import Answer
from coder.service.coding.definitions import about_field
from coder.service.coding.ordered_writer import Once, Writer
from coder.service.project.opened import Project, Session
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.tui import palette
from coder.tui.actions import Action, of_scope
from coder.tui.keys import shown
from coder.tui.screens.key_help import HelpScreen
from coder.tui.screens.ordered_input import BaseScreen
from coder.tui.screens.pager import PageScreen, paragraph_rows
from coder.tui.sentences import change_name, listed, say
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import Chooser, Task
from coder.tui.widgets.rows import Column
from coder.values.typed import Choice


class WorkScreen(BaseScreen[None]):
    """A screen at which somebody works on a project; it has bars with the ids `message` and others."""

    HELP_SCOPES: ClassVar[tuple[str, ...]] = ("any",)
    """The scopes that its help page shows."""
    session: Session | None
    """The work that is open."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project
        self.lang = project.config.language
        self.rtl = self.lang == "ar"
        self.use(project.codebook)
        self.bars: dict[str | None, Bar] = {}

    def use(self, codebook: Codebook) -> None:
        """Work with this revision of the codebook: that of what is opened."""
        self.codebook = codebook
        self.glyphs = {kind.id: kind.glyph for kind in codebook.span_kinds}

    def on_mount(self) -> None:
        """Find the bars once."""
        self.bars = {bar.id: bar for bar in self.query(Bar)}

    @property
    def chooser(self) -> Chooser:
        """Where something is chosen or typed."""
        raise NotImplementedError

    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now, the nearest first."""
        raise NotImplementedError

    def perform(self, action: Action) -> None:
        """Do what an action says, by key or from the palette."""
        raise NotImplementedError

    def perform_anywhere(self, action: Action, event: Key) -> None:
        """Help and palette; quitting is the app's."""
        if action.name == "quit":
            return
        event.stop()
        event.prevent_default()
        if action.name == "palette":
            self.open_palette()
        else:
            self.app.push_screen(HelpScreen(self.HELP_SCOPES, self.codebook, self.lang))

    def open_page(self, field: Field, paragraphs: Sequence[tuple[str, str]], answer: Answer | None) -> None:
        """A page about a field: what it holds, then what the codebook says about it and the value."""
        rows = [*paragraphs, *about_field(field, answer, self.codebook, self.lang)]
        width = self.app.size.width
        page = PageScreen(field.label.of(self.lang), paragraph_rows(rows, width, self.rtl), self.lang)
        self.app.push_screen(page)

    def open_palette(self) -> None:
        """All actions that work now, found by their words in either language."""
        actions = {action.id: action for action in of_scope(*self.scopes()) if action.scope != "any"}

        def offered(query: str) -> list[Choice]:
            wanted = fold_key(query)
            return [
                Choice(a.id, a.help(self.lang), aside=isolate(shown(a.keys[0])))
                for a in actions.values()
                if wanted in fold_key(" ".join(f"{a.label(lang)} {a.help(lang)}" for lang in LANGUAGES))
            ]

        def chosen(choice: Choice | str) -> None:
            if isinstance(choice, Choice):
                self.perform(actions[choice.id])

        self.open_task(Task(say(self.lang, "palette"), offered, chosen, digits=False))

    def open_task(self, task: Task) -> None:
        """Have something chosen; why a choice is refused is said."""

        def accept(choice: Choice | str) -> None:
            try:
                task.accept(choice)
            except CoderError as error:
                self.complain(error)

        self.chooser.open(replace(task, accept=accept))
        self.show_mode()

    def on_paste(self, event: Paste) -> None:
        """Pasted text is typed text."""
        if self.chooser.asked is not None:
            self.chooser.insert(event.text)

    def say(self, key: str, **values: object) -> None:
        """A short message in the line above the footer."""
        self.bars["message"].show(Column(say(self.lang, key, **values), 0, palette.GOOD))

    def warn(self, key: str, **values: object) -> None:
        """The same of what is not well."""
        self.bars["message"].show(Column(say(self.lang, key, **values), 0, palette.WRONG))

    def complain(self, error: CoderError) -> None:
        """What went wrong and what to do."""
        self.bars["message"].show(Column(listed(*error.words(self.lang)), 0, palette.WRONG))

    def failed(self, error: Exception) -> None:
        """Something could not be written; the writer's thread calls this and does not wait."""
        self.call_later(self._show_failure, error)

    def line(self, lost: UnavailableError | None) -> None:
        """The database is out of reach, or back; the writer's thread calls this and does not wait."""
        self.call_later(self._show_line, lost)

    def show_mode(self) -> None:
        """Where one is, and the keys that work now."""
        raise NotImplementedError

    def show_header(self) -> None:
        """Who works on what, and how far it is."""
        raise NotImplementedError

    def not_written(self, writer: Writer) -> str:
        """A word for the header while changes are not written, "" when all is well."""
        if writer.failure is not None:
            return say(self.lang, "unsaved", n=writer.waiting)
        return say(self.lang, "waiting", n=writer.waiting) if writer.lost is not None else ""

    def _show_line(self, lost: UnavailableError | None) -> None:
        if lost is None:
            self.say("written_again")
        else:
            self.warn("reconnecting", what=lost.message)
            self.app.bell()
        self.show_header()

    def reload(self) -> None:
        """Show what is open as it is in the database now."""
        raise NotImplementedError

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
