"""A field of the record reached by the letter beside it."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, coding_of, fill_the_rest, go_to_field, in_record
from screen_text import message, screen_lines

from coder.service.edits.span_edits import Reject
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.keys import arabic_of, drawn_in_arabic
from coder.tui.screens.coding_screen import CodingScreen


@pytest.mark.parametrize("arabic", [False, True])
async def test_ctrl_k_and_a_letter_go_to_the_field_that_has_it(
    opened: Open, arabic: bool
) -> None:
    async with in_record(opened, field="source", size=(120, 40)) as (screen, pilot):
        letter = next(
            row.field.key for row in screen.record.rows if row.field.id == "initiators"
        )
        assert letter is not None
        await pilot.press("ctrl+k")
        assert screen.scope() == "field" and "Esc" in screen_lines(pilot.app)[-1]
        await pilot.press(arabic_of(letter) if arabic else letter)
        assert screen.record.row.field.id == "initiators" and screen.scope() == "form"


async def test_the_letter_of_a_field_is_not_that_of_words(opened: Open) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        await pilot.press("delete", "\\")
        before = coding_of(screen)
        await pilot.press("ctrl+k", "d")
        assert screen.record.row.field.id == "date" and coding_of(screen) == before
        assert screen.highlights.letters  # of the field that it went to


def shows_letter(screen: CodingScreen, letter: str) -> bool:
    """Whether the record shows a letter beside a field."""
    return any(
        letter == column.text.strip() for row in screen.form.rows for column in row
    )


@pytest.mark.parametrize(("shifted", "field"), [("D", "date"), ("ﻷ", "targets")])
async def test_when_nothing_is_open_shift_and_a_letter_go_to_the_field_that_has_it(
    opened: Open, shifted: str, field: str
) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        await pilot.press("delete", "0", "\\")
        assert not screen.jumping.is_done and not shows_letter(screen, "d")
        await fill_the_rest(screen, pilot)
        assert screen.jumping.is_done and screen.record.row.field.id == "linked_to"
        assert shows_letter(screen, "D") and not shows_letter(screen, "d")
        before = coding_of(screen)
        await pilot.press("Z")
        assert screen.record.row.field.id == "linked_to" and "حرفه z" in message(screen)
        await pilot.press(shifted)
        assert screen.record.row.field.id == field and coding_of(screen) == before
        assert not screen.jumping.is_done


async def test_the_letters_that_need_shift_are_hidden_under_an_arabic_layout(
    opened: Open,
) -> None:
    async with in_record(opened, field="place", size=(80, 24)) as (screen, pilot):
        await pilot.press("delete", "0", "\\")
        await fill_the_rest(screen, pilot)
        assert screen.jumping.is_done and shows_letter(screen, "D")
        unused = next(
            key for key in "qwertyuio" if key not in screen.highlights.letters
        )
        await pilot.press(arabic_of(unused))
        assert screen.jumping.is_done and screen.highlights.is_arabic()
        assert not shows_letter(screen, "D") and not shows_letter(
            screen, drawn_in_arabic("d")
        )
        await pilot.press("ctrl+k")
        assert shows_letter(screen, drawn_in_arabic("d"))


async def test_a_letter_that_no_field_has_and_esc_leave_the_cursor_where_it_is(
    opened: Open,
) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        keys = {row.field.key for row in screen.record.rows}
        unused = next(letter for letter in "zvxf" if letter not in keys)
        for key in (unused, "escape"):
            await pilot.press("ctrl+k", key)
            assert screen.record.row.field.id == "place" and screen.scope() == "form"


@pytest.mark.parametrize("letters", [[], ["\\"]])
async def test_a_key_that_is_no_letter_ends_the_wait_and_does_what_it_does(
    opened: Open, letters: list[str]
) -> None:
    async with in_record(opened, field="place", size=(80, 24)) as (screen, pilot):
        await pilot.press(*letters, "ctrl+k", "down")
        assert screen.record.row.field.id == "date" and screen.scope() == (
            "jump" if letters else "form"
        )
        await pilot.press("ctrl+k", "pagedown")
        assert "pagedown" not in message(screen) and screen.scope() != "field"
        assert (screen.record.event_id == "") is not bool(
            letters
        )  # the next event, or words further on
        await pilot.press("escape", "ctrl+k", "]")
        assert screen.scope() != "field" and "حرفه" not in message(screen)


async def test_a_click_on_a_field_ends_the_wait_for_a_letter(opened: Open) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        await pilot.press("ctrl+k")
        await pilot.click("#form", offset=(4, screen.record.firsts[2]))
        await pilot.pause()
        assert screen.record.index == 2 and screen.scope() == "form"


async def test_at_a_field_without_words_letters_open_the_next_event_if_nothing_is_open(
    opened: Open,
) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        screen.record.go_to_field("notes")
        await pilot.press("\\")
        assert not screen.highlights.letters and "بلا دليل" in message(screen)
        screen.record.go_to_field("place")
        await pilot.press("delete", "0")
        await fill_the_rest(screen, pilot)
        screen.record.go_to_field("notes")
        await pilot.press("\\")
        assert not screen.highlights.letters and "بلا دليل" in message(
            screen
        )  # there one types
        screen.record.go_to_field("linked_to")
        await pilot.press("\\")
        assert screen.jumping.is_done
        trigger = next(
            key
            for key, mark in screen.highlights.letters.items()
            if mark.kind == "trigger"
        )
        events = len(coding_of(screen).events)
        await pilot.press(trigger)
        assert len(coding_of(screen).events) == events + 1


async def test_links_are_those_of_an_event(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab", "ctrl+l")
        assert "هذا سجل المقال" in message(screen)


async def test_the_letters_of_fields_are_in_the_alphabet_of_the_last_command(
    opened: Open,
) -> None:
    async with in_record(opened, field="place", size=(120, 40)) as (screen, pilot):
        await pilot.press("ctrl+k")
        assert shows_letter(screen, "d")
        await pilot.press(
            "escape", "enter", "ح", "escape", "ctrl+k"
        )  # text is typed on any keyboard
        assert shows_letter(screen, "d")
        await pilot.press("escape", "tab", arabic_of("y"), "tab", "ctrl+k")
        assert not shows_letter(screen, "d") and shows_letter(
            screen, drawn_in_arabic("d")
        )
        await pilot.press(arabic_of("d"))
        assert screen.record.row.field.id == "date"


async def test_an_article_in_which_all_is_decided_opens_at_the_shown_event(
    opened: Open,
) -> None:
    async with in_record(opened, "استُهدفت") as (screen, _):
        left = [c for c in screen.session.candidates if c.quote != "استُهدفت"]
        screen.session.do(Reject(left[:-1]))
        screen.open_article(screen.session.article)
        assert (
            screen.highlights.index == len(screen.highlights.marks) - 1
        )  # behind the last decision
        screen.session.do(Reject(left[-1:]))
        screen.open_article(screen.session.article)
        current = screen.highlights.current
        assert current is not None and screen.record.event_id == "e1"
        assert screen.session.article.text[current.start : current.end] == "استُهدفت"


async def test_space_stays_at_a_field_for_which_nothing_is_proposed(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        assert screen.record.row.state == "empty"
        before = coding_of(screen)
        await pilot.press("space")
        assert screen.record.row.field.id == "date" and "لا شيء مقترح" in message(
            screen
        )
        await go_to_field(
            screen, pilot, "event_type"
        )  # whose value the coder has given
        await pilot.press("space")
        assert screen.record.row.field.id == "event_type" and "كما كان" in message(
            screen
        )
        assert coding_of(screen) == before
        await go_to_field(screen, pilot, "targets")
        await pilot.press("space")  # what is accepted leads on
        assert not coding_of(screen).events[0].answer("targets").proposed
        assert screen.record.row.field.id != "targets"


async def test_where_all_is_submitted_nothing_is_said_of_what_may_be_missing(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "left")
        assert screen.record.has_keys and "Ctrl+S" not in message(screen)
