"""In lists to choose from, a remark makes room for the label beside it, which is what
one chooses.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, in_record
from screen_text import screen_lines
from textual.pilot import Pilot

from coder.text.display import cell_width
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.palette_page import PalettePage


async def search(screen: CodingScreen, pilot: Pilot[None], typed: str) -> list[str]:
    """The lines of the choices of the field under the cursor that fit, and the lower
    edge.
    """
    screen.use_language("en")
    await pilot.press("enter", *typed)
    await pilot.pause()
    first, count = screen.chooser.lines
    return [screen.form.render_line(y).text for y in range(first + 2, first + count)]


@pytest.mark.parametrize("size", [(60, 24), (120, 40), (160, 50)])
async def test_a_label_is_whole_before_its_remark_is(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="source", size=size) as (screen, pilot):
        lines, chooser = await search(screen, pilot, "us department of"), screen.chooser
        assert len(chooser.choices) > 3 and all(
            choice.aside for choice in chooser.choices[:3]
        )
        room = screen.form.size.width - 8
        for line, choice in zip(lines[: chooser.room], chooser.choices, strict=False):
            is_whole = choice.label in line or cell_width(choice.label) > room
            assert is_whole or not choice.aside, (line, choice)


async def test_a_remark_that_the_line_has_no_room_for_is_told_below(
    opened: Open,
) -> None:
    async with in_record(opened, field="source", size=(120, 40)) as (screen, pilot):
        lines = await search(screen, pilot, "us department of state")
        label, aside = screen.chooser.choices[0].label, screen.chooser.choices[0].aside
        assert label in lines[0] and (aside in lines[0]) != (aside in lines[-1])


async def test_a_key_of_the_palette_stands_whole_beside_a_sentence_that_is_cut(
    opened: Open,
) -> None:
    async with opened(size=(40, 12)) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("ctrl+p", *"start drawing")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PalettePage)
        line = screen_lines(pilot.app)[2]
        assert "…" in line and "Shift+←" in line
