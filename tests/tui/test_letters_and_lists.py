"""Letters on the article: drawn only while typing one does something; what it does is said."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, in_record


@pytest.mark.parametrize("keys", ["ctrl+n", "ctrl+e", "\\", "ctrl+n pagedown"])
async def test_while_a_value_is_chosen_no_letters_stand_on_the_article(opened: Open, keys: str) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        await pilot.press(*keys.split())
        await pilot.pause()
        assert screen.pane.letters
        await pilot.press("enter")
        await pilot.pause()
        assert screen.chooser.asked is not None and not screen.pane.letters
        await pilot.press("escape")
        await pilot.pause()
        assert bool(screen.pane.letters) == (keys == "\\")  # those of the record stay until Esc in it


async def test_at_a_list_that_holds_words_letters_are_said_to_add_to_it(opened: Open) -> None:
    async with in_record(opened, field="targets", size=(120, 40)) as (screen, pilot):
        await pilot.press("delete", "\\")
        assert "يأخذ" in screen.jumping.in_words  # takes its words
        letter = next(key for key, mark in screen.highlights.letters.items() if mark.kind == "actor")
        await pilot.press(letter.upper())  # and stays at the field
        assert screen.record.row.field.id == "targets"
        assert "يضيف" in screen.jumping.in_words  # adds them to the list
