"""Figures drawn as inline SVG: small, without scripts, and sharp when printed.

Scales run from left to right in both languages, as figures do. Drawings contain no
words: shaping and ordering Arabic is left to the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import escape

from coder.agreement.result import Interval, Score

THRESHOLDS = (0.667, 0.800)
_WIDTH = 180
_HEIGHT = 18
_LINE_WIDTH = 640
_LINE_HEIGHT = 220
_LEFT = 34
_RIGHT = 12
_TOP = 10
_BOTTOM = 28


def interval_bar(
    score: Score, interval: Interval, lower_bound: Score, description: str
) -> str:
    """Draw a score from 0 to 1 as a stroke, its interval as a bar, its lower bound as a
    short line.

    Values below 0 are drawn at 0. description: for screen readers.
    """
    middle = _HEIGHT / 2
    parts = [f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{middle}" y2="{middle}"/>']
    for threshold in THRESHOLDS:
        x = _across(threshold)
        parts.append(f'<line class="limit" x1="{x}" x2="{x}" y1="0" y2="{_HEIGHT}"/>')
    if interval.low is not None and interval.high is not None:
        start = _across(interval.low)
        width = _across(interval.high) - start
        parts.append(
            f'<rect class="bar" x="{start}" y="{middle - 3.5}" width="{width:.1f}" height="7"/>'
        )
    if lower_bound.value is not None:
        x = _across(lower_bound.value)
        parts.append(
            f'<line class="bound" x1="{x}" x2="{x}" y1="{middle - 3.5}" y2="{middle + 3.5}"/>'
        )
    if score.value is not None:
        x = _across(score.value)
        parts.append(
            f'<line class="stroke" x1="{x}" x2="{x}" y1="{middle - 6.5}" y2="{middle + 6.5}"/>'
        )
    return _svg(_WIDTH, _HEIGHT, description, parts, "interval")


def line(
    names: Sequence[str], rows: Sequence[Sequence[Score]], description: str
) -> str:
    """Draw a line over time for each row of scores, from 0 to 1, with gaps at steps
    without a score.
    """
    width = _LINE_WIDTH - _LEFT - _RIGHT
    height = _LINE_HEIGHT - _TOP - _BOTTOM

    def place(step: int, value: float) -> tuple[float, float]:
        x = _LEFT + width * (step + 0.5) / len(names)
        return round(x, 1), round(_TOP + height * (1 - min(1.0, max(0.0, value))), 1)

    parts = []
    for value in (0.0, 0.5, *THRESHOLDS, 1.0):
        y = place(0, value)[1]
        kind = "limit" if value in THRESHOLDS else "axis"
        parts.append(
            f'<line class="{kind}" x1="{_LEFT}" x2="{_LINE_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        )
        parts.append(
            f'<text x="{_LEFT - 4}" y="{y + 3}" text-anchor="end">{value:g}</text>'
        )
    for step, name in enumerate(names):
        x = place(step, 0)[0]
        parts.append(
            f'<text x="{x}" y="{_LINE_HEIGHT - 8}" text-anchor="middle">{name}</text>'
        )
    for number, scores in enumerate(rows):
        known = [
            (step, score.value)
            for step, score in enumerate(scores)
            if score.value is not None
        ]
        for (one, first), (other, second) in pairwise(known):
            if other == one + 1:
                x1, y1 = place(one, first)
                x2, y2 = place(other, second)
                parts.append(
                    f'<line class="series s{number}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
                )
        for step, value in known:
            x, y = place(step, value)
            parts.append(
                f'<circle class="series s{number}" cx="{x}" cy="{y}" r="3.5"/>'
            )
    return _svg(_LINE_WIDTH, _LINE_HEIGHT, description, parts, "line")


def _across(value: float) -> float:
    return round(5 + (_WIDTH - 10) * min(1.0, max(0.0, value)), 1)


def _svg(
    width: int, height: int, description: str, parts: Sequence[str], kind: str
) -> str:
    attributes = (
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(description)}"'
    )
    return f'<svg class="{kind}" direction="ltr" {attributes}>{"".join(parts)}</svg>'
