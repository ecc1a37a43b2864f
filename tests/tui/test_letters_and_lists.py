"""Letters on the article: drawn only while typing one does something; what it does is
said.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, finish_event, go_to_field, in_record
from screen_text import info, message

from coder.codebook.load import read_codebook
from coder.codebook.shipped import codebook
from coder.text.display import cell_width
from coder.tui.screens.jump_letters import OPEN
from coder.tui.sentences import say


@pytest.mark.parametrize("keys", ["ctrl+n", "ctrl+e", "\\", "ctrl+n pagedown"])
async def test_while_a_value_is_chosen_no_letters_stand_on_the_article(
    opened: Open, keys: str
) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        await pilot.press(*keys.split())
        await pilot.pause()
        assert screen.pane.letters
        await pilot.press("enter")
        await pilot.pause()
        assert screen.chooser.asked is not None and not screen.pane.letters
        await pilot.press("escape")
        await pilot.pause()
        assert bool(screen.pane.letters) == (
            keys == "\\"
        )  # those of the record stay until Esc in it


async def test_at_a_list_that_holds_words_letters_are_said_to_add_to_it(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets", size=(120, 40)) as (screen, pilot):
        await pilot.press("delete", "\\")
        assert "يأخذ" in screen.jumping.in_words  # takes its words
        letter = next(
            key
            for key, mark in screen.highlights.letters.items()
            if mark.kind == "actor"
        )
        await pilot.press(letter.upper())  # and stays at the field
        assert screen.record.row.field.id == "targets"
        assert "يضيف" in screen.jumping.in_words  # adds them to the list


def test_in_arabic_what_letters_do_fits_the_line_of_a_small_terminal_at_any_field() -> (
    None
):
    titles = (
        "jump_take",
        "jump_add",
        "jump_support",
        "jump_attach",
        "jump_gather",
        "jump_next",
    )
    fields = [field.label.of("ar") for field in read_codebook(codebook()).event_fields]
    assert (
        max(
            cell_width(say("ar", title, field=field))
            for title in titles
            for field in fields
        )
        <= 78
    )


async def test_a_field_without_words_takes_the_letters_of_evidence_off_a_finished_event(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 24)) as (screen, pilot):
        await finish_event(screen, pilot)
        assert screen.jumping.is_done
        kinds = {mark.kind for mark in screen.highlights.letters.values()}
        assert any(not screen.codebook.is_trigger(kind) for kind in kinds)
        await go_to_field(screen, pilot, "linked_to")
        marks = screen.highlights.letters.values()
        assert marks and all(screen.codebook.is_trigger(mark.kind) for mark in marks)


@pytest.mark.parametrize("typed", ["No date", "لا تاريخ"])
async def test_a_note_is_typed_at_once_also_where_letters_open_the_next_event(
    opened: Open, typed: str
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        await finish_event(screen, pilot)
        assert screen.jumping.is_done
        await go_to_field(screen, pilot, "notes")
        assert not screen.highlights.letters
        await pilot.press(
            *("space" if letter == " " else letter for letter in typed), "ctrl+s"
        )
        event = screen.session.coding.events[-1]
        assert (
            len(screen.session.coding.events) == 1
            and event.answer("notes").value == typed
        )
        assert screen.record.row.field.id == "linked_to" and screen.jumping.is_done


async def test_no_letters_open_events_from_the_articles_own_record(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        await finish_event(screen, pilot)
        assert screen.jumping.is_done
        await pilot.press("[")
        assert screen.record.event_id == "" and not screen.highlights.letters


async def test_beside_the_articles_own_record_the_first_words_that_open_an_event_are_shown(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        first = next(
            mark
            for mark in screen.highlights.marks
            if screen.codebook.is_trigger(mark.kind)
        )
        await pilot.press("end", "ctrl+n")
        start, _ = screen.pane.in_view
        assert (
            first.start < start and screen.jumping.title == OPEN
        )  # whoever is in the article reads there
        await pilot.press("escape", "tab", "ctrl+n")
        assert first in screen.highlights.letters.values()


async def test_turning_pages_to_open_an_event_passes_over_no_line_of_a_page(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await pilot.press("ctrl+n", "home")
        _, end = screen.pane.in_view
        await pilot.press("ctrl+n", "pagedown")
        assert screen.pane.in_view[0] <= end
        for _ in range(30):
            await pilot.press("pagedown")
            start, end = screen.pane.in_view
            assert all(
                start <= mark.start < end for mark in screen.highlights.letters.values()
            )
        assert say(screen.lang, "none_further") in message(screen)
        await pilot.press(*["pageup"] * 30)  # and stops at the first
        assert screen.pane.in_view[0] == 0 and say(
            screen.lang, "none_further"
        ) in message(screen)


async def test_it_is_said_that_the_nearest_words_are_shown_where_none_were_in_view(
    opened: Open,
) -> None:
    async with in_record(opened, field="target_object") as (screen, pilot):
        assert not screen.highlights.in_view(screen.jumping.fits)
        await pilot.press("\\")
        assert screen.highlights.letters and say(
            screen.lang, "nearest_words"
        ) in message(screen)


async def test_a_day_of_publication_that_is_still_to_come_is_questioned(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab")
        screen.record.go_to_field("pub_date")
        for year, is_told in ((2203, True), (2023, False)):
            await pilot.press("enter", *f"26/10/{year}", "enter")
            screen.record.go_to_field("pub_date")
            assert (say(screen.lang, "day_to_come") in message(screen)) is is_told


async def test_letters_far_from_the_words_of_the_event_say_so(opened: Open) -> None:
    told = "كلمات الحدث ليست في العرض"
    async with in_record(opened) as (screen, pilot):
        await pilot.press("\\")
        assert screen.highlights.letters and told not in info(screen)
        await pilot.press("escape", "tab", "end", "tab", "\\")
        assert screen.highlights.letters and told in info(screen)


async def test_from_the_notes_the_cursor_goes_nowhere_if_nothing_is_open(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        while screen.record.asks:
            screen.record.go_to_next("empty", "proposed", "wrong")
            await pilot.press("0")
        await go_to_field(screen, pilot, "notes")
        await pilot.press(*"note", "ctrl+s")
        assert screen.record.row.field.id == "notes" and screen.record.row.text
