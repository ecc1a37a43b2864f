"""What is said where words of the article give a field a value."""

from __future__ import annotations

from coding_by_keys import Open, coding_of, go_to_field, in_record, letter_of
from screen_text import message


async def test_words_that_add_a_value_say_how_they_would_support_the_one_that_is_there(opened: Open) -> None:
    async with in_record(opened, field="targets", size=(120, 40)) as (screen, pilot):
        await pilot.press("space")
        await go_to_field(screen, pilot, "targets")
        await pilot.press("\\")
        await pilot.press(letter_of(screen, "إيران", "actor"))
        assert len(coding_of(screen).events[0].answer("targets").value) == 2
        assert "Ctrl+Z" in message(screen) and "Ctrl+E" in message(screen)


async def test_words_for_somebody_who_is_not_in_the_list_say_so(opened: Open) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        await pilot.press("\\")
        await pilot.press(letter_of(screen, "الحركة", "actor"))
        assert coding_of(screen).events[0].answer("initiators").value[0]["name"] == "الحركة"
        assert "ليس في القائمة" in message(screen) and "Ctrl+T" in message(screen)
        await pilot.press("ctrl+z")
        await pilot.press(letter_of(screen, "إيران", "actor"))
        assert "ليس في القائمة" not in message(screen)
