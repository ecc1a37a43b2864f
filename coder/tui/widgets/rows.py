"""Rows of columns, drawn in the reading direction of the screen's language: a bar, or a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from coder.text.bidi import with_directions
from coder.text.display import PLAIN, Display, cell_width, fit, to_display
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.palette import Role, Theme

_ISOLATE_SIGNS = re.compile("[\u2066-\u2069]")


class Column(Struct, frozen=True):
    """A piece of a row. key: the keys, separated by blanks, that a click presses.

    width: in cells, 0 (for one column per row) takes the rest.
    """

    text: str
    width: int = 0
    style: Role = palette.TEXT
    key: str = ""


Row = tuple[Column, ...]


@dataclass
class Pressed(Message):
    """A text was clicked that stands for keys."""

    source: Widget
    keys: str


SIDES = 2  # cells of a list's row: one for the cursor's sign, one that is blank at the end or says "more"
EDGE = 3  # cells of line that at least stand behind a title that is cut
HERE = "›"  # stands where the cursor is; the bidi algorithm mirrors it in right-to-left text
ABOVE, BELOW = "▴▾"  # more than is shown is above, or below
SIDEWAYS = (("◂", "▸"), ("▸", "◂"))  # or is before and after it, where reading starts left, or right
_JOINTS = {"─": "┤", "━": "┥", "┓": "┪", "┃": "┃", "┛": "┩", "──": "┬", "━─": "┭", "─━": "┮"}
"""What a rule shows by the edges that meet it: on its left, or on both sides."""


def number(text: str, cells: int, rtl: bool, style: Role) -> Column:
    """Return a column whose text ends on the right, as numbers do that stand above each other."""
    return Column(f" {text}" if rtl else text.rjust(cells - 1), cells, style)


def _look(column: Column) -> tuple[str, int, Role]:
    return column.text, column.width, column.style


def here(column: Column) -> Column:
    """Return a column with the cursor's sign in its first cell, which is blank."""
    return replace(column, text=HERE + column.text[1:])


def view_of(widget: Widget) -> Display:
    """Return how the app draws text on this terminal; plain if the app does not define it."""
    view: Display = getattr(widget.app, "view", PLAIN)
    return view


def theme_of(widget: Widget) -> Theme:
    """Return the app's theme; the dark one if the app does not define it."""
    colours: Theme = getattr(widget.app, "colours", palette.DARK)
    return colours


def gets_keys(widget: Widget) -> bool:
    """Return whether the keys go to a widget: it has the focus, and nothing is asked on its screen."""
    chooser = getattr(widget.screen, "chooser", None)
    return widget.has_focus and (chooser is None or chooser.asked is None)


def draw(
    row: Row,
    width: int,
    rtl: bool,
    base: Style,
    view: Display = PLAIN,
    theme: Theme = palette.DARK,
    margin: int = 0,
) -> Strip:
    """Draw a row as a strip of exactly `width` cells, with its first column on the right if rtl.

    margin: cells left blank in the column that takes the rest.
    """
    row, rest = _laid(row, width, margin)
    columns = row[::-1] if rtl else row
    segments = [
        Segment(aligned(c.text, c.width or rest, rtl, view, 0 if c.width else margin), base + theme[c.style])
        for c in columns
    ]
    used = sum(column.width or rest for column in row)
    if used < width:
        segments.insert(0 if rtl else len(segments), Segment(" " * (width - used), base))
    return Strip(segments, max(used, width))


def _laid(row: Row, width: int, margin: int = 0) -> tuple[Row, int]:
    """Return the columns for which there is room, and the cells of the one that takes the rest."""
    rest = width - sum(column.width for column in row)
    if rest >= 0:
        return row, rest
    row = _fit_columns(row, width - margin)
    return row, width - sum(column.width for column in row)


def clicked(row: Row, width: int, rtl: bool, x: int, margin: int = 0) -> tuple[int, Column]:
    """Return the column that `draw` draws at a cell of its strip, with its place; behind the last, that."""
    row, rest = _laid(row, width, margin)
    ends = accumulate(column.width or rest for column in row)
    cell = width - 1 - x if rtl else x
    at = next((at for at, end in enumerate(ends) if cell < end), len(row) - 1)
    return at, row[at] if row else Column("")


def steps_to(steps: int, on: str, back: str) -> str:
    """Return the keys for a number of steps with the key `on`, or with the key `back` if it is negative."""
    return " ".join([on if steps > 0 else back] * abs(steps))


def _fit_columns(row: Row, width: int) -> Row:
    """Return the columns for which there is room, from the first on; half a number would be another number.

    A column whose text is shorter than its width may be narrowed; one that takes more than half of the line
    is truncated.
    """
    kept, left = list[Column](), width
    for column in row:
        cells = min(column.width, left)
        is_whole = cells == column.width or cell_width(column.text.rstrip()) <= cells
        if is_whole or (cells and column.width > width // 2):
            kept.append(replace(column, width=cells))
            left -= cells
    return tuple(kept)


def edged(row: Row, width: int, line: str, role: Role) -> Row:
    """Return a title's columns in a line that begins in front of them and fills what they leave blank."""
    room, columns = max(0, width - sum(column.width for column in row)), [Column(line, 1, role)]
    if not row[0].width:
        room = max(0, room - 1)
    elif room and cell_width(row[0].text) + 1 < row[0].width:  # the columns stay above those of the rows
        row = (replace(row[0], width=row[0].width - 1), *row[1:])
    else:
        room = max(0, room - 1)
    for column in row:
        cells = column.width or room
        text = column.text.rstrip()
        if cell_width(text) >= cells:
            text = fit(text, cells if column.width else max(room // 2, room - EDGE))
        used = min(cell_width(text) + 1, cells) if text else 0
        blank = " " if column.width and used < cells else ""
        rest = Column(line * (cells - used - len(blank)) + blank, cells - used, role)
        columns += [replace(column, text=text, width=used), rest]
    return tuple(column for column in columns if column.width)


@lru_cache(4096)
def aligned(text: str, width: int, rtl: bool, view: Display = PLAIN, margin: int = 0) -> str:
    """Return a text cut for a margin and padded to `width` cells, aligned where reading starts."""
    shown = fit(text, width - margin)
    space = " " * (width - cell_width(shown))
    drawn = to_display(shown, 1 if rtl else 0, view)
    return space + drawn if rtl else drawn + space


@lru_cache(512)
def wrapped(text: str, width: int, base: int | None) -> list[str]:
    """Return the lines of a text wrapped at `width` cells; base: the paragraph level, 1 for right-to-left.

    An isolate that is open at the end of a line is opened again on the next, which is drawn by itself.
    """
    layout = Layout(text, max(10, width), base=base)
    directed, lines, still_open = with_directions(text), list[str](), ""
    for line in map(layout.line, range(layout.count)):
        lines.append(still_open + text[line.start : line.end].strip().rstrip(" \u2066\u2067\u2068"))
        still_open = _left_open(still_open + directed[line.start : line.end])
    return lines


def _left_open(text: str) -> str:
    """Return the signs of the isolates that a text opens and does not close."""
    opened = list[str]()
    for sign in _ISOLATE_SIGNS.findall(text):
        if sign != "\u2069":
            opened.append(sign)
        elif opened:
            opened.pop()
    return "".join(opened)


def shared(wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths that fit into `room` cells: those wanted, the widest limited to one common width."""
    cap = 0
    for more, width in zip(range(len(wanted), 0, -1), sorted(wanted), strict=True):
        cap = room // more
        if width > cap:
            break
        room -= width
    return [min(width, cap) for width in wanted]


class Bar(Widget):
    """One line made of columns; view: how to draw it, if not like the rest of the app."""

    DEFAULT_CSS = "Bar { height: 1; }"

    view: Display | None = None
    before: ClassVar[Row] = ()
    otherwise: Row = ()
    """Shown while it has no columns."""
    margin = 1
    """Cells left blank at the end of the line, behind a column that takes the rest of it."""

    def __init__(self, *, rtl: bool, style: Role = palette.BAR, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rtl, self.style = rtl, style
        self.row: Row = ()

    def show(self, *columns: Column) -> None:
        """Replace the columns."""
        before, self.row = self.row, columns
        if before != columns and [*map(_look, before)] != [*map(_look, columns)]:
            self.refresh()

    def show_otherwise(self, *columns: Column) -> None:
        """Replace the columns that are shown while there are no others."""
        if columns != self.otherwise:
            self.otherwise = columns
            self.refresh()

    def on_click(self, event: Click) -> None:
        _, column = clicked(self.columns, self.size.width, self.rtl, event.x, self.margin)
        if column.key:
            self.post_message(Pressed(self, column.key))

    @property
    def columns(self) -> Row:
        """The columns as they are drawn."""
        return *self.before, *(self.row or self.otherwise)

    def render_line(self, y: int) -> Strip:
        theme = theme_of(self)
        base, view = theme.on_base(self.style), self.view or view_of(self)
        return draw(self.columns, self.size.width, self.rtl, base, view, theme, self.margin)


class Line(Bar):
    """A bar in the style of the text area, indented by one cell."""

    before = (Column(" ", 1),)

    def __init__(self, *, rtl: bool, id: str) -> None:
        super().__init__(rtl=rtl, style=palette.TEXT, id=id)


class Head(Bar):
    """The heads of a list's columns, which stand where the columns do."""

    margin = 0
    before = (Column("", 1),)

    @property
    def columns(self) -> Row:
        return *super().columns, Column("", 1)

    def __init__(self, *, rtl: bool, id: str) -> None:
        super().__init__(rtl=rtl, style=palette.TEXT, id=id)


class Title(Bar):
    """A pane's title in the pane's upper edge, which is thick and bright if the pane has the focus."""

    def __init__(self, *, rtl: bool, id: str) -> None:
        super().__init__(rtl=rtl, style=palette.TEXT, id=id)

    @property
    def edges(self) -> dict[int, str]:
        """The edge that it draws, by line."""
        return {0: "━" if any(column.style == palette.FOCUSED for column in self.row) else "─"}

    @property
    def columns(self) -> Row:
        line = self.edges[0]
        role = palette.EDGE if line == "━" else palette.RULE
        return edged(self.row, self.size.width, line, role) if self.row else ()

    def render_line(self, y: int) -> Strip:
        theme = theme_of(self)
        return draw(self.columns, self.size.width, self.rtl, theme.base, view_of(self), theme)


class Rule(Widget):
    """A line between two panes, joined to the edges that meet it; beside: the left ones first."""

    DEFAULT_CSS = "Rule { width: 1; height: 100%; dock: right; }"

    def __init__(self, *beside: Title | RowList) -> None:
        super().__init__()
        self.beside = beside
        self._edges: dict[int, str] = {}

    def join(self) -> None:
        """Redraw the lines on which the edges have changed."""
        before, self._edges = self._edges, {}
        for widget in self.beside:
            first = widget.region.y - self.region.y
            for y, edge in widget.edges.items() if widget.region else ():
                self._edges[first + y] = self._edges.get(first + y, "") + edge
        for y in before.keys() | self._edges.keys():
            if before.get(y) != self._edges.get(y):
                self.refresh(Region(0, y, 1, 1))

    def render_line(self, y: int) -> Strip:
        edge = self._edges.get(y, "")
        role = palette.RULE if edge.strip("─") == "" else palette.EDGE
        sign = edge if y == self.size.height - 1 else _JOINTS.get(edge)  # nothing is below the last line
        return Strip([Segment(sign or "│", theme_of(self).on_base(role))], 1)


class RowList(ScrollView, can_focus=True):
    """A list of rows with a cursor that stays in view, and signs where more rows are above or below.

    otherwise: the sentence shown while there are no rows, whose key does something about that.
    """

    DEFAULT_CSS = "RowList { scrollbar-size: 0 0; }"

    @dataclass
    class Picked(Message):
        """A row was clicked; column: the place of the column that was clicked."""

        source: RowList
        index: int
        column: int

    def __init__(self, *, rtl: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rtl = rtl
        self.rows: Sequence[Row] = ()
        self.otherwise = Column("")
        self.cursor = 0

    @property
    def lang(self) -> str:
        """The language of what it shows."""
        return "ar" if self.rtl else "en"

    whole_rows = True
    """Whether the cursor marks the whole row."""
    rule: Rule | None = None
    """The line on its right, on screens that may have one."""

    @property
    def edges(self) -> dict[int, str]:
        """The edges that it draws on its right, by line."""
        return {}

    def load(self, rows: Sequence[Row], cursor: int) -> None:
        """Show these rows; only lines that changed are redrawn."""
        before, old = self.rows, self.cursor
        self.rows, self.cursor = rows, max(0, min(cursor, len(rows) - 1))
        if len(before) != len(rows):
            self.virtual_size = Size(self.size.width, len(rows))
            self.refresh()
        else:
            top = self.scroll_offset.y
            seen = range(top, min(len(rows), top + self.size.height))
            moved = {old, self.cursor} if old != self.cursor else set[int]()
            changed = [y for y in seen if y in moved or (before is not rows and before[y] != rows[y])]
            if changed:
                # One region: drawing the lines in between is faster than Textual's merging of many regions.
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
            self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def refresh_cursor(self) -> None:
        """Redraw the cursor's row, whose ground tells whether it gets the keys."""
        self.refresh_lines(self.cursor)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows))
        self.keep_in_view()

    def on_click(self, event: Click) -> None:
        """Press the keys of the clicked text if its row has the cursor or has none to get; else pick it."""
        index = event.y + self.scroll_offset.y
        row = self.rows[index] if index < len(self.rows) else ()
        signed = (Column("", int(self.can_focus)), *(row or (self.otherwise,)))  # as `draw_row` draws it
        at, column = clicked(signed, self.size.width - 1, self.rtl, event.x - self.rtl)
        if column.key and (index == self.cursor or not (row and self.can_focus)):
            self.post_message(Pressed(self, column.key))
        elif row:
            self.post_message(self.Picked(self, index, max(0, at - 1)))

    def render_line(self, y: int) -> Strip:
        return self.draw_row(y + self.scroll_offset.y, y)

    def draw_row(self, index: int, y: int) -> Strip:
        """Draw a row on a line; the cursor's has a sign, and a stronger ground if it gets the keys."""
        theme = theme_of(self)
        base = theme.base
        if index >= len(self.rows):
            return self._line_otherwise(y, theme)
        row = self.rows[index]
        is_here = index == self.cursor and self.can_focus and self.whole_rows and bool(row)
        if is_here:
            base += theme[palette.CURSOR if gets_keys(self) else palette.AWAY]
        if self.can_focus:
            row = (Column(HERE if is_here else "", 1, palette.EDGE), *row)
        top, height = self.scroll_offset.y, self.size.height
        is_more = y == height - 1 < len(self.rows) - top - 1
        sign = ABOVE if top and y == 0 else BELOW if is_more else " "
        side = Segment(sign, base + theme[palette.DIM])
        drawn = draw(row, self.size.width - 1, self.rtl, base, view_of(self), theme)
        return Strip([side, *drawn] if self.rtl else [*drawn, side], self.size.width)

    def _line_otherwise(self, y: int, theme: Theme) -> Strip:
        """Draw a line of the sentence for no rows, or a blank one."""
        width, text = self.size.width, self.otherwise.text if not self.rows else ""
        lines = wrapped(text, width - 2, 1 if self.rtl else 0) if text else []
        if y >= len(lines):
            return Strip.blank(width, theme.base)
        row = (Column(" ", 1), replace(self.otherwise, text=lines[y]))
        return draw(row, width, self.rtl, theme.base, view_of(self), theme)
