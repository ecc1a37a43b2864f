"""Letters on the article are drawn only while typing one of them does something."""

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
