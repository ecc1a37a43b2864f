"""A coding that is opened again is shown where the coder left it."""

from __future__ import annotations

from coding_by_keys import Open, go_to, go_to_field


async def test_reopening_goes_to_the_place_where_one_left(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("a", "left", "a")
        there = screen.highlights.marks[2].id
    async with opened() as (screen, _):
        assert (
            screen.highlights.current is not None
            and screen.highlights.current.id == there
        )


async def test_reopening_goes_to_the_field_of_the_last_change(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "killed")
        await pilot.press("0")
        await pilot.press(
            "tab", "ctrl+down", "e"
        )  # another event: the last change is in the article
        here = screen.record.event_id
    async with opened() as (screen, pilot):
        assert screen.pane.has_focus and screen.record.event_id == here
        await pilot.press("[", "tab")
        first = screen.record.event_id
        assert first != here
        await go_to_field(screen, pilot, "injured")
        await pilot.press("0", "f12")
    async with opened() as (screen, pilot):
        assert screen.form.has_focus
        assert (screen.record.event_id, screen.record.row.field.id) == (
            first,
            "injured",
        )
