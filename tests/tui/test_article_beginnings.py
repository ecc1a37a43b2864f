"""Below the articles to review stands how the one under the cursor begins."""

from __future__ import annotations

import pytest
from review_by_keys import opened
from screen_text import ISOLATES, screen_lines

from coder.service.project.opened import Project
from coder.text.display import to_display


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_an_article_to_review_shows_how_it_begins(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, None, size) as (screen, pilot):
        for _ in range(2):
            await pilot.press("down")
            await pilot.pause()
            article = demo.article(screen.waiting.here)
            end = 0
            told = ""
            for start, stop in article.boilerplate:
                told, end = told + article.text[end:start] + "\n", stop
            lines = [line.strip() for line in (told + article.text[end:]).splitlines()]
            paragraph = next(
                line for line in lines if " " in line and line != article.headline
            )
            assert "Skip to main content" not in screen_lines(pilot.app)
            words = " ".join(paragraph.split()[:3])
            shown = "\n".join(screen_lines(pilot.app))
            assert to_display(words, 1) in shown
            *_, (last,) = screen.waiting._beginnings.rows(article.id, size[0], 6)
            assert last.text.translate(ISOLATES).endswith("…")


async def test_the_beginning_is_no_row_of_the_list(demo: Project) -> None:
    async with opened(demo, None, (120, 40)) as (screen, pilot):
        await pilot.press("end")
        await pilot.pause()
        assert screen.waiting.here == screen.waiting.shown[-1].article
        rows = len(screen.waiting.shown)
        assert len(screen.list.rows) > rows + 6
        await pilot.click(screen.list, offset=(5, rows + 4))
        await pilot.pause()
        assert (
            screen.session is None
            and screen.waiting.here == screen.waiting.shown[-1].article
        )
        await pilot.press("down")
        assert screen.waiting.here == screen.waiting.shown[-1].article


async def test_a_list_that_fills_the_screen_shows_no_beginning(demo: Project) -> None:
    async with opened(demo, None, (80, 12)) as (screen, pilot):
        await pilot.pause()
        assert len(screen.list.rows) == len(screen.waiting.shown)


async def test_how_an_article_begins_stands_there_after_a_review_too(
    demo: Project,
) -> None:
    async with opened(demo, None, (80, 24)) as (screen, pilot):
        for key in ("enter", "q"):
            await pilot.press(key)
            await pilot.pause()
        assert screen.session is None
        assert len(screen.list.rows) > len(screen.waiting.shown)
