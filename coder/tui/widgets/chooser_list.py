"""A list of rows over which a chooser can open."""

from __future__ import annotations

from textual.events import (
    Click,
    MouseDown,
    MouseEvent,
    MouseMove,
    MouseScrollDown,
    MouseScrollUp,
)
from textual.geometry import Region, Size
from textual.strip import Strip

from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_drawing import drawn, touched
from coder.tui.widgets.chooser_place import place_of
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import Pressed


class ChooserList(RowList):
    """A list of rows over which a chooser can open."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.chooser = Chooser(self)
        self._placed = Size()  # the size for which the chooser was placed

    @property
    def wanted(self) -> int:
        """The lines for its rows, and in which the chooser has room."""
        return max(
            super().wanted, self.chooser.reach if self.chooser.asked is not None else 0
        )

    def is_on_side(self, x: int) -> bool:
        return self.chooser.asked is None and super().is_on_side(x)

    def place_at(self, x: int, y: int) -> int:
        if self.chooser.asked is None:
            return super().place_at(x, y)
        is_choice = self.chooser.choice_at(x, y - self.chooser.lines[0]) >= 0
        return place_of(self.chooser.column_at(x), y) if is_choice else -1

    def refresh_place(self, place: int) -> None:
        if self.chooser.asked is None:
            super().refresh_place(place)
        else:
            self.chooser.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Place the chooser first: Textual draws at a new size before it calls
        `on_resize`.
        """
        if self.size != self._placed:
            self._placed = self.size
            self.keep_in_view()
            self.chooser.place()
        return super().render_lines(crop)

    def on_click(self, event: Click) -> None:
        """While the chooser is open, take clicks for its choices; those beside it press
        no key of a row.
        """
        first, count = self.chooser.lines
        if self.chooser.asked is not None:
            event.prevent_default()
            if event.chain == 2 and touched(self.chooser, event.x, event.y - first):
                self.chooser.edit.select_word()
                self.chooser.refresh()
            elif first <= event.y < first + count:
                self.chooser.take(event.x, event.y - first)
            else:
                self.post_message(Pressed(self, ""))

    def focus_on_click(self) -> bool:
        """Leave the focus where it is by a click on what is asked, which may be about
        another pane.
        """
        return self.chooser.asked is None

    def on_mouse_down(self, event: MouseDown) -> None:
        """Put the caret where the mouse is on what is typed."""
        self._touch(event, selecting=event.shift)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Select what the mouse is drawn over."""
        if event.button:
            self._touch(event, selecting=True)

    def _touch(self, event: MouseEvent, *, selecting: bool) -> None:
        if cell := touched(self.chooser, event.x, event.y - self.chooser.lines[0]):
            self.chooser.move_to(*cell, selecting=selecting)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self._scroll(event, -1)

    def _scroll(self, event: MouseEvent, step: int) -> None:
        if self.chooser.asked is not None:
            event.stop().prevent_default()
            self.chooser.point(self.chooser.cursor + step)

    def render_line(self, y: int) -> Strip:
        first, count = self.chooser.lines
        if self.chooser.asked is not None and y in range(first, first + count):
            return drawn(self.chooser, y - first)
        row = self.cursor - self.scroll_offset.y
        above = first - self.lines
        if (
            self.chooser.asked is not None
            and max(0, above) <= y < first < row + self.lines <= first + count
        ):
            return self.draw_row(
                self.cursor + y - above, y
            )  # the row that it is about, over another
        return super().render_line(y)
