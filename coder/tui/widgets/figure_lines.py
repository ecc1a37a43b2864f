"""Figures on the lines of a screen: scales with intervals, shades, steps of time."""

from __future__ import annotations

from collections.abc import Sequence

from coder.agreement.result import Interval, Score
from coder.report.figure_tables import Cell, Table, words_of
from coder.tui import palette
from coder.tui.sentences import say
from coder.tui.widgets.rows import Column, Row

_DARK: Sequence[palette.Role] = (palette.WRONG, palette.PROPOSED, palette.GOOD)
"""Of figures below .667, below .800, and from there on."""


def steps(table: Table, sizes: Sequence[int], cells: int, lang: str) -> list[Row]:
    """The figures over time, step by step, each drawn on a scale of so many cells."""
    rows: list[Row] = []
    for place in [p for p, c in enumerate(table.columns) if not c.name.endswith("interval")][3:]:
        rows.append((Column(f" {table.columns[place].title(lang)}", 0, palette.KEY),))
        for row in table.rows:
            score, interval = row[place], row[place + 1]
            if isinstance(score, Score) and isinstance(interval, Interval):
                rows.append((
                    Column(f" {row[0]}", sizes[0], palette.DIM), Column(f" {row[2]}", sizes[1], palette.DIM),
                    Column(f" {words_of(score, lang)}", sizes[2], shade(score)),
                    Column(f" {ltr(words_of(interval, lang))}", sizes[3]),
                    Column(ltr(drawn(score, interval, cells)), 0, palette.KEY),
                ))  # fmt: skip
    return rows


def changes_told(table: Table, lang: str) -> list[tuple[str, str]]:
    """What changed over time, as paragraphs without headings."""
    told = []
    for row in table.rows:
        what, day, before, after, _, interval, _ = (words_of(cell, lang) for cell in row)
        values = {"what": what, "day": day, "before": before, "after": after, "interval": interval}
        told.append(("", say(lang, "agreement_changed", **values)))
    return told + [("", note.of(lang)) for note in table.notes]


def times(row: Sequence[Cell], i: int, j: int) -> float:
    """How many pairs of these values there are, each counted once."""
    count = row[j + 1]
    return (count if isinstance(count, int | float) else 0.0) / (2 if i == j else 1)


def shade(score: Score) -> palette.Role:
    """The look of a figure: below .667, below .800, and from there on."""
    if score.value is None:
        return palette.DIM
    return _DARK[(score.value >= 0.667) + (score.value >= 0.800)]


def block(score: Cell) -> str:
    """A block as full as the figure is high, so that the map is read without colour."""
    if not isinstance(score, Score) or score.value is None:
        return ""
    return "░▒▓█"[min(3, max(0, int(score.value * 4)))] + " "


def drawn(score: Score, interval: Interval, cells: int) -> str:
    """The scale from 0 to 1 with the interval and the figure on it; one without an upper end goes on to 1."""
    line = [*scale(cells)]
    if interval.lower is not None:
        end = 1.0 if interval.upper is None else interval.upper
        line[_on(interval.lower, cells) : _on(end, cells) + 1] = "━" * (
            _on(end, cells) - _on(interval.lower, cells) + 1
        )
    if score.value is not None:
        line[_on(score.value, cells)] = "●"
    return "".join(line)


def scale(cells: int) -> str:
    """The empty scale from 0 to 1, with signs at .667 and .800."""
    limits = (_on(0.667, cells), _on(0.8, cells))
    return "".join("┆" if place in limits else "·" for place in range(cells))


def _on(value: float, cells: int) -> int:
    return round((cells - 1) * min(1.0, max(0.0, value)))


def ltr(text: str) -> str:
    """Figures and scales run from left to right in both languages."""
    return f"\u2066{text}\u2069" if text else ""
