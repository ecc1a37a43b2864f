"""Where a pane is in what it shows: signs and the thumb at its end, which take the
mouse.
"""

from __future__ import annotations

import asyncio

import pytest
from clicking import in_language
from coding_by_keys import Open
from review_by_keys import opened as reviewed
from textual.events import MouseDown, MouseMove, MouseUp
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import ABOVE, BELOW
from coder.tui.widgets.rows import PLAIN_THUMB as THUMB  # of 16 colours
from coder.tui.widgets.scrolled import Scrolled


def column(pane: Scrolled) -> str:
    """The signs at the pane's end, from top to bottom."""
    place = 0 if pane.side == 0 else -1
    return "".join(pane.render_line(y).text[place] for y in range(pane.size.height))


def thumb(pane: Scrolled) -> range:
    drawn = column(pane)
    first = drawn.index(THUMB)
    assert drawn.strip(f" {ABOVE}{BELOW}") == THUMB * drawn.count(THUMB)
    return range(first, first + drawn.count(THUMB))


def longest(pane: Scrolled) -> int:
    return pane.virtual_size.height - pane.size.height


def assert_told(pane: Scrolled) -> None:
    """Go through the pane: the thumb is as long as the part that is shown, and goes
    down as it does.
    """
    before, height = -1, pane.size.height
    for top in (0, 1, longest(pane) // 2, longest(pane) - 1, longest(pane)):
        pane.scroll_to(y=top, animate=False, force=True)
        here = thumb(pane)
        assert len(here) in (
            share := max(1, height * height // pane.virtual_size.height),
            share - 1,
        )
        assert here.start >= before
        before = here.start
        assert (column(pane)[0] == ABOVE) == (top > 0)
        assert (column(pane)[-1] == BELOW) == (top < longest(pane))
        assert (here.start == 0) == (top == 0) and (here.stop == height) == (
            top == longest(pane)
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_article_and_the_keys_tell_where_one_is(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        assert longest(screen.pane) > 0
        assert_told(screen.pane)
        await pilot.press("?")
        page = pilot.app.screen.query_one(RowList)
        assert page.side == 0  # where lines end in Arabic
        assert_told(page)


async def test_lists_read_from_the_left_tell_it_on_the_right(demo: Project) -> None:
    async with reviewed(in_language(demo, "en"), "001", (80, 24)) as (screen, pilot):
        await pilot.press("l")
        await pilot.pause()
        assert screen.grid.events.list.side == 79
        assert_told(screen.grid.events.list)


async def test_where_all_is_seen_there_is_no_sign(opened: Open) -> None:
    async with opened(size=(160, 50)) as (screen, _):
        assert column(screen.record.form).strip() == ""


async def drag(pilot: Pilot[None], pane: Scrolled, x: int, *lines: int) -> None:
    """Press on the first of these lines, move to the others, and let go there."""
    await pilot._post_mouse_events([MouseDown], pane, offset=(x, lines[0]), button=1)
    for y in lines[1:]:
        await pilot._post_mouse_events([MouseMove], pane, offset=(x, y), button=1)
    await pilot._post_mouse_events([MouseUp], pane, offset=(x, lines[-1]), button=1)
    await pilot.pause()


async def test_a_press_or_drag_on_the_signs_scrolls_and_does_nothing_else(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        last, before = (
            screen.pane.size.height - 1,
            (screen.highlights.current, screen.highlights.selection),
        )
        await drag(pilot, screen.pane, 0, last)
        assert screen.pane.scroll_offset.y == longest(screen.pane)
        await drag(pilot, screen.pane, 0, last, last // 2)
        assert 0 < screen.pane.scroll_offset.y < longest(screen.pane)
        await drag(pilot, screen.pane, 0, last // 2, 0)
        assert screen.pane.scroll_offset.y == 0
        assert (screen.highlights.current, screen.highlights.selection) == before
        await drag(pilot, screen.pane, 20, 1, 3)  # in the text it selects, as ever
        assert (
            screen.highlights.selection is not None and screen.pane.scroll_offset.y == 0
        )


async def test_a_press_on_the_signs_of_a_list_leaves_the_cursor(demo: Project) -> None:
    async with reviewed(demo, "001", (80, 24)) as (screen, pilot):
        assert isinstance(screen, ReviewScreen)
        await pilot.press("l")
        await pilot.pause()
        events, here = screen.grid.events.list, screen.grid.cluster_id
        await pilot.click(events, offset=(events.side, events.size.height - 1))
        assert (
            events.scroll_offset.y == longest(events) and screen.grid.cluster_id == here
        )
        await pilot.click(events, offset=(20, events.size.height - 1))
        assert screen.grid.cluster_id == screen.work.state.clusters[-1].id


async def test_the_signs_take_no_press_while_something_is_asked(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("e", "f", "tab", "enter")
        form = screen.record.form
        assert screen.chooser.asked is not None and longest(form) > 0
        await pilot.click(form, offset=(form.side, form.size.height - 1))
        await pilot.pause()
        assert form.scroll_offset.y == 0


@pytest.mark.parametrize("key", ["a", "x", "space", "ctrl+x"])
async def test_nothing_out_of_sight_is_decided(opened: Open, key: str) -> None:
    async with opened() as (screen, pilot):
        pane, mark = screen.highlights.pane, screen.highlights.current
        assert mark is not None
        pane.scroll_to(y=longest(pane), animate=False, force=True, immediate=True)
        await pilot.pause()
        assert mark.end <= pane.in_view[0]
        await pilot.press(key)
        assert not screen.session.coding.spans and screen.highlights.current == mark
        assert pane.in_view[0] <= mark.start < pane.in_view[1]
        await pilot.press(key)
        assert any(
            (span.kind, span.start, span.end) == (mark.kind, mark.start, mark.end)
            for span in screen.session.coding.spans
        )


async def test_the_lines_below_are_drawn_before_they_are_scrolled_to(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened("000") as (screen, pilot):
        pane, drawn = screen.pane, list[int]()
        draw, height = pane._draw, pane.size.height
        await asyncio.sleep(0.2)
        monkeypatch.setattr(
            pane,
            "_draw",
            lambda theme, line, *how: (
                drawn.append(line.start) or draw(theme, line, *how)
            ),
        )
        pane.scroll_to(y=height // 2, animate=False, force=True)
        await pilot.pause()
        assert pane.scroll_offset.y == height // 2
        assert all(
            start >= pane.in_view[1] for start in drawn
        )  # those that are drawn ahead next


async def test_the_lines_below_are_drawn_ahead_in_the_next_article_too(
    demo: Project, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened("003", size=(120, 40)) as (screen, pilot):
        pane, drawn = screen.pane, set[int]()
        await pilot.press("home")
        draw = pane._draw
        monkeypatch.setattr(
            pane,
            "_draw",
            lambda theme, line, *how: drawn.add(line.start) or draw(theme, line, *how),
        )
        pane.load(demo.article("002"))
        await pilot.pause()
        await asyncio.sleep(0.2)
        assert pane.scroll_offset.y == 0 and max(drawn) >= pane.in_view[1]
