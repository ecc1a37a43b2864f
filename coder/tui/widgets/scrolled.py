"""A pane that scrolls, and shows in a column at its end which part of it is seen."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.events import (
    Blur,
    DescendantBlur,
    DescendantFocus,
    Focus,
    MouseDown,
    MouseEvent,
    MouseMove,
    MouseUp,
)
from textual.scroll_view import ScrollView

from coder.tui import palette
from coder.tui.palette import Theme
from coder.tui.widgets.own_lines import OwnLines
from coder.tui.widgets.rows import ABOVE, BELOW, PLAIN_THUMB, THUMB, theme_of


@lru_cache(256)
def sign_of(
    theme: Theme, base: Style, y: int, top: int, height: int, count: int
) -> Segment:
    """Return the sign on line `y` of `height` lines, which show what begins at `top` of
    `count`.

    It says that there is more above or below, or is the place of what is seen (the
    thumb).
    """
    below = count - top - height
    sign = " "
    if (top and y == 0) or (below > 0 and y == height - 1):
        sign = ABOVE if top and y == 0 else BELOW
    elif top + below > 0:
        length = max(1, height * height // count)
        first = min(
            top * (height - length) // (top + below), height - length - (below > 0)
        )
        if 0 <= y - max(first, int(top > 0)) < length:
            style = theme[palette.SCROLL]
            return Segment(THUMB if style.bgcolor else PLAIN_THUMB, base + style)
    return Segment(
        sign,
        base
        + theme[palette.DIM]
        + (theme[palette.TRACK] if count > height else Style()),
    )


class Scrolled(ScrollView, OwnLines):
    """A pane with a column of signs at its side.

    The thumb follows the mouse when it is pressed or dragged in that column.
    """

    DEFAULT_CSS = "Scrolled { scrollbar-size: 0 0; }"

    is_pulled = False
    """Whether the mouse was pressed last in the column of signs."""

    @property
    def side(self) -> int:
        """Where the column of signs is."""
        return 0

    def is_on_side(self, x: int) -> bool:
        """Return whether the column of signs is at a cell, and takes the mouse."""
        return x == self.side and self.is_longer

    @property
    def is_longer(self) -> bool:
        """Return whether there is more than is seen."""
        return self.virtual_size.height > self.size.height

    def sign(self, y: int, base: Style) -> Segment:
        """Return the sign on a line of the pane."""
        seen = self.scroll_offset.y, self.outer_size.height, self.virtual_size.height
        return sign_of(theme_of(self), base, y, *seen)

    def watch_scroll_y(self, before: float, now: float) -> None:
        """Redraw; Textual would also move a scroll bar that is not shown, and lay out
        the screen for it.
        """
        if before != now:
            self.refresh()

    def on_focus(self, event: Focus) -> None:
        """Redraw only what shows the focus, where Textual would redraw the whole pane."""
        event.prevent_default()
        self.has_focus = True
        self.refresh_focus()
        if self.parent is not None:
            self.parent.post_message(DescendantFocus(self))

    def on_blur(self, event: Blur) -> None:
        """Do the same when the focus is gone."""
        event.prevent_default()
        self.has_focus = False
        self.refresh_focus()
        if self.parent is not None:
            self.parent.post_message(DescendantBlur(self))

    def refresh_focus(self) -> None:
        """Redraw what shows whether it has the focus."""

    def on_mouse_down(self, event: MouseDown) -> None:
        self.is_pulled = self.is_on_side(event.x)
        if self.is_pulled:
            self.capture_mouse()
            self._follow(event)

    def on_mouse_move(self, event: MouseMove) -> None:
        self._follow(event)

    def on_mouse_up(self, event: MouseUp) -> None:
        self._follow(event)
        self.release_mouse()

    def _follow(self, event: MouseEvent) -> None:
        if self.is_pulled and self.app.mouse_captured is self:
            last = self.virtual_size.height - self.size.height
            at = event.y * last // max(1, self.size.height - 1)
            self.scroll_to(y=max(0, min(at, last)), animate=False, force=True)
