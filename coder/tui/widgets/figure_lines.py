"""Agreement figures as lines of a screen: scales with intervals, shades, figures over
time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from coder.agreement.result import Interval, Score
from coder.report.figure_tables import Cell, Table, words_of
from coder.tui import palette
from coder.tui.widgets.rows import Column, Row, number

_SHADES: Sequence[palette.Role] = (palette.WRONG, palette.PROPOSED, palette.TEXT)
"""For figures below .667, below .800, and from .800 on."""


def months(table: Table, sizes: Sequence[int], cells: int, lang: str) -> list[Row]:
    """Return the figures by month as rows, each drawn on a scale of `cells` cells, if
    any.
    """
    rows = list[Row]()
    rtl = lang == "ar"
    for place, column in enumerate(table.columns):
        if not isinstance(table.rows[0][place], Score):
            continue
        rows.append((Column(f" {column.title(lang)}", 0, palette.KEY),))
        for row in table.rows:
            month, articles = row[:2]
            score = row[place]
            interval = row[place + 1]
            if isinstance(score, Score) and isinstance(interval, Interval):
                rows.append(
                    (
                        Column(f" {month}", sizes[0], palette.DIM),
                        number(f"{articles}", sizes[1], rtl, palette.DIM),
                        number(words_of(score, lang), sizes[2], rtl, shade(score)),
                        Column(f" {ltr(words_of(interval, lang))}", sizes[3]),
                        *(on_scale(score, interval, cells, rtl) if cells else ()),
                    )
                )
    return rows


def heads(titles: Sequence[str], sizes: Sequence[int], rtl: bool) -> list[Column]:
    """Return the titles of columns; those of the second and third end where their
    numbers do.
    """
    pairs = enumerate(zip(titles, sizes, strict=True))
    return [
        number(title, cells, rtl, palette.TITLE)
        if n in (1, 2)
        else Column(f" {title}", cells, palette.TITLE)
        for n, (title, cells) in pairs
    ]


def shade(score: Score) -> palette.Role:
    """Return the role for a figure, by the limits .667 and .800."""
    if score.value is None:
        return palette.DIM
    return _SHADES[(score.value >= 0.667) + (score.value >= 0.800)]


def block(score: Cell) -> str:
    """Return a block character whose fill shows the figure, so that the map is legible
    without colour.
    """
    if not isinstance(score, Score) or score.value is None:
        return ""
    return "░▒▓█"[min(3, max(0, int(score.value * 4)))] + " "


def on_scale(score: Score, interval: Interval, cells: int, rtl: bool) -> list[Column]:
    """Return a figure and its interval, bright on a dim scale from 0 to 1 between two
    blank cells.
    """
    limits = (_cell_of(0.667, cells), _cell_of(0.8, cells))
    line = ["┆" if place in limits else "·" for place in range(cells)]
    if interval.low is not None and interval.high is not None:
        first = _cell_of(interval.low, cells)
        last = _cell_of(interval.high, cells)
        line[first : last + 1] = "━" * (last - first + 1)
    if score.value is not None:
        line[_cell_of(score.value, cells)] = "●"
    runs = [
        (bright, "".join(run)) for bright, run in groupby(line, key="━●".__contains__)
    ]
    marks = [
        Column(ltr(run), len(run), palette.KEY if bright else palette.DIM)
        for bright, run in runs
    ]
    return [Column("", 1), *(reversed(marks) if rtl else marks), Column("", 1)]


def scale_head(cells: int) -> str:
    """Name the ends and the ticks of the scale."""
    line = [" "] * cells
    ends = {
        "0": 0,
        ".667": _cell_of(0.667, cells),
        ".8": _cell_of(0.8, cells) + 1,
        "1": cells - 1,
    }
    for text, last in ends.items():
        line[last - len(text) + 1 : last + 1] = text
    return "".join(line)


def _cell_of(value: float, cells: int) -> int:
    return round((cells - 1) * min(1.0, max(0.0, value)))


def ltr(text: str) -> str:
    """Wrap a figure or scale so that it runs from left to right in both languages."""
    return f"\u2066{text}\u2069" if text else ""
