"""The review screen opened on an article of the sample project, what it says, and the
gold that is stored.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from coder.model import Coding
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.speaking_screen import SpeakingScreen

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


@asynccontextmanager
async def opened(
    demo: Project, article: str | None = "004", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ReviewScreen, Pilot[None]]]:
    """article: None for the queue."""
    screen = ReviewScreen(demo, "salma", article)
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield screen, pilot


def bar(screen: SpeakingScreen[object], name: str) -> str:
    """The words of one of its bars."""
    return "".join(column.text for column in screen.bars[name].row).translate(ISOLATES)


def gold(screen: ReviewScreen) -> Coding:
    """The article's gold as it is stored."""
    screen.work.writer.flush()
    with screen.project.store.read() as queries:
        found = queries.gold(screen.work.article.id)
    assert found is not None
    return found
