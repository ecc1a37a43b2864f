"""The page that says why a highlight or a field's value is suggested."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to
from msgspec.structs import replace
from screen_text import ISOLATES, message, screen_lines
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.text_page import PageScreen


def page_words(pilot: Pilot[None]) -> str:
    """All words of the open page, its title first."""
    page = pilot.app.screen
    assert isinstance(page, PageScreen)
    rows = [*page.title_bar.row, *(column for row in page.list.rows for column in row)]
    joined = " ".join(column.text for column in rows).translate(ISOLATES)
    return " ".join(joined.split())


async def go_to_field(screen: CodingScreen, pilot: Pilot[None], name: str) -> None:
    """Move down in the record to a field."""
    while screen.record.row.field.id != name:
        await pilot.press("down")


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_page_explains_the_highlight(
    demo: Project, opened: Open, size: tuple[int, int]
) -> None:
    demo.config = replace(demo.config, language="en")
    async with opened("001", size=size) as (screen, pilot):
        await go_to(screen, pilot, "أوامر", "trigger")
        await pilot.press("!")
        await pilot.pause()
        words = page_words(pilot)
        assert words.startswith("Why it is suggested trigger «أوامر» 139–144")
        assert "by the listed word noun:أوامر tells an event" in words
        assert "row light-doer-in-front [^ auxiliary*" in words
        assert "nearly Initiators: «قواتها»" in words
        assert "Esc" in screen_lines(pilot.app)[-1]
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_a_page_explains_other_candidates(demo: Project, opened: Open) -> None:
    demo.config = replace(demo.config, language="en")
    async with opened("001") as (screen, pilot):
        await go_to(screen, pilot, "قيادة الميليشيات الإيرانية", "actor")
        await pilot.press("!")
        await pilot.pause()
        words = page_words(pilot)
        assert "from the lexicon: lexicon:iran_backed (score 0.95)" in words
        assert "trigger «أوامر»" in words


async def test_a_page_explains_the_field_alone(demo: Project, opened: Open) -> None:
    demo.config = replace(demo.config, language="en")
    async with opened("001") as (screen, pilot):
        await go_to(screen, pilot, "أوامر", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press("!")
        await pilot.pause()
        words = page_words(pilot)
        assert words.startswith("Why it is suggested · Initiators")
        assert "from «قيادة الميليشيات الإيرانية», row light-doer-in-front" in words
        assert "Act spoken about" not in words


async def test_an_article_field_is_explained_by_no_act(opened: Open) -> None:
    async with opened("001") as (screen, pilot):
        await pilot.press("tab", "!")
        assert pilot.app.screen is screen and message(screen)


async def test_the_blind_sample_explains_nothing(demo: Project, opened: Open) -> None:
    demo.config = replace(demo.config, language="en")
    with demo.store.begin("setup") as work:
        work.make_blind([(demo.article("001").id, "you")])
    async with opened("001") as (screen, _):
        assert screen.session.explain(139).triggers == ()


async def test_the_page_is_in_arabic_too(opened: Open) -> None:
    async with opened("001") as (screen, pilot):
        await go_to(screen, pilot, "أوامر", "trigger")
        await pilot.press("!")
        await pilot.pause()
        words = page_words(pilot)
        assert words.startswith("سبب الاقتراح فعل دالّ «أوامر» 139–144")
        assert "يدل على حدث" in words
