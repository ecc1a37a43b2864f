"""Makes docs/screen.svg anew: python -m tests.support.make_picture.

Each cell is an SVG text of its own, so that no viewer reorders or joins it again.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from html import escape
from pathlib import Path

from rich.segment import Segment

from coder.service.sample_project import VISITOR, make_demo
from coder.text.clusters import clusters
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

PICTURE = Path(__file__).parents[2] / "docs" / "screen.svg"
SIZE = (120, 34)
CELL, LINE = 9, 20
KEYS = [
    "e",
    "f",
    "left",
    "left",
    "left",
    "left",
    "a",
    "left",
    "left",
    "tab",
    "down",
    "down",
]


def svg_of(app: CoderApp) -> str:
    """The screen as drawn: a rectangle per coloured run, a text per cell."""
    width, height = app.size
    ground = _hex(app.colours.base.bgcolor, "#121212")
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * CELL} {height * LINE}" '
        f'font-family="DejaVu Sans Mono, monospace" font-size="14">',
        f'<rect width="{width * CELL}" height="{height * LINE}" fill="{ground}"/>',
    ]
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            x += _segment(segment, x, y, out)
    return "\n".join([*out, "</svg>", ""])


def _segment(segment: Segment, x: int, y: int, out: list[str]) -> int:
    cells = clusters(segment.text)
    width = sum(cell.width for cell in cells)
    style = segment.style
    ink, paper = "#d8d8d8", ""
    extra = ""
    if style is not None:
        ink = _hex(style.color, ink)
        paper = _hex(style.bgcolor, "")
        if style.reverse:
            ink, paper = paper or "#15181e", ink
        extra += ' font-weight="bold"' if style.bold else ""
        lines = (
            ("underline", style.underline or style.underline2),
            ("line-through", style.strike),
        )
        decoration = " ".join(name for name, on in lines if on)
        extra += f' text-decoration="{decoration}"' if decoration else ""
        extra += ' opacity="0.6"' if style.dim else ""
    if paper:
        out.append(
            f'<rect x="{x * CELL}" y="{y * LINE}" width="{width * CELL}" height="{LINE}" fill="{paper}"/>'
        )
    at = x
    for cell in cells:
        glyph = segment.text[cell.start : cell.end]
        if not glyph.isspace():
            place = (
                f'x="{at * CELL}" y="{y * LINE + 15}" textLength="{cell.width * CELL}"'
            )
            fitted = f'{place} lengthAdjust="spacingAndGlyphs" fill="{ink}"{extra}'
            out.append(f"<text {fitted}>{escape(glyph)}</text>")
        at += cell.width
    return width


def _hex(colour: object, default: str) -> str:
    triplet = getattr(colour, "triplet", None)
    return triplet.hex if triplet is not None else default


async def picture() -> str:
    """The coding screen at work on a sample article."""
    with tempfile.TemporaryDirectory() as folder:
        project = make_demo(Path(folder) / "project", lambda _: None)[0]
        screen = CodingScreen(project, VISITOR, project.article("004"))
        app = CoderApp(lambda: screen)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            for key in KEYS:
                await pilot.press(key)
            await pilot.pause()
            drawn = svg_of(app)
        project.close()
        return drawn


if __name__ == "__main__":
    os.environ.update(
        TERM="xterm-256color", COLORTERM="truecolor"
    )  # wherever it is made
    os.environ.pop("NO_COLOR", None)
    PICTURE.write_text(asyncio.run(picture()), "utf-8")
