"""Widgets that draw their lines whole: none has a border, padding or opacity of
Textual's styles.
"""

from __future__ import annotations

from typing import Any

from textual._styles_cache import StylesCache
from textual.geometry import Region, Size, Spacing
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

_NO_SPACE = Spacing()


class _Lines(StylesCache):
    """The lines of a widget as it drew them last."""

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """Return the lines of a region; only those that changed are drawn.

        Textual would look up the styles of the widget and of all around it, for every
        widget and each key.
        """
        width = widget.region.width
        filters = widget.get_line_filters()
        if width != self._width:
            self.clear()
            self._width = width
        for y in crop.line_range:
            if y in self._dirty_lines or y not in self._cache:
                strip = widget.render_line(y).adjust_cell_length(width)
                for filter_ in filters:
                    strip = strip.apply_filter(filter_, widget.background_colors[1])
                self._cache[y] = strip
        self._dirty_lines.difference_update(crop.line_range)
        strips = [self._cache[y] for y in crop.line_range]
        is_whole = crop.column_span == (0, width)
        return (
            strips if is_whole else [strip.crop(*crop.column_span) for strip in strips]
        )


class OwnLines(Widget):
    """A widget that is drawn without Textual's borders, padding and opacity."""

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self._styles_cache = _Lines()
        self._own_screen: Screen[object] | None = None

    @property
    def screen(self) -> Screen[object]:
        """Its screen, on which it stays: found once, as each of its lines asks for it
        when it is drawn.
        """
        if self._own_screen is None:
            self._own_screen = super().screen
        return self._own_screen

    def check_idle(self) -> None:
        """Have what changed drawn; Textual would send itself a message first, and then
        one to the screen.
        """
        screen = self._own_screen
        is_drawn_alone = self._repaint_required and not (
            self._layout_required or self._scroll_required
        )
        if (
            screen is None
            or not is_drawn_alone
            or self not in screen._compositor.widgets
        ):
            super().check_idle()
        elif self.display:
            self._repaint_required = False
            screen._dirty_widgets.add(self)
            screen.check_idle()

    @property
    def gutter(self) -> Spacing:
        """The space around its lines: there is none; Textual would look for it at each
        change of a line.
        """
        return _NO_SPACE

    @property
    def size(self) -> Size:
        """Its size, all of which it draws."""
        return self.region.size
