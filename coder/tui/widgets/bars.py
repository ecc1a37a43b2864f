"""Lines above and below lists: bars, and heads of columns."""

from __future__ import annotations

from operator import attrgetter
from typing import ClassVar

from textual.events import Click
from textual.strip import Strip

from coder.text.display import Display, cell_width
from coder.tui import palette
from coder.tui.palette import Role
from coder.tui.widgets.hovered import Hovered
from coder.tui.widgets.rows import (
    Column,
    Pressed,
    Row,
    clicked,
    draw,
    theme_of,
    view_of,
)

_SEEN = attrgetter("text", "width", "style")  # of a column


class Bar(Hovered):
    """One line made of columns.

    view: how to draw it, if not like the rest of the app. own_rtl: its direction, if
    not that of the screen.
    """

    DEFAULT_CSS = "Bar { height: 1; }"

    style: Role = palette.BAR
    view: Display | None = None
    own_rtl: bool | None = None
    before: ClassVar[Row] = ()
    otherwise: Row = ()
    """Shown while it has no columns."""
    end: Row = ()
    """Shown instead of the columns: the end of a text that begins in the bar above."""
    margin = 1
    """Cells left blank at the end of the line, behind a column that takes the rest of
    it.
    """

    def __init__(self, *, style: Role = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.style = style or self.style
        self.row: Row = ()

    @property
    def rtl(self) -> bool:
        return super().rtl if self.own_rtl is None else self.own_rtl

    def show(self, *columns: Column) -> None:
        """Replace the columns."""
        before = self.end or self.row
        self.row = columns
        self.end = ()
        if before != columns and [*map(_SEEN, before)] != [*map(_SEEN, columns)]:
            self.lit = -1
            self.refresh()

    def show_end(self, *columns: Column) -> None:
        """Show these instead of the columns, until others replace them."""
        if columns != self.end:
            self.end = columns
            self.refresh()

    def show_otherwise(self, *columns: Column) -> None:
        """Replace the columns that are shown while there are no others."""
        if columns != self.otherwise:
            self.otherwise = columns
            self.refresh()

    def column_at(self, x: int) -> Column:
        """Return the column whose text is drawn at a cell of the line, an empty one for
        a blank cell.
        """
        return self._drawn_at(x)[1]

    def _drawn_at(self, x: int) -> tuple[int, Column]:
        at, column, cell = clicked(
            self.columns, self.size.width, self.rtl, x, self.margin
        )
        return at, column if cell < cell_width(column.text) else Column("")

    def place_at(self, x: int, y: int) -> int:
        at, column = self._drawn_at(x)
        return at if column.key and column.style != palette.FOCUSED else -1

    def refresh_place(self, place: int) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        if key := self.column_at(event.x).key:
            self.post_message(Pressed(self, key))

    @property
    def columns(self) -> Row:
        """The columns as they are drawn."""
        return *self.before, *(self.end or self.row or self.otherwise)

    def render_line(self, y: int) -> Strip:
        theme = theme_of(self)
        base = theme.on_base(self.style)
        view = self.view or view_of(self)
        return draw(
            self.columns,
            self.size.width,
            self.rtl,
            base,
            view,
            theme,
            self.margin,
            self.lit,
        )


class Line(Bar):
    """A bar in the style of the text area, indented by one cell."""

    style = palette.TEXT
    before = (Column(" ", 1),)


class Head(Bar):
    """The heads of a list's columns, which stand where the columns do."""

    style = palette.TEXT
    margin = 0
    before = (Column("", 1),)

    @property
    def columns(self) -> Row:
        return *super().columns, Column("", 1)
