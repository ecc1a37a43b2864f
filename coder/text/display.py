"""One line of text for places that know nothing of Arabic: visual order, joined forms, cells counted.

Order and mirroring follow Unicode Standard Annex #9.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, TypeAlias

from coder.text import bidi, clusters, joining
from coder.text.layout import Line

# How cells are sent: as they are, or so that a terminal that reorders finds nothing to reorder.
Mode: TypeAlias = Literal["plain", "lrm"]
LRM = "\u200e"


@dataclass(frozen=True, slots=True)
class Display:
    """What the terminal needs and the reader wants: how cells are sent, and whether vowel signs are drawn."""

    mode: Mode = "plain"
    tashkeel: bool = True


PLAIN = Display()


def isolate(text: str, base: int | None = None) -> str:
    """A text (a Latin name) kept apart from the Arabic around it (UAX #9, 2.4): neither reorders another.

    base: its direction, 0 or 1; None takes it from the first strong character.
    """
    sign = "\u2068" if base is None else "\u2066\u2067"[base]
    return f"{sign}{text}\u2069" if text else ""


def reads_on(text: str) -> bool:
    """Whether a text is a range, a count or a list without letters of its own: it reads as what is around it.

    By itself (UAX #9, P3) it would be read from the left, where one reads from the right its last part first.
    """
    has_parts = ".." in text or "\u2068" in text or text.startswith("~") or text.endswith("+")
    return has_parts and bidi.first_strong(bidi.classes_of(text)) is None


def isolate_within(text: str, rtl: bool) -> str:
    """A text kept apart, in a line that is read from the right or not, as a range in it then is too."""
    return isolate(text, 1 if rtl and reads_on(text) else None)


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
    cells = (bidi.mirrored(glyphs[i], shown[i]) for i in order)
    if display.mode == "lrm":
        cells = (as_sent(cell, shown[i], "lrm") for cell, i in zip(cells, order, strict=True))
    return "".join(cells)


def visual_line(line: Line, mode: Mode = "plain") -> str:
    """The cells of a line from left to right, without its indent."""
    return "".join(as_sent(cell.glyph, cell.level, mode) for cell in line.cells)


def as_sent(glyph: str, level: int, mode: Mode) -> str:
    """What the terminal gets for a cell: in mode `lrm` a mark behind what it would take for right-to-left."""
    return glyph + LRM if mode == "lrm" and (level % 2 or _is_right_to_left(glyph)) else glyph


@cache
def _is_right_to_left(glyph: str) -> bool:  # Arabic digits join their neighbours though their level is even
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
    end, room = 0, width - 1  # the ellipsis takes a cell
    for _, at, stop in clusters.places(cells):
        room -= cells[at]
        if room < 0:
            break
        end = stop
    return text[:end].rstrip() + "…"


def fit_apart(texts: Sequence[str], width: int | Sequence[int]) -> list[str]:
    """The texts, cut to width cells such that each still shows where it differs from the one most like it.

    width: of all, or of each.

    Where its beginning would show no difference, the middle is left out: `202…2023-10-31`.
    """
    widths = [width] * len(texts) if isinstance(width, int) else width
    alike = [max(map(partial(_alike, text), texts), default=0) for text in texts]
    return [*map(_cut_before, texts, alike, widths)]


def _alike(one: str, other: str) -> int:
    """How many code points two texts begin with alike; 0 for the same text."""
    if one == other:
        return 0
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _cut_before(text: str, difference: int, width: int) -> str:
    """The text in width cells, with the cluster at a code point (or its last one) among what is left."""
    shown = fit(text, width)
    if shown == text or difference < len(shown) - 1:
        return shown
    starts = [start for start, _, _ in clusters.places(joining.cells_of(clusters.SEPARATORS.sub(" ", text)))]
    head = text[: starts[min(len(starts) - 1, width // 4)]].rstrip() + "…"
    room = width - cell_width(head)
    first = max(0, bisect_right(starts, difference) - 3)  # a little of what goes before
    while first and cell_width(text[starts[first - 1] :]) <= room:
        first -= 1
    return head + fit(text[starts[first] :], room)
