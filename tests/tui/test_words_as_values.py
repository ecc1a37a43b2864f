"""What is said where words of the article give a field a value."""

from __future__ import annotations

from coding_by_keys import (
    Open,
    coding_of,
    fill_the_rest,
    go_to,
    go_to_field,
    in_record,
    letter_of,
)
from screen_text import message

from coder.model import Answer, Event
from coder.tui.screens.jump_letters import ATTACH, DONE
from tests.support.edits_by_hand import Becomes


async def test_words_that_add_a_value_say_how_they_would_support_the_one_that_is_there(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets", size=(120, 40)) as (screen, pilot):
        await pilot.press("space")
        await go_to_field(screen, pilot, "targets")
        await pilot.press("\\")
        await pilot.press(letter_of(screen, "إيران", "actor"))
        assert len(coding_of(screen).events[0].answer("targets").value) == 2
        assert "Ctrl+Z" in message(screen) and "Ctrl+E" in message(screen)


async def test_words_for_somebody_who_is_not_in_the_list_say_so(opened: Open) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        await pilot.press("\\")
        await pilot.press(letter_of(screen, "الحركة", "actor"))
        assert (
            coding_of(screen).events[0].answer("initiators").value[0]["name"]
            == "الحركة"
        )
        assert "ليس في القائمة" in message(screen) and "Ctrl+T" in message(screen)
        await pilot.press("ctrl+z")
        await pilot.press(letter_of(screen, "إيران", "actor"))
        assert "ليس في القائمة" not in message(screen)


async def test_words_put_into_a_field_from_the_article_name_no_keys_of_the_record(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets", size=(120, 40)) as (screen, pilot):
        await pilot.press("space", "tab")
        await go_to(screen, pilot, "إيران", "actor")
        await pilot.press("g")
        assert len(coding_of(screen).events[0].answer("targets").value) == 2
        assert "Ctrl+E" not in message(screen)


async def test_accepting_what_takes_the_last_unread_proposal_away_goes_on(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        coding, iran = screen.session.coding, Answer(value=["iran"], proposed=True)
        event_type = coding.events[0].answer("event_type")
        fields = {
            "event_type": event_type,
            "initiators": iran,
            "targets": iran,
        }  # nobody attacks himself
        screen.session.do(
            Becomes("event.opened", coding.with_event(Event("e1", fields)))
        )
        screen.refresh_work()
        await pilot.press("home")
        for _ in screen.record.rows:  # until one of both can be read
            if sum(row.state == "proposed" for row in screen.record.shown) == 1:
                break
            await pilot.press("down")
        await pilot.press("ctrl+f")
        assert not any(
            answer.proposed for answer in coding_of(screen).events[0].fields.values()
        )
        assert message(screen).startswith("قيم مقترحة أُكّدت: 1")


async def test_after_its_only_words_are_removed_letters_support_the_value_anew(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        await pilot.press("\\")
        await fill_the_rest(screen, pilot)
        await go_to_field(
            screen, pilot, "place"
        )  # proposed are two countries, which are no single act's
        await pilot.press("delete", "0")
        assert screen.jumping.title == DONE
        await go_to_field(screen, pilot, "certainty")
        await pilot.press("1", "\\")
        await pilot.press(
            next(n for n, m in screen.highlights.letters.items() if m.kind == "source")
        )
        await go_to_field(screen, pilot, "certainty")
        await pilot.press(",", "2")  # remove the words
        assert not screen.record.row.answer.evidence and screen.jumping.title == ATTACH
        trigger = next(
            n for n, m in screen.highlights.letters.items() if m.kind == "trigger"
        )
        await pilot.press(trigger)
        assert len(coding_of(screen).events) == 1
        assert len(coding_of(screen).events[0].answer("certainty").evidence) == 1
