"""Showing under the mouse what takes a click."""

from __future__ import annotations

from abc import abstractmethod

from textual.events import MouseMove
from textual.message import Message

from coder.tui.widgets.rows import Worded


class Hovered(Worded):
    """A widget that lights the place under the mouse if a click does something there."""

    class Lit(Message):
        """A place of a widget is lit."""

        def __init__(self, widget: Hovered) -> None:
            self.widget = widget
            super().__init__()

    lit = -1
    """The place that is lit, -1 if none is."""

    @abstractmethod
    def place_at(self, x: int, y: int) -> int:
        """Return the place at a cell if it takes a click, else -1."""

    @abstractmethod
    def refresh_place(self, place: int) -> None:
        """Redraw a place."""

    def on_mouse_move(self, event: MouseMove) -> None:
        self.light(self.place_at(event.x, event.y))

    def on_leave(self) -> None:
        self.light(-1)

    def light(self, place: int) -> None:
        """Light a place, or with -1 none."""
        before = self.lit
        self.lit = place
        if before < 0 <= place:
            self.post_message(self.Lit(self))
        for each in {before, place} - {-1} if before != place else ():
            self.refresh_place(each)
