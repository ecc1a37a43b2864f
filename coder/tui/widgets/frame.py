"""Panes under their titles, on wide screens in closed frames."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from coder.tui import palette
from coder.tui.palette import Role, Theme
from coder.tui.screen_sizes import BESIDE
from coder.tui.widgets.bars import Bar, Head
from coder.tui.widgets.own_lines import OwnLines
from coder.tui.widgets.rows import Column, Row, draw, edged, fitted, theme_of, view_of

ACROSS = ("─", "━")
SIDES = ("││", "┃┃")
UPPER = ("╭╮", "┏┓")
LOWER = ("╰╯", "┗┛")
"""The lines and corners of a frame, and of one whose pane has the focus."""


class Title(Bar):
    """The upper edge of a pane with its title: thick and bright if the pane has the
    focus.
    """

    style = palette.TEXT
    margin = 0

    @property
    def is_lit(self) -> bool:
        """Return whether the pane has the focus."""
        return any(column.style == palette.FOCUSED for column in self.row)

    @property
    def line_role(self) -> Role:
        """The role of the pane's edges."""
        return palette.EDGE if self.is_lit else palette.RULE

    def show(self, *columns: Column) -> None:
        was_lit = self.is_lit
        super().show(*columns)
        if self.is_lit != was_lit and isinstance(frame := self.parent, Frame):
            frame.refresh_edges()

    @property
    def room(self) -> int:
        """The cells for the title and its line, without the corners of a closed frame."""
        frame = self.parent
        closed = isinstance(frame, Frame) and frame.is_closed
        return self.size.width - 2 * (1 + BESIDE) * closed

    @property
    def columns(self) -> Row:
        if not self.row:
            return ()
        if self.room == self.size.width:
            return edged(self.row, self.room, ACROSS[self.is_lit], self.line_role)
        return self.between(UPPER, self.row)

    def between(self, corners: tuple[str, str], row: Row) -> Row:
        """Return columns in an edge of the closed frame, between two corners."""
        line = ACROSS[self.is_lit]
        left, right = (*corners[self.is_lit][:: -1 if self.rtl else 1],)
        beside = line * (
            (self.size.width - self.room) // 2 - 1
        )  # above what is blank beside the pane
        first = fitted(left + beside, self.line_role)
        last = fitted(beside + right, self.line_role)
        return first, *edged(row, self.room, line, self.line_role), last


class Panes(Container, OwnLines):
    """Panes beside each other or one under the other; what is blank around them has the
    theme's ground.
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    .wide Panes > Frame { margin: 0 1; }
    .wide #text { margin: 0 1 0 0; }
    .wide #side, .wide #cells { margin: 0 0 0 1; }
    .wide.high Panes > Frame { margin: 1 1 0 1; }
    .wide.high #text { margin: 1 1 0 0; }
    .wide.high #side, .wide.high #cells { margin: 1 0 0 1; }
    """

    def render_line(self, y: int) -> Strip:
        """Draw what no pane covers."""
        return Strip.blank(self.size.width, theme_of(self).base)


class Frame(Container, OwnLines):
    """A pane under its title and other lines; on a wide screen edges are closed around
    it.

    Of a padded one on a roomy screen, lines are blank below the title, what is typed
    and the pane.
    """

    SCOPED_CSS = False  # whether it is closed depends on its screen
    DEFAULT_CSS = """
    Frame > .framed { height: 1fr; }
    .wide Frame > .line { margin: 0 2; }
    .wide Frame > .framed { margin: 0 2 1 2; }
    .wide.roomy .padded > Title { margin: 0 0 1 0; }
    .wide.roomy .padded > .typed { margin: 0 2 1 2; }
    .wide.roomy .padded > .framed { margin: 0 2 2 2; }
    """

    def __init__(
        self,
        title: Title,
        *lines: Bar,
        pane: Widget,
        id: str | None = None,
        padded: bool = False,
    ) -> None:
        """lines: first what is typed, if anything is, and last the heads of the pane's
        columns.
        """
        super().__init__(title, *lines, pane, id=id)
        self.title = title
        self.lines = lines
        self.set_class(padded, "padded")
        self.is_typed_in = bool(lines) and not isinstance(lines[0], Head)
        if self.is_typed_in:
            lines[0].add_class("typed")
        self.foot: Row = (Column(""),)
        """What is shown in the lower edge, where it is drawn."""
        pane.add_class("framed")
        for line in lines:
            line.add_class("line")

    @property
    def is_closed(self) -> bool:
        """Return whether all its edges are drawn, not only the one with the title."""
        return self.screen.has_class("wide")

    @property
    def padding(self) -> int:
        """The blank lines of a padded one on a wide and roomy screen."""
        return 2 + self.is_typed_in

    def show_foot(self, *columns: Column) -> None:
        """Show columns in the lower edge, where it is drawn."""
        if columns != self.foot:
            self.foot = columns
            self.refresh(self._lower_edge)

    def refresh_edges(self) -> None:
        """Redraw the edges beside and below the pane."""
        width, height = self.size
        self.refresh(
            Region(0, 0, 1, height), Region(width - 1, 0, 1, height), self._lower_edge
        )

    @property
    def _lower_edge(self) -> Region:
        return Region(0, self.size.height - 1, self.size.width, 1)

    def render_line(self, y: int) -> Strip:
        """Draw the edges of a line; the pane itself is drawn over what is between them."""
        theme = theme_of(self)
        title = self.title
        (width, height) = self.size
        if not y or not self.is_closed:
            return Strip.blank(width, theme.base)
        if y == height - 1:
            row = title.between(LOWER, self.foot)
            return draw(row, width, title.rtl, theme.base, view_of(self), theme)
        return _beside(is_lit=title.is_lit, width=width, theme=theme)


@lru_cache(64)
def _beside(*, is_lit: bool, width: int, theme: Theme) -> Strip:
    """Draw the edges of a frame beside its pane, the same on all its lines."""
    style = theme.on_base(palette.EDGE if is_lit else palette.RULE)
    left, right = (*SIDES[is_lit],)
    return Strip([Segment(f"{left}{' ' * (width - 2)}{right}", style)], width)
