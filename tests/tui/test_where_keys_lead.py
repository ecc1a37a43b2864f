"""What the next key does where another one led: nothing is replaced or added unseen,
and one comes back.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, coding_of, finish_event, go_to_field, in_record
from screen_text import info, message

from coder.model import Blank
from coder.service.edits.answer_edits import SetValue
from coder.tui.screens.jump_letters import TAKE


@pytest.mark.parametrize(
    ("field", "keys"), [("", ["ctrl+f", "ctrl+f"]), ("weapons", ["space", "ctrl+z"])]
)
async def test_0_asks_before_it_replaces_a_proposal_to_which_another_key_led(
    opened: Open, field: str, keys: list[str]
) -> None:
    async with in_record(opened, field=field) as (screen, pilot):
        await pilot.press(*keys)
        row = screen.record.row
        assert row.state == "proposed"
        await pilot.press("0")
        assert screen.record.row.state == "proposed" and row.field.label.ar in message(
            screen
        )
        await pilot.press("0")
        assert (
            coding_of(screen).events[0].answer(row.field.id).blank is Blank.NOT_STATED
        )


async def test_0_replaces_a_proposal_to_which_the_cursor_was_moved(
    opened: Open,
) -> None:
    async with in_record(opened, field="weapons") as (screen, pilot):
        await pilot.press("0")
        assert coding_of(screen).events[0].answer("weapons").blank is Blank.NOT_STATED


async def test_letters_asked_for_in_a_complete_record_are_those_of_the_field(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        await finish_event(screen, pilot)
        await pilot.press("escape")
        await go_to_field(screen, pilot, "certainty")
        await pilot.press("2")  # a change without letters
        await go_to_field(screen, pilot, "place")
        await pilot.press("\\")
        assert screen.jumping.title == TAKE


async def test_a_name_of_a_place_is_added_to_coded_actors_only_when_its_letter_is_typed_twice(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        book = screen.codebook
        for field, value in (("initiators", ["iran"]), ("targets", ["us_forces"])):
            screen.session.do(SetValue("e1", book.event_field(field), value))
        screen.refresh_work()
        await go_to_field(screen, pilot, "place")
        await pilot.press("delete", "\\")
        text, named = screen.session.article.text, book.lexicon.place_index.only

        def letter() -> str:
            found = screen.highlights.letters.items()
            return next(
                n
                for n, m in found
                if m.kind == "actor" and named(text[m.start : m.end])
            )

        def actors() -> list[str]:
            event = coding_of(screen).events[0]
            return [*event.answer("initiators").value, *event.answer("targets").value]

        await pilot.press(letter())
        assert actors() == ["iran", "us_forces"] and "حرفه مرة أخرى" in message(screen)
        await pilot.press(letter())
        assert len(actors()) == 3


async def test_letters_that_turned_to_other_words_turn_back_if_nothing_was_done(
    opened: Open,
) -> None:
    far = "كلمات الحدث ليست في العرض"
    async with in_record(opened, field="target_object") as (screen, pilot):
        await pilot.press("delete")
        for key in ("escape", "down"):
            before = screen.pane.in_view
            await pilot.press("\\")
            assert screen.pane.in_view != before and far in info(screen)
            await pilot.press(key)
            assert screen.pane.in_view == before
            await pilot.press("escape")
            await go_to_field(screen, pilot, "target_object")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_confirming_what_is_proposed_stays_on_an_empty_field(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="date", size=size) as (screen, pilot):
        event = coding_of(screen).events[0]
        empty = [row.field.id for row in screen.record.rows if row.is_open]
        assert "date" in empty[1:]  # others are above it
        await pilot.press("ctrl+f")
        assert coding_of(screen).events[0] != event
        assert screen.record.row.field.id == "date"
