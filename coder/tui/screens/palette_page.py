"""The palette: all actions that work now, searchable by their words in every language."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.events import Key, Paste
from textual.screen import ModalScreen

from coder.messages.catalogue import LANGUAGES
from coder.text.display import cell_width, isolate
from coder.text.normalize import fold_key
from coder.tui.keys import Action, action_for, shown
from coder.tui.screens.screen_pages import BaseScreen, footer_columns, help_page
from coder.tui.sentences import say
from coder.tui.widgets.bars import Bar, Line
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.rows import Column, wrapped
from coder.values.typed import Choice

_LINES, _BESIDE = 2, 7  # lines for a whole sentence; cells beside one and its key in the list


class PalettePage(BaseScreen[str], ModalScreen[str]):
    """A chooser that covers the screen; its answer is the id of the chosen action, None to go back."""

    def __init__(self, actions: Sequence[Action], lang: str) -> None:
        super().__init__()
        self.actions, self.lang = actions, lang
        self.list = ChooserList(id="page")
        self.chooser, self.footer = self.list.chooser, Bar(id="footer")
        self.whole = [Line(id=f"whole{n}") for n in range(_LINES)]

    def compose(self) -> ComposeResult:
        yield self.list
        yield from self.whole
        yield self.footer

    def on_mount(self) -> None:
        self.list.focus()
        self.chooser.open(
            Task(say(self.lang, "palette"), self._matching, self._answer, digits=False, look=self._show_whole)
        )

    def fit(self, width: int) -> None:
        self.footer.show(*footer_columns(("choose",), self.lang, width, self.chooser.idle))
        if self.chooser.choices:
            self._show_whole(self.chooser.choices[self.chooser.cursor].id)

    def _show_whole(self, chosen: str) -> None:
        """Show the whole sentence of an action for which its line in the list has no room."""
        action, width = next(each for each in self.actions if each.id == chosen), self.app.size.width
        words = action.help(self.lang)
        is_cut = cell_width(words) + cell_width(shown(action.keys[0])) + _BESIDE > width
        lines = wrapped(words, width - 2, 1 if self.lang == "ar" else 0) if is_cut else []
        for bar, text in zip(self.whole, [*lines, *[""] * _LINES], strict=False):
            bar.show(Column(text))

    def take_key(self, event: Key) -> None:
        action = None if event.is_printable else action_for(event.key, ("any",))
        if action is not None and action.name == "help":
            self.app.push_screen(help_page(("choose",), None, self.lang))
        elif self.chooser.asked is not None and not self.chooser.on_key(event):
            self.app.bell()
        elif self.chooser.asked is None:  # at once, so that the next key reaches the screen below
            self._answer(None)

    def on_paste(self, event: Paste) -> None:
        if self.chooser.asked is not None:  # else it is being left
            self.chooser.insert(event.text)

    def _answer(self, answer: str | None) -> None:
        if self.is_active:
            self.dismiss(answer)

    def _matching(self, query: str) -> list[Choice]:
        wanted = fold_key(query)
        return [
            Choice(a.id, a.help(self.lang), aside=isolate(shown(a.keys[0])))
            for a in self.actions
            if wanted in fold_key(" ".join(f"{a.name} {a.label(lang)} {a.help(lang)}" for lang in LANGUAGES))
        ]
