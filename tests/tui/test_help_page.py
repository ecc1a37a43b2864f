"""The help page: all keys of a screen, narrowed by typing as lists are."""

from __future__ import annotations

import pytest
from coding_by_keys import Open
from screen_text import ISOLATES, screen_lines
from textual.events import Key, Paste
from textual.pilot import Pilot

from coder.codebook.schema import Codebook
from coder.service.coding.record_rows import SIGNS
from coder.text.display import cell_width, to_display
from coder.tui import palette
from coder.tui.keys import of_scope, shown
from coder.tui.screens import review_rows
from coder.tui.screens.help_page import GRID, HelpPage, help_rows
from coder.tui.sentences import say

SCOPES = "article", "form", "any"


def of(pilot: Pilot[None]) -> HelpPage:
    """The page that is open."""
    assert isinstance(pilot.app.screen, HelpPage)
    return pilot.app.screen


def told(codebook: Codebook, query: str, lang: str = "en") -> list[str]:
    """The lines that a text finds, without their keys, and their headings without the
    line behind them.
    """
    rows = help_rows(SCOPES, SCOPES, codebook, lang, 200, query)
    words = (
        next(column.text for column in row[1:] if column.text.strip())
        for row in rows
        if row
    )
    return [text.strip() for text in words]


def test_typing_leaves_only_the_lines_that_fit_under_their_headings(
    conflict_events: Codebook,
) -> None:
    assert told(conflict_events, "redo") == [
        "Article",
        "Redo what was undone.",
        "Event record",
        "Redo what was undone.",
    ]
    assert told(conflict_events, "تراجع")[0] == "Article"  # in either language
    assert told(conflict_events, "histroy") == told(
        conflict_events, "history"
    )  # a slip of the finger
    assert told(conflict_events, "qqq") == []


def test_the_letters_of_the_codebook_are_found_by_their_labels_and_keys_by_their_names(
    conflict_events: Codebook,
) -> None:
    assert told(conflict_events, "weapons") == [
        "Letters of the fields (in the article)",
        "Weapons",
    ]
    assert told(conflict_events, "السلاح") == told(conflict_events, "weapons")
    history = next(
        action for action in of_scope("article") if action.name == "history"
    ).help("en")
    assert told(conflict_events, "f5") == ["Article", history, "Event record", history]
    assert told(conflict_events, "ctrl+s")[1] == "Show what is missing, then submit."


async def test_the_keys_are_those_of_other_lists(opened: Open) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await pilot.press("?", "pagedown")
        everything = len(of(pilot).list.rows)
        assert of(pilot).list.scroll_offset.y > 0
        await pilot.press(*"redo q")  # letters that are keys elsewhere, and a blank
        await pilot.pause()
        page = of(pilot)
        assert (
            page.query_text == "redo q"
            and page.list.rows == []
            and page.list.scroll_offset.y == 0
        )
        assert any(
            "Ctrl+U" in line and "redo q" in line for line in screen_lines(pilot.app)
        )
        await pilot.press("backspace", "backspace")
        assert page.query_text == "redo" and 0 < len(page.list.rows) < everything
        pilot.app.post_message(Paste("\nundo\n"))
        await pilot.pause()
        assert page.query_text == "redoundo"
        await pilot.press("ctrl+u")
        await pilot.pause()
        assert len(page.list.rows) == everything
        assert any(
            to_display("اكتب للبحث", 1) in line for line in screen_lines(pilot.app)
        )
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_what_is_pasted_when_help_was_left_changes_nothing(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("?", "u")
        page = of(pilot)
        pilot.app.post_message(Key("escape", None))
        pilot.app.post_message(Paste("ndo"))
        await pilot.pause()
        assert pilot.app.screen is screen and page.query_text == "u"


@pytest.mark.parametrize("key", ["?", "f1", "escape", "enter"])
async def test_the_help_key_closes_it_too(opened: Open, key: str) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("?", *"undo", key)
        assert pilot.app.screen is screen


@pytest.mark.parametrize("x", [3, 30, 70, 93])
async def test_a_click_presses_the_key_of_a_line_that_was_found_and_clears_what_finds_nothing(
    opened: Open, x: int
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("?", *"qqqq")
        await pilot.pause()
        await pilot.click(of(pilot).list, offset=(x, 0))
        await pilot.pause()
        assert of(pilot).query_text == "" and of(pilot).list.rows
        await pilot.press(*"draw")
        await pilot.pause()
        page = of(pilot)
        at = next(n for n, row in enumerate(page.list.rows) if row[-1].key == "v")
        await pilot.click(page.list, offset=(x, at))
        await pilot.pause()
        assert pilot.app.screen is screen and screen.highlights.selection is not None


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_headings_stand_apart_and_keys_take_the_cells_that_they_need(
    conflict_events: Codebook, lang: str
) -> None:
    rows = help_rows((*SCOPES, "write"), SCOPES, conflict_events, lang, 78)
    at = [
        n
        for n, row in enumerate(rows)
        if any(column.style == palette.PANE for column in row)
    ]
    assert (
        len(at) == len(SCOPES) + 4 and at[0] == 0
    )  # those of signs, fields and kinds too
    assert all(rows[n - 1] == () for n in at[1:]) and rows.count(()) == len(at) - 1
    assert all(
        sum(column.width for column in rows[n]) == 77 for n in at
    )  # beside the column of signs
    keys = [row[0] for row in rows if row and row[0].style == palette.PRESS]
    assert {column.width for column in keys} == {17}
    assert all(cell_width(column.text) <= column.width - 1 for column in keys)
    told = " ".join(column.text for column in keys)
    assert all(
        shown(key) in told for action in of_scope("write") for key in action.keys
    )


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_keys_held_with_the_same_ones_share_lines(
    conflict_events: Codebook, lang: str
) -> None:
    rows = help_rows(("edit",), (), conflict_events, lang, 78)
    keys = [row[0].text.translate(ISOLATES).strip() for row in rows]
    first = keys.index("Shift+←/→/↑/↓")
    assert keys[first : first + 3] == [
        "Shift+←/→/↑/↓",
        "Shift+Home/End",
        "Ctrl+Shift+←/→",
    ]
    assert (
        "Ctrl+←/→" in keys and "Ctrl+Backspace" in keys
    )  # with Ctrl+Del it would be too long


def test_the_line_of_a_heading_begins_above_the_keys(conflict_events: Codebook) -> None:
    heading, line, *_ = help_rows(("page",), (), conflict_events, "en", 78)
    assert heading[0].text.index("─") == line[0].text.translate(ISOLATES).index("↓")


@pytest.mark.parametrize("query", ["signs", "إشارات"])
def test_what_the_signs_of_fields_mean_is_found_by_the_word_signs(
    conflict_events: Codebook, query: str
) -> None:
    rows = help_rows(SCOPES, SCOPES, conflict_events, "en", 78, query)
    signs = {
        row[0].text.translate(ISOLATES).strip(): row[-1].text
        for row in rows
        if len(row) == 2
    }
    assert (
        {*signs} >= {*SIGNS.values()}
        and signs["?"] == "not stated"
        and signs["·"].startswith("empty")
    )
    assert (
        signs['"'] == "an earlier event has the same value from the same words"
        and "evidence" in signs["×2"]
    )


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_signs_of_the_review_grid_are_explained(lang: str) -> None:
    rows = help_rows(("grid",), (), None, lang, 110)
    told = {
        (row[0].text.translate(ISOLATES).strip(), row[-1].text)
        for row in rows
        if len(row) == 2
    }
    assert told >= {(sign, say(lang, f"sign_{key}")) for sign, key in GRID.items()}
    assert {*GRID} >= {
        "≠",
        review_rows._APART,
        review_rows._STALE,
        review_rows._OPEN,
        review_rows._WRONG,
    }
