"""Pages in a frame over the work, which stays in sight around those that do not need
all the room, dimmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.strip import Strip
from textual.widget import Widget

from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.keys import key_of
from coder.tui.screen_sizes import BESIDE, FRAME, ROOMY, WIDE, above, edges
from coder.tui.screens.screen_pages import BaseScreen
from coder.tui.widgets.bars import Bar, Line
from coder.tui.widgets.frame import Frame, Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import RAISED, THUMB, Pressed, theme_of

LIST, _TEXT = (
    132,
    104,
)  # the most cells of a box with a list, and of one with a text to read
_BESIDE = 8  # the fewest cells of the work beside a box
_ABOVE, _BELOW = (
    2,
    4,
)  # the fewest lines above and below a box: those of header and status, and one more
_HEADER = 1  # the line of the work that is seen above a page that needs all the room
_CALM = str.maketrans(f"{THUMB}━┃┏┓┗┛", " ─│╭╮╰╯") | dict.fromkeys(
    code for code in range(0x300, 0x700) if unicodedata.combining(chr(code))
)
"""The work under a box has no bright lines, which are around what gets the keys, and no
marks on its letters, which would stand alone where the box covers their letter.
"""
_WORDS = re.compile("[^─│╭╮╰╯]+")  # what is not the frame of a pane
_LAID_OUT = 0.1  # seconds after which the screen below has another size, too


def cells_beside(width: int, most: int) -> int:
    """Return the cells on either side of a box of at most so many cells; it takes all
    of a narrow screen.
    """
    return max(_BESIDE, (width - most) // 2) if width >= WIDE else 0


class LineOverWork(Line):
    """A line that shows the work while it has no text."""

    def __init__(self, work: Callable[[int], Strip], *, id: str) -> None:
        super().__init__(id=id)
        self.work = work

    def render_line(self, y: int) -> Strip:
        return (
            super().render_line(y)
            if any(column.text for column in self.row)
            else self.work(self.region.y)
        )


class OverWork(BaseScreen[ScreenResultType], ModalScreen[ScreenResultType]):
    """A screen that shows the screen below, as it was when this one was fitted, around
    what it draws.

    Beside a box only the frames of its panes are seen, as the box would cut its words.
    """

    _below: Sequence[str] = ()
    _frames: Sequence[str] = ()
    """The same lines without words."""

    def fit(self, width: int) -> None:
        """Take the lines of the screen below, and again once that is laid out for
        another size as well.
        """
        screens = self.app.screen_stack
        below = screens[screens.index(self) - 1]
        self._take_below(below)
        self.set_timer(_LAID_OUT, partial(self._take_below, below))

    def _take_below(self, below: Screen[object]) -> None:
        lines = [
            strip.text.translate(_CALM) for strip in below._compositor.render_strips()
        ]
        if lines != self._below:
            self._below = lines
            self._frames = [
                _WORDS.sub(lambda words: " " * cell_width(words[0]), line)
                for line in lines
            ]
            self.refresh()
            for line in self.query(LineOverWork):
                line.refresh()

    @property
    def style_of_work(self) -> Style:
        """The style of the screen below."""
        return theme_of(self).behind if self._below else theme_of(self).base

    @property
    def box_lines(self) -> range:
        """The lines of the screen on which its box is."""
        return range(0)

    def work(self, y: int) -> Strip:
        """Draw a line of the screen below, all in one style, which sends fewer bytes; a
        blank one of none.
        """
        return self._behind(self._below, y)

    def render_line(self, y: int) -> Strip:
        return self._behind(self._frames if y in self.box_lines else self._below, y)

    def _behind(self, lines: Sequence[str], y: int) -> Strip:
        style = self.style_of_work
        text = lines[y] if y < len(lines) else ""
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)


class BoxedPage(OverWork[ScreenResultType]):
    """A page of one list under its title, on a wide screen in a frame.

    The frame is a box as high as its rows need or, of a list that needs all the room,
    as large as the screen but for the header of the work.
    """

    SCOPE: ClassVar[str]
    """The scope of its keys."""
    BOXED: ClassVar = True
    """Whether its box leaves room for the work around it; a list that needs all the
    room does not.
    """
    WIDEST: ClassVar = _TEXT
    """The most cells of its box."""
    BELOW: ClassVar[tuple[str, ...]] = ("message", "footer")
    """The lines below its box."""
    _box: Frame | None = None
    _raised: Sequence[Widget] = ()
    """What has the ground of its box, with work around it."""
    _top = 0, Size()
    """The first line of the box, which while the terminal has that size moves only up,
    to make room.
    """

    def box(self, title: Title, *lines: Bar, rows: RowList) -> Frame:
        """Return the box of the title, other lines and the list under them."""
        self._box = Frame(title, *lines, pane=rows, padded=True)
        self._rows_of_box = rows
        if self.BOXED:
            self._raised = self._box, title, *lines, rows
        return self._box

    @property
    def style_of_work(self) -> Style:
        return (
            super().style_of_work if self.BOXED else theme_of(self).on_base(palette.DIM)
        )

    @property
    def box_lines(self) -> range:
        return (
            range(self._box.region.y, self._box.region.bottom)
            if self._box is not None
            else range(0)
        )

    def render_line(self, y: int) -> Strip:
        """Draw the work around the box, or only its header above a page that needs all
        the room.
        """
        is_work = self._shows_work(y)
        return (
            super().render_line(y)
            if is_work
            else Strip.blank(self.size.width, theme_of(self).base)
        )

    def _shows_work(self, y: int) -> bool:
        return self.BOXED or y < _HEADER

    def on_mount(self) -> None:
        if self._box is not None:
            self.watch(self._rows_of_box, "virtual_size", self.place_box)

    def fit(self, width: int) -> None:
        self.set_class(width >= WIDE, "wide")
        self.set_class(self.app.size.height >= ROOMY, "roomy")
        for widget in (*self._raised, *(self.query(Line) if self.BOXED else ())):
            widget.set_class(width >= WIDE, RAISED)
        if width >= WIDE:
            super().fit(width)
        else:
            self._below = ()
        if self._box is not None:
            self.call_next(self.place_box)  # with the rows for the new width
            self._box.refresh()
            self._box.title.refresh()

    def on_click(self, event: Click) -> None:
        """Go back by a click on the work beside the box."""
        if event.widget is self and self._shows_work(event.y):
            self.post_message(Pressed(self, key_of(f"{self.SCOPE}.back")))

    @property
    def inner_width(self) -> int:
        """The cells of a line of the list."""
        width = self.app.size.width
        return width - edges(width) - (2 * self._beside if width >= WIDE else 0)

    @property
    def lines_around(self) -> int:
        """The lines of a wide screen besides the list that needs all the room, its bars
        and its title.
        """
        width, height = self.app.size
        lower_edge = 1
        return (
            _HEADER + above(width, height) + self._padding + lower_edge
            if width >= WIDE
            else 0
        )

    @property
    def _padding(self) -> int:
        """The blank lines in a wide box."""
        return (
            self._box.padding
            if self._box is not None and self.app.size.height >= ROOMY
            else 0
        )

    @property
    def _beside(self) -> int:
        return cells_beside(self.app.size.width, self.WIDEST) if self.BOXED else BESIDE

    def place_box(self) -> None:
        """Make the box as high as its rows need and what is asked over them."""
        if self._box is None:
            return  # the page fills the screen
        width, height = self.app.size
        margin = (0, 0, 0, 0)
        if width >= WIDE and not self.BOXED:
            margin = (_HEADER + above(width, height), BESIDE, 0, BESIDE)
        elif width >= WIDE:
            rows = self._rows_of_box.wanted
            left = height - rows - len(self._box.lines) - FRAME - self._padding
            before, of_size = self._top
            top = max(
                _ABOVE,
                min(before if of_size == self.app.size else left // 3, left - _BELOW),
            )
            self._top = top, self.app.size
            margin = (
                top,
                self._beside,
                max(_BELOW, left - top) - len(self.BELOW),
                self._beside,
            )
        if self._box.styles.margin != margin:
            self._box.styles.margin = margin
            self.refresh()
