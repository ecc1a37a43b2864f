"""The language of the screens is changed while they run; nothing else changes."""

from __future__ import annotations

import re

from coding_by_keys import Open, go_to_field, in_record
from review_by_keys import opened as review
from screen_text import screen_lines

from coder.service.project.config import read, user_view
from coder.service.project.opened import Project
from coder.tui.screens.palette_page import PalettePage
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.row_list import RowList


def rest(screen: WorkScreen) -> str:
    """What stands on the screen beside the article: Arabic there is a word of the
    article or a fault.
    """
    columns = [
        column
        for name in ("header", "footer", "message", "info")
        for column in screen.bars[name].row
    ]
    return " ".join(column.text for column in columns)


async def test_all_that_is_read_follows_at_once_and_nothing_is_lost(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        await go_to_field(screen, pilot, "certainty")
        await pilot.press("1")
        coding, at, event = (
            screen.session.coding,
            screen.record.index,
            screen.record.event_id,
        )
        current, scrolled = screen.highlights.current, screen.pane.scroll_offset
        before = screen_lines(pilot.app)
        assert screen.lang == "ar" and screen.rtl
        await pilot.press("f12")
        await pilot.pause()
        assert (screen.lang, user_view().language) == ("en", "en")
        assert not any(
            widget.rtl
            for widget in screen.query("*")
            if isinstance(widget, Bar | RowList)
        )
        assert "English" in rest(screen) and not re.search("[ء-ي]", rest(screen))
        assert screen.panel.title.row[0].text == f" {screen.record.row.field.label.en}"
        assert any(
            "Certainty" in column.text for row in screen.form.rows for column in row
        )
        now = (screen.session.coding, screen.record.index, screen.record.event_id)
        assert now == (coding, at, event) and screen.form.has_focus
        assert (screen.highlights.current, screen.pane.scroll_offset) == (
            current,
            scrolled,
        )
        await pilot.press("f12")
        await pilot.pause()
        assert screen_lines(pilot.app)[:-3] == before[:-3]
        await pilot.press("ctrl+z")
        answers = [
            each.events[0].answer("certainty").value
            for each in (coding, screen.session.coding)
        ]
        assert answers[0] != answers[1]


async def test_the_palette_finds_it_in_either_language_and_a_page_leaves_it_to_the_screen_below(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p", *"language", "enter")
        await pilot.pause()
        assert screen.lang == "en"
        await pilot.press("ctrl+p", *"اللغة")
        assert isinstance(pilot.app.screen, PalettePage)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.lang == "ar"
        await pilot.press("f5", "f12")  # the history
        assert screen.lang == "ar"


async def test_it_is_kept_for_the_person_above_what_the_project_says(
    opened: Open, demo: Project
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f12")
    again = read(demo.config.folder)
    assert (again.language, again.view.language) == ("ar", "en")


async def test_queue_and_grid_follow_too(demo: Project) -> None:
    async with review(demo, None) as (screen, pilot):
        await pilot.press("f12")
        await pilot.pause()
        assert "to review" in rest(screen) and "Enter" in rest(screen)
        await pilot.press("enter")
        await pilot.press("f12")
        await pilot.pause()
        assert screen.grid.head.rtl and screen.grid.rows and screen.lang == "ar"
        assert re.search("[ء-ي]", screen.grid.head.row[1].text)
