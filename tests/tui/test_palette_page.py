"""The page on which any action that works now is found by its words."""

from __future__ import annotations

from coding_by_keys import Open, stored
from textual.events import Key, Paste

from coder.model import Decision
from coder.text.display import cell_width
from coder.tui.screens.palette_page import PalettePage
from tests.support.at_rest import until


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


async def test_a_key_typed_while_the_palette_closes_reaches_the_screen(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+p")
        assert isinstance(pilot.app.screen, PalettePage)
        for key in ("escape", "v"):  # of one read
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: screen.highlights.selection is not None)
        assert pilot.app.screen is screen


async def test_a_sentence_that_the_list_cuts_is_shown_in_full_below_it(opened: Open) -> None:
    async with opened(size=(60, 24)) as (_, pilot):
        await pilot.press("ctrl+p", *"gather")
        await pilot.pause()
        palette = pilot.app.screen
        assert isinstance(palette, PalettePage)
        whole = next(action for action in palette.actions if action.name == "gather").help("ar")
        assert cell_width(whole) > 60 and " ".join(bar.row[0].text for bar in palette.whole) == whole
        await pilot.press("ctrl+u", *"help")
        assert not any(bar.row[0].text for bar in palette.whole)
