"""The article on the screen before the program has loaded: what one came to read, at once.

Drawn with plain escape sequences where the coding screen will draw it a moment later; keys that are
pressed meanwhile wait for it. Nothing here loads Textual.
"""

from __future__ import annotations

from typing import TextIO

from coder.text.display import visual_line
from coder.text.layout import Layout
from coder.tui.pane_size import GUTTER, article_size
from coder.tui.terminal import Terminal

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
    for row in range(height):
        if top + row >= layout.count:
            break
        shown = layout.line(top + row)
        out.write(f"\x1b[{row + 2};{left + shown.indent + 1}H{visual_line(shown, terminal.mode)}")
    out.flush()


def take_back(terminal: Terminal, out: TextIO) -> None:
    """Leave the screen as it was, where the program could not open."""
    out.write(terminal.ending() + _LEAVE)
    out.flush()
