"""The panel about the field under the record's cursor, where the screen has room for one."""

from __future__ import annotations

from collections import Counter

from coding_by_keys import Open, two_events

from coder.tui.palette import mark_role


async def test_where_the_panel_has_room_it_names_the_kinds_of_words_in_their_colours(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.pause()
        shown = {column.style: column.text for row in screen.panel.list.rows for column in row}
        for rank, kind in enumerate(screen.codebook.span_kinds):
            assert kind.label.ar in shown[mark_role(rank)]
            assert kind.glyph in shown[mark_role(rank)]


async def test_the_panel_lists_the_problems_of_the_shown_event_and_counts_those_of_others(
    opened: Open,
) -> None:
    async with opened(size=(160, 60)) as opening:
        screen, pilot = await two_events(opening)
        await pilot.press("tab")

        def lines() -> list[str]:
            texts = ("".join(column.text for column in row) for row in screen.panel.list.rows)
            return [text.translate(dict.fromkeys(range(0x2066, 0x206A))) for text in texts]

        problems = Counter(problem.event_id for problem in screen.record.problems)
        found = lines()
        assert "خطأ · حدث" not in next(line for line in found if "خطأ ·" in line)
        assert [line for line in found if "خطأ ·" in line][problems["e2"] :] == []
        [other] = [line for line in found if line.startswith(" حدث 1 ")]
        assert other.endswith(f": {problems['e1']}") and f" المقال: {problems[None]}" in found
        await pilot.press("[")
        await pilot.pause()
        [*own] = [line for line in lines() if "خطأ ·" in line]
        assert own and own[0] != next(line for line in found if "خطأ ·" in line)
