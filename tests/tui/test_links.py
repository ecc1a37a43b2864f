"""Links between events: chosen by key, in one step where a relation is likely, and
taken back.
"""

from __future__ import annotations

from coding_by_keys import Open, coding_of, in_record, told

from coder.model import Answer, Event
from coder.service.edits.event_edits import OpenEvent
from tests.support.edits_by_hand import Becomes


def without_isolates(text: str) -> str:
    return "".join(c for c in text if not "\u2066" <= c <= "\u2069")


async def test_a_link_is_chosen_from_anywhere_in_the_record_by_one_key(
    opened: Open,
) -> None:
    async with in_record(opened, field="initiators") as (screen, pilot):
        first = screen.deciding.target()
        screen.session.do(OpenEvent(first))
        screen.refresh_work()
        await pilot.press("ctrl+l", "2", "1")
        assert coding_of(screen).events[0].answer("linked_to").value == [
            {"record": "e2", "relation": "part_of"}
        ]
        assert screen.record.row.field.id == "linked_to"


async def test_an_earlier_event_is_linked_to_this_one_from_here_and_one_key_takes_it_back(
    opened: Open,
) -> None:
    async with in_record(opened, size=(80, 24)) as (screen, pilot):
        screen.session.do(OpenEvent(screen.deciding.target()))
        screen.record.go_to_event("e2")
        screen.refresh_work()
        before = coding_of(screen)
        await pilot.press("ctrl+l", "1")
        relations = [
            "part_of",
            "response_to",
            "claims",
            "about",
            "possible_duplicate",
            "conflicts_with",
        ]
        chosen = [
            *(f"link:e1:{r}" for r in relations),
            *(f"back:e1:{r}" for r in relations),
        ]
        assert [choice.id for choice in screen.chooser.choices] == chosen
        await pilot.press("7")
        first, second = coding_of(screen).events
        assert first.answer("linked_to").value == [
            {"record": "e2", "relation": "part_of"}
        ]
        assert not second.answer("linked_to").coded and screen.record.event_id == "e2"
        said = without_isolates(screen.bars["message"].row[0].text)
        assert said == "حدث 1: مرتبط بسجل حدث 2: جزء من حصيلة"
        row = next(row for row in told(screen) if "مرتبط" in row[2])
        assert without_isolates(row[3]) == "حدث 1 ← هذا الحدث: جزء من حصيلة"
        await pilot.press("ctrl+l", "1")
        assert "back:e1:part_of" not in [choice.id for choice in screen.chooser.choices]
        await pilot.press("escape", "ctrl+z")
        assert coding_of(screen) == before
        assert screen.record.here[:2] == (
            "e2",
            "linked_to",
        )  # where it was made, though event 1 had the link


async def test_no_key_says_that_links_are_not_stated_as_no_text_states_them(
    opened: Open,
) -> None:
    async with in_record(opened, field="linked_to") as (screen, pilot):
        before = coding_of(screen)
        await pilot.press("0")
        assert coding_of(screen) == before
        assert "لا يفعل شيئاً" in screen.bars["message"].row[0].text


async def test_a_likely_link_is_made_by_the_events_number_and_said_before(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press("*")
        strike, accusation = coding_of(screen).events
        attack = strike.answer("event_type").value
        said = {
            "event_type": Answer(value="accusation"),
            "about_type": Answer(value=attack),
        }
        accusation = Event(accusation.id, {**accusation.fields, **said})
        screen.session.do(
            Becomes("value.set", coding_of(screen).with_event(accusation))
        )
        screen.refresh_work()
        await pilot.press("ctrl+l")
        likely, again = screen.chooser.choices
        assert (likely.number, again.number) == ("1", "") and without_isolates(
            likely.label
        ).startswith("عن ← ")
        await pilot.press("escape", "f12", "ctrl+l")
        for typed in ("", "about"):  # in English the arrow points where English is read
            await pilot.press(*typed)
            assert without_isolates(screen.chooser.choices[0].label).startswith(
                "is about → "
            )
        await pilot.press("escape", "f12", "ctrl+l", "1")
        about = {"record": "e1", "relation": "about"}
        assert coding_of(screen).events[1].answer("linked_to").value == [about]
        await pilot.press("ctrl+z", "[", "ctrl+l")  # from the act, too
        assert [c.id for c in screen.chooser.choices] == ["back:e2:about", "link:e2:"]
        await pilot.press("2")
        assert coding_of(screen).events[1].answer("linked_to").value == [about]


async def test_an_event_with_a_likely_link_is_linked_in_another_way_from_the_end_of_the_list(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press("*")
        first = (
            coding_of(screen)
            .events[0]
            .with_answer("report_scope", Answer(value="aggregate"))
        )
        screen.session.do(Becomes("value.set", coding_of(screen).with_event(first)))
        screen.refresh_work()
        await pilot.press("ctrl+l")
        assert [c.id for c in screen.chooser.choices] == ["link:e1:part_of", "link:e1:"]
        await pilot.press("up", "enter", "5")
        assert coding_of(screen).events[1].answer("linked_to").value == [
            {"record": "e1", "relation": "possible_duplicate"}
        ]


async def test_of_two_linked_events_neither_is_likely_to_be_linked_again(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        first = (
            coding_of(screen)
            .events[0]
            .with_answer("report_scope", Answer(value="aggregate"))
        )
        screen.session.do(Becomes("value.set", coding_of(screen).with_event(first)))
        screen.refresh_work()
        await pilot.press(
            "*", "ctrl+l"
        )  # two tallies of one kind: each may be a part of the other
        assert [c.id for c in screen.chooser.choices] == ["link:e1:part_of", "link:e1:"]
        await pilot.press("1", "[", "ctrl+l")
        assert (
            coding_of(screen).events[1].answer("linked_to").value[0]["record"] == "e1"
        )
        assert [c.id for c in screen.chooser.choices] == ["link:e2:"]
