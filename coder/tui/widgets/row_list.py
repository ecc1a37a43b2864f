"""Lists of rows with a cursor."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.palette import Theme
from coder.tui.widgets.hovered import Hovered
from coder.tui.widgets.rows import (
    HERE,
    Column,
    Pressed,
    Row,
    clicked,
    draw,
    gets_keys,
    ground,
    theme_of,
    view_of,
    wrapped,
)
from coder.tui.widgets.scrolled import Scrolled


class RowList(Scrolled, Hovered, can_focus=True):
    """A list of rows with a cursor that stays in view.

    otherwise: the sentence shown while there are no rows, whose key does something
    about that.
    """

    @dataclass
    class Picked(Message):
        """A row was clicked; column: the place of the column that was clicked."""

        source: RowList
        index: int
        column: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.otherwise = Column("")
        self.cursor = 0
        self.lines = 1
        self._firsts: Sequence[int] = ()

    whole_rows = True
    """Whether the cursor is a whole row; else a cell of it, which the row says, on a
    fainter ground.
    """

    @property
    def side(self) -> int:
        return 0 if self.rtl else self.size.width - 1

    @property
    def wanted(self) -> int:
        """The lines for its rows, or for the sentence in their place."""
        return len(self.rows) or len(self._otherwise)

    def load(
        self, rows: Sequence[Row], cursor: int, firsts: Sequence[int] = ()
    ) -> None:
        """Show these rows; only those that changed are redrawn.

        firsts: if several of them are one, the first of each of these, then the number
        of all.
        """
        before = self.rows
        old = range(self.cursor, self.cursor + self.lines)
        self.rows = rows
        self.cursor = max(0, min(cursor, len(rows) - 1))
        self._firsts = firsts
        self.lines = len(self._together(self.cursor))
        if len(before) != len(rows):
            self.virtual_size = Size(self.size.width, len(rows))
            self.refresh()
        else:
            top = self.scroll_offset.y
            seen = range(top, min(len(rows), top + self.size.height))
            here = range(self.cursor, self.cursor + self.lines)
            moved = {*old, *here} if old != here else set[int]()
            changed = [
                y
                for y in seen
                if y in moved or (before is not rows and before[y] != rows[y])
            ]
            if changed:
                # One region: drawing the lines in between is faster than Textual's
                # merging of many regions.
                self.refresh_lines(changed[0], changed[-1] - changed[0] + 1)
        self.keep_in_view()

    def show_otherwise(self, column: Column) -> None:
        """Replace the sentence that is shown while there are no rows."""
        if column != self.otherwise:
            self.otherwise = column
            self.refresh()

    def keep_in_view(self) -> None:
        """Scroll the cursor's row into view."""
        if self.size.height:
            self.scroll_to_region(
                Region(0, self.cursor, 1, self.lines), animate=False, force=True
            )

    def show_to_end(self) -> None:
        """Scroll what follows the cursor's row into view with it."""
        below = Region(0, self.cursor, 1, len(self.rows) - self.cursor)
        self.scroll_to_region(below, animate=False, force=True)

    def page(self) -> int:
        """Return by how many rows a page goes on: the last one shown is then the first,
        or the other way.
        """
        return max(1, self.size.height - 1)

    def refresh_focus(self) -> None:
        """Redraw the cursor's row, whose ground tells whether it gets the keys."""
        self.refresh_lines(self.cursor, self.lines)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows))
        self.keep_in_view()

    def _together(self, index: int) -> range:
        """Return the rows that are one with a row."""
        at = bisect_right(self._firsts, index)
        is_one = 0 < at < len(self._firsts)
        return (
            range(self._firsts[at - 1], self._firsts[at])
            if is_one
            else range(index, index + 1)
        )

    def _is_row(self, index: int) -> bool:
        return 0 <= index < len(self.rows) and bool(self.rows[index])

    def _is_here(self, index: int) -> bool:
        return self.cursor <= index < self.cursor + self.lines

    def column_at(self, x: int, y: int) -> tuple[int, Column]:
        """Return the column that is drawn at a cell of a line, with its place in its
        row.
        """
        index = y + self.scroll_offset.y
        rtl = self.rtl
        row = self.rows[index] if index < len(self.rows) else ()
        sign = (
            (Column("", 1),) if self.can_focus or not row else ()
        )  # as the row is drawn
        at, column, _ = clicked(
            (*sign, *(row or (self.otherwise,))), self.size.width - 1, rtl, x - rtl
        )
        return max(0, at - len(sign)), column

    def on_click(self, event: Click) -> None:
        """Press the keys of the clicked text if its row has the cursor or has none to
        get; else pick it.
        """
        index = event.y + self.scroll_offset.y
        (at, column) = self.column_at(event.x, event.y)
        if self.is_pulled:
            pass
        elif column.key and (
            self._is_here(index) or not (self._is_row(index) and self.can_focus)
        ):
            self.post_message(Pressed(self, column.key))
        elif self._is_row(index):
            self.post_message(self.Picked(self, index, at))

    def place_at(self, x: int, y: int) -> int:
        top = self.scroll_offset.y
        is_picked = self.can_focus and self._is_row(y + top)
        if not is_picked and not self.column_at(x, y)[1].key:
            return -1
        return max(0, self._together(y + top).start - top)

    def refresh_place(self, place: int) -> None:
        together = self._together(place + self.scroll_offset.y)
        self.refresh_lines(together.start, len(together))

    def render_line(self, y: int) -> Strip:
        return self.draw_row(y + self.scroll_offset.y, y)

    def draw_row(self, index: int, y: int) -> Strip:
        """Draw a row on a line; the cursor's has a sign, and a stronger ground if it
        gets the keys.
        """
        theme = theme_of(self)
        base = theme.base
        if index >= len(self.rows):
            return self._line_otherwise(y, theme)
        row = self.rows[index]
        is_here = self._is_here(index) and self.can_focus and bool(row)
        if is_here:
            base += theme[
                palette.CURSOR if self.whole_rows and gets_keys(self) else palette.AWAY
            ]
            row = tuple(
                replace(c, style=palette.TEXT) if c.style == palette.MENU else c
                for c in row
            )
        elif (
            self.lit >= 0
            and row
            and index in self._together(self.lit + self.scroll_offset.y)
        ):
            base += ground(theme[palette.AWAY])
        if self.can_focus:
            is_first = is_here and index == self.cursor and self.whole_rows
            row = (Column(HERE if is_first else "", 1, palette.EDGE), *row)
        rtl = self.rtl
        sign = self.sign(y, base)
        drawn = draw(row, self.size.width - 1, rtl, base, view_of(self), theme)
        return Strip([sign, *drawn] if rtl else [*drawn, sign], self.size.width)

    @property
    def _otherwise(self) -> Sequence[str]:
        text = self.otherwise.text
        return wrapped(text, self.size.width - 2, 1 if self.rtl else 0) if text else ()

    def _line_otherwise(self, y: int, theme: Theme) -> Strip:
        """Draw a line of the sentence for no rows, in the middle and above it, or a
        blank one.
        """
        width = self.size.width
        lines = [] if self.rows else self._otherwise
        at = y - max(0, self.size.height - len(lines)) // 3
        if not 0 <= at < len(lines):
            return Strip.blank(width, theme.base)
        beside = max(1, (width - max(map(cell_width, lines))) // 2)
        row = (Column(" ", beside), replace(self.otherwise, text=lines[at]))
        return draw(row, width, self.rtl, theme.base, view_of(self), theme)
