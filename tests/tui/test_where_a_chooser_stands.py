"""A chooser stands under the row that it is about, which stays in view, and is as tall
as its choices.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to_field, in_record
from review_by_keys import opened as reviewing
from screen_text import chooser_lines

from coder.service.project.opened import Project
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.tasks import choice_task
from coder.values.typed import Choice

SIZES = [(40, 12), (80, 24), (120, 40), (160, 50)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_the_row_that_a_chooser_is_about_stays_in_view(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, size=size) as (screen, pilot):
        for row in (*screen.record.rows,):
            await go_to_field(screen, pilot, row.field.id)
            await pilot.press("enter")
            await pilot.pause()
            first, count = screen.chooser.lines
            lines = [
                y
                for y in (first - 1, first + count)
                if 0 <= y < screen.form.size.height
            ]
            here = range(screen.form.cursor, screen.form.cursor + screen.form.lines)
            row_here = [screen.form.draw_row(y, -1).text[1:] for y in here]
            beside = [screen.form.render_line(y).text[1:] for y in lines]
            assert sum(map(row_here.count, beside)) == 1, row.field.id
            await pilot.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_chooser_stands_under_its_row_wherever_that_is(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, "هجمات", size=size) as (screen, pilot):
        form, heights = screen.form, set[int]()
        for row in (*screen.record.rows,):
            await go_to_field(screen, pilot, row.field.id)
            lines = [
                form.draw_row(y, -1).text[1:]
                for y in range(form.cursor, form.cursor + form.lines)
            ]
            await pilot.press("enter")
            await pilot.pause()
            first, count = screen.chooser.lines
            assert [
                form.render_line(y).text[1:] for y in range(first - form.lines, first)
            ] == lines
            wanted = min(9 if size == (120, 40) else 3, len(screen.chooser.choices))
            assert count >= wanted + 3, row.field.id
            heights.add(screen.pane.size.height)
            await pilot.press("escape")
        assert min(heights) >= 12  # of the article


async def test_a_chooser_at_the_end_of_a_record_leaves_the_rows_above_its_row_as_they_are(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        form, moved = screen.form, 0
        for row in (*screen.record.rows,):
            await go_to_field(screen, pilot, row.field.id)
            before = [form.render_line(y).text for y in range(form.size.height)]
            await pilot.press("enter")
            await pilot.pause()
            above = screen.chooser.lines[0] - form.lines
            moved += above < form.cursor - form.scroll_offset.y
            assert [form.render_line(y).text for y in range(above)] == before[:above], (
                row.field.id
            )
            await pilot.press("escape")
        assert moved


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [["/", "n", "o", "n", "e"], ["f6"]])
async def test_what_is_about_no_field_stands_at_the_upper_edge_and_no_row_twice(
    opened: Open, size: tuple[int, int], keys: list[str]
) -> None:
    async with in_record(opened, field="date", size=size) as (screen, pilot):
        await pilot.press("escape")
        before = [
            screen.form.render_line(y).text for y in range(screen.form.size.height)
        ]
        await pilot.press(*keys)
        await pilot.pause()
        first, count = screen.chooser.lines
        assert first == 0 and count > 2
        after = [
            screen.form.render_line(y).text for y in range(screen.form.size.height)
        ]
        assert after[count:] == before[count:]


@pytest.mark.parametrize("size", SIZES[1:])  # the smallest has no room under a row
async def test_a_comment_stands_under_its_field_or_at_the_upper_edge_if_it_is_on_words(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="event_status", size=size) as (screen, pilot):
        await pilot.press(";")
        await pilot.pause()
        assert screen.chooser.asked is not None and screen.chooser.lines[0] > 0
        await pilot.press("escape", "tab")
        await pilot.pause()
        assert screen.scope() == "article"
        await pilot.press(";")
        await pilot.pause()
        assert screen.chooser.asked is not None and screen.chooser.lines[0] == 0


@pytest.mark.parametrize("size", [(120, 40), (160, 50)])
async def test_a_chooser_leaves_all_lines_of_its_row_in_view(
    demo: Project, size: tuple[int, int]
) -> None:
    async with reviewing(demo, "004", size) as (screen, pilot):
        grid, moved, choices = screen.grid.list, set[bool](), [Choice("x", "x")]
        for cluster in screen.grid.state.clusters:
            screen.grid.go_to(cluster.id)
            for at, row in enumerate(screen.grid.rows):
                screen.grid.go(at)
                if grid.lines == 1:
                    continue
                lines = [
                    grid.draw_row(y, -1).text[1:]
                    for y in range(grid.cursor, grid.cursor + grid.lines)
                ]
                screen.open_task(choice_task("", choices, lambda _: None))
                assert screen.chooser.asked is not None
                first, top = screen.chooser.lines[0], grid.cursor - grid.scroll_offset.y
                above = range(first - grid.lines, first)
                assert [grid.render_line(y).text[1:] for y in above] == lines, (
                    row.field.id
                )
                moved.add(first < top + grid.lines)
                await pilot.press("escape")
        assert False in moved


async def test_a_chooser_is_as_tall_as_its_choices_and_grows_with_them(
    opened: Open,
) -> None:
    async with in_record(opened, field="event_status", size=(160, 50)) as (
        screen,
        pilot,
    ):
        await pilot.press("enter")
        assert (
            len(screen.chooser.choices)
            == screen.chooser.room
            == len(chooser_lines(screen)) - 3
        )
        await pilot.press("escape")
        await go_to_field(screen, pilot, "date")
        await pilot.press("enter")
        await pilot.pause()
        low = screen.chooser.lines
        await pilot.press("x", "escape", ";")
        await pilot.pause()
        for_comment = screen.chooser.lines
        assert (
            for_comment[1] == low[1] + 4
        )  # six lines to write in, two here for what is said of a date
        await pilot.press("a", *["ctrl+j", "b"] * 8)
        await pilot.pause()
        assert screen.chooser.lines[1] > for_comment[1] and "a" in "".join(
            chooser_lines(screen)[1:3]
        )


def shown_and_anew(screen: CodingScreen | ReviewScreen) -> tuple[list[str], list[str]]:
    """The lines as they show, and as they are if every widget draws all of its own
    again.
    """
    shown = [strip.text for strip in screen._compositor.render_strips()]
    for widget in screen.query("*"):
        widget._styles_cache.clear()
    return shown, [strip.text for strip in screen._compositor.render_strips()]


@pytest.mark.parametrize("is_review", [False, True])
async def test_no_row_is_left_torn_where_a_chooser_opened_or_closed(
    opened: Open, demo: Project, *, is_review: bool
) -> None:
    size = (120, 40)
    async with (
        reviewing(demo, "004", size) if is_review else in_record(opened, size=size) as (
            screen,
            pilot,
        )
    ):
        host = screen.grid.list if isinstance(screen, ReviewScreen) else screen.form
        several = 0
        for _ in range(20):
            await pilot.press("down")
            for key in ("1" if is_review else "enter", "escape"):
                await pilot.press(key)
                shown, anew = shown_and_anew(screen)
                assert shown == anew, (host.cursor, key)
            several += host.lines > 1
        assert several


async def test_a_high_screen_shows_more_choices(opened: Open) -> None:
    async with in_record(opened, field="target_object", size=(160, 60)) as (
        screen,
        pilot,
    ):
        await pilot.press("enter")
        await pilot.pause()
        first, count = screen.chooser.lines
        assert len(screen.chooser.choices) == 25
        assert 20 < count <= 25 + 3  # with the frame and what is typed
        assert first + count <= screen.form.size.height
