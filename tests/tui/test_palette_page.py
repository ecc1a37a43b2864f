"""The page on which any action that works now is found by its words."""

from __future__ import annotations

from coding_by_keys import Open, stored
from textual.events import Key, Paste

from coder.model import Decision
from coder.tui.screens.palette_page import PalettePage


async def test_the_palette_finds_an_action_by_its_words(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        await pilot.press(*"تاكيد")  # the label has a hamza: تأكيد
        assert "article.confirm" in [c.id for c in palette.chooser.choices]
        await pilot.press(*["backspace"] * 5, *"Confirm the", "enter")
        await pilot.pause()
        coding = stored(screen)
        assert coding is not None and coding.spans[0].decision is Decision.CONFIRMED


async def test_what_is_pasted_while_the_palette_is_left_is_dropped(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        palette.on_key(Key("escape", None))
        palette.on_paste(Paste("two\nlines"))  # in the same instant, before the page is gone
        await pilot.pause()
        assert pilot.app.screen is screen and stored(screen) is None


async def test_the_palette_finds_an_action_by_its_english_name_in_arabic_too(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("ctrl+p", *"theme")
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        assert "any.theme" in [choice.id for choice in palette.chooser.choices]
