"""What came with an article stands in the header and the list, is found there, is taken
with one key.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from screen_text import screen_lines

from coder.model import Article
from coder.service.project.opened import Project, create_project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

KNOWN = {
    "title": "Air raid",
    "published": "2024-03-05T10:00:00",
    "outlet": "Sana",
    "section": "world",
}
LONG = {**KNOWN, "title": "Air raid " * 20}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project", language="en")
    made.add_person("you", "coder")
    text = "قُتل ثلاثة أشخاص أمس في غارة على حلب."
    with made.store.begin("setup") as work:
        work.add_articles(
            [Article("a1", text, metadata=KNOWN), Article("a2", text, metadata=LONG)]
        )
        work.assign([("a1", "you", "production", 0), ("a2", "you", "production", 1)])
    yield made
    made.close()


@pytest.mark.parametrize(("size", "line"), [((80, 24), 0), ((160, 50), 2)])
@pytest.mark.parametrize("article", ["a1", "a2"])
async def test_the_header_tells_the_day(
    project: Project, size: tuple[int, int], line: int, article: str
) -> None:
    screen = CodingScreen(project, "you", project.article(article))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        head = screen_lines(app)[line]
        assert "Air raid" in head and "2024-03-05" in head
        await pilot.press("f2", *"world sana")
        await pilot.pause()
        place = {"a1": "1 of 2", "a2": "2 of 2"}[article]  # both are found
        assert place in "\n".join(screen_lines(app)) and "Sana" in "\n".join(
            screen_lines(app)
        )


async def test_what_is_proposed_is_taken_with_one_key(project: Project) -> None:
    screen = CodingScreen(project, "you", project.article("a1"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "down", "down")
        assert (
            screen.record.row.field.id == "pub_date"
            and screen.record.row.state == "proposed"
        )
        await pilot.press("space")
        assert screen.session.coding.answer("pub_date").value["start"] == "2024-03-05"
        assert screen.session.coding.answer("pub_date").coded
