"""A page over the work: a list with keys of its own, over which something can be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen, ScreenResultType

from coder.errors import CoderError
from coder.tui import palette
from coder.tui.keys import Keys, action_for, pressed
from coder.tui.screens.screen_pages import footer_columns, help_page
from coder.tui.screens.speaking_screen import SpeakingScreen
from coder.tui.widgets.chooser import AskingList, Chooser
from coder.tui.widgets.rows import Bar, Column, Line, Row, RowList


class AskingPage(SpeakingScreen[ScreenResultType], ModalScreen[ScreenResultType]):
    """Answers once, with where to go or None; `show` fills its list and the lines around it."""

    CSS = "AskingPage RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False
    SCOPE: ClassVar[str]
    """The scope of its keys."""
    ABOVE: ClassVar[tuple[str, ...]] = ("title",)
    BELOW: ClassVar[tuple[str, ...]] = ("message", "footer")
    """The lines around the list."""
    idle: frozenset[str] = frozenset()
    """The names of actions that would do nothing here, which the footer leaves out."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang, self.rtl = lang, lang == "ar"
        self.list = AskingList(rtl=self.rtl, id="page")
        self.bars = {
            name: (Line if name in ("info", "message") else Bar)(rtl=self.rtl, id=name)
            for name in (*self.ABOVE, *self.BELOW)
        }
        self.keys: Keys = {}

    def compose(self) -> ComposeResult:
        for name in self.ABOVE:
            yield self.bars[name]
        yield self.list
        for name in self.BELOW:
            yield self.bars[name]

    def on_mount(self) -> None:
        self.list.focus()

    def fit(self, width: int) -> None:
        self.show()
        self.show_mode()

    def show(self) -> None:
        """Fill the list and the lines around it."""

    def scopes(self) -> tuple[str, ...]:
        return (self.SCOPE,)

    def show_title(self, text: str) -> None:
        """Say what the list is."""
        self.bars["title"].show(Column(f" {text}", 0, palette.KEY))

    def typed(self, event: Key) -> None:
        """A key that is no action."""

    @property
    def chooser(self) -> Chooser:
        return self.list.chooser

    def take_key(self, event: Key) -> None:
        """What the page's own keys say; everything that is typed while something is asked."""
        self.bars["message"].show()
        if self.key_of_chooser(event):
            return
        action = action_for(pressed(event.key, event.character), (*self.scopes(), "any"))
        if action is not None and action.name == "quit":
            return  # the app's
        event.stop().prevent_default()
        if action is not None and (action.scope == "any" or action.id in self.keys):
            self.perform(action)
        elif event.key == "ctrl+c":
            self.say("how_to_quit")
        else:
            self.typed(event)

    def show_help(self) -> None:
        self.app.push_screen(help_page(self.scopes(), None, self.lang))

    def visible_state(self) -> tuple[object, ...]:
        told = [bar.row for bar in self.bars.values()]
        return told, self.list.rows, self.list.cursor, self.chooser.asked, self.app.screen

    def attempt(self, does: Callable[[], bool | None]) -> bool:
        try:
            return does() is not False
        except CoderError as error:
            self.complain(error)
            return True

    def answer(self, answer: ScreenResultType | None) -> None:
        """Once: a second key may have come together with the first."""
        if self.is_active:
            self.dismiss(answer)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click goes to a row; on the one where one is it is like Enter."""
        self.picked(message.index)

    def picked(self, index: int) -> None:
        """A row was clicked."""

    def show_mode(self) -> None:
        scopes = ("choose",) if self.chooser.asked is not None else (*self.scopes(), "any")
        self.bars["footer"].show(*footer_columns(scopes, self.lang, self.app.size.width, self.idle))


class BlocksPage(AskingPage[ScreenResultType]):
    """A page of blocks of lines; the cursor is on a block, and all of it is in view."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self.at = 0
        self._firsts: list[int] = []

    def load(self, blocks: Sequence[Sequence[Row]]) -> None:
        """Put the blocks into the list."""
        firsts = [*accumulate(map(len, blocks), initial=0)]
        self._firsts, rows = firsts[:-1], [row for block in blocks for row in block]
        self.at = max(0, min(self.at, len(blocks) - 1))
        for in_view in (
            firsts[min(self.at + 1, len(blocks))] - 1,
            firsts[self.at],
        ):  # its last line, its first
            self.list.load(rows, in_view)

    def step(self, step: int) -> None:
        """To another block."""
        self.at = max(0, min(len(self._firsts) - 1, self.at + step))
        self.show()

    def picked(self, index: int) -> None:
        """A second click on a block is like Enter."""
        if (at := self.block_at(index)) == self.at:
            self.go()
        else:
            self.step(at - self.at)

    def block_at(self, index: int) -> int:
        """The block of a line."""
        return max(0, sum(first <= index for first in self._firsts) - 1)

    def go(self) -> None:
        """To what the block is about."""
