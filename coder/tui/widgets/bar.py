"""One line of text at the edge of a screen."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from coder.text.display import Display
from coder.tui import palette
from coder.tui.widgets.rows import Column, Row, draw, view_of


class Bar(Widget):
    """One line made of columns; view: how it is drawn where that is not as the whole app is."""

    DEFAULT_CSS = "Bar { height: 1; }"

    @dataclass
    class Pressed(Message):
        """The bar was clicked; cell: how far from the side where its language begins."""

        bar: Bar
        cell: int

    def __init__(
        self, *, rtl: bool, style: Style = palette.BAR, view: Display | None = None, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.rtl = rtl
        self.style = style
        self.view = view
        self.row: Row = ()

    def show(self, *columns: Column) -> None:
        """Show these columns in place of the last ones."""
        if columns != self.row:
            self.row = columns
            self.refresh()

    def on_click(self, event: Click) -> None:
        """Tell where."""
        self.post_message(self.Pressed(self, self.size.width - 1 - event.x if self.rtl else event.x))

    def render_line(self, y: int) -> Strip:
        """The line."""
        # Over the screen's own ground: a terminal's may be as light as the text.
        base = self.rich_style + self.style
        return draw(self.row, self.size.width, self.rtl, base, self.view or view_of(self))
