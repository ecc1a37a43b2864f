"""The history of a coding and the times spent on it, with the way back: by keys, state
and messages.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from coding_by_keys import Open, Opened, go_to_field, stored
from screen_text import ISOLATES, message, screen_lines

from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.history_screen import HistoryScreen


async def three_decisions(opening: Opened) -> Opened:
    screen, pilot = opening
    for _ in range(3):
        await pilot.press("x")
    return screen, pilot


async def test_the_history_goes_back_to_a_point_and_redo_does_each_again(
    opened: Open,
) -> None:
    async with opened() as opening:
        screen, pilot = await three_decisions(opening)
        last = screen.session.coding
        await pilot.press("f5")
        page = pilot.app.screen
        assert isinstance(page, HistoryScreen) and len(page.steps) == 4 and page.at == 0
        first = last.spans[0]
        words = "".join(column.text for column in page.rows[2]).translate(ISOLATES)
        assert f"رفض {_kind(screen, first.kind)} «{first.quote}»" in words
        await pilot.press("down", "down", "enter")
        assert pilot.app.screen is screen and len(screen.session.coding.spans) == 1
        assert message(screen).startswith("عدد ما تراجعت عنه من تغييرات: 2")
        await pilot.press("ctrl+y", "ctrl+y")
        assert screen.session.coding == last == stored(screen)
        await pilot.press("f5", "end", "enter")
        assert screen.session.coding.spans == () and stored(screen) is None
        await pilot.press("f5", "home", "enter")
        assert (
            message(screen).startswith("تغييرات أُعيدت: 3")
            and screen.session.coding == last
        )


def _kind(screen: CodingScreen, kind_id: str) -> str:
    return screen.codebook.span_kind(kind_id).label.ar


@pytest.mark.parametrize("minutes", [0, 1])
async def test_a_column_for_minutes_is_there_only_if_a_change_took_some(
    opened: Open, minutes: int
) -> None:
    async with opened() as (screen, pilot):
        store, began = (
            screen.session.project.store,
            datetime(2026, 11, 21, 9, tzinfo=UTC),
        )
        for change in range(2):
            store.clock = lambda n=change: began + timedelta(minutes=n * minutes)
            await pilot.press("x")
            assert stored(screen) is not None
        await pilot.press("f5")
        page = pilot.app.screen
        assert isinstance(page, HistoryScreen)
        places = {
            [bool(column.width) for column in row].index(False) - len(row)
            for row in page.rows
        }
        assert places == {-1 - minutes}  # of the text, which takes the rest of the row


async def test_what_is_gone_is_shown_and_not_gone_to(opened: Open) -> None:
    async with opened() as opening:
        screen, pilot = await three_decisions(opening)
        await pilot.press("z", "x", "f5", "down", "enter")
        page = pilot.app.screen
        assert isinstance(page, HistoryScreen) and page.steps[1].state == "gone"
        assert message(page).startswith("تُراجع عن هذا ثم أُجريت")
        await pilot.press("tab")
        assert [column.text for column in page.list.rows[0]][1] == "تعليم المقاطع"
        assert "Enter" not in footer(page)  # among the times there is nothing to go to
        await pilot.press("tab")
        assert "Enter" in footer(page)
        await pilot.press("escape")
        assert pilot.app.screen is screen


def footer(page: HistoryScreen) -> str:
    return "".join(column.text for column in page.bars["footer"].row)


async def test_a_submitted_coding_shows_its_history_and_does_not_change(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = screen.session.coding
        await pilot.press("f5")
        assert isinstance(pilot.app.screen, HistoryScreen)
        await pilot.press("enter")
        await pilot.press("escape", "f4", "f4", "d")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        assert screen.session.coding == before


async def test_on_a_narrow_screen_a_blank_stands_between_a_field_and_its_changes(
    opened: Open,
) -> None:
    async with opened(size=(40, 16)) as (screen, pilot):
        await pilot.press("tab")
        await go_to_field(screen, pilot, "outlet")
        await pilot.press(*"abc", "enter", "f5", "tab")
        await pilot.pause()
        line = screen_lines(pilot.app)[1]
        assert (
            to_display("الوسيلة الناشرة", 1) in line
            and f"{to_display('تغييرات', 1)} " in line
        )
