"""Pages in a box over the work, which stays in sight around them."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, in_record
from screen_text import screen_lines, under_a_box
from textual.events import Resize
from textual.geometry import Size

from coder.tui import palette
from coder.tui.screen_sizes import BESIDE
from coder.tui.screens.boxed_page import BoxedPage
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.comments_page import CommentsPage
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.history_screen import HistoryScreen
from coder.tui.screens.missing_screen import MissingScreen
from coder.tui.widgets.chooser_place import aside_of
from coder.tui.widgets.frame import Frame, Title
from coder.values.typed import Choice


def around(page: BoxedPage[object]) -> list[str]:
    """What the page shows of the screen below, without its scroll bars."""
    return [page.work(y).text for y in range(page.app.size.height)]


def below(screen: CodingScreen) -> list[str]:
    return [under_a_box(strip.text) for strip in screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(120, 40), (160, 50)])
async def test_the_work_stays_in_sight_beside_a_box_and_under_it(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (_, pilot):
        before = screen_lines(pilot.app)
        await pilot.press("f5")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HistoryScreen)
        now = screen_lines(pilot.app)
        assert now[:2] == [under_a_box(line) for line in before[:2]]
        assert now[-6] == under_a_box(before[-6])  # the history of nothing is short
        assert sum("┏" in line for line in now) == 1  # the box alone gets the keys


@pytest.mark.parametrize(
    "sizes",
    [((160, 50), (130, 40)), ((80, 24), (160, 50)), ((160, 50), (80, 24), (160, 50))],
)
async def test_the_work_around_a_box_follows_the_terminal_s_size(
    opened: Open, sizes: tuple[tuple[int, int], ...]
) -> None:
    async with opened(size=sizes[0]) as (screen, pilot):
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        for size in sizes[1:]:
            await pilot.resize_terminal(*size)
            await pilot.pause(0.3)
        assert around(page) == below(screen)


async def test_a_page_that_is_left_ignores_a_size_that_comes_late(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        page.post_message(Resize(Size(120, 40), Size(120, 40)))
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen


async def test_another_theme_changes_the_work_around_a_box_too(opened: Open) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        await pilot.press("f5")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, HistoryScreen)
        pilot.app.use_theme("light")  # type: ignore[attr-defined]  # CoderApp's
        light = palette.theme("light", pilot.app.colour_depth).behind  # type: ignore[attr-defined]
        assert {segment.style for segment in page.work(0)} == {light}


async def test_a_page_that_needs_all_the_room_leaves_the_header_in_sight_and_is_closed_there(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("e", "f4")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        header = under_a_box(screen._compositor.render_strips()[0].text)
        around = [page.render_line(y) for y in range(40)]
        assert [strip.text for strip in around] == [header, *[" " * 120] * 39]
        ground = pilot.app.colours.base.bgcolor  # type: ignore[attr-defined]  # CoderApp's
        assert {
            segment.style and segment.style.bgcolor
            for strip in around
            for segment in strip
        } == {ground}
        for y, closes in ((20, False), (0, True)):
            await pilot.click(offset=(0, y))
            await pilot.pause()
            assert (pilot.app.screen is screen) == closes


@pytest.mark.parametrize("key", ["f2", "f5"])
async def test_what_is_said_of_a_row_stands_on_the_ground_of_its_box(
    opened: Open, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with opened(size=(120, 40)) as (_, pilot):
        await pilot.press("a", key)
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, BoxedPage)
        strips, of_box = (
            page._compositor.render_strips(),
            palette.DARK.raised.base.bgcolor,
        )
        for name in ("#info", "#message"):
            place = page.query_one(name).region
            grounds = {
                segment.style.bgcolor
                for segment in strips[place.y]
                if segment.style is not None
            }
            assert grounds == {of_box}, name


async def test_a_click_on_the_work_closes_a_box_and_one_on_its_rows_does_not(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        await pilot.click(Title)  # in its upper edge
        await pilot.pause()
        assert pilot.app.screen is page
        await pilot.click(offset=(1, 20))
        await pilot.pause()
        assert pilot.app.screen is screen and not screen.session.submitted


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        ("f2", {"found_by": 1, "filters": 3, "head": 4, "page": 5}),
        ("?", {"found_by": 1, "page": 3}),
        ("ctrl+s", {"page": 1}),
        ("f4", {"page": 1}),
        ("f4 tab", {"head": 1, "page": 2}),
    ],
)
async def test_blank_lines_stand_around_what_is_typed_and_the_list_of_a_box(
    opened: Open, keys: str, lines: dict[str, int]
) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        await pilot.press("e", *keys.split())
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, BoxedPage)
        strips = page._compositor.render_strips()
        for name, number in lines.items():
            place = page.query_one(f"#{name}").region
            inner = (
                strips[place.y]
                .crop(place.x - 1 - BESIDE, place.right + 1 + BESIDE)
                .text
            )
            assert inner[0] == inner[-1] == "┃" and place.width == page.inner_width
            assert place.y == page.query_one(Title).region.bottom + number
        box = page.query_one(Frame).region
        inner = [
            strips[y].crop(box.x + 1, box.right - 1).text
            for y in range(box.y + 1, box.bottom - 1)
        ]
        blank = [
            number for number in range(lines["page"]) if number not in lines.values()
        ]
        assert (
            not any(inner[number].strip() for number in (*blank, -1))
            and inner[lines["page"]].strip()
        )


@pytest.mark.parametrize(("width", "of_list"), [(120, 104), (160, 132), (200, 132)])
async def test_lists_widen_with_the_screen_and_texts_stay_as_wide_as_can_be_read(
    opened: Open, width: int, of_list: int
) -> None:
    async with opened(size=(width, 50)) as (_, pilot):
        boxes = dict.fromkeys(("f2", "f5", "ctrl+s", "ctrl+p"), of_list) | {"?": 104}
        for key, cells in boxes.items():
            await pilot.press(key)
            await pilot.pause()
            assert (
                pilot.app.screen.query("Frame, #page").first().region.width == cells
            ), key
            await pilot.press("escape")
            await pilot.pause()


@pytest.mark.parametrize("keys", ["?", "f2"])
async def test_a_box_keeps_its_first_line_while_what_it_shows_becomes_less(
    opened: Open, keys: str
) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        await pilot.press(keys)
        await pilot.pause()
        page = pilot.app.screen
        before = page.query_one(Title).region.y
        for key in "zqx":
            await pilot.press(key)
            await pilot.pause()
            assert page.query_one(Title).region.y == before
        edge = "".join(
            segment.text for segment in page._compositor.render_strips()[before]
        )
        assert "━ ━" not in edge  # no hole where nothing is told


async def test_a_box_is_as_high_as_its_rows_until_something_is_asked_over_them(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        await pilot.press("f7")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, CommentsPage)
        first, rows = page.query_one(Title).region.y, len(page.list.rows)
        assert page.list.size.height == rows < 8
        await pilot.press(";")
        await pilot.pause()
        below, count = page.chooser.lines
        assert page.query_one(Title).region.y == first
        assert (below, count) == (
            page.list.cursor + page.list.lines,
            page.chooser.wanted,
        )  # it has room
        assert below + count == page.list.size.height
        await pilot.press("escape")
        await pilot.pause()
        assert (page.query_one(Title).region.y, page.list.size.height) == (first, rows)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_box_of_choices_is_as_high_as_what_fits_and_stays_where_it_is(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="target_object", size=size) as (screen, pilot):
        await pilot.press("enter")
        first, most = screen.chooser.lines
        await pilot.press(*"zqx")
        # That nothing matches takes one line; over the row that it is about, it stays
        # as high as it was.
        assert screen.chooser.lines == (first, most if size[1] == 24 else 4)
        await pilot.press("ctrl+u")
        assert screen.chooser.lines == (first, most) and most > 4


@pytest.mark.parametrize("keys", ["", "z z z"])
async def test_the_row_stays_above_a_chooser_that_covers_it(
    opened: Open, keys: str
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        form = screen.form
        whole = form.render_line(form.cursor - form.scroll_offset.y).text.strip(" ‹▾▴░")
        await pilot.press("enter", *keys.split())
        await pilot.pause()
        first, row = form.chooser.lines[0], form.cursor - form.scroll_offset.y
        assert first <= row and form.render_line(first - 1).text.strip(" ‹▾▴░") == whole


def test_what_stands_beside_a_choice_is_cut_before_it_is_left_out() -> None:
    choice = Choice(
        "x", "a" * 10, aside="state or government"
    )  # its mark takes five cells, its end four
    shown = {
        width: aside_of(choice, width, is_kept=False) for width in (41, 38, 37, 27, 26)
    }
    whole, cut = "state or government", "state or governme…"
    assert shown == {41: whole, 38: whole, 37: cut, 27: "state o…", 26: ""}
