"""Rows of columns, drawn in the reading direction of the screen's language: a bar, or a
list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.dom import NoScreen
from textual.events import Event, Leave, MouseEvent
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from coder.text.bidi import with_directions
from coder.text.display import (
    PLAIN,
    Display,
    cell_width,
    fit,
    fit_apart,
    to_display,
    with_ellipsis_at_end,
)
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.palette import Role, Theme
from coder.tui.sentences import say
from coder.tui.widgets.own_lines import OwnLines

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


class Worded(OwnLines):
    """A widget in the language of its screen."""

    async def on_event(self, event: Event) -> None:
        """Drop what the mouse did here if the widget has left its screen since."""
        if self.is_attached or not isinstance(event, (MouseEvent, Leave)):
            await super().on_event(event)

    @property
    def lang(self) -> str:
        """The language of what it shows; English if the screen does not define it.

        As the program closes, a list leaves its screen before the screen takes its last
        key.
        """
        try:
            lang: str = getattr(self.screen, "lang", "en")
        except NoScreen:
            return "en"
        return lang

    @property
    def rtl(self) -> bool:
        """Return whether it is read from the right."""
        return self.lang == "ar"


# cells of a list's row: one for the cursor's sign, one that is blank at the end or says
# "more"
SIDES = 2
EDGE = 3  # cells of line that at least stand behind a title that is cut
# stands where the cursor is; the bidi algorithm mirrors it in right-to-left text
HERE = "›"
ABOVE, BELOW = "▴▾"  # more than is shown is above, or below
RAISED = "raised"  # the class of what lies over the work on a ground of its own
THUMB, PLAIN_THUMB = (
    "█░"  # where what is shown is; without greys a solid one would be too bright
)
SIDEWAYS = (
    ("◂", "▸"),
    ("▸", "◂"),
)  # or is before and after it, where reading starts left, or right
ACROSS = (("right", "left"), ("left", "right"))  # the keys that go on and back there


def fitted(text: str, style: Role = palette.TEXT, key: str = "") -> Column:
    """Return a column that is as wide as its text."""
    return Column(text, cell_width(text), style, key)


def position(lang: str, at: int, count: int) -> Row:
    """Return where the cursor is in a list, which stands at the end of the list's
    title.
    """
    place = say(lang, "of", n=at + 1, m=count)
    return (fitted(f" {place} ", palette.DIM),) if count else ()


def tab(name: str, keys: str, *, is_open: bool) -> Column:
    """Return the name of a record, view or filter, on a ground of its own if it is the
    open one.

    keys: those that lead there.
    """
    return fitted(f" {name} ", palette.CHOSEN if is_open else palette.DIM, keys)


def number(text: str, cells: int, rtl: bool, style: Role) -> Column:
    """Return a column whose text ends on the right, as numbers do that stand above each
    other.
    """
    return Column(f" {text}" if rtl else text.rjust(cells - 1), cells, style)


def here(column: Column) -> Column:
    """Return a column with the cursor's sign in its first cell, which is blank."""
    return replace(column, text=HERE + column.text[1:])


def view_of(widget: Widget) -> Display:
    """Return how the app draws text on this terminal; plain if the app does not define
    it.
    """
    view: Display = getattr(widget.app, "view", PLAIN)
    return view


def theme_of(widget: Widget) -> Theme:
    """Return the app's theme, of what lies over the work raised; the dark one if the
    app defines none.
    """
    colours: Theme = getattr(widget.app, "colours", palette.DARK)
    return colours.raised if widget.has_class(RAISED) else colours


def ground(style: Style) -> Style:
    """Return a style's ground alone, which terminals without colour do not have."""
    return Style(bgcolor=style.bgcolor)


def _asked_over(widget: Widget) -> Widget | None:
    """Return the widget of its screen over which something is asked, if anything is."""
    chooser = getattr(widget.screen, "chooser", None)
    return None if chooser is None or chooser.asked is None else chooser.host


def gets_keys(widget: Widget) -> bool:
    """Return whether the keys go to a widget: it has the focus, and nothing is asked on
    its screen.
    """
    return widget.has_focus and _asked_over(widget) is None


def title_role(widget: Widget) -> Role:
    """Return the role of a pane's title: bright if the keys go to its widget, or to
    what is asked over it.
    """
    asked = _asked_over(widget)
    is_lit = widget.has_focus if asked is None else widget is asked
    return palette.FOCUSED if is_lit else palette.PANE


@lru_cache(512)
def draw(
    row: Row,
    width: int,
    rtl: bool,
    base: Style,
    view: Display = PLAIN,
    theme: Theme = palette.DARK,
    margin: int = 0,
    lit: int = -1,
) -> Strip:
    """Draw a row as a strip of exactly `width` cells, with its first column on the
    right if rtl.

    margin: cells left blank in the column that takes the rest. lit: the place of the
    column under the mouse, with which all are lit that stand for the same keys.
    """
    row, rest = _laid(row, width, margin)
    segments = [
        Segment(
            aligned(c.text, c.width or rest, rtl, view, 0 if c.width else margin),
            base + theme[_look(c)],
        )
        for c in row
    ]
    for at, column in enumerate(row if lit >= 0 else ()):
        if at == lit or (column.key and column.key == row[lit].key):
            style = base + theme[column.style] + ground(theme[palette.CURSOR])
            segments[at] = Segment(segments[at].text, style)
    segments = segments[::-1] if rtl else segments
    used = sum(column.width or rest for column in row)
    if used < width:
        segments.insert(
            0 if rtl else len(segments), Segment(" " * (width - used), base)
        )
    return Strip(segments, max(used, width))


def _look(column: Column) -> Role:
    """Return a column's role; where there is no sign of an error, its ground is not
    drawn either.
    """
    return (
        column.style
        if column.style != palette.WRONG or column.text.strip()
        else palette.TEXT
    )


def _laid(row: Row, width: int, margin: int = 0) -> tuple[Row, int]:
    """Return the columns for which there is room, and the cells of the one that takes
    the rest.
    """
    rest = width - sum(column.width for column in row)
    if rest >= 0:
        return row, rest
    row = _fit_columns(row, width - margin)
    return row, width - sum(column.width for column in row)


def clicked(
    row: Row, width: int, rtl: bool, x: int, margin: int = 0
) -> tuple[int, Column, int]:
    """Return the column that `draw` draws at a cell of its strip, with its place and
    the cell within it.

    Behind the last column, that one.
    """
    row, rest = _laid(row, width, margin)
    cell = width - 1 - x if rtl else x
    end = 0
    for at, column in enumerate(row):
        start = end
        end = end + (column.width or rest)
        if cell < end or at == len(row) - 1:
            return at, column, cell - start
    return 0, Column(""), 0


def steps_to(steps: int, on: str, back: str) -> str:
    """Return the keys for a number of steps with the key `on`, or with the key `back`
    if it is negative.
    """
    return " ".join([on if steps > 0 else back] * abs(steps))


def _fit_columns(row: Row, width: int) -> Row:
    """Return the columns for which there is room, from the first on; half a number
    would be another number.

    A column whose text is shorter than its width may be narrowed; one that takes more
    than half of the line is truncated.
    """
    kept = list[Column]()
    left = width
    for column in row:
        cells = min(column.width, left)
        is_whole = cells == column.width or cell_width(column.text.rstrip()) <= cells
        if is_whole or (cells and column.width > width // 2):
            kept.append(replace(column, width=cells))
            left -= cells
    return tuple(kept)


def edged(row: Row, width: int, line: str, role: Role) -> Row:
    """Return a title's columns in a line that begins in front of them and fills what
    they leave blank.
    """
    room = max(0, width - sum(column.width for column in row))
    columns = [Column(line, 1, role)]
    end: Row = ()
    if (
        room and row[-1].width and not all(column.width for column in row)
    ):  # no heads of a list's columns
        end = (Column(line, 1, role),)
        room = room - 1
        width = width - 1
    if (
        room and cell_width(row[0].text) + 1 < row[0].width
    ):  # the columns stay above those of the rows
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
        after = (
            " " if text[:1] == " " and cells - used > 2 and column is not row[0] else ""
        )  # as in front
        rest = Column(
            after + line * (cells - used - len(after + blank)) + blank,
            cells - used,
            role,
        )
        columns += [replace(column, text=text, width=used), rest]
    return (*(column for column in columns if column.width), *end)


def headed(text: str, width: int) -> Row:
    """Return a heading within a list in a line that begins above the texts of its rows."""
    _, *after = edged(
        (Column(f" {text}", 0, palette.PANE),), width - 1, "─", palette.RULE
    )
    return fitted(" ─", palette.RULE), *after


_RANGE = re.compile(r"(?<=\d)\.\.(?=\d)")


@lru_cache(4096)
def aligned(
    text: str, width: int, rtl: bool, view: Display = PLAIN, margin: int = 0
) -> str:
    """Return a text cut for a margin and padded to `width` cells, aligned where reading
    starts.
    """
    shown = fit(text, width - margin)
    space = " " * (width - cell_width(shown))
    drawn = to_display(with_ellipsis_at_end(shown, int(rtl)), int(rtl), view)
    return space + drawn if rtl else drawn + space


@lru_cache(512)
def wrapped(text: str, width: int, base: int | None) -> list[str]:
    """Return the lines of a text wrapped at `width` cells; base: the paragraph level, 1
    for right-to-left.

    An isolate that is open at the end of a line is opened again on the next, which is
    drawn by itself. Ranges too wide for a line are broken in two.
    """
    text = _spaced(text, width)
    layout = Layout(text, max(10, width), base=base)
    directed = with_directions(text)
    lines = list[str]()
    opened = ""
    for line in map(layout.line, range(layout.count)):
        lines.append(
            opened + text[line.start : line.end].strip().rstrip(" \u2066\u2067\u2068")
        )
        opened = still_open(opened + directed[line.start : line.end])
    return lines


def still_open(text: str) -> str:
    """Return the signs of the isolates that a text opens and does not close."""
    opened = list[str]()
    for sign in _ISOLATE_SIGNS.findall(text):
        if sign != "\u2069":
            opened.append(sign)
        elif opened:
            opened.pop()
    return "".join(opened)


def shared(wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths that fit into `room` cells: those wanted, the widest limited to
    one common width.
    """
    cap = 0
    for more, width in zip(range(len(wanted), 0, -1), sorted(wanted), strict=True):
        cap = room // more
        if width > cap:
            break
        room -= width
    return [min(width, cap) for width in wanted]


def broken_apart(
    texts: Sequence[str], rooms: Sequence[int], most: int, base: int
) -> list[list[str]]:
    """Return each text in at most `most` lines of its room, cut so that texts that
    differ look different.
    """
    widths = [room * most for room in rooms]
    while True:
        lines = [
            wrapped(text, room, base) if cell_width(text) > room else [text]
            for text, room in zip(fit_apart(texts, widths), rooms, strict=True)
        ]
        if max(map(len, lines)) <= most:
            return lines
        for n, room in enumerate(rooms):
            widths[n] -= max(1, room // 4) * (len(lines[n]) > most)


def _spaced(text: str, width: int) -> str:
    words = (
        _RANGE.sub(".. ", word) if cell_width(word) > width else word
        for word in text.split(" ")
    )
    return " ".join(words)


def joined(texts: Sequence[str], cells: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first column and the cells of each text.

    Neighbours that are the same share one place if they are too long for their own.
    """
    places = list[tuple[int, int]]()
    for text, run in groupby(range(len(texts)), texts.__getitem__):
        here = [(n, cells[n]) for n in run]
        is_long = any(width < cell_width(text) + 2 for _, width in here)
        places += [(here[0][0], sum(width for _, width in here))] if is_long else here
    return places
