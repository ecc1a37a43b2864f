"""Makes docs/screens/*.webp anew: python -m tests.support.make_sheets [FOLDER SIZES
LANGUAGES THEMES].

Each sheet holds every screen of the demo project in one theme; without words of the
command line the sheets of the documentation, else one for each combination, as
`80x24,160x50 ar,en dark,light`. The theme `none` is a terminal without colour. Chromium
makes the pictures.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

from textual.screen import Screen

from coder.service.project.config import first_time
from coder.service.project.opened import Project, open_project
from coder.service.sample_project import VISITOR, make_demo
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.self_test import DoctorScreen
from coder.tui.screens.tour_screens import GuidedCoding
from coder.tui.tour_steps import Tour
from tests.support.at_rest import at_rest
from tests.support.contrast import least
from tests.support.make_picture import CELL, LINE, svg_of

SHEETS = Path(__file__).parents[2] / "docs" / "screens"
IN_DOCS = (
    ("dark", "120x40", "en"),
    ("light", "160x50", "ar"),
    ("high-contrast", "80x24", "ar"),
    ("colour-blind", "160x50", "en"),
    ("none", "80x24", "en"),
)
CODING, REVIEW, DOCTOR, TOUR = "coding", "review", "doctor", "tour"
SCENES: Mapping[str, tuple[str, str]] = {
    "article": (CODING, "left left"),
    "event": (CODING, "e f"),
    "field": (CODING, "e f tab down down"),
    "value": (CODING, "e f tab down down enter"),
    "definition": (CODING, "e f tab down down ="),
    "letters": (CODING, "\\"),
    "drawing": (CODING, "v + +"),
    "dimmed": (CODING, "e f f3"),
    "missing": (CODING, "e f ctrl+s"),
    "events": (CODING, "e f ctrl+down e f f4"),
    "table": (CODING, "e f ctrl+down e f f4 tab"),
    "history": (CODING, "e f a left x f5"),
    "time": (CODING, "e f a left x f5 tab"),
    "articles": (CODING, "f2"),
    "comments": (CODING, "; h i ctrl+s f7"),
    "help": (CODING, "?"),
    "palette": (CODING, "ctrl+p"),
    "themes": (CODING, "f6"),
    "queue": (REVIEW, ""),
    "grid": (REVIEW, "enter a n"),
    "reasons": (REVIEW, "enter a n 1"),
    "agreement": (REVIEW, "f4"),
    "questions": (REVIEW, "f7"),
    "self-test": (DOCTOR, ""),
    "tour": (TOUR, "left a"),
}
SCALE, COLUMNS = 0.36, 4
_CHROMIUM = (
    *(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ),
)


def _screen(kind: str, project: Project, language: str) -> Callable[[], Screen[object]]:
    work = project, VISITOR, project.article("004")
    if kind == TOUR:
        return lambda: GuidedCoding(Tour("coder"), *work)
    if kind == CODING:
        return lambda: CodingScreen(*work)
    return lambda: (
        ReviewScreen(project, "salma")
        if kind == REVIEW
        else DoctorScreen(language, tashkeel=True)
    )


async def drawn(
    made_demo: Path, scene: str, size: tuple[int, int], language: str, theme: str
) -> tuple[str, float]:
    """A scene as SVG, and the contrast of what can be read worst on it."""
    kind, keys = SCENES[scene]
    with tempfile.TemporaryDirectory() as folder:
        settings = shutil.copytree(made_demo, Path(folder) / "project") / "coder.toml"
        settings.write_text(
            settings.read_text("utf-8").replace('"ar"', f'"{language}"'), "utf-8"
        )
        project = open_project(settings.parent)
        app = CoderApp(
            _screen(kind, project, language), theme="dark" if theme == "none" else theme
        )
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for key in keys.split():
                await pilot.press(key)
            await at_rest()
            await pilot.pause(0.1)
            found = svg_of(app), least(app)
        project.close()
    return found


def sheet(
    to: Path,
    made_demo: Path,
    scenes: list[str],
    size: tuple[int, int],
    language: str,
    theme: str,
) -> None:
    """All scenes beside each other, each with its name."""
    os.environ.pop("NO_COLOR", None)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    if theme == "none":
        os.environ["NO_COLOR"] = "1"
    width, height = (
        round(cells * pixels * SCALE)
        for cells, pixels in zip(size, (CELL, LINE), strict=True)
    )
    columns = min(len(scenes), max(2, round(COLUMNS * 120 / size[0])))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cells, worst = [], 21.0
        for scene in scenes:
            svg, contrast = asyncio.run(drawn(made_demo, scene, size, language, theme))
            worst = min(worst, contrast)
            (folder / f"{scene}.svg").write_text(svg, "utf-8")
            cells.append(
                f"<figure>{scene}<br><img src='{scene}.svg' width={width} height={height}></figure>"
            )
        rows = -(-len(scenes) // columns)
        style = "body{margin:4px;background:#555;color:#fff;font:12px sans-serif}figure{float:left;margin:4px}"
        (folder / "sheet.html").write_text(
            f"<style>{style}</style>{''.join(cells)}", "utf-8"
        )
        window = f"--window-size={columns * (width + 8) + 8},{rows * (height + 24) + 8}"
        asked = (
            f"--user-data-dir={folder}",
            window,
            f"--screenshot={to}",
            f"file://{folder}/sheet.html",
        )
        subprocess.run(
            [*_CHROMIUM, *asked], check=True, capture_output=True, timeout=300
        )
    print(f"{to.name}: contrast of all text at least {worst:.2f}")


def main(words: list[str]) -> None:
    """The sheets that the words ask for, those of the documentation where there are
    none.
    """
    to = Path(words[0]) if words else SHEETS
    to.mkdir(parents=True, exist_ok=True)
    sizes, languages, themes = (
        (word.split(",") for word in words[1:4]) if words else ([], [], [])
    )
    scenes = words[4].split(",") if words[4:] else [*SCENES]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = (
            folder  # a person's own language or theme would take precedence
        )
        for screen in (CodingScreen, ReviewScreen):
            first_time(f"advice_{screen.TOUR}")  # so that no picture shows it
        project, _ = make_demo(Path(folder) / "project", lambda _: None)
        project.close()
        for theme, size, language in (
            product(themes, sizes, languages) if words else IN_DOCS
        ):
            columns, rows = map(int, size.split("x"))
            name = f"{theme}-{size}-{language}.webp"
            sheet(
                to / name,
                Path(folder) / "project",
                scenes,
                (columns, rows),
                language,
                theme,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
