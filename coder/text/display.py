"""One line of text for places that know nothing of Arabic: visual order, joined forms, cells counted.

Order and mirroring follow Unicode Standard Annex #9.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from coder.text import bidi, clusters, joining
from coder.text.layout import Line

Mode: TypeAlias = Literal["plain", "lrm"]
"""How cells are sent: as they are, or so that a terminal that reorders finds nothing to reorder."""

ELLIPSIS = "…"
LRM = "\u200e"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Display:
    """What the terminal needs and the reader wants: how cells are sent, and whether vowel signs are drawn."""

    mode: Mode = "plain"
    tashkeel: bool = True


PLAIN = Display()


def isolate(text: str) -> str:
    """A text that keeps to itself inside another one: what stands around it does not reorder it.

    For words put into a sentence or beside others, such as a Latin name in an Arabic line (UAX #9, 2.4).
    """
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if text else ""


def to_display(text: str, base: int | None = None, display: Display = PLAIN) -> str:
    """A text as one line in visual order with shaped forms, for a widget that draws left to right.

    base: the direction, 0 or 1; None takes it from the first strong character. Paragraph separators and
    tabs become spaces. What comes out is for the eye only: never store it or measure offsets in it.
    """
    if text.isascii() and text.isprintable() and not base:
        return text
    text = clusters.SEPARATORS.sub(" ", text)
    places = clusters.places(joining.cells_of(text))
    glyphs = joining.shape(text, places, tashkeel=display.tashkeel)
    _, levels = bidi.levels(text, base)
    shown = [levels[at] for _, at, _ in places]
    order = bidi.reorder(shown)
    if display.mode == "plain":
        return "".join(bidi.mirrored(glyphs[i], shown[i]) for i in order)
    return "".join(as_sent(bidi.mirrored(glyphs[i], shown[i]), shown[i], display.mode) for i in order)


def visual_line(line: Line, mode: Mode = "plain") -> str:
    """The cells of a line from left to right, without its indent."""
    return "".join(as_sent(cell.glyph, cell.level, mode) for cell in line.cells)


def as_sent(glyph: str, level: int, mode: Mode) -> str:
    """What the terminal gets for a cell.

    In mode `lrm` a left-to-right mark follows whatever a terminal would take for right-to-left: every cell
    of odd level, and Arabic digits, which join their neighbours though their level is even.
    """
    return glyph + LRM if mode == "lrm" and (level % 2 or _is_right_to_left(glyph)) else glyph


@cache
def _is_right_to_left(glyph: str) -> bool:
    return unicodedata.bidirectional(glyph[:1]) in ("R", "AL", "AN") if glyph else False


def cell_width(text: str) -> int:
    """How many cells a text takes on one line, as `to_display` draws it."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(joining.cells_of(clusters.SEPARATORS.sub(" ", text)))


def fit(text: str, width: int) -> str:
    """The text, or as much of its (logical) beginning as fits width cells together with an ellipsis."""
    if cell_width(text) <= width:
        return text
    if width < 1:
        return ""
    cells = joining.cells_of(clusters.SEPARATORS.sub(" ", text))
    room = width - cell_width(ELLIPSIS)
    end = 0
    for _, at, stop in clusters.places(cells):
        room -= cells[at]
        if room < 0:
            break
        end = stop
    return text[:end].rstrip() + ELLIPSIS
