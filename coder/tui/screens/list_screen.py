"""A page that is a list: a title, rows with a cursor, a line for messages, and a footer of its own keys."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen, ScreenResultType

from coder.errors import CoderError
from coder.tui import palette
from coder.tui.keys import Keys, action_for, pressed
from coder.tui.screens.screen_pages import BaseScreen, footer_columns, help_page
from coder.tui.sentences import complaint, say
from coder.tui.widgets.rows import Bar, Column, Line, RowList


class ListScreen(BaseScreen[ScreenResultType], ModalScreen[ScreenResultType]):
    """Its keys are those of one scope; it is drawn when its width is known, and after each key."""

    CSS = "ListScreen RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False
    SCOPES: ClassVar[tuple[str, ...]]
    """Where its keys stand in the one table."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang, self.rtl = lang, lang == "ar"
        self.at = 0
        self.keys: Keys = {}
        self.list = RowList(rtl=self.rtl, id="page")
        self.bars: dict[str, Bar] = {name: Bar(rtl=self.rtl, id=name) for name in ("title", "footer")}
        self.bars["message"] = Line(rtl=self.rtl, id="message")

    def compose(self) -> ComposeResult:
        yield self.bars["title"]
        yield self.list
        yield self.bars["message"]
        yield self.bars["footer"]

    def on_mount(self) -> None:
        self.list.focus()

    @abstractmethod
    def draw(self, width: int) -> None:
        """Show everything as it is now, that many cells wide."""

    def fit(self, width: int) -> None:
        self.draw(width)
        self.bars["footer"].show(*footer_columns((*self.scopes(), "any"), self.lang, width))

    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now."""
        return self.SCOPES

    def show_title(self, text: str) -> None:
        """Say what the list is."""
        self.bars["title"].show(Column(f" {text}", 0, palette.KEY))

    def take_key(self, event: Key) -> None:
        event.stop().prevent_default()
        action = action_for(pressed(event.key, event.character), (*self.scopes(), "any"))
        if action is None or action.name in ("quit", "palette"):
            return
        if action.scope == "any":
            self.app.push_screen(help_page(self.SCOPES, None, self.lang))
            return
        try:
            self.keys[action.id]()
        except CoderError as error:
            self.bars["message"].show(Column(complaint(self.lang, error), 0, palette.WRONG))

    def say(self, key: str, **values: object) -> None:
        """A short message in the line above the footer."""
        self.bars["message"].show(Column(say(self.lang, key, **values), 0, palette.GOOD))

    def answer(self, answer: ScreenResultType | None) -> None:
        """Go back with an answer, once: a second key may have come together with the first."""
        if self.is_active:
            self.dismiss(answer)
