"""Dates that are typed beside the words of the article that support them."""

from __future__ import annotations

from coding_by_keys import Open, coding_of, go_to, go_to_field, in_record
from screen_text import chooser_lines, info, message
from textual.pilot import Pilot

from coder.tui.screens.coding_screen import CodingScreen
from tests.support.edits_by_hand import Becomes


async def open_at_date(screen: CodingScreen, pilot: Pilot, *, published: str) -> None:
    """An event of an article of that day, with the record's cursor at its date."""
    await pilot.press("tab")
    await go_to_field(screen, pilot, "pub_date")
    await pilot.press(*published, "enter", "tab")
    await go_to(screen, pilot, "استُهدفت", "trigger")
    await pilot.press("e", "tab")
    await go_to_field(screen, pilot, "date")


def basis(screen: CodingScreen) -> object:
    return coding_of(screen).events[0].answer("date").value["basis"]


async def test_a_date_typed_instead_of_one_that_words_say_relatively_is_relative(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await open_at_date(screen, pilot, published="31/10/2023")
        assert screen.record.row.answer.value["basis"] == "relative"  # هذا الشهر
        await pilot.press(*"12/10/2023", "enter")
        assert basis(screen) == "relative"
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"13/10/2023(absolute)", "enter")
        assert basis(screen) == "absolute"
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"14/10/2023~", "enter")
        assert basis(screen) == "inferred"


async def test_a_date_typed_where_no_words_support_it_is_absolute(opened: Open) -> None:
    async with in_record(opened, field="date") as (screen, pilot):
        await pilot.press("delete", *"12/10/2023", "enter")
        assert basis(screen) == "absolute"


async def test_days_of_publication_that_no_words_support_are_inferred_and_a_single_day_is_not(
    opened: Open,
) -> None:
    typed = {
        "25/12/2023 - 31/1/2024": "inferred",
        "25/12/2023": "absolute",
        "12/2023 (absolute)": "absolute",
    }
    async with opened() as (screen, pilot):
        await pilot.press("tab")
        for dates, expected in typed.items():
            await go_to_field(screen, pilot, "pub_date")
            await pilot.press("delete", *dates, "enter")
            assert coding_of(screen).answer("pub_date").value["basis"] == expected


async def test_where_a_rule_asks_about_a_field_that_is_not_stated_the_cursor_stays_there(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab")
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press("0")
        assert (
            "قدّر مدة من النص" in message(screen)
            and screen.record.row.field.id == "pub_date"
        )
        await pilot.press(*"25/12/2023 - 31/1/2024", "enter")
        assert coding_of(screen).answer("pub_date").value["start"] == "2023-12-25"
        assert coding_of(screen).answer("relevance").value is None


async def test_a_new_day_of_publication_says_which_open_dates_end_behind_it(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await open_at_date(screen, pilot, published="31/1/2024")
        await pilot.press(*"17/10/2023+", "enter", "[")
        assert coding_of(screen).events[0].answer("date").value["end"] == "2024-01-31"
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press(*"31/12/2023", "enter")
        assert "تواريخ مؤكّدة لا توافق هذا اليوم: 1" in message(screen)
        assert "R38" in {problem.rule for problem in screen.session.problems()}


async def test_a_date_open_until_an_estimated_publication_says_on_which_day_it_ends(
    opened: Open,
) -> None:
    told = "التاريخ: النهاية 31/12/2023، آخر يوم يحتمل أن المقال نُشر فيه"
    async with opened("003") as (screen, pilot):
        await open_at_date(screen, pilot, published="1/12/2023..31/12/2023")
        assert screen.record.row.answer.value["open_end"]  # منذ بداية الصراع
        await pilot.press("space")
        assert told in message(screen)
        await pilot.press("ctrl+z", "ctrl+f")
        assert told in message(screen)
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"17/10/2023..28/11/2023", "enter")
        assert told not in message(screen)
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"17/10/2023+", "enter")
        assert told in message(screen)
        await pilot.press("[")
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press(*"31/12/2023", "enter", "]")
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"18/10/2023+", "enter")
        assert told not in message(screen)  # that day is known


async def test_a_proposed_date_is_the_first_of_the_list_and_stays_as_it_is_if_chosen(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await open_at_date(screen, pilot, published="31/10/2023")
        proposed = screen.record.row.answer
        assert proposed.proposed and proposed.value["basis"] == "relative"  # هذا الشهر
        await pilot.press(*"7/10/2023(absolute)", "enter", "tab")
        await go_to(screen, pilot, "هجمات", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "date")
        second = coding_of(screen).events[1]
        screen.session.do(
            Becomes(
                "x", coding_of(screen).with_event(second.with_answer("date", proposed))
            )
        )
        screen.refresh_work()
        await pilot.press("enter")
        own, other = screen.chooser.choices
        assert own.label.startswith("~ ") and "نسبي" in own.label
        assert (
            other.label.startswith("07/10/2023") and "نسبي" in other.label
        )  # as the words state a date
        await pilot.press("enter")
        chosen = coding_of(screen).events[1].answer("date")
        assert not chosen.proposed and chosen.value == proposed.value


async def test_an_empty_date_says_that_relative_words_need_the_day_of_publication(
    opened: Open,
) -> None:
    wanted = "«الأربعاء» ونحوها تحتاج «تاريخ\N{NO-BREAK SPACE}النشر» في سجل المقال (PgUp أو PgDn)"
    async with in_record(opened, field="date") as (screen, pilot):
        assert screen.record.row.state == "empty" and wanted in info(screen)
        await pilot.press("\\")  # also while letters stand on the words
        assert wanted in info(screen)
        await pilot.press("escape", "pageup")
        await go_to_field(screen, pilot, "pub_date")
        assert wanted not in info(screen)
        await pilot.press(*"31/10/2023", "enter", "pagedown")
        await go_to_field(screen, pilot, "date")
        assert screen.record.row.state == "empty" and wanted not in info(screen)


async def test_a_typed_period_runs_the_way_in_which_it_is_shown_then(
    opened: Open,
) -> None:
    async with in_record(opened, field="date") as (screen, pilot):
        await pilot.press(*"17/10/2023")
        assert chooser_lines(screen)[1].strip("│┃ ") == "17/10/2023"
        await pilot.press(
            *"..24/10/2023"
        )  # drawn from the left, so that it is read from the right
        assert chooser_lines(screen)[1].strip("│┃ ") == "24/10/2023..17/10/2023"
        await pilot.press(
            "right", "backspace", "4"
        )  # back by one, as in a line from right to left
        assert chooser_lines(screen)[1].strip("│┃ ") == "24/10/2043..17/10/2023"
