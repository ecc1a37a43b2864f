"""The coding screen, open on a sample article."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from coding_by_keys import Open, Opened

from coder.service.project import Project
from coder.tui.app import CoderApp
from coder.tui.screens.coding import CodingScreen


@pytest.fixture
def opened(demo: Project) -> Open:
    @asynccontextmanager
    async def run(article: str = "004", size: tuple[int, int] = (80, 24)) -> AsyncIterator[Opened]:
        screen = CodingScreen(demo, "you", demo.article(article))
        app = CoderApp(lambda: screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield screen, pilot

    return run
