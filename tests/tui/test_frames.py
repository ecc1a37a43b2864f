"""Panes are framed, only what gets the keys is lit, and a question leaves its row in
view.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from coding_by_keys import Open, in_record
from review_by_keys import opened as reviewing
from screen_text import chooser_lines, screen_lines
from textual.pilot import Pilot
from textual.screen import Screen

from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screen_sizes import BESIDE
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.frame import Frame
from coder.tui.widgets.rows import ABOVE, BELOW
from coder.tui.widgets.rows import PLAIN_THUMB as THUMB  # of 16 colours
from tests.support.pseudo_terminal import PseudoTerminal

SIZES = [(40, 12), (80, 24), (120, 40), (160, 50)]


def lit(pilot: Pilot[None]) -> list[str | None]:
    """The ids of the titles on the screen that are lit."""
    bars = [
        bar
        for bar in pilot.app.screen.query(Bar)
        if all(each.display for each in bar.ancestors_with_self)
    ]
    return [
        bar.id
        for bar in bars
        if any(column.style == palette.FOCUSED for column in bar.row)
    ]


@pytest.mark.parametrize("size", SIZES)
async def test_the_pane_over_which_something_is_asked_is_lit_and_its_box_thin_where_it_has_a_frame(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        article = "title" if size[0] >= 120 else "header"
        for keys, pane in (([], article), (["tab"], "tabs")):
            await pilot.press(*keys)
            await pilot.pause()
            assert lit(pilot) == [pane]
            await pilot.press("f6")
            await pilot.pause()
            assert screen.chooser.asked is not None and lit(pilot) == ["tabs"]
            assert chooser_lines(screen)[1][0] == ("│" if size[0] >= 120 else "┃")
            await pilot.press("escape")
            await pilot.pause()
            assert lit(pilot) == [pane]


async def test_while_something_is_asked_in_a_review_the_grid_over_which_it_is_is_lit(
    demo: Project,
) -> None:
    async with reviewing(demo, "004", (120, 40)) as (screen, pilot):
        for keys, pane in (([], "head"), (["l", "down"], "events_title")):
            await pilot.press(*keys)
            await pilot.pause()
            assert lit(pilot) == [pane]
            await pilot.press("f6")
            await pilot.pause()
            assert screen.chooser.asked is not None and lit(pilot) == ["head"]
            await pilot.press("escape")


def corners(screen: Screen[object]) -> dict[str, str]:
    """The four corners of each frame that is shown, by its id."""
    strips = screen._compositor.render_strips()
    shown = {
        frame.id or "": frame.region for frame in screen.query(Frame) if frame.region
    }
    return {
        name: "".join(
            strips[y].crop(x, x + 1).text
            for y in (r.y, r.bottom - 1)
            for x in (r.x, r.right - 1)
        )
        for name, r in shown.items()
    }


THIN, THICK = "╭╮╰╯", "┏┓┗┛"


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("size", [(120, 40), (160, 50)])
async def test_on_a_wide_screen_panes_are_framed_and_the_frame_that_gets_the_keys_is_thick(
    opened: Open, size: tuple[int, int], lang: str
) -> None:
    async with opened(size=size) as (screen, pilot):
        screen.use_language(lang)
        await pilot.pause()
        assert corners(screen) == {"text": THICK, "record": THIN, "about_field": THIN}
        await pilot.press("tab")
        await pilot.pause()
        assert corners(screen) == {"text": THIN, "record": THICK, "about_field": THIN}
        await pilot.press("enter")
        await pilot.pause()
        assert screen.chooser.asked is not None
        assert corners(screen) == {"text": THIN, "record": THICK, "about_field": THIN}
        inside, strips = (
            screen.form.region,
            screen._compositor.render_strips()[screen.form.region.y :],
        )
        sides = {
            strip.crop(x, x + 1).text
            for strip in strips[: inside.height]
            for x in (inside.x - 1 - BESIDE, inside.right + BESIDE)
        }
        assert sides == {"┃"}


@pytest.mark.parametrize("size", [(120, 40), (160, 50)])
async def test_the_panes_of_a_review_are_framed_too(
    demo: Project, size: tuple[int, int]
) -> None:
    async with reviewing(demo, "004", size) as (screen, pilot):
        assert corners(screen) == {"compared": THICK, "listed": THIN, "text": THIN}
        await pilot.press("l")
        await pilot.pause()
        assert corners(screen) == {"compared": THIN, "listed": THICK, "text": THIN}


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_lists_that_need_the_whole_screen_are_framed_if_it_is_wide(
    demo: Project, opened: Open, size: tuple[int, int]
) -> None:
    supervisor = CoderApp(lambda: ReviewScreen(demo, "salma"))
    async with supervisor.run_test(size=size) as pilot:
        for keys in ((), ("f4",)):
            await pilot.press(*keys)
            await pilot.pause()
            shown = corners(supervisor.screen).values()
            assert [*shown] == [THICK] if size[0] >= 120 else THICK not in shown
    async with opened(size=size) as (_, pilot):
        await pilot.press("e", "f4")
        await pilot.pause()
        shown = corners(pilot.app.screen).values()
        assert [*shown] == [THICK] if size[0] >= 120 else THICK not in shown


async def test_on_a_low_wide_screen_the_record_takes_the_panel_s_rows(
    opened: Open,
) -> None:
    async with opened(size=(120, 24)) as (screen, _):
        assert corners(screen) == {"text": THICK, "record": THIN}


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_a_chooser_has_a_frame_of_its_own(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="target_object", size=size) as (screen, pilot):
        await pilot.press("enter")
        lines = chooser_lines(screen)
        edges = "".join(line[0] + line[-1] for line in (lines[0], lines[-1]))
        assert edges == (
            THIN if screen.has_class("wide") else THICK
        )  # thin within a frame
        assert {line[0] + line[-1] for line in lines[1:-1]} == {
            "││" if edges == THIN else "┃┃"
        }
        assert screen.pane.size.height >= 12 or size[1] < 24


@pytest.mark.parametrize("size", SIZES)
async def test_a_sign_says_on_which_side_more_choices_are(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="target_object", size=size) as (screen, pilot):
        await pilot.press("enter")
        for key, at, sign in (
            ("", -1, BELOW),
            ("up", 0, ABOVE),
        ):  # up from the first is the last
            await pilot.press(*filter(None, [key]))
            sides = [
                line[1] for line in chooser_lines(screen)[2 : screen.chooser.body]
            ]  # as in lists
            assert sides[at] == sign and (len(sides) == 1 or THUMB in sides)
            assert sign not in chooser_lines(screen)[0]
        await pilot.press("escape")


async def test_a_sign_says_on_which_side_more_rows_are(opened: Open) -> None:
    async with in_record(opened, size=(80, 24)) as (screen, pilot):
        form, last = screen.form, screen.form.size.height - 1

        def signs() -> list[str]:
            return [form.render_line(y).text[0] for y in (0, last)]

        await pilot.press("home")
        assert signs() == [THUMB, BELOW]
        await pilot.press("end")
        await pilot.pause()
        assert signs() == [ABOVE, THUMB]


async def test_the_arabic_prompt_stays_on_the_right_whatever_is_typed(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        await pilot.press("enter")
        line: Callable[[], str] = lambda: chooser_lines(screen)[1].rstrip()  # noqa: E731
        width = screen.form.size.width
        assert len(line()) >= width - 2  # the example
        for typed, shown in (
            ("2024", "2024"),
            ("ctrl+u", ""),
            ("abc", "abc"),
            ("ctrl+u", ""),
            ("سبت", ""),
        ):
            await pilot.press(*([typed] if "+" in typed else typed))
            assert shown in line() and (not shown or len(line()) >= width - 3)
        assert to_display("سبت", 1) in line()
        await pilot.press("escape")


@pytest.mark.parametrize("size", [(120, 36), (120, 40), (160, 50)])
async def test_kinds_are_named_below_however_many_problems_there_are(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, size=size) as (screen, _):
        assert len(screen.record.problems) > 6
        rows = [
            "".join(column.text for column in row) for row in screen.panel.list.rows
        ]
        assert all(
            any(kind.glyph in row for row in rows[-4:])
            for kind in screen.codebook.span_kinds
        )


async def test_no_cut_text_has_two_ellipses_on_a_narrow_screen(
    opened: Open, demo: Project
) -> None:
    async with opened(size=(40, 12)) as (_, pilot):
        await pilot.press("e", "f", "tab")
        await pilot.pause()
        assert not any("……" in line for line in screen_lines(pilot.app))
    async with reviewing(demo, "004", (40, 12)) as (screen, pilot):
        await pilot.pause()
        assert not any(
            "……" in line or "… …" in line for line in screen_lines(pilot.app)
        )
        assert all(
            sum(column.width for column in row) < 40 - 2
            for row in screen.grid.list.rows
        )


@pytest.mark.parametrize(
    "keys", [["f2"], ["f4"], ["f5"], ["ctrl+s"], ["f7"], ["tab"], ["f4", "tab"]]
)
async def test_the_cursor_s_sign_has_a_cell_of_its_own_in_every_list(
    opened: Open, keys: list[str]
) -> None:
    async with in_record(opened, size=(80, 24)) as (_, pilot):
        await pilot.press(*keys)
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        lines = [
            line
            for strip in strips
            if "‹" in (line := "".join(segment.text for segment in strip))
        ]
        assert lines and all(line[line.rindex("‹") - 1] == " " for line in lines)


def test_only_what_gets_the_keys_keys_and_errors_have_a_colour_of_their_own() -> None:
    for name in ("dark", "light", "high-contrast", "colour-blind"):
        look = palette.theme(name, 1 << 24)
        plain = {
            look[role].color for role in (palette.TEXT, palette.DIM, palette.TITLE)
        }
        coloured = {
            role
            for role, style in look.styles.items()
            if style.color and style.color not in plain
        }
        marks = {palette.mark_role(rank) for rank in range(9)}
        rules = {
            palette.RULE,
            palette.SCROLL,
            palette.EDGE,
            palette.FOCUSED,
            palette.PRESS,
            palette.WRONG,
        }
        rules |= {
            palette.LETTER,
            palette.LETTER_OPENS,
            palette.LETTER_ASIDE,
        }  # keys as well
        assert coloured - marks <= rules | {palette.mark_role(n) for n in range(12)}


async def test_what_is_typed_is_drawn_in_a_terminal_of_any_width(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("f6", *"abcdefghij")
        for size in ((5, 20), (3, 2), (1, 1), (20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for y in range(screen.form.size.height):
                assert screen.form.render_line(y).cell_length == screen.form.size.width
        assert screen.chooser.edit.text == "abcdefghij"


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_title_input_and_choices_have_lines_of_their_own(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="target_object", size=size) as (screen, pilot):
        await pilot.press("enter", "o")
        await pilot.pause()
        title, typed, choice = (
            line[1:-1].strip() for line in chooser_lines(screen)[:3]
        )
        assert title.strip("─━ ").endswith(to_display("نوع الهدف: اختر أو اكتب", 1))
        assert typed == "o" and to_display("غير ذلك", 1) in choice


@pytest.mark.parametrize(
    "field", ["event_type", "initiators", "target_object", "certainty"]
)
async def test_on_a_narrow_screen_eight_choices_show_above_which_the_article_keeps_its_cursor(
    opened: Open, field: str
) -> None:
    async with in_record(opened, words="مهاجمة", field=field, size=(100, 30)) as (
        screen,
        pilot,
    ):
        before = screen.pane.size.height, screen.pane.scroll_offset.y
        current = screen.highlights.current
        assert current is not None
        await pilot.press("enter")
        await pilot.pause()
        assert screen.chooser.room >= min(8, len(screen.chooser.choices))
        assert screen.pane.size.height >= 12
        line = screen.pane.locate(current.start)[0] - screen.pane.scroll_offset.y
        assert 0 <= line < screen.pane.size.height
        await pilot.press("escape")
        await pilot.pause()
        assert before == (screen.pane.size.height, screen.pane.scroll_offset.y)


async def test_a_chooser_grows_while_typing_as_if_opened_so(opened: Open) -> None:
    async with in_record(opened, field="target_object", size=(100, 30)) as (
        screen,
        pilot,
    ):
        await pilot.press("enter", "z", "z")
        await pilot.pause()
        await pilot.press("backspace", "backspace")
        await pilot.pause()
        assert screen.chooser.room >= 8


def test_changing_the_pane_redraws_edges_and_titles_and_not_the_text(
    demo_folder: Path,
) -> None:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    terminal = PseudoTerminal(words)
    terminal.resize(40, 120)
    terminal.wait_for("Tab")
    terminal.rest()
    for _ in range(2):
        before = len(terminal.sent)
        terminal.press("\t")
        terminal.rest()
        assert (
            1_000 < len(terminal.sent) - before < 12_000
        )  # the whole screen takes 50,000 bytes
    terminal.press("\x11")
    assert terminal.wait() == 0


@pytest.mark.parametrize("size", [(120, 40), (144, 40), (160, 50)])
async def test_every_cell_of_a_wide_screen_has_a_ground_of_the_theme(
    demo: Project, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    for screen in (
        CodingScreen(demo, "you", demo.article("004")),
        ReviewScreen(demo, "salma"),
    ):
        app = CoderApp(lambda screen=screen: screen, theme="light")  # type: ignore[misc]
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press("enter")  # in the queue, the article
            await pilot.pause()
            grounds = {
                segment.style.bgcolor.triplet.rgb
                if segment.style and segment.style.bgcolor
                else None
                for strip in app.screen._compositor.render_strips()
                for segment in strip
            }
            assert None not in grounds and "rgb(0,0,0)" not in grounds
