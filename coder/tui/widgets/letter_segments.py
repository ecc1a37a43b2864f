"""Letters in their styles as segments that Textual can cut."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from coder.tui import palette
from coder.tui.palette import Theme


def letter_segments(runs: Sequence[tuple[str, Style]], theme: Theme) -> list[Segment]:
    """Join neighbours of the same style into segments; a letter with combining marks
    gets its own.

    Textual cuts strips by Rich's character widths, which would split a letter from its
    marks in a segment.
    """
    out: list[Segment] = []
    base = theme.base
    text = ""
    last = theme[palette.TEXT]
    alone = False
    for glyph, style in runs:
        single = len(glyph) == 1 or not glyph.strip()
        if style is last and single and not alone:
            text += glyph
            continue
        if text:
            out.append(Segment(text, base + last))
        text = glyph
        last = style
        alone = not single
    if text:
        out.append(Segment(text, base + last))
    return out
