"""What is sent after a change: of each line that changed, the pieces of the widgets
that lie on top there.
"""

from __future__ import annotations

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Pieces(CompositorUpdate):
    """Pieces of lines, each with the column and the row where it begins."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        return "".join(
            f"\x1b[{y + 1};{x + 1}H{strip.render(console)}"
            for x, y, strip in self.pieces
        )


class Composition(Compositor):
    """The widgets of a screen and where they lie.

    Textual's cuts the lines of all widgets between the first and the last change, also
    of those behind others and beside what changed.
    """

    def render_partial_update(self) -> Pieces | None:  # type: ignore[override]  # as good for the application
        """Return the changed pieces, None if there are none."""
        drawn = dict[Widget, list[Strip]]()
        pieces = list[tuple[int, int, Strip]]()
        changed = [
            region.intersection(self.size.region) for region in self._dirty_regions
        ]
        self._dirty_regions.clear()
        for y, start, end in self._regions_to_spans(filter(None, changed)):
            while start < end:
                widget, shown, region, until = self._on_top(start, y, end)
                if widget not in drawn:
                    inside = shown.translate(-region.offset)
                    drawn[widget] = widget.render_lines(inside)
                strip = drawn[widget][y - shown.y]
                is_whole = (start, until) == shown.column_span
                piece = (
                    strip if is_whole else strip.crop(start - shown.x, until - shown.x)
                )
                pieces.append((start, y, piece))
                start = until
        return Pieces(pieces) if pieces else None

    def _on_top(self, x: int, y: int, end: int) -> tuple[Widget, Region, Region, int]:
        """Return the widget on top at a cell, its region as shown and whole, and the
        column until where.
        """
        for widget, shown, region in self.layers_visible[y]:
            if shown.x <= x < shown.right:
                return widget, shown, region, min(end, shown.right)
            if x < shown.x:
                end = min(end, shown.x)
        raise AssertionError("the screen lies behind all")
