"""What a screen shows, as lines of text."""

from __future__ import annotations

from textual.app import App


def screen_lines(app: App[None]) -> list[str]:
    """The screen's lines as drawn, without styles."""
    width, height = app.size
    lines = []
    for strips in app.screen._compositor.render_strips():
        lines.append("".join(segment.text for segment in strips)[:width])
    return lines[:height]
