"""Screens that open and close, and sizes that change, faster than the program: each
once, and to an end.
"""

from __future__ import annotations

import gc
from asyncio import sleep
from pathlib import Path

import pytest
from coding_by_keys import Open
from review_by_keys import opened as opened_review
from textual._styles_cache import StylesCache
from textual.events import Callback, Key, Resize
from textual.geometry import Size

from coder.model import CONFIRMED, REJECTED, UNDECIDED
from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.help_page import HelpPage
from coder.tui.screens.review_screen import ReviewScreen
from tests.support.pseudo_terminal import PseudoTerminal


@pytest.mark.parametrize("closing", ["\x1b\x1b", "qq", "??", "ضض", "\r=", "\x1bqq\x1b"])
def test_closing_keys_in_one_read_close_the_page_and_no_more(
    demo_folder: Path, closing: str
) -> None:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    terminal = PseudoTerminal(words, environ={"LANG": "C.UTF-8"})
    terminal.wait_for("Tab")
    terminal.press("?")
    terminal.wait_for("PgUp")
    terminal.press(closing)
    terminal.press("\x1b")
    terminal.rest()
    terminal.wait_for(to_display(" المقال ", 1))  # the work screen's record
    terminal.press("\x11")
    assert terminal.wait() == 0


def test_quitting_works_on_a_page_too(demo_folder: Path) -> None:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    terminal = PseudoTerminal(words)
    terminal.wait_for("Tab")
    terminal.press("?")
    terminal.wait_for("PgUp")
    terminal.press("\x11")
    assert terminal.wait() == 0


async def test_keys_of_one_read_go_where_they_would_have_gone_one_by_one(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        for key in ("question_mark", "escape", "question_mark"):
            pilot.app.post_message(Key(key, "?" if key == "question_mark" else key))
        await pilot.pause()
        assert [type(each) for each in pilot.app.screen_stack[1:]] == [HelpPage]
        for key in ("escape", "tab"):
            pilot.app.post_message(Key(key, None))
        await pilot.pause()
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.form.has_focus


@pytest.mark.parametrize("between", [0, 1, 3, 10])
async def test_keys_that_come_while_pages_open_and_close_act_as_if_pressed_one_by_one(
    opened: Open, between: int
) -> None:
    burst = [
        "question_mark",
        "escape",
        "x",
        "f2",
        "escape",
        "a",
        "question_mark",
        "u",
        "escape",
        "left",
    ] * 6
    async with opened() as (screen, pilot):
        for key in burst:
            character = {"question_mark": "?"}.get(key, key if len(key) == 1 else None)
            pilot.app.post_message(Key(key, character))
            for _ in range(between):  # turns of other tasks
                await sleep(0)
        await pilot.pause()
        states = [mark.state for mark in screen.highlights.marks]
        assert pilot.app.screen is screen
        assert states[:13] == [*(REJECTED, CONFIRMED) * 6, UNDECIDED]


async def test_the_list_of_events_is_left_by_a_key_that_comes_with_the_one_that_opens_it(
    demo: Project,
) -> None:
    async with opened_review(demo) as (screen, pilot):
        for key in "ll":
            pilot.app.post_message(Key(key, key))
        await pilot.pause()
        assert screen.focused is screen.grid.list
        assert not screen.has_class("listing")


async def test_pages_that_are_closed_leave_nothing_in_memory(opened: Open) -> None:
    def drawn() -> int:
        gc.collect()
        return sum(isinstance(each, StylesCache) for each in gc.get_objects())

    async with opened() as (_, pilot):
        await pilot.press("?", "escape", "f2", "escape")
        await pilot.pause()
        before = drawn()
        await pilot.press(*["?", "escape", "f2", "escape"] * 5)
        await pilot.pause()
        assert drawn() <= before


@pytest.mark.parametrize("is_review", [False, True])
async def test_two_sizes_on_their_way_at_once_come_to_an_end(
    demo: Project, is_review: bool
) -> None:
    screen = (
        ReviewScreen(demo, "salma", "004")
        if is_review
        else CodingScreen(demo, "you", demo.article("004"))
    )
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        drawn: list[object] = []
        screen.screen_layout_refresh_signal.subscribe(screen, drawn.append)
        for size in (Size(130, 30), Size(80, 24)):
            screen.post_message(Resize(size, size))
            screen.post_message(Callback(callback=lambda: None))
        await pilot.pause()
        before = len(drawn)
        await pilot.pause(0.5)
        assert len(drawn) == before
        assert screen.size == Size(80, 24)
        assert not screen.has_class("wide")
