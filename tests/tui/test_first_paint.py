"""The first paint: the same letters at the same cells as the screen that follows, and no error hidden."""

from __future__ import annotations

import io
from pathlib import Path

import pyte
import pytest

from coder.service.project.config import opening_text
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.first_paint import (
    GUTTER,
    MARGIN,
    article_size,
    first_paint,
    restore_terminal,
)
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.terminal import Terminal


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_what_is_painted_first_is_what_the_screen_shows(
    demo: Project, size: tuple[int, int]
) -> None:
    look = opening_text(demo.config.folder, "you", "001")
    assert look is not None
    out = io.StringIO()
    first_paint(*look, *size, Terminal("xterm"), True, out)
    terminal = pyte.Screen(*size)
    pyte.Stream(terminal).feed(out.getvalue())
    screen = CodingScreen(demo, "you", demo.article("001"))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        pane = screen.pane.region
        drawn = [screen.pane.render_line(y).text for y in range(pane.height)]
    left, top, width, height = article_size(*size)
    assert (left, top, width, height) == (pane.x, pane.y, pane.width, pane.height)
    for row in range(top, top + height):
        ours = terminal.display[row][left + MARGIN : left + width - GUTTER].rstrip()
        theirs = drawn[row - top][MARGIN:].rstrip()[: len(ours)]
        assert ours == theirs or not ours


def test_the_next_assigned_article_is_looked_at(demo: Project) -> None:
    from coder.service.coding.session import next_article

    look = opening_text(demo.config.folder, "you", None)
    assert look == (demo.article(next_article(demo, "you")).text, 0)


@pytest.mark.parametrize(
    ("coder", "article"),
    [("amal", None), ("you", "nothing"), ("you", "00"), ("nobody", None)],
)
def test_what_is_unusual_is_left_to_the_program(
    demo: Project, coder: str, article: str | None
) -> None:
    assert opening_text(demo.config.folder, coder, article) is None


def test_no_project_and_a_broken_one_are_left_to_the_program(tmp_path: Path) -> None:
    assert opening_text(tmp_path, "you", None) is None
    (tmp_path / "coder.toml").write_text('database = "sqlite:///coder.db"\n')
    (tmp_path / "coder.db").write_text("no database")
    assert opening_text(tmp_path, "you", None) is None


def test_the_screen_is_given_back() -> None:
    out = io.StringIO()
    restore_terminal(Terminal("xterm"), out)
    assert out.getvalue().endswith("\x1b[?1049l")
