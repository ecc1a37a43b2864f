"""Giving fields their values by keys: sources, new actors, replacing, evidence alone,
blanks.
"""

from __future__ import annotations

import pytest
from coding_by_keys import (
    Open,
    go_to,
    go_to_field,
    in_record,
    open_without_type,
    stored,
)
from screen_text import message
from textual.pilot import Pilot

from coder.model import Answer, Blank, Json
from coder.service.edits.span_edits import Draw, Reject
from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

SIZES = [(80, 24), (160, 50)]


def answer(screen: CodingScreen, field: str) -> Answer:
    return screen.deciding.answer(screen.codebook.event_field(field))


def value(screen: CodingScreen, field: str) -> Json:
    return answer(screen, field).value


async def choose(screen: CodingScreen, pilot: Pilot[None], choice: str) -> None:
    """Take a choice by its id."""
    ids = [c.id for c in screen.chooser.choices]
    assert choice in ids, ids
    steps = ids.index(choice) - screen.chooser.cursor
    await pilot.press(*["down" if steps > 0 else "up"] * abs(steps), "enter")


@pytest.mark.parametrize("size", SIZES)
async def test_a_source_is_chosen_by_who_and_how_and_each_is_changed_alone(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "source")
        await pilot.press("+")  # evidence that must outlive what follows
        kept = answer(screen, "source").evidence
        await pilot.press(*"us_dod", "enter")
        assert (
            screen.chooser.choices[screen.chooser.cursor].id == "part:official"
        )  # what it usually is
        await choose(screen, pilot, "part:named_person")
        assert value(screen, "source") == [{"who": "us_dod", "kind": "named_person"}]
        await pilot.press(*"us_dod", "enter", "up", "enter")
        await pilot.press("enter", "1")  # what is there comes first
        await choose(screen, pilot, "part:kind")
        await choose(screen, pilot, "part:media")
        assert value(screen, "source")[0] == {"who": "us_dod", "kind": "media"}
        assert answer(screen, "source").evidence == kept and len(kept) == 1
        line = to_display(screen.record.row.text, 1)
        assert (
            "البنتاغون" in screen.record.row.text
            or "وسيلة إعلام أخرى" in screen.record.row.text
        ), line
        coding = stored(screen)
        assert coding is not None and coding.events[0].answer("source").value == value(
            screen, "source"
        )


async def test_a_source_nobody_of_which_is_named(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "source")
        await pilot.press("enter")
        await choose(screen, pilot, "")
        await choose(screen, pilot, "part:own_reporting")
        assert value(screen, "source") == [{"who": None, "kind": "own_reporting"}]


async def test_a_kind_of_source_comes_before_names_with_the_typed_letters_inside_a_word(
    english_demo: Project,
) -> None:
    """`own` is the outlet in its own voice rather than an unknown party."""
    screen = CodingScreen(english_demo, "you", english_demo.article("004"))
    async with CoderApp(lambda: screen).run_test() as pilot:
        await pilot.pause()
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "source")
        await pilot.press("enter", *"own")
        assert screen.chooser.choices[0].id.startswith("spelt:")
        assert "unknown_party" in [choice.id for choice in screen.chooser.choices]


@pytest.mark.parametrize(
    "typed", ["مصادر", "غير مسماة", "مصادر غير مسمّاة", "unnamed sources"]
)
async def test_a_source_without_a_name_is_found_by_its_kind(
    opened: Open, typed: str
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "source")
        await pilot.press("enter", *typed)
        found = next(c.id for c in screen.chooser.choices if c.id.startswith("spelt:"))
        await choose(screen, pilot, found)
        assert value(screen, "source") == [{"who": None, "kind": "unnamed"}]


async def test_a_typed_actor_gets_its_class_and_another_later(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press(*"لواء الريح", "enter")
        await choose(screen, pilot, "part:armed_group")
        assert value(screen, "initiators") == [
            {"name": "لواء الريح", "class": "armed_group"}
        ]
        assert (
            "لواء الريح" in screen.record.row.text
            and "جماعة مسلحة" in screen.record.row.text
        )
        await pilot.press("enter", "1")
        await choose(screen, pilot, "part:class")
        await choose(screen, pilot, "part:political")
        assert value(screen, "initiators") == [
            {"name": "لواء الريح", "class": "political"}
        ]
        await pilot.press(
            *"Desert Net [media]", "enter"
        )  # all said at once: nothing is asked
        assert value(screen, "initiators")[1] == {
            "name": "Desert Net",
            "class": "media",
        }
        assert screen.chooser.asked is None


async def test_a_value_beside_others_that_has_no_words_of_its_own_is_told(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets") as (screen, pilot):
        assert len(screen.record.row.answer.evidence) == 1
        await pilot.press("space")
        await go_to_field(screen, pilot, "targets")
        await pilot.press("enter", *"حماس", "enter")
        assert (
            len(screen.record.row.answer.value) == 2
            and len(screen.record.row.answer.evidence) == 1
        )
        assert "Ctrl+E" in screen.bars["message"].row[0].text


async def test_what_is_typed_once_is_taken_again_by_two_letters(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab", "down", *"air strike", "enter")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press(*"لواء الريح", "enter")
        await choose(screen, pilot, "part:armed_group")
        brigade = {"name": "لواء الريح", "class": "armed_group"}
        await go_to_field(screen, pilot, "targets")
        await pilot.press(*"لو", "enter")
        assert value(screen, "targets") == [brigade] and screen.chooser.asked is None
        await go_to_field(screen, pilot, "place")
        await pilot.press(*"وادي الريم", "enter")
        await choose(screen, pilot, "part:exact_site")
        [valley] = value(screen, "place")
        await go_to_field(screen, pilot, "source")
        await pilot.press(*"لو", "enter")
        await choose(screen, pilot, "part:party_statement")  # a source's own part
        assert value(screen, "source") == [{"who": brigade, "kind": "party_statement"}]
        open_without_type(screen)
        await go_to_field(screen, pilot, "source")
        await pilot.press(*"لو", "enter")
        assert value(screen, "source") == [{"who": brigade, "kind": "party_statement"}]
        await go_to_field(screen, pilot, "place")
        await pilot.press(*"ري", "enter")
        assert value(screen, "place") == [valley] and "place_id" not in valley


async def test_what_is_chosen_twice_is_asked_about_and_not_taken_out(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await pilot.press("down", *"air strike", "enter")
        await go_to_field(screen, pilot, "weapons")
        await pilot.press("2")
        weapon = value(screen, "weapons")
        await pilot.press("2")
        assert value(screen, "weapons") == weapon and screen.chooser.asked is not None
        await pilot.press("escape")
        assert value(screen, "weapons") == weapon
        await pilot.press("2")
        await choose(screen, pilot, "remove")
        assert answer(screen, "weapons").blank is Blank.MISSING


async def test_typing_shows_what_the_field_has_to_be_changed_or_removed(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "place")
        await pilot.press(*"mayadin", "enter")
        held = value(screen, "place")
        await pilot.press(*"mayad")
        assert screen.chooser.choices[0].label.startswith("✓ ")
        await pilot.press("enter")
        assert [choice.id for choice in screen.chooser.choices][::2] == [
            "replace",
            "remove",
        ]
        await pilot.press("escape")
        assert value(screen, "place") == held
        await pilot.press(*"raqqa")
        assert not any(
            choice.label.startswith("✓ ") for choice in screen.chooser.choices
        )
        await pilot.press("escape")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press(
            *"كتيبة النور", "enter", "enter", *"النور"
        )  # a name outside the list, of a class
        assert screen.chooser.choices[0].label.startswith("✓ كتيبة النور")
        await choose(screen, pilot, "item:0")
        await choose(screen, pilot, "remove")
        assert answer(screen, "initiators").blank is Blank.MISSING


async def test_a_wrong_place_is_replaced_and_its_evidence_stays(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("p", "tab")
        before = answer(screen, "place")
        await go_to_field(screen, pilot, "place")
        await pilot.press(
            "enter", "enter", "1"
        )  # the first place; another in its stead
        await pilot.press(*"mayadin", "enter")
        assert [(p["place_id"], p["as_written"]) for p in value(screen, "place")] == [
            ("mayadin", "سورية")
        ]
        assert answer(screen, "place").evidence == before.evidence != ()
        await pilot.press("enter", "enter")
        await choose(screen, pilot, "part:precision")
        await choose(screen, pilot, "part:around_town")
        assert value(screen, "place")[0]["precision"] == "around_town"
        assert answer(screen, "place").evidence == before.evidence


async def test_another_place_of_the_same_name_comes_first_in_its_place(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "place")
        await pilot.press(*"deir_ezzor", "enter")
        assert [p["place_id"] for p in value(screen, "place")] == ["deir_ezzor"]
        await pilot.press("ctrl+t")
        assert screen.chooser.choices[0].id == "sy_deir_ezzor"  # the governorate
        await pilot.press("enter")
        assert [p["place_id"] for p in value(screen, "place")] == ["sy_deir_ezzor"]
        await pilot.press(
            *"mayadin", "enter", "ctrl+t", "2"
        )  # of several one says in the place of which
        await pilot.press(*"iq", "enter")
        assert [p["place_id"] for p in value(screen, "place")] == [
            "sy_deir_ezzor",
            "iq",
        ]


async def test_the_footer_offers_another_value_for_the_same_words_where_there_are_words(
    opened: Open,
) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):

        def keys() -> str:
            return "".join(column.text for column in screen.bars["footer"].row)

        assert (
            answer(screen, "event_type").evidence
            and "Ctrl+T" in keys()
            and "Space" not in keys()
        )
        await go_to_field(screen, pilot, "certainty")
        assert (
            screen.record.row.state == "by_codebook"
            and not answer(screen, "certainty").evidence
        )
        assert (
            "Ctrl+T" not in keys() and "Space" not in keys()
        )  # there is nothing to accept or to replace
        await go_to_field(screen, pilot, "killed")
        assert screen.record.row.state == "empty"
        assert "Ctrl+T" not in keys() and "Space" not in keys()


async def test_words_that_a_coder_drew_are_known_by_their_name(opened: Open) -> None:
    async with opened() as (screen, pilot):
        text = screen.session.article.text
        at = text.index("سورية")
        screen.session.do(
            Reject([screen.session.by_id[screen.highlights.at("place", at, at + 5).id]])
        )
        screen.session.do(Draw("place", at, at + 5))
        screen.refresh_work()
        open_without_type(screen)
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("p")
        assert [p["place_id"] for p in value(screen, "place")] == ["sy"]


async def test_marks_alone_mend_the_date_that_stands_and_dates_of_other_events_are_offered(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"17/10/2023", "enter")
        await go_to_field(screen, pilot, "date")
        before = value(screen, "date")
        await pilot.press("~", "enter")
        assert value(screen, "date") == {**before, "basis": "inferred"} != before
        open_without_type(screen)
        await go_to_field(screen, pilot, "date")
        await pilot.press("enter")
        assert len(screen.chooser.choices) == 1
        await pilot.press("enter")
        assert value(screen, "date") == {**before, "basis": "inferred"}


async def test_enter_in_an_opened_date_keeps_the_date_that_stands(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab")
        for day in ("17/10/2023", "18/10/2023"):
            open_without_type(screen)
            await go_to_field(screen, pilot, "date")
            await pilot.press(*day, "enter")
        await go_to_field(screen, pilot, "date")
        await pilot.press("enter")
        assert [choice.label.split()[0] for choice in screen.chooser.choices] == [
            "✓",
            "17/10/2023",
        ]
        await pilot.press("enter")
        assert value(screen, "date")["start"] == "2023-10-18"


async def test_dates_of_events_are_not_offered_for_the_day_of_publication(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "date")
        await pilot.press(*"17/10/2023", "enter")
        await pilot.press("pageup")  # the article's record
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press("enter")
        assert [
            choice.label for choice in screen.chooser.choices if "17/10" in choice.label
        ] == []


async def test_behind_the_last_choice_comes_the_first(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "report_scope")
        await pilot.press("enter", "up")
        assert screen.chooser.cursor == len(screen.chooser.choices) - 1
        await pilot.press("down")
        assert screen.chooser.cursor == 0


async def test_the_types_of_the_article_s_events_come_first_until_something_is_typed(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "event_type")
        await pilot.press(*"legal_action", "enter")
        open_without_type(screen)
        await go_to_field(screen, pilot, "event_type")
        await pilot.press("enter")
        assert screen.chooser.choices[0].id == "legal_action"


async def test_the_types_of_a_family_come_first_where_one_of_them_stands(
    opened: Open,
) -> None:
    family = {
        "air_strike",
        "drone_attack",
        "missile_artillery",
        "explosive_device",
        "suicide_attack",
    }
    family |= {"armed_clash", "armed_assault", "attack_unspecified"}
    async with in_record(opened, field="event_type") as (screen, pilot):
        assert value(screen, "event_type") == "drone_attack"
        await pilot.press("enter")
        assert {c.id for c in screen.chooser.choices[:8]} == family
        await pilot.press(*"أمر")  # what is typed finds others as before
        assert screen.chooser.choices[0].id == "order_demand"


async def test_a_highlight_is_attached_as_evidence_and_taken_off(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "place")
        await pilot.press(*"mayadin", "enter", "tab")
        held = value(screen, "place")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("+")  # from the article, also words that give no place
        assert (
            value(screen, "place") == held
            and len(answer(screen, "place").evidence) == 1
        )
        assert "أُرفق الدليل" in message(screen)
        await pilot.press("-")
        assert value(screen, "place") == held and answer(screen, "place").evidence == ()
        await pilot.press("-")
        assert message(screen).startswith("ليس هذا من أدلة")
        await pilot.press("tab", "+")  # from the record
        assert (
            value(screen, "place") == held
            and len(answer(screen, "place").evidence) == 1
        )
        await pilot.press("ctrl+z")
        assert answer(screen, "place").evidence == ()


async def test_zero_takes_no_values_place_however_often_and_goes_to_what_is_empty(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await pilot.press("down", *"air strike", "enter")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press(
            *"us_dod", "enter", "down", *"us_dod", "enter", "up"
        )  # both parties
        filled = {name: answer(screen, name) for name in ("initiators", "targets")}
        assert all(each.coded for each in filled.values())
        await go_to_field(screen, pilot, "initiators")
        for key in ("0", "0", "٠"):  # the second may have been meant for the next field
            await pilot.press(key)
            assert answer(screen, "initiators") == filled["initiators"]
            assert "Del" in message(screen) and "0" in message(screen)
        assert (
            screen.bars["message"].row[0].style == palette.EDGE
        )  # as all that awaits a key
        await pilot.press("delete", "٠")
        assert answer(screen, "initiators") == Answer(blank=Blank.NOT_STATED)
        # The next field is filled: the cursor went past it, and one more 0 wipes
        # nothing.
        assert screen.record.row.state == "empty"
        await pilot.press("0", "0", "0")
        assert answer(screen, "targets") == filled["targets"]


@pytest.mark.parametrize("key", ["e", "ث"])
async def test_what_is_no_trigger_opens_no_event_and_says_why(
    opened: Open, key: str
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press(key)
        assert screen.session.coding.events == ()
        assert "المطلوب" in message(screen) and "سورية" in message(screen)


async def test_a_letter_takes_no_words_that_its_field_cannot_rest_on(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        before = screen.session.coding
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("r")  # report scope, `single` by default
        assert screen.session.coding == before
        assert "نطاق الخبر" in message(screen) and "+" in message(screen)
