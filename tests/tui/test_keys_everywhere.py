"""The keys for help, palette and colours work, or say why not, whatever is open over
the work.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from coding_by_keys import Open, go_to_field, in_record
from screen_text import message

from coder.tui.palette import TEXT, WRONG
from coder.tui.screens.article_list import ArticleListScreen
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.history_screen import HistoryScreen
from coder.tui.screens.palette_page import PalettePage
from coder.tui.screens.text_page import PageScreen

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


async def test_palette_and_colours_lead_from_a_page_that_is_read_to_the_work(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        for key, there, title in (
            ("ctrl+p", PalettePage, "الأوامر"),
            ("f6", CodingScreen, "الألوان"),
        ):
            await pilot.press("f1")
            assert isinstance(pilot.app.screen, PageScreen)
            await pilot.press(key)
            await pilot.pause()
            shown = pilot.app.screen
            assert isinstance(shown, (PalettePage, CodingScreen)) and isinstance(
                shown, there
            )
            assert (
                shown.chooser.asked is not None and shown.chooser.asked.title == title
            )
            await pilot.press("escape")
            assert pilot.app.screen is screen


async def test_the_palette_of_a_list_offers_what_its_keys_do(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("a", "f5")  # a change, which history can take back
        page = pilot.app.screen
        assert isinstance(page, HistoryScreen)
        await pilot.press("ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        offered = {choice.id for choice in palette.chooser.choices}
        assert offered == {"any.help", "any.theme", "any.quit", *page.keys}
        await pilot.press(*"all keys", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PageScreen)


async def test_colours_are_chosen_over_a_list(
    opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    async with opened() as (_, pilot):
        await pilot.press("f2")
        page = pilot.app.screen
        assert isinstance(page, ArticleListScreen)
        await pilot.press("f6", "3")
        assert (page.chooser.asked, page.app.colours.name) == (None, "light")
        assert "فاتحة" in message(page)


async def test_keys_that_have_no_article_to_act_on_are_not_offered(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f2", "z", "q")
        page = pilot.app.screen
        assert isinstance(page, ArticleListScreen)
        keys = {"articles.open", "articles.flag", "articles.skip"}
        assert not page.found and keys <= page.idle
        await pilot.press("backspace", "backspace")
        assert page.found and not keys & page.idle


async def test_tab_says_that_it_has_no_word_to_add(opened: Open) -> None:
    async with in_record(opened, field="targets") as (screen, pilot):
        await pilot.press("enter", "tab")
        assert message(screen).startswith("لا تتمة هنا")


async def test_what_is_typed_is_not_blamed_for_what_is_wrong_with_the_value(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("e", "f", "tab")
        await go_to_field(screen, pilot, "place")
        assert screen.record.row.state == "wrong"  # two places of a single incident
        for keys, style in (((), WRONG), (("enter", *"zzz"), TEXT)):
            await pilot.press(*keys)
            await pilot.pause()
            assert screen.bars["info"].row[0].style == style


async def test_while_something_is_asked_help_is_there_and_other_keys_say_why_they_wait(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", "x")
        for key in ("ctrl+p", "f6", "ctrl+s", "tab", "f2"):
            await pilot.press("right")
            assert message(screen) == ""
            await pilot.press(key)
            assert (
                message(screen).translate(ISOLATES)
                == "المطلوب Enter أو Esc أولاً: لا يعمل هذا المفتاح قبل ذلك."
            )
        await pilot.press("f1")
        assert isinstance(pilot.app.screen, PageScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert screen.chooser.asked is not None and screen.chooser.edit.text == "x"


async def test_a_key_of_the_other_pane_says_whose_it_is_and_how_to_go_there(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        before = screen.state()
        await pilot.press("*")
        words = message(screen).translate(ISOLATES)
        assert words == "هذا مفتاح من «سجل الحدث» (نسخ الحدث)، وTab ينقلك إليه."
        await pilot.press("tab", "f3")
        words = message(screen).translate(ISOLATES)
        assert words.startswith("هذا مفتاح من «نص المقال» (")
        await pilot.press("f9")  # of neither
        assert message(screen) == ""
        assert screen.state() == before
