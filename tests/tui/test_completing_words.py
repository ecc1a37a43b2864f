"""Words of the article that are typed by their first letters."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, coding_of, in_record
from screen_text import screen_lines

from coder.text.display import to_display
from coder.values.typed import Choice


async def test_tab_types_the_rest_of_a_word_and_then_the_next_as_in_the_article(
    opened: Open,
) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        article = screen.session.article.text
        following = article[article.index("استُهدفت") :].split()[1]
        await pilot.press(*"است", "tab")
        assert screen.chooser.edit.text == "استهدفت"
        await pilot.press("tab")
        assert screen.chooser.edit.text == f"استهدفت {following}"


async def test_what_tab_would_add_is_shown_beside_the_title_and_the_key_in_the_footer(
    opened: Open,
) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        await pilot.press(*"است")
        shown = "\n".join(screen_lines(pilot.app))
        assert to_display("…" + screen.chooser.continuation, 1) in shown
        assert "Tab" in screen_lines(pilot.app)[-1]


async def test_tab_that_continues_nothing_changes_nothing(opened: Open) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        await pilot.press("enter", "tab")
        assert screen.chooser.asked is not None and screen.chooser.edit.text == ""
        await pilot.press(*"qqq", "tab")
        assert screen.chooser.edit.text == "qqq"


@pytest.mark.parametrize("field", ["date", "target_object"])
async def test_the_footer_leaves_out_tab_where_no_words_of_the_article_are_typed(
    opened: Open, field: str
) -> None:
    async with in_record(opened, field=field, size=(120, 40)) as (screen, pilot):
        await pilot.press("enter")
        assert (
            screen.chooser.asked is not None
            and "Tab" not in screen_lines(pilot.app)[-1]
        )


async def test_a_place_is_taken_by_its_number_in_the_list(opened: Open) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        await pilot.press("delete", "enter")
        third: Choice = screen.chooser.choices[2]
        await pilot.press("3")
        assert screen.chooser.asked is None
        assert [
            p["place_id"] for p in coding_of(screen).events[0].answer("place").value
        ] == [third.id]
