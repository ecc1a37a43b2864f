"""Any keys in any order: no screen falls over, nothing that was shown is lost, the
journal replays.
"""

from __future__ import annotations

import random

import pytest
from coding_by_keys import Open, in_record
from textual.screen import Screen

from coder.service.project.opened import Project
from coder.service.upkeep.integrity import verify
from coder.tui.app import CoderApp
from coder.tui.keys import by_scope, of_scope
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.bars import Bar

SPECIAL = [
    key
    for action in of_scope(*by_scope())
    for key in action.keys
    if key not in ("ctrl+q", "ctrl+c")
]
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789?/.=;+-<>[]") + list(
    "شسيبلاتنمكطذدجحخهعغفقثصضئءؤرىةوزظ٠١٢٣"
)
KEYS = (
    SPECIAL
    + LETTERS
    + ["enter", "escape", "tab", "left", "down", "space", "e", "e", "f"] * 3
)


async def press_any(
    project: Project, screen: Screen[None], seed: int, count: int
) -> None:
    chance = random.Random(seed)
    app = CoderApp(lambda: screen)
    size = chance.choice([(80, 24), (160, 50), (40, 12)])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for i in range(count):
            await pilot.press(chance.choice(KEYS))
            if i % 40 == 39:
                await pilot.resize_terminal(
                    *chance.choice([(80, 24), (121, 30), (60, 15)])
                )
        if isinstance(screen, CodingScreen):
            screen.session.writer.flush()
            with project.store.read() as queries:
                stored = queries.coding(screen.session.article.id, "you")
            shown = screen.session.coding
            assert stored == shown or (
                stored is None and not shown.spans and not shown.events
            )
    assert not verify(project).findings


async def test_every_key_that_works_in_a_pane_has_a_function(demo: Project) -> None:
    coding = CodingScreen(demo, "you", demo.article("004"))
    review = ReviewScreen(demo, "salma", "004")
    scopes = {
        coding: ("article", "jump", "form", "draw", "field"),
        review: ("queue", "grid", "draw"),
    }
    for screen, names in scopes.items():
        async with CoderApp(lambda shown=screen: shown).run_test() as pilot:
            await pilot.pause()
            assert [a.id for a in of_scope(*names) if a.id not in screen.keys] == []


@pytest.mark.parametrize("seed", range(2))
async def test_the_coding_screen_takes_any_keys(demo: Project, seed: int) -> None:
    await press_any(demo, CodingScreen(demo, "you", demo.article("004")), seed, 120)


@pytest.mark.parametrize("seed", range(2))
async def test_the_review_screen_takes_any_keys(demo: Project, seed: int) -> None:
    await press_any(demo, ReviewScreen(demo, "salma", "004"), seed, 80)


@pytest.mark.parametrize(
    ("keys", "idle"),
    [
        ("home", "right"),
        ("home", "ctrl+up"),
        ("end", "ctrl+left"),
        ("home", "]"),
        ("v home", "-"),
        ("tab", "shift+up"),
        ("f2", "backspace"),
        ("f5", "down"),
    ],
)
async def test_a_key_that_finds_nothing_to_do_says_so(
    demo: Project, keys: str, idle: str
) -> None:
    app = CoderApp(lambda: CodingScreen(demo, "you", demo.article("004")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*keys.split(), idle)
        await pilot.pause()
        told = app.screen.query_one("#message", Bar).row
        assert told and "لا يفعل شيئاً هنا" in told[0].text


@pytest.mark.parametrize("which", ["record", "queue", "grid"])
async def test_where_nothing_is_copied_the_key_says_how_to_quit(
    demo: Project, which: str
) -> None:
    screen: CodingScreen | ReviewScreen = CodingScreen(demo, "you", demo.article("004"))
    if which != "record":
        screen = ReviewScreen(demo, "salma", "004" if which == "grid" else None)
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("tab", "ctrl+c")
        assert "للخروج" in screen.bars["message"].row[0].text
        assert not pilot.app._notifications


@pytest.mark.parametrize("page", ["f2", "f7", "ctrl+s"])
async def test_on_a_page_it_says_so_too(demo: Project, page: str) -> None:
    screen = CodingScreen(demo, "you", demo.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(page, "ctrl+c")
        assert pilot.app.screen is not screen
        assert "للخروج" in pilot.app.screen.query_one("#message", Bar).row[0].text
        assert not pilot.app._notifications


async def test_without_colour_the_key_that_dims_says_why_it_does_not(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    screen = CodingScreen(demo, "you", demo.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        assert (
            "NO_COLOR" in screen.bars["message"].row[0].text
            and screen.pane.bright is None
        )


@pytest.mark.parametrize("scope", ["article", "form"])
async def test_what_needs_no_open_coding_changes_none(opened: Open, scope: str) -> None:
    async with in_record(opened) as (screen, pilot):
        before = screen.session.coding
        assert len(before.events) == 1
        for action in of_scope(scope):
            if action.needs_open:
                continue
            screen.open_record() if scope == "form" else screen.close_record()
            await pilot.pause()
            await pilot.press(action.keys[0])
            await pilot.pause()
            assert screen.session.coding == before, action.id
            while pilot.app.screen is not screen:
                pilot.app.pop_screen()
            await pilot.press("escape")
