"""Figures drawn as SVG that stands in a page: small, without a script, and sharp on paper.

Scales run from left to right in both languages, as figures do. Words are left to the page, which joins and
turns Arabic letters as the reader's machine does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from coder.agreement.result import Interval, Score

THRESHOLDS = (0.667, 0.800)
_WIDTH, _HEIGHT = 180, 18
_LINE_WIDTH, _LINE_HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 220, 34, 12, 10, 28


def interval_bar(score: Score, interval: Interval, said: str) -> str:
    """A stroke at the score and a bar over its interval, from 0 to 1; what lies below 0 is drawn at its edge.

    An interval without an upper end is drawn pale, as far as 1. said: the figures in words, for those who
    hear the page.
    """
    middle = _HEIGHT / 2
    parts = [f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{middle}" y2="{middle}"/>']
    for threshold in THRESHOLDS:
        x = _across(threshold)
        parts.append(f'<line class="limit" x1="{x}" x2="{x}" y1="0" y2="{_HEIGHT}"/>')
    if interval.lower is not None:
        start, end = _across(interval.lower), _across(1.0 if interval.upper is None else interval.upper)
        kind = "bar open" if interval.upper is None else "bar"
        parts.append(
            f'<rect class="{kind}" x="{start}" y="{middle - 3.5}" width="{end - start:.1f}" height="7"/>'
        )
    if score.value is not None:
        x = _across(score.value)
        parts.append(f'<line class="stroke" x1="{x}" x2="{x}" y1="{middle - 6.5}" y2="{middle + 6.5}"/>')
    return _svg(_WIDTH, _HEIGHT, said, parts, "interval")


def line(names: Sequence[str], rows: Sequence[Sequence[Score]], said: str) -> str:
    """Lines over steps of time, one a row of scores, from 0 to 1; a step without a score breaks its line."""
    span = _LINE_WIDTH - _LEFT - _RIGHT
    tall = _LINE_HEIGHT - _TOP - _BOTTOM

    def place(step: int, value: float) -> tuple[float, float]:
        x = _LEFT + span * (step + 0.5) / len(names)
        return round(x, 1), round(_TOP + tall * (1 - min(1.0, max(0.0, value))), 1)

    parts = []
    for value in (0.0, 0.5, *THRESHOLDS, 1.0):
        y = place(0, value)[1]
        kind = "limit" if value in THRESHOLDS else "axis"
        parts.append(f'<line class="{kind}" x1="{_LEFT}" x2="{_LINE_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{_LEFT - 4}" y="{y + 3}" text-anchor="end">{value:g}</text>')
    for step, name in enumerate(names):
        x = place(step, 0)[0]
        parts.append(f'<text x="{x}" y="{_LINE_HEIGHT - 8}" text-anchor="middle">{name}</text>')
    for number, scores in enumerate(rows):
        known = [(step, score.value) for step, score in enumerate(scores) if score.value is not None]
        for (one, first), (other, second) in pairwise(known):
            if other == one + 1:
                (x1, y1), (x2, y2) = place(one, first), place(other, second)
                parts.append(f'<line class="series s{number}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
        for step, value in known:
            x, y = place(step, value)
            parts.append(f'<circle class="series s{number}" cx="{x}" cy="{y}" r="3.5"/>')
    return _svg(_LINE_WIDTH, _LINE_HEIGHT, said, parts, "line")


def _across(value: float) -> float:
    return round(5 + (_WIDTH - 10) * min(1.0, max(0.0, value)), 1)


def _svg(width: int, height: int, said: str, parts: Sequence[str], kind: str) -> str:
    from markupsafe import escape

    box = f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(said)}"'
    return f'<svg class="{kind}" direction="ltr" {box}>{"".join(parts)}</svg>'
