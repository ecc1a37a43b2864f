"""The lines that say where one is and which keys work are right whatever opened or
moved things.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to, go_to_field, in_record, open_without_type
from review_by_keys import ISOLATES
from screen_text import screen_lines
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.keys import of_scope, shown
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.palette_page import PalettePage
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.rows import draw

KEYS = ("Enter", "Space", "0", "Esc", "PgDn", "PgUp", "\\", "?")


def footer(screen: CodingScreen | ReviewScreen) -> str:
    return " ".join(column.text for column in screen.bars["footer"].row)


def info(screen: CodingScreen) -> str:
    return " ".join(column.text for column in screen.bars["info"].row)


async def drag(pilot: Pilot[None]) -> None:
    await pilot.mouse_down(ArticlePane, offset=(60, 1))
    await pilot.hover(ArticlePane, offset=(50, 1))
    await pilot.mouse_up(ArticlePane, offset=(40, 1))
    await pilot.pause()


async def test_the_palette_shows_the_keys_that_work_in_it(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PalettePage)
        palette = " ".join(column.text for column in pilot.app.screen.footer.row)
        assert "Esc" in palette and "Tab" not in palette
        await pilot.press("escape")
        await pilot.pause()
        assert "Tab" in footer(screen)


async def test_the_palette_of_a_review_does_too(demo: Project) -> None:
    screen = ReviewScreen(demo, "salma")
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PalettePage)
        assert "Esc" in " ".join(column.text for column in pilot.app.screen.footer.row)


async def test_a_click_on_a_field_tells_of_that_field(opened: Open) -> None:
    async with opened("001") as (screen, pilot):
        await pilot.press("tab")
        for row in (1, 2):
            await pilot.click("#form", offset=(40, row))
            await pilot.pause()
            assert screen.record.index == row
            assert screen.record.row.field.label.of("ar") in info(screen)


async def test_a_click_that_opens_a_choice_shows_its_keys(opened: Open) -> None:
    async with opened("001") as (screen, pilot):
        await pilot.press("tab")
        await pilot.click("#form", offset=(40, 1))
        await pilot.click("#form", offset=(40, 1))
        await pilot.pause()
        assert screen.chooser.asked is not None
        assert "Esc" in footer(screen) and "Tab" not in footer(screen)


async def test_a_key_with_two_meanings_stands_in_the_footer_with_the_one_it_has(
    opened: Open,
) -> None:
    async with in_record(opened, field="place", size=(160, 50)) as (screen, pilot):
        assert footer(screen).count("\\") == 1
        await pilot.press("\\")
        assert screen.highlights.letters and footer(screen).count("\\") == 1


@pytest.mark.parametrize("letters", [[], ["\\"]])
async def test_what_is_done_to_the_field_leads_the_footer_of_a_small_terminal(
    opened: Open, letters: list[str]
) -> None:
    async with in_record(opened, field="initiators", size=(80, 24)) as (screen, pilot):
        await pilot.press(*letters)
        assert screen.record.row.state == "empty"
        keys = [
            key for key in footer(screen).translate(ISOLATES).split() if key in KEYS
        ]
        assert keys[:2] == ["Enter", "0"] and "?" in keys
        await pilot.press("down")
        assert screen.record.row.state == "proposed"
        keys = [
            key for key in footer(screen).translate(ISOLATES).split() if key in KEYS
        ]
        assert keys[:3] == ["Enter", "Space", "0"] and ("Esc" in keys) == bool(letters)


async def test_a_click_on_an_event_tells_of_its_field(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("e", "e", "tab")
        there = screen.record.event_id
        width = screen.bars["tabs"].size.width
        for x in range(width - 1, 0, -1):
            await pilot.click("#tabs", offset=(x, 0))
            if screen.record.event_id != there:
                break
        assert screen.record.event_id != there
        assert screen.record.row.field.label.of("ar") in info(screen)


async def test_dragging_draws_but_not_while_something_is_chosen(opened: Open) -> None:
    async with opened() as (screen, pilot):
        current = screen.highlights.current
        await pilot.press("/")
        await drag(pilot)
        assert screen.highlights.selection is None and screen.pane.selection is None
        await pilot.click(ArticlePane, offset=(60, 3))
        assert screen.highlights.current == current
        await pilot.press("escape")
        await drag(pilot)
        assert screen.highlights.selection is not None
        assert screen.pane.selection == (
            screen.highlights.selection.start,
            screen.highlights.selection.end,
        )


async def test_dragging_draws_nothing_in_a_review(demo: Project) -> None:
    screen = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await drag(pilot)
        assert screen.pane.selection is None


@pytest.mark.parametrize("leaving", ["escape", "v"])
async def test_after_finding_the_cursor_is_where_one_looks(
    opened: Open, leaving: str
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("/", *"التحذير المبكر", "enter", "v")
        await pilot.pause()
        assert screen.highlights.selection is not None
        found = screen.highlights.selection.start
        await pilot.press(leaving)
        assert screen.highlights.current is not None
        before = [m for m in screen.highlights.marks if m.end <= found]
        assert screen.highlights.current.end > found
        assert screen.highlights.current == screen.highlights.marks[len(before)]


async def test_a_message_too_long_for_its_line_takes_that_above_until_the_next_key(
    opened: Open,
) -> None:
    async with opened("004", size=(80, 24)) as (screen, pilot):
        before = info(screen)
        screen.warn("changed_elsewhere", what="تأكيد مقطع + رفض مقطع + إضافة دليل")
        message = screen.bars["message"]
        whole, shown = message.row[0].text, f"{info(screen)} {message.end[0].text}"
        assert shown.translate(ISOLATES) == whole.translate(ISOLATES)
        await pilot.press("f3")
        assert info(screen) == before and not message.row and not message.end


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(
    "scope", ["article", "draw", "form", "choose", "write", "missing"]
)
def test_a_key_in_the_footer_stands_nearer_to_its_own_word(
    scope: str, lang: str
) -> None:
    columns = footer_columns((scope,), lang, 200)
    line = draw(columns, 200, lang == "ar", palette.DARK.on_base(palette.BAR)).text
    if lang == "ar":
        line = line.rstrip()
    for action in [a for a in of_scope(scope) if a.footer]:
        key, label = (
            shown(action.keys[0]),
            to_display(action.label(lang), 1 if lang == "ar" else None),
        )
        pair = f"{label} {key}" if lang == "ar" else f"{key} {label}"
        assert f"  {pair}" in line or line.strip().startswith(pair), (pair, line)


async def test_no_internal_name_is_on_the_arabic_screen(opened: Open) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        await pilot.pause()
        seen = screen_lines(pilot.app)
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "place")
        await pilot.press(*"mayadin", "enter", "enter")
        await pilot.pause()
        seen += screen_lines(pilot.app)
        await pilot.press("escape", "ctrl+p")
        await pilot.pause()
        seen += screen_lines(pilot.app)
        drawn = "\n".join(seen)
        for name in (
            "form.",
            "article.",
            "remove:",
            "noun:",
            "verb:",
            "lexicon:",
            "training",
            "mayadin",
        ):
            assert name not in drawn, name
