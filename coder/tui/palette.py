"""Colours and styles: every state has an attribute beside its colour, so that it reads without colour."""

from __future__ import annotations

import os
from functools import cache

from rich.style import Style

from coder.service.coding.article_marks import CONFIRMED, DRAWN, REJECTED

# Lightened from the colour-blind safe palette of Okabe and Ito (2008), in the order of span kinds.
KIND_COLOURS = (
    "#ff9e6b", "#74c7ff", "#f0e442", "#5fd7a7", "#e6a0d0", "#ffffff", "#d7875f", "#a0b8ff", "#b0b0b0",
)  # fmt: skip
TEXT = Style(color="#d8d8d8")
DIM = Style(color="#808080", dim=True)
TITLE = Style(color="#ffffff", bold=True)
BAR = Style(color="#e8e8e8", bgcolor="#303848")
KEY = Style(color="#ffd75f", bgcolor="#303848", bold=True)
WRONG = Style(color="#ff8787", bold=True)
GOOD = Style(color="#87d787")
PROPOSED = Style(color="#a8a8a8", italic=True)
CURSOR = Style(reverse=True)
SELECTION = Style(bgcolor="#5f5f00", underline=True, bold=True)


def without_colour() -> bool:
    """Whether the user asks for no colour (NO_COLOR) or the terminal has none: then signs mark the edges."""
    colourless = ("dumb", "vt100", "vt220", "xterm-mono")
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "") in colourless


@cache
def mark_style(rank: int, state: str, current: bool, nested: bool) -> Style:
    """The style of a highlighted cell.

    rank: the place of the span's kind in the codebook. Undecided: underlined; confirmed: bold on a tinted
    ground; drawn: the same, double underlined; rejected: struck through. nested: inside another span.
    """
    colour = KIND_COLOURS[rank % len(KIND_COLOURS)]
    styles = {
        CONFIRMED: Style(color=colour, bold=True, bgcolor="#2a3440", underline=nested),
        DRAWN: Style(color=colour, bold=True, bgcolor="#2a3440", underline2=True),
        REJECTED: Style(color="#707070", strike=True),
    }
    style = styles.get(state, Style(color=colour, underline=True))
    return style + CURSOR if current else style
