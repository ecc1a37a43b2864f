"""How far letters stand out from their ground: Web Content Accessibility Guidelines
2.1, section 1.4.3.
"""

from __future__ import annotations

from rich.color import Color
from rich.style import Style

from coder.tui.app import CoderApp

ENOUGH = 4.5  # level AA for text of ordinary size
_LINES = " │┃▌▐▏─━┏┓┗┛╭╮╰╯█"  # no letters


def luminance(colour: Color) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = (part / 255 for part in colour.get_truecolor())
    red, green, blue = (
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """Of a style's two colours, from 1 to 21."""
    assert style.color is not None
    assert style.bgcolor is not None
    lighter, darker = sorted(
        (luminance(style.color), luminance(style.bgcolor)), reverse=True
    )
    return (lighter + 0.05) / (darker + 0.05)


def least(app: CoderApp) -> float:
    """That of the letters on the screen that stand out least; 21 where all colours are
    the terminal's own.
    """
    segments = (
        segment for strip in app.screen._compositor.render_strips() for segment in strip
    )
    styles = {
        segment.style
        for segment in segments
        if segment.style and segment.text.strip(_LINES)
    }
    own = (
        s
        for s in styles
        if s.color and s.bgcolor and not (s.color.is_default or s.bgcolor.is_default)
    )
    return min(map(contrast, own), default=21)
