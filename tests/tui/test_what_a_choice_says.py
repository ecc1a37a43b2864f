"""What a choice says about typed text, in full and in words, and where typing begins."""

from __future__ import annotations

import re

from coding_by_keys import Open, in_record

from coder.text.display import to_display
from coder.tui.screens.coding_screen import CodingScreen
from tests.tui.screen_text import screen_lines


async def test_why_a_date_is_not_understood_and_what_to_type_is_shown_in_full(opened: Open) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (_, pilot):
        await pilot.press("enter", *"كذا")
        await pilot.pause()
        shown = "\n".join(screen_lines(pilot.app))
        for words in ("لا يُفهم", "يوماً من الأسبوع", "مدة:"):
            assert to_display(words, 1) in shown, words
        await pilot.press("escape")


async def test_a_search_without_a_match_is_answered_in_words(opened: Open) -> None:
    async with in_record(opened, field="event_type", size=(120, 40)) as (screen, pilot):
        await pilot.press("enter", *"ثثث")
        assert screen.chooser.wrong and "لا شيء يطابق" in screen.chooser.echo


async def test_before_a_date_is_typed_the_caret_is_where_typing_begins(opened: Open) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        await pilot.press("enter")
        strip = screen.chooser.draw(1)
        cells = [next(iter(strip.crop(at, at + 1))).style for at in range(strip.cell_length)]
        carets = [at for at, style in enumerate(cells) if style is not None and style.reverse]
        assert carets == [strip.cell_length - 2]  # right to left: beside the mark at the edge


def numbers(screen: CodingScreen) -> list[str]:
    """The digits at the edges of the visible choices, where reading starts."""
    chooser = screen.chooser
    lines = ["".join(s.text for s in chooser.draw(y)) for y in range(chooser.head, chooser.lines[1])]
    return [digit for line in lines for digit in re.findall("([0-9])[‹ ]$", line)]


async def test_choices_are_numbered_only_while_a_digit_takes_one(opened: Open) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        await pilot.press("enter")
        assert len(numbers(screen)) >= 3
        await pilot.press(*"هجوم")
        assert screen.chooser.choices and not numbers(screen)
        await pilot.press("1")
        assert screen.chooser.edit.text == "هجوم1"
