"""Pages over the work, which stays in sight around them, dimmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.screen import ModalScreen, ScreenResultType
from textual.strip import Strip
from textual.widget import Widget

from coder.tui import palette
from coder.tui.first_paint import FRAME, ROOMY, WIDE
from coder.tui.palette import Role
from coder.tui.screens.screen_pages import BaseScreen
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.frame import Frame, Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import THUMB, theme_of

_WIDEST, _BESIDE = 110, 4  # cells of a box, and the fewest of the work beside it
_ABOVE, _BELOW = 2, 3  # lines above a box and below it, of which the footer and a message take two


class OverWork(BaseScreen[ScreenResultType], ModalScreen[ScreenResultType]):
    """A screen that shows, where it draws nothing itself, the screen below it as it was before."""

    _below: Sequence[Strip] = ()

    def fit(self, width: int) -> None:
        """Take the lines of the screen below, all in one style, which sends fewer bytes."""
        screens = self.app.screen_stack
        below = screens[screens.index(self) - 1]
        style = theme_of(self).on_base(palette.DIM)
        self._below = [
            Strip([Segment(line.text.replace(THUMB, " "), style)]).adjust_cell_length(width, style)
            for line in below._compositor.render_strips()
        ]
        self.refresh()

    def work(self, y: int) -> Strip:
        """Draw a line of the screen below."""
        return self._below[y] if y < len(self._below) else Strip.blank(self.size.width, theme_of(self).base)

    def render_line(self, y: int) -> Strip:
        return self.work(y)


class BoxedPage(OverWork[ScreenResultType]):
    """A page of one list under its title, on a wide screen in a box as high as its rows need."""

    BOXED: ClassVar = True
    """Whether it has a box; a list that needs all the room has none."""
    LOWEST: ClassVar = 0
    """The fewest lines of its box."""
    _box: Frame | None = None

    def title_line(self) -> Bar:
        """Return the line for the title."""
        return Title(id="title") if self.BOXED else Bar(id="title")

    @property
    def title_role(self) -> Role:
        """The role of the title."""
        return palette.FOCUSED if self.BOXED else palette.KEY

    def under_title(self, title: Bar, rows: RowList) -> Iterator[Widget]:
        """Yield the title and the list under it, in a box if they get one."""
        if isinstance(title, Title):
            self._box, self._boxed = Frame(title, rows), rows
            yield self._box
        else:
            yield from (title, rows)

    def on_mount(self) -> None:
        if self._box is not None:
            self.watch(self._boxed, "virtual_size", self._place_box)

    def fit(self, width: int) -> None:
        if self._box is not None:
            for name, least in (("wide", WIDE), ("roomy", ROOMY)):
                self.set_class(width >= least, name)
            if width >= WIDE:
                super().fit(width)
            self._place_box()
            self._box.refresh()
            self._box.title.refresh()

    @property
    def inner_width(self) -> int:
        """The cells of a line of the list."""
        width = self.app.size.width
        if not self.BOXED or width < WIDE:
            return width
        return width - 2 * self._beside - 2 - 2 * (width >= ROOMY)

    @property
    def _beside(self) -> int:
        return max(_BESIDE, (self.app.size.width - _WIDEST) // 2)

    def _place_box(self) -> None:
        width, height = self.app.size
        margin = (0, 0, 0, 0)
        if width >= WIDE:
            left = height - max(self.LOWEST, len(self._boxed.rows) + FRAME) - 2
            above = max(_ABOVE, left // 3)
            margin = (above, self._beside, max(_BELOW - 2, left - above), self._beside)
        if self._box is not None and self._box.styles.margin != margin:
            self._box.styles.margin = margin
