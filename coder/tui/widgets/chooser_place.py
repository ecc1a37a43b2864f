"""Where a chooser stands over its list, and its choices in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from coder.text.display import cell_width, fit
from coder.tui.widgets.chooser_task import Task
from coder.tui.widgets.row_list import RowList
from coder.values.typed import Choice

MARK = 5  # cells of a blank, the mark and the number in front of a choice
HEAD = (
    2  # lines above the choices at least: the upper edge with the title, and the input
)
ROOM = 16
HIGH = 40
LEAST = 11
"""The chooser's maximum lines on a screen of HIGH rows, on a higher one as many more;
if it needs more than there are under the row that it is about, and these are fewer than
LEAST, it takes the list's last lines, with that row above it over another.
"""
# the most cells for the remark beside a choice, where it is cut and not left out
ASIDE = 22
SHORTEST = 8  # the fewest cells to which it is cut elsewhere
DIGITS = 9  # the choices that digits take; a list too low for them has columns
COLUMNS = 3  # the most of them
FITTING = 0.8  # if this share of its labels fits


def mark_cells(choice: Choice) -> int:
    """Return the cells in front of a choice's label."""
    return MARK + bool(choice.number)


def choice_cells(choice: Choice) -> int:
    """Return the cells of a choice without what stands beside its label."""
    return mark_cells(choice) + cell_width(choice.label)


def aside_of(choice: Choice, width: int, *, is_kept: bool) -> str:
    """Return the remark beside a choice: cut where its label leaves little room and,
    unless kept, none.
    """
    if is_kept:
        return fit(choice.aside, ASIDE)
    room = width - choice_cells(choice) - 4
    return (
        fit(choice.aside, room)
        if room >= min(SHORTEST, cell_width(choice.aside))
        else ""
    )


def place_of(column: int, y: int) -> int:
    """Return the number by which a choice's place on its list is known, as that of a
    row is by its line.
    """
    return COLUMNS * y + column


class ChooserPlace:
    """The lines of a list that a chooser covers, and the columns and pages of its
    choices.

    held: the first of the list's lines that it may cover, and how many of them.
    """

    def __init__(self, host: RowList) -> None:
        self.host = host
        self.held = (0, 0)
        self._needed = self._wanted = (
            0  # lines between head and lower edge: now, and at most so far
        )
        self.asked: Task | None = None
        self.choices: Sequence[Choice] = ()
        self.cursor = 0
        self.columns = 1

    @property
    def rtl(self) -> bool:
        """Return whether its list is read from the right."""
        return self.host.rtl

    @property
    def lang(self) -> str:
        """The language of its list."""
        return self.host.lang

    @property
    def head(self) -> int:
        """The lines above its choices."""
        return HEAD + 2 * self.blank

    @property
    def blank(self) -> int:
        """The blank lines around its input and below its choices, and cells beside
        them: 1 of a page.
        """
        is_page = self.asked is not None and not self.asked.lines and not self.host.rows
        return int(is_page and self.host.app.size.height >= HIGH)

    @property
    def inner_width(self) -> int:
        """The cells of its input and its choices."""
        return self.host.size.width - 2 * (1 + self.blank)

    @property
    def foot(self) -> int:
        """The lines below its choices: the lower edge, and what is blank above it."""
        return 1 + self.blank

    @property
    def wanted(self) -> int:
        """The lines that it needed so far, as far as it takes them."""
        return min(
            self.head + self._wanted + self.foot,
            ROOM + max(0, self.host.app.size.height - HIGH),
        )

    @property
    def reach(self) -> int:
        """The lines of a list in which it has room under the row that it is about, or
        at the upper edge.
        """
        is_below = self.asked is not None and not self.asked.apart
        return self.wanted + (self.host.cursor + self.host.lines) * is_below

    @property
    def lines(self) -> tuple[int, int]:
        """The first of the list's lines that it covers, which stays while one types,
        and how many.

        It is no higher than needed, but keeps the row that it is about covered, which
        stands above it.
        """
        (first, most) = self.held
        needed = self.head + self._needed + self.foot
        if needed >= most:
            return first, most
        covers_row = (
            0 < first <= self.host.cursor - self.host.scroll_offset.y < first + most
        )
        return first, most if covers_row else needed

    def place(self) -> None:
        """Hold the lines that it needed so far: under the row that it is about, or over
        the list.
        """
        height = self.host.size.height
        row = self.host.cursor - self.host.scroll_offset.y
        first = row + self.host.lines
        wanted = self.wanted
        if not self.host.rows:
            first = 0
            wanted = self.head + self._wanted + self.foot
        elif self.asked is not None and self.asked.apart:
            first = 0
        elif height - first < min(wanted, LEAST):
            room = height - self.head - 2  # beside a choice and the lower edge
            first = max(0, min(self.host.lines, room), height - wanted)
        self.held = (first, min(wanted, height - first))
        self.arrange()

    def arrange(self) -> None:
        """Set the number of columns in which the choices stand: most of their labels
        must fit.
        """
        self.columns = 1
        wanted = min(DIGITS, len(self.choices))
        if self.asked is None or self.asked.keeps_asides or self.rows == 1:
            return
        for columns in range(2, COLUMNS + 1):
            if self.room >= wanted:
                break
            room = self.inner_width // columns
            if sum(
                choice_cells(choice) < room for choice in self.choices
            ) >= FITTING * len(self.choices):
                self.columns = columns

    @property
    def body(self) -> int:
        """The number of lines above the foot; without room for one below a choice, all."""
        return self.lines[1] - self.foot * (self.lines[1] > self.head + self.foot)

    @property
    def rows(self) -> int:
        """The number of lines with choices."""
        return max(1, self.body - self.head)

    @property
    def widths(self) -> tuple[int, ...]:
        """The cells of the columns, in reading order."""
        width = self.inner_width
        others = self.columns - 1
        each = width // self.columns
        return (width - others * each, *[each] * others)

    @property
    def room(self) -> int:
        """The number of choices visible at once."""
        return self.rows * self.columns

    @property
    def top(self) -> int:
        """The index of the first choice that is visible; columns are turned like pages."""
        if self.columns > 1:
            return self.cursor // self.room * self.room
        return max(0, min(self.cursor - self.room // 2, len(self.choices) - self.room))

    def column_at(self, x: int) -> int:
        """Return the column at a cell of a line."""
        along = (
            self.host.size.width - 1 - x if self.rtl else x
        )  # from the edge where reading begins
        return sum(along > edge for edge in accumulate(self.widths[:-1]))

    def choice_at(self, x: int, y: int) -> int:
        """Return the index of the choice at a cell of the chooser, -1 if there is none."""
        index = self.in_column(self.column_at(x), y)
        return index if self.head <= y < self.body and index < len(self.choices) else -1

    def in_column(self, column: int, y: int) -> int:
        """Return the index of the choice in a column and on a line, even if there is
        none.
        """
        return self.top + column * self.rows + y - self.head
