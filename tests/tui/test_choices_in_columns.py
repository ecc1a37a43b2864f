"""A list too low for the choices that digits take has them in columns, where their
labels fit.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open
from screen_text import screen_lines
from textual.pilot import Pilot

from coder.text.display import to_display
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.tasks import choice_task
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_place import place_of
from coder.values.typed import Choice


async def open_list(screen: CodingScreen, pilot: Pilot[None], lang: str) -> Chooser:
    """Open the list of the field "text problems", in a language."""
    screen.use_language(lang)
    await pilot.press("tab", *["down"] * 4, "enter")
    await pilot.pause()
    return screen.chooser


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_on_a_low_screen_choices_stand_in_two_columns_read_one_after_the_other(
    opened: Open, lang: str
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        chooser = await open_list(screen, pilot, lang)
        rows, (first, count) = chooser.body - 2, chooser.lines
        assert (chooser.columns, chooser.room) == (2, 2 * rows) and len(
            chooser.choices
        ) > rows == count - 3
        lines = screen_lines(pilot.app)[screen.form.region.y + first + 2 :][:rows]
        for n, choice in enumerate(chooser.choices[: chooser.room]):
            line, label = lines[n % rows], to_display(choice.label, int(lang == "ar"))
            half = (
                line[: len(line) // 2]
                if (n < rows) is (lang == "en")
                else line[len(line) // 2 :]
            )
            assert label in half and str(n + 1) in half
        await pilot.press(*["down"] * rows)
        assert chooser.cursor == rows  # the first of the other column
        await pilot.press("pagedown")
        assert chooser.top == min(
            2 * rows, (len(chooser.choices) - 1) // (2 * rows) * 2 * rows
        )


async def test_nine_short_choices_show_on_a_low_screen(opened: Open) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await pilot.press("tab")
        screen.open_task(
            choice_task("", [Choice(f"{n}", f"value {n}") for n in range(12)], print)
        )
        await pilot.pause()
        chooser = screen.chooser
        assert (chooser.columns, sum(chooser.widths)) == (3, 78) and chooser.room >= 9
        ends = [chooser.choice_at(x, 2) for x in (1, 26, 27, 52, 53, 78)]
        assert (
            sorted({*ends}) == [0, chooser.rows, 2 * chooser.rows]
            and screen.pane.size.height >= 12
        )


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_a_click_takes_the_choice_of_its_column(opened: Open, lang: str) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        chooser = await open_list(screen, pilot, lang)
        rows, (first, _) = chooser.body - 2, chooser.lines
        wanted = chooser.choices[rows].id
        await pilot.hover(screen.form, offset=(10 if lang == "ar" else 60, first + 2))
        assert screen.form.lit == place_of(1, first + 2)
        await pilot.click(screen.form, offset=(10 if lang == "ar" else 60, first + 2))
        assert screen.record.row.answer.value == [wanted]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("columns", [80, 81])
async def test_every_cell_of_a_line_belongs_to_the_choice_drawn_there(
    opened: Open, lang: str, columns: int
) -> None:
    async with opened(size=(columns, 24)) as (screen, pilot):
        chooser = await open_list(screen, pilot, lang)
        cells = [chooser.choice_at(x, 2) for x in range(1, columns - 1)]
        widths = [cells.count(0), cells.count(chooser.rows)]
        assert tuple(widths) == chooser.widths and sum(widths) == columns - 2
        assert (cells[0] == 0) is (lang == "en")


async def test_nothing_is_lit_by_the_mouse_where_a_list_opened_or_closed(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await pilot.press("tab", *["down"] * 4)
        await pilot.hover(screen.form, offset=(10, 3))
        assert screen.form.lit == 3
        await pilot.press("enter")
        await pilot.pause()
        assert screen.form.lit == -1
        await pilot.hover(screen.form, offset=(10, 4))
        assert screen.form.lit >= 0
        await pilot.press("escape")
        await pilot.pause()
        assert screen.form.lit == -1


async def test_labels_too_long_for_half_the_list_keep_one_column(opened: Open) -> None:
    async with opened(size=(60, 24)) as (screen, pilot):
        assert (await open_list(screen, pilot, "en")).columns == 1
