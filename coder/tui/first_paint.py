"""Where the article stands on the coding screen, in cells; and it is there before the program has loaded.

Drawn with plain escape sequences where the coding screen will draw it a moment later; keys that are
pressed meanwhile wait for it. Nothing here loads Textual.
"""

from __future__ import annotations

from typing import TextIO

from coder.text.display import visual_line
from coder.text.layout import Layout
from coder.tui.terminal import Terminal

WIDE = 120  # columns from which article and record stand side by side
# The article's share of a wide screen: beside the record, and beside the columns of a review.
ARTICLE_PERCENT, REVIEWED_PERCENT = 60, 45
GUTTER = 5  # cells at the reading edge that hold the paragraph's number
SIDE = 10  # rows of the record under the article on a narrow screen
BARS = 4  # rows of header, information, message and footer


def article_size(columns: int, rows: int) -> tuple[int, int, int]:
    """The article pane's left edge, width and height on a screen of that size."""
    if columns < WIDE:
        return 0, columns, max(1, rows - BARS - SIDE)
    width = columns * ARTICLE_PERCENT // 100
    return columns - width, width, max(1, rows - BARS)


_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?25h\x1b[?1049l"


def first_paint(
    text: str, offset: int, columns: int, rows: int, terminal: Terminal, tashkeel: bool, out: TextIO
) -> None:
    """Draw the article's lines around a code point, at the place and width of the article pane."""
    left, width, height = article_size(columns, rows)
    layout = Layout(text, max(10, width - GUTTER), tashkeel=tashkeel)
    line = layout.locate(offset)[0]
    top = 0 if line < height else line - height // 3
    out.write(_ENTER + terminal.starting())
    for row in range(layout.count_to(top + height) - top):
        shown = layout.line(top + row)
        out.write(f"\x1b[{row + 2};{left + shown.indent + 1}H{visual_line(shown, terminal.mode)}")
    out.flush()


def take_back(terminal: Terminal, out: TextIO) -> None:
    """Leave the screen as it was, where the program could not open."""
    out.write(terminal.ending() + _LEAVE)
    out.flush()
