"""What takes a click is lit under the mouse, and nothing else changes by moving it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from coding_by_keys import Open
from review_by_keys import opened as reviewed
from textual.events import Click, Key, Leave, MouseDown, MouseMove, MouseUp
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screens.palette_page import PalettePage
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.chooser_place import place_of
from coder.tui.widgets.row_list import RowList
from tests.support.at_rest import until


async def move(pilot: Pilot[None], widget: Bar | RowList, x: int, y: int = 0) -> None:
    await pilot.hover(widget, offset=(x, y))
    await pilot.pause()


def grounds(widget: Bar | RowList, y: int = 0) -> set[str]:
    """The grounds of a line's text."""
    styles = [segment.style for segment in widget.render_line(y)]
    return {style.bgcolor.name for style in styles if style and style.bgcolor}


def in_colours(pilot: Pilot[None]) -> tuple[str, str]:
    """Use more than 16 colours; return those of a lit row, and of a lit text on a bar."""
    assert isinstance(pilot.app, CoderApp)
    theme = pilot.app.colours = palette.DARK
    row, text = theme[palette.AWAY].bgcolor, theme[palette.CURSOR].bgcolor
    assert row is not None and text is not None
    return row.name, text.name


async def test_the_row_under_the_mouse_is_lit_until_it_leaves(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        form, (away, _) = screen.record.form, in_colours(pilot)
        before = [form.render_line(y) for y in range(form.size.height)]
        for y in (2, 3):
            await move(pilot, form, 5, y)
            assert form.lit == y and grounds(form, y) == {away}
            assert grounds(form, 5 - y).isdisjoint({away})
        assert [form.render_line(y).text for y in range(form.size.height)] == [
            strip.text for strip in before
        ]
        await move(pilot, form, 5, len(form.rows) + 1)  # no row takes a click there
        assert form.lit == -1
        await move(pilot, form, 5, 2)
        await pilot.hover(screen.pane, offset=(20, 3))
        await until(lambda: form.lit == -1)
        assert [form.render_line(y) for y in range(form.size.height)] == before


async def test_the_list_is_drawn_again_only_when_the_row_changes(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        form, drawn = screen.record.form, list[int]()
        await move(pilot, form, 5, 2)
        monkeypatch.setattr(form, "refresh_place", drawn.append)
        for x in range(6, 20):
            await move(pilot, form, x, 2)
        assert drawn == []
        await move(pilot, form, 20, 3)
        assert sorted(drawn) == [2, 3]


async def test_a_key_of_the_footer_and_a_title_are_lit(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        _, cursor = in_colours(pilot)
        await pilot.press(
            "tab"
        )  # the title of the pane that has the focus is lit already
        for bar in (screen.bars["footer"], screen.bars["title"]):
            text = bar.render_line(0).text
            with_key = next(x for x in range(bar.size.width) if bar.place_at(x, 0) >= 0)
            await move(pilot, bar, with_key)
            assert bar.column_at(with_key).key and cursor in grounds(bar)
            assert bar.render_line(0).text == text
            without = next(x for x in range(bar.size.width) if bar.place_at(x, 0) < 0)
            await move(pilot, bar, without)
            assert cursor not in grounds(bar)


async def test_a_key_that_changes_the_footer_takes_the_light_away(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        footer, (_, cursor) = screen.bars["footer"], in_colours(pilot)
        await move(
            pilot,
            footer,
            next(x for x in range(footer.size.width) if footer.place_at(x, 0) >= 0),
        )
        assert cursor in grounds(footer)
        await pilot.press("tab")
        assert cursor not in grounds(footer)


async def test_on_a_page_what_takes_a_click_is_lit_over_its_whole_width(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("?")
        page = pilot.app.screen.query_one(RowList)
        assert not page.rows[0][-1].key and page.rows[1][-1].key
        for x in (2, 40, 70):
            await move(pilot, page, x, 0)
            assert page.lit == -1
            await move(pilot, page, x, 1)
            assert page.lit == 1


async def test_only_choices_are_lit_while_the_chooser_is_open(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        in_colours(pilot)
        await pilot.press("tab", "enter")
        form, (first, count) = screen.form, screen.chooser.lines
        hovered = palette.DARK[palette.HOVER].bgcolor
        assert hovered is not None and len(screen.chooser.choices) == count - 3
        for y in range(form.size.height):
            await move(pilot, form, 5, y)
            is_choice = first + 2 <= y < first + count - 1
            assert form.lit == (place_of(0, y) if is_choice else -1)
            is_other = is_choice and y != first + 2 + screen.chooser.cursor
            is_field = y == first + 1  # whose ground is the same
            is_inside = first <= y < first + count and not is_field
            assert not is_inside or (hovered.name in grounds(form, y)) == is_other
        assert screen.chooser.cursor == 0 and screen.chooser.asked is not None


async def test_commands_of_the_palette_are_lit(opened: Open) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        in_colours(pilot)
        await pilot.press("ctrl+p", *"undo")
        page = pilot.app.screen.query_one(RowList)
        first = page.chooser.head
        here = ((first, place_of(0, first)), (first + 1, place_of(0, first + 1)))
        for y, lit in ((0, -1), (first - 1, -1), *here, (30, -1)):
            await move(pilot, page, 5, y)
            assert page.lit == lit


async def test_all_lines_of_a_row_are_lit(demo: Project) -> None:
    async with reviewed(demo, size=(120, 40)) as (screen, pilot):
        grid, (away, _) = screen.grid, in_colours(pilot)
        at = next(
            n
            for n, (a, b) in enumerate(pairwise(grid.firsts))
            if b - a > 1 and n != grid.index
        )
        first, after = grid.firsts[at : at + 2]
        for y in range(first, after):
            await move(pilot, grid.list, 5, y)
            lit = [
                line
                for line in range(grid.list.size.height)
                if away in grounds(grid.list, line)
            ]
            assert lit == [*range(first, after)]


@pytest.mark.parametrize("keys", ["", "l"])
async def test_without_colour_nothing_changes_under_the_mouse(
    demo: Project, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reviewed(demo, size=(120, 40)) as (screen, pilot):
        await pilot.press(*keys)
        for widget in (screen.grid.list, screen.bars["footer"]):
            before = widget.render_line(0)
            await move(pilot, widget, 5, 0)
            assert widget.render_line(0) == before


async def test_the_mouse_over_a_page_that_is_being_left_does_nothing(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("ctrl+p")
        palette_list = pilot.app.screen.query_one(RowList)
        await pilot.press("escape")
        await pilot.pause()
        assert not palette_list.is_attached
        mouse = (palette_list, 5, 2, 0, 0, 1, False, False, False)
        for event in (
            MouseMove(*mouse),
            MouseDown(*mouse),
            MouseUp(*mouse),
            Click(*mouse),
            Leave(palette_list),
        ):
            await palette_list.on_event(event)  # as one that was still waiting


async def test_a_key_for_a_list_that_left_its_screen_already_does_nothing(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        await pilot.press("ctrl+p")
        page = pilot.app.screen
        assert isinstance(page, PalettePage)
        await page.list.remove()  # as when the program closes
        for letter in (
            "zqzqzq"
        ):  # at last nothing matches, which is said in the language of the screen
            page.take_key(Key(letter, letter))
        assert page.chooser.edit.text == "zqzqzq" and not page.chooser.choices


async def test_the_next_key_ends_what_the_mouse_lights_so_that_it_looks_like_no_cursor(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await move(pilot, screen.record.form, 5, 2)
        assert screen.record.form.lit == 2
        await pilot.press("left")
        assert screen.record.form.lit == -1
