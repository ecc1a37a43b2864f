"""Where one is can be seen without colour: a sign at the cursor's row, edges around
panes and menus.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, in_record

from coder.service.project.opened import Project
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.keys import by_scope
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.palette_page import PalettePage
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import BELOW
from coder.tui.widgets.rows import PLAIN_THUMB as THUMB  # of 16 colours

HERE = "‹"  # mirrored, as the screens are in Arabic


def row_here(rows: RowList) -> str:
    return rows.render_line(rows.cursor - rows.scroll_offset.y).text


def title(bar: Bar) -> str:
    return bar.render_line(0).text


@pytest.mark.parametrize(
    "keys", ["f2", "a f5", "; x ctrl+s f7", "e f ctrl+s", "e f f4"]
)
async def test_a_sign_stands_at_the_row_under_the_cursor_of_every_list(
    opened: Open, keys: str
) -> None:
    async with opened() as (_, pilot):
        await pilot.press(*keys.split())
        await pilot.pause()
        rows = pilot.app.screen.query_one("#page", RowList)
        assert row_here(rows).endswith(HERE)
        await pilot.press("up" if rows.cursor else "down")
        assert row_here(rows).endswith(HERE)
        drawn = [rows.render_line(y).text for y in range(rows.size.height)]
        assert sum(line.endswith(HERE) for line in drawn) == 1


async def test_a_sign_stands_in_the_cell_under_the_cursor_of_a_table(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("e", "f", "f4", "tab")
        await pilot.pause()
        rows = pilot.app.screen.query_one("#page", RowList)
        assert (
            sum(HERE in rows.render_line(y).text for y in range(rows.size.height)) == 1
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_edge_of_the_pane_with_the_focus_is_thick(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        article = screen.bars["title"] if size[0] == 120 else screen.bars["header"]
        record = screen.bars["tabs"]
        assert "─" in title(record) and "━" not in title(record)
        assert (
            "━" in title(article) if size[0] == 120 else title(article).endswith(HERE)
        )
        await pilot.press("tab")
        await pilot.pause()
        assert "━" in title(record)
        assert "━" not in title(article) and not title(article).endswith(HERE)
        assert screen.pane.size.height >= 12


async def test_escape_once_too_often_stays_in_the_record(opened: Open) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press("\\", "escape", "escape")
        assert screen.focused is screen.form and not screen.highlights.letters


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_grid_and_events_are_told_from_the_article_by_titles(
    demo: Project, size: tuple[int, int]
) -> None:
    screen = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: screen).run_test(size=size) as pilot:
        await pilot.pause()
        assert "━" in title(screen.grid.head)
        assert "─" in title(screen.bars["title"])
        await pilot.press("l")
        await pilot.pause()
        assert "━" in title(screen.grid.events.title)
        assert "━" not in title(screen.grid.head)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (160, 50)])
async def test_the_palette_takes_the_height_that_a_tall_screen_can_spare(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        list_, strips = page.list.region, page._compositor.render_strips()
        lines = [
            strip.crop(list_.x).text for strip in strips[list_.y + 3 : list_.bottom - 2]
        ]
        assert all(line.startswith(("┃ ", f"┃{THUMB}", f"┃{BELOW}")) for line in lines)
        assert page.chooser.lines == (0, list_.height)
        assert list_.height == size[1] - 3 - (2 + size[1] // 4 if size[1] > 30 else 0)
        await pilot.press("escape")
        assert pilot.app.screen is screen


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_no_two_actions_of_a_place_are_told_in_the_same_words(lang: str) -> None:
    for scope, actions in by_scope().items():
        told = [action.help(lang) for action in actions]
        assert len({*told}) == len(told), scope
        assert not any(
            word in sentence
            for sentence in told
            for word in ("previous one", "the same,")
        ), scope


def test_edges_have_the_colour_of_the_title_that_they_go_with() -> None:
    assert palette.DARK[palette.EDGE].color == palette.DARK[palette.FOCUSED].color


async def test_a_submitted_article_opens_at_its_beginning(demo: Project) -> None:
    screen = CodingScreen(demo, "amal", demo.article("001"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert screen.session.submitted and screen.record.event_id == "e1"
        assert screen.pane.kinds.is_done  # nothing is left to decide
        assert (
            screen.highlights.current == screen.highlights.marks[0]
            and screen.pane.scroll_offset.y == 0
        )


async def test_the_header_of_an_article_that_is_not_assigned_says_what_is_left(
    demo: Project,
) -> None:
    demo.add_person("dina", "coder")
    screen = CodingScreen(demo, "dina", demo.article("003"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert screen.bars["header"].render_line(0).cell_length == 120
        header = title(screen.bars["header"])
        assert (
            "dina" in header
            and str(screen.highlights.undecided) in header
            and "ﺩ 0" in header
        )
