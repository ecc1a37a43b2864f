"""What a screen shows, as lines of text."""

from __future__ import annotations

from typing import Any
from unicodedata import category

from textual.app import App

from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.speaking_screen import SpeakingScreen

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


def under_a_box(line: str) -> str:
    """A line of a screen as it is drawn under a box: no thumbs of scroll bars, thin
    edges, no vowel signs.
    """
    bare = "".join(character for character in line if category(character) != "Mn")
    return bare.translate(str.maketrans("█━┃┏┓┗┛", " ─│╭╮╰╯"))


def frames_alone(line: str) -> str:
    """A line of a screen without its words, as it is drawn beside a box."""
    return "".join(character if character in "─│╭╮╰╯" else " " for character in line)


def screen_lines(app: App[None]) -> list[str]:
    """The screen's lines as drawn, without styles."""
    width, height = app.size
    return [
        strip.crop(0, width).text for strip in app.screen._compositor.render_strips()
    ][:height]


def message(screen: SpeakingScreen[Any]) -> str:
    """What the message line says, without isolates."""
    return (
        "".join(column.text for column in screen.bars["message"].row)
        .translate(ISOLATES)
        .strip()
    )


def info(screen: SpeakingScreen[None]) -> str:
    """What is said about the cursor's place, on all its lines, without isolates."""
    rows = (*(bar.row for bar in screen.info_bars), screen.bars["message"].otherwise)
    columns = (column for row in rows for column in row)
    return " ".join(column.text for column in columns).translate(ISOLATES)


def chooser_lines(screen: CodingScreen) -> list[str]:
    """The lines that the open chooser covers, as drawn."""
    first, count = screen.chooser.lines
    return [screen.form.render_line(first + y).text for y in range(count)]
