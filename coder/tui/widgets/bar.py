"""One line of text at the edge of a screen."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from coder.tui import palette
from coder.tui.widgets.rows import Column, Row, draw


class Bar(Widget):
    """One line made of columns."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, rtl: bool, style: Style = palette.BAR, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rtl = rtl
        self.style = style
        self.row: Row = ()

    def show(self, *columns: Column) -> None:
        """Show these columns in place of the last ones."""
        if columns != self.row:
            self.row = columns
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        return draw(self.row, self.size.width, self.rtl, self.style)
