"""Questions before something is done, and messages about what could go unnoticed."""

from __future__ import annotations

from coding_by_keys import Open, go_to, open_without_type
from review_by_keys import bar


async def test_undo_after_a_question_does_nothing_but_leave_it(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("g")
        before = screen.session.coding
        for key in ("x", "ctrl+x"):
            await pilot.press(key, "z")
            assert (
                screen.session.coding == before
                and bar(screen, "message") == "لم يُفعل شيء."
            )
            await pilot.press(key)
            assert screen.session.coding == before  # it asks again
        await pilot.press("left", "z")  # any other key answered the question
        assert screen.session.coding != before


async def test_a_letter_that_replaces_a_value_says_which_and_how_to_go_back(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("d")
        assert "لا حدث بعد" not in bar(screen, "message")
        screen.record.go_to_field("date")
        await pilot.press("tab", "0", "tab")
        await go_to(screen, pilot, "السابع من أكتوبر", "date")
        await pilot.press("d")
        date = screen.codebook.event_field("date").label.ar
        told = bar(screen, "message")
        assert date in told and "بدلاً من لم يذكره المقال" in told and "Ctrl+Z" in told


async def test_letters_of_fields_say_that_no_event_is_shown_where_there_are_some(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("p")
        assert bar(screen, "message").startswith("لا حدث بعد")
        open_without_type(screen)
        screen.record.go_to_event("")
        await pilot.press("p")
        assert bar(screen, "message").startswith("لا حدث معروض")


async def test_a_span_drawn_over_the_end_of_a_line_is_told(opened: Open) -> None:
    async with opened() as (screen, pilot):
        text = screen.session.article.text
        last = [m for m in screen.highlights.marks if m.end < text.index("\n")][-1]
        screen.highlights.set_current(last)
        await pilot.press("v")
        while (
            "\n"
            not in text[
                screen.highlights.selected.start : screen.highlights.selected.end
            ]
        ):
            await pilot.press("+")
        await pilot.press("p")
        assert bar(screen, "message").startswith("يتجاوز المقطع نهاية سطر")
