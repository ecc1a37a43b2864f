"""An event that is duplicated, and how the values that came with it are told."""

from __future__ import annotations

from coding_by_keys import Open, coding_of, go_to_field, told, two_events
from screen_text import info, message


async def test_an_event_is_duplicated_in_one_undoable_change(opened: Open) -> None:
    async with opened() as opening:
        screen, pilot = await two_events(opening)
        await pilot.press("[", "*")
        assert screen.record.event_id == "e3" and message(screen).startswith(
            "نُسخ الحدث 1 إلى حدث جديد 3؛"
        )
        assert "كامل كالأول، فراجع كل قيمة" in message(
            screen
        )  # nothing of it was looked at yet
        first, _, copy = coding_of(screen).events
        assert copy.fields == first.fields
        await pilot.press("ctrl+z")
        assert [e.id for e in screen.session.coding.events] == ["e1", "e2"]


async def test_a_copied_value_is_marked_until_it_has_other_words(opened: Open) -> None:
    async with opened() as opening:
        screen, pilot = await two_events(opening)
        assert not any(end.endswith('"') for *_, end in told(screen))
        await pilot.press("[", "*")
        marked = [
            row
            for row, texts in zip(screen.record.rows, told(screen), strict=True)
            if '"' in texts[-1]
        ]
        fields = [row.field.id for row in marked]
        assert fields == ["event_type", "targets", "place"] and message(
            screen
        ).endswith('"')
        await go_to_field(screen, pilot, "place")
        assert "كما في الحدث 1" in info(screen)
        await pilot.press("delete")
        assert '"' not in told(screen)[screen.record.index][-1]
