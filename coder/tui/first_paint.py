"""The article's place on the coding screen, in cells, and drawing it there before the program has loaded.

It is drawn with plain escape sequences where the coding screen draws it a moment later; keys pressed in
between wait for the screen. Nothing here may import Textual.
"""

from __future__ import annotations

from typing import TextIO

from coder.text.display import visual_line
from coder.text.layout import Layout
from coder.tui.terminal import Terminal

WIDE = 120  # columns from which article and record are shown side by side
APART = 144  # columns from which a blank line is between paragraphs, which elsewhere costs turning pages
BESIDE = 1  # blank columns on either side of the panes of a wide screen, and of what is in them
HIGH = 40  # rows from which one is blank above them
ROOMY = 24  # rows from which some are blank in panes of lists
# The article's share of a wide screen: beside the record, and beside the columns of a review.
ARTICLE_PERCENT, REVIEWED_PERCENT = 58, 40
ARTICLE_MOST = (
    84  # cells of the article beside the record: longer lines are hard to read
)
GUTTER, MARGIN = (
    5,
    2,
)  # cells right of the text, for paragraph numbers; left of it, for the scroll bar
TEXT, SIDE = (
    12,
    8,
)  # on a narrow screen, the minimum rows of the text, and those of the record under it
TITLE, FRAME = (
    1,
    2,
)  # rows of a pane's title, and of title and lower edge around a pane of a wide screen
BARS = 4  # rows of header, information, message and footer


def edges(columns: int) -> int:
    """Return the cells that a frame as wide as a screen takes from what is in it."""
    return 2 * (1 + BESIDE) if columns >= WIDE else 0


def above(columns: int, rows: int) -> int:
    """Return the blank rows between the header and the panes."""
    return int(columns >= WIDE and rows >= HIGH)


def are_apart(columns: int) -> bool:
    """Return whether a blank line is drawn between the article's paragraphs."""
    return columns >= APART


def record_height(rows: int, wanted: int = SIDE) -> int:
    """Return the rows of the record under the article: as wanted, if the text keeps its minimum."""
    room = rows - BARS
    return max(min(wanted, room - TEXT), min(SIDE, room // 2))


def article_size(columns: int, rows: int) -> tuple[int, int, int, int]:
    """Return the article pane's left edge, first row, width and height on a screen of the given size."""
    if columns < WIDE:
        return 0, 1, columns, max(1, rows - BARS - record_height(rows))
    first = 1 + above(columns, rows) + TITLE
    width = min(ARTICLE_MOST, (columns - BESIDE) * ARTICLE_PERCENT // 100)
    left = columns - width + 1
    return left, first, width - edges(columns), max(1, rows - BARS + TITLE - first - 1)


_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?25h\x1b[?1049l"


def first_paint(
    text: str,
    offset: int,
    columns: int,
    rows: int,
    terminal: Terminal,
    tashkeel: bool,
    out: TextIO,
) -> None:
    """Draw the article's lines around the code point `offset` where the article pane will be."""
    left, first, width, height = article_size(columns, rows)
    layout = Layout(
        text,
        max(10, width - GUTTER - MARGIN),
        tashkeel=tashkeel,
        apart=are_apart(columns),
    )
    line = layout.locate(offset)[0]
    top = 0 if line < height else line - height // 3
    out.write(_ENTER + terminal.starting())
    for row in range(layout.count_to(top + height) - top):
        shown = layout.line(top + row)
        column = left + MARGIN + shown.indent
        out.write(
            f"\x1b[{first + row + 1};{column + 1}H{visual_line(shown, terminal.mode)}"
        )
    out.flush()


def restore_terminal(terminal: Terminal, out: TextIO) -> None:
    """Restore the terminal when the program could not open."""
    out.write(terminal.ending() + _LEAVE)
    out.flush()
