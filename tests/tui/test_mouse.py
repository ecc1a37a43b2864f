"""What is drawn for a key also takes clicks: filters, tabs, heads, cells, titles and
the help page.
"""

from __future__ import annotations

import pytest
from clicking import click, in_language
from coding_by_keys import Open
from review_by_keys import opened as reviewed

from coder.service.coding.assigned_articles import FILTERS
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.agreement_screen import VIEWS, AgreementScreen
from coder.tui.screens.agreement_views import ValuesView
from coder.tui.screens.article_list import ArticleListScreen
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.history_screen import HistoryScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.text_page import PageScreen
from coder.tui.widgets.rows import SIDEWAYS
from tests.support.at_rest import until


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_every_filter_of_the_articles_is_reached_by_a_click(
    demo: Project, lang: str
) -> None:
    project = in_language(demo, lang)
    async with CoderApp(
        lambda: CodingScreen(project, "you", project.article("004"))
    ).run_test() as pilot:
        await pilot.press("f2")
        page = pilot.app.screen
        assert isinstance(page, ArticleListScreen)
        for name in ("submitted", "to_do", "flag", "all"):
            steps = FILTERS.index(name) - FILTERS.index(page.filter)
            key = " ".join(["tab" if steps > 0 else "shift+tab"] * abs(steps))
            await click(
                pilot, page.bars["filters"], lambda column, key=key: column.key == key
            )
            assert page.filter == name


async def test_the_article_s_title_opens_the_list_of_articles(opened: Open) -> None:
    for size, bar in (((80, 24), "header"), ((120, 40), "title")):
        async with opened(size=size) as (screen, pilot):
            await click(pilot, screen.bars[bar], lambda column: column.key == "f2")
            assert isinstance(pilot.app.screen, ArticleListScreen)


async def test_what_the_help_page_names_is_done_by_a_click(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("?")
        page = pilot.app.screen
        assert isinstance(page, PageScreen)
        pressed = {column.key for row in page.list.rows for column in row if column.key}
        assert {"a", "x", "f5", "ctrl+p", "f6"} <= pressed
        assert "ctrl+l" not in pressed  # works in the record only
        at = next(n for n, row in enumerate(page.list.rows) if row[-1].key == "f5")
        page.list.scroll_to(y=at, animate=False, force=True)
        await pilot.pause()
        await pilot.click(page.list, offset=(20, at - page.list.scroll_offset.y))
        await until(lambda: isinstance(pilot.app.screen, HistoryScreen))
        assert screen in pilot.app.screen_stack


async def test_a_click_beside_the_chooser_leaves_it_unless_something_is_typed(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab", "enter", "n")
        choosing = screen.chooser.asked
        await click(pilot, screen.bars["header"], lambda column: column.key == "f2")
        assert (
            pilot.app.screen is screen and screen.chooser.asked is choosing is not None
        )
        await pilot.press("backspace")
        await click(pilot, screen.bars["header"], lambda column: column.key == "f2")
        assert pilot.app.screen is screen and screen.chooser.asked is None


async def test_a_click_removes_the_message_and_on_a_blank_of_the_footer_does_nothing(
    opened: Open,
) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        await pilot.press("tab", "enter")
        await click(pilot, screen.bars["footer"], lambda column: not column.key)
        assert screen.chooser.asked is not None
        await pilot.press("escape", "tab", "a")
        assert screen.bars["message"].row
        await pilot.click(screen.pane, offset=(20, 1))
        assert not screen.bars["message"].row


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_a_click_on_a_field_s_head_goes_to_its_column(
    demo: Project, lang: str
) -> None:
    project = in_language(demo, lang)
    async with CoderApp(
        lambda: CodingScreen(project, "you", project.article("004"))
    ).run_test() as pilot:
        await pilot.press("e", "f", "f4", "tab")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        for name in (page.table.fields[2], page.table.fields[0]):
            ends = name.label.of(lang).endswith  # a name may begin in the line above
            await click(
                pilot,
                page.bars["head"],
                lambda column, ends=ends: column.text[2:] and ends(column.text[2:]),
            )
            assert page.table.fields[page.column] is name
        first = page.first
        await click(
            pilot,
            page.bars["head"],
            lambda column: column.text == SIDEWAYS[lang == "ar"][1],
        )
        assert page.first > first


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_the_agreement_s_views_and_pairs_of_values_take_clicks(
    demo: Project, lang: str
) -> None:
    async with reviewed(in_language(demo, lang), None, size=(120, 40)) as (_, pilot):
        await pilot.press("f4")
        page = pilot.app.screen
        assert isinstance(page, AgreementScreen)
        await until(lambda: page.is_up_to_date)
        await pilot.press(*["down"] * 3)  # to an act, of which there are a few kinds
        for steps, view in ((2, "coders"), (1, "time"), (-3, "fields"), (1, "values")):
            key = " ".join(["tab" if steps > 0 else "shift+tab"] * abs(steps))
            await click(
                pilot, page.bars["title"], lambda column, key=key: column.key == key
            )
            assert page.shown.view == view in VIEWS
        values = page.view
        assert isinstance(values, ValuesView) and values.two is not None
        names = [row[0].id for row in values.table.rows]  # type: ignore[union-attr]
        third = page.list.rows[1][4]
        await click(pilot, page.list, lambda column: column is third, row=1)
        assert values.two == (names[1], names[2])


async def test_a_click_on_a_coder_s_value_takes_it(demo: Project) -> None:
    async with reviewed(demo, size=(120, 40)) as (screen, pilot):
        assert isinstance(screen, ReviewScreen)
        at = screen.grid.index
        differing = next(
            n
            for n, each in enumerate(screen.grid.rows)
            if each.state == "differs" and n != at
        )
        row, field = screen.grid.firsts[differing], screen.grid.rows[differing].field.id
        row -= screen.grid.list.scroll_offset.y
        await click(pilot, screen.grid.list, lambda column: column.key == "2", row=row)
        assert (
            screen.grid.index == differing and screen.chooser.asked is None
        )  # the first click only goes there
        await click(pilot, screen.grid.list, lambda column: column.key == "2", row=row)
        if screen.chooser.asked is not None:
            await pilot.press("enter")
        decided = screen.work.state.find_decision(screen.grid.cluster_id, field)
        assert decided is not None and screen.work.state.coders[1] in decided.taken_from
