"""Words reached without walking: letters on them, the next that fits, what the last
event held.
"""

from __future__ import annotations

import re

from coding_by_keys import (
    Open,
    coding_of,
    go_to,
    go_to_field,
    in_record,
    letter_of,
    stored,
)
from screen_text import message, screen_lines
from textual.events import Key

from coder.model import Blank
from coder.service.edits.field_values import read_publication_day
from coder.service.edits.span_edits import Confirm
from coder.tui.palette import LETTER_ASIDE
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.jump_letters import SUPPORT, TAKE


def bright_kinds(screen: CodingScreen) -> set[str]:
    """The kinds of words whose letters stand out."""
    roles = screen.pane.letter_roles
    return {
        m.kind
        for m in screen.highlights.letters.values()
        if roles.get(m.start) != LETTER_ASIDE
    }


async def test_a_letter_goes_to_words_in_view(opened: Open) -> None:
    async with opened() as (screen, pilot):
        before = stored(screen)
        await pilot.press("'")
        await pilot.press(*letter_of(screen, "سورية", "place"))
        target = screen.deciding.target()
        assert target is not None and (target.kind, target.quote) == ("place", "سورية")
        assert screen.scope() == "article" and not screen.highlights.letters
        assert stored(screen) == before


async def test_the_arabic_layout_jumps_too_and_escape_stays(opened: Open) -> None:
    async with opened() as (screen, pilot):
        here = screen.highlights.current
        await pilot.press("ط")  # the key '
        assert screen.scope() == "jump"
        await pilot.press("escape")
        assert screen.scope() == "article" and screen.highlights.current == here


async def test_in_the_record_a_letter_takes_value_and_evidence(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\")
        assert bright_kinds(screen) == {"place"}
        await pilot.press(*letter_of(screen, "سورية", "place"))
        coding = coding_of(screen)
        place = coding.events[0].answer("place")
        assert [p["place_id"] for p in place.value] == ["sy"]
        assert [coding.span(i).quote for i in place.evidence] == ["سورية"]  # type: ignore[union-attr]
        assert screen.form.has_focus and screen.record.row.field.id != "place"


async def test_letters_stay_from_field_to_field_until_escape(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\", "down")
        assert screen.record.row.field.id == "date" and screen.scope() == "jump"
        assert bright_kinds(screen) <= {"date"}
        await pilot.press("up", "0")  # beside the letters all keys of the record work
        coding = coding_of(screen)
        assert coding.events[0].answer("place").blank is Blank.NOT_STATED
        await go_to_field(screen, pilot, "notes")
        assert (
            screen.scope() == "form" and not screen.highlights.letters
        )  # no words give that
        await go_to_field(screen, pilot, "place")
        assert screen.scope() == "jump"
        await pilot.press("tab")
        await pilot.pause()
        assert screen.scope() == "article" and not screen.highlights.letters
        await pilot.press("tab")
        await pilot.pause()
        assert screen.scope() == "jump"
        await pilot.press("escape")
        assert screen.scope() == "form" and screen.form.has_focus
        await pilot.press("down", "up")
        assert screen.scope() == "form" and not screen.highlights.letters


async def test_letters_are_gone_while_a_value_is_chosen(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("\\", "enter")
        assert screen.scopes() == ("choose",) and not screen.highlights.letters
        await pilot.press("escape")
        await pilot.pause()
        assert screen.scope() == "jump"


async def test_a_new_event_is_opened_by_letter_from_the_record(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab")
        await pilot.pause()
        await pilot.press("ctrl+n")
        letters = screen.highlights.letters
        assert {mark.kind for mark in letters.values()} == {"trigger"}
        assert not [sign for name in letters for sign in name if not sign.isalpha()]
        await pilot.press(*letter_of(screen, "استُهدفت", "trigger"))
        await pilot.pause()
        coding = coding_of(screen)
        assert screen.record.event_id == coding.events[0].id
        assert (
            screen.form.has_focus and screen.highlights.letters
        )  # go on with letters, until Esc
        await pilot.press("escape")
        assert screen.scope() == "form" and not screen.highlights.letters


async def test_all_that_is_proposed_is_taken_from_the_record(opened: Open) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        assert any(row.state == "proposed" for row in screen.record.rows)
        await pilot.press("ctrl+f")
        assert not any(row.state == "proposed" for row in screen.record.rows)


async def test_several_letters_one_after_the_other(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\")
        await pilot.press(letter_of(screen, "سورية", "place").upper())
        await pilot.press(letter_of(screen, "العراق", "place").upper())
        assert screen.scope() == "jump"
        await pilot.press("escape")
        coding = coding_of(screen)
        assert [p["place_id"] for p in coding.events[0].answer("place").value] == [
            "sy",
            "iq",
        ]
        assert screen.record.row.field.id == "place"


async def test_what_is_proposed_out_of_sight_is_not_taken(opened: Open) -> None:
    async with in_record(opened, size=(80, 24)) as (screen, pilot):
        first = screen.form.scroll_offset.y
        seen = screen.record.rows[first : first + screen.form.size.height]
        below = [
            row.field.id
            for row in screen.record.rows
            if row.state == "proposed" and row not in seen
        ]
        assert below
        await pilot.press("ctrl+f")
        left = [row.field.id for row in screen.record.rows if row.state == "proposed"]
        assert left == below and screen.codebook.event_field(below[0]).label.of(
            "ar"
        ) in message(screen)
        first_open = next(
            row for row in screen.record.rows if row.is_open or row.state == "proposed"
        )
        assert (
            screen.record.row is first_open and first_open.state == "empty"
        )  # nothing is passed over
        await pilot.press("ctrl+z")  # all that was taken goes back as one
        assert [row.field.id for row in seen if row.state == "proposed"] == [
            row.field.id
            for row in screen.record.rows
            if row.state == "proposed" and row.field.id not in below
        ]


async def test_words_of_an_empty_field_s_type_give_its_value_with_the_evidence(
    opened: Open,
) -> None:
    async with in_record(opened, field="source") as (screen, pilot):
        await pilot.press("delete", "ctrl+e")
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        answer = screen.record.row.answer
        assert [item["who"] for item in answer.value] == ["us_forces"] and len(
            answer.evidence
        ) == 1


async def test_evidence_of_any_kind_by_letter_leaves_the_value(opened: Open) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        value = screen.record.row.answer.value
        await pilot.press("ctrl+e")
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        answer = screen.record.row.answer
        assert answer.value == value and len(answer.evidence) == 2


async def test_letters_are_drawn_before_their_words(opened: Open) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        plain = screen_lines(pilot.app)
        await pilot.press("'")
        await pilot.pause()
        drawn = screen_lines(pilot.app)
        row = next(i for i, line in enumerate(plain) if drawn[i] != line and i > 0)
        changed = [b for a, b in zip(plain[row], drawn[row], strict=True) if a != b]
        assert changed and all(sign.isascii() and sign.isalnum() for sign in changed)
        await pilot.press("escape")
        await pilot.pause()
        assert screen_lines(pilot.app)[row] == plain[row]


async def test_the_same_again_brings_value_and_evidence(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("g")
        await go_to(screen, pilot, "هجمات", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "targets")
        await pilot.press('"')
        coding = coding_of(screen)
        one, two = (event.answer("targets") for event in coding.events)
        assert two.value == one.value and two.evidence == one.evidence


async def test_taking_what_the_arrows_reach_without_leaving_the_record(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "ctrl+left")
        target = screen.deciding.target()
        assert target is not None and target.kind == "place"
        await pilot.press("ctrl+down")
        coding = coding_of(screen)
        evidence = coding.events[0].answer("place").evidence
        assert [coding.span(i).quote for i in evidence] == [target.quote]  # type: ignore[union-attr]


async def test_a_replaced_proposal_takes_its_evidence_along(opened: Open) -> None:
    async with in_record(opened, words="هجمات", field="weapons") as (screen, pilot):
        proposed = screen.record.row.answer
        assert proposed.proposed and proposed.evidence
        await pilot.press(*"mortar", "enter")
        own = coding_of(screen).events[0].answer("weapons")
        assert (own.value, own.proposed, own.evidence) == (["mortar"], False, ())


async def test_evidence_comes_to_a_proposal_and_goes_from_it(opened: Open) -> None:
    async with in_record(opened, words="هجمات", field="weapons") as (screen, pilot):
        proposed = screen.record.row.answer
        first = screen.filling.evidence_of(proposed)[0]
        await pilot.press(".", "tab", "-")  # to its first words, and away with them
        coding = coding_of(screen)
        left = coding.events[0].answer("weapons")
        assert (left.value, left.proposed) == (proposed.value, False)
        assert first.quote not in [coding.span(i).quote for i in left.evidence]  # type: ignore[union-attr]
        await pilot.press("+")
        coding = coding_of(screen)
        assert len(coding.events[0].answer("weapons").evidence) == len(
            proposed.evidence
        )


async def test_one_item_of_a_proposed_list_is_taken_out(opened: Open) -> None:
    async with in_record(opened, words="هجمات", field="weapons") as (screen, pilot):
        first, *rest = screen.record.row.answer.value
        assert rest
        await pilot.press("ctrl+r", "1")
        coding = coding_of(screen)
        assert coding.events[0].answer("weapons").value == rest
        assert first not in rest


async def test_the_first_letter_for_a_chosen_value_is_its_evidence_the_next_gives_another_value(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets") as (screen, pilot):
        await pilot.press("delete", "\\", "enter", *"israel", "enter")
        await pilot.pause()
        assert (
            screen.record.row.field.id == "targets" and screen.jumping.title == SUPPORT
        )
        assert (
            len({mark.kind for mark in screen.highlights.letters.values()}) > 1
        )  # any words can be evidence
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        assert screen.record.row.field.id != "targets"
        await go_to_field(screen, pilot, "targets")
        assert screen.jumping.title == TAKE
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        coding = coding_of(screen)
        targets = coding.events[0].answer("targets")
        assert targets.value == ["israel", "us_forces"] and len(targets.evidence) == 1


async def test_where_no_words_give_the_value_letters_give_evidence_at_once(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("\\")
        await go_to_field(screen, pilot, "report_scope")
        value, before = (
            screen.record.row.answer.value,
            len(screen.record.row.answer.evidence),
        )
        assert screen.jumping.title == SUPPORT
        assert {*map(len, screen.highlights.letters)} == {1} and len(
            screen.highlights.letters
        ) <= 26
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        coding = coding_of(screen)
        scope = coding.events[0].answer("report_scope")
        assert scope.value == value and len(scope.evidence) == before + 1
        assert screen.record.row.field.id != "report_scope"


async def test_what_needs_words_is_not_stated_by_one_key_and_what_the_coder_judges_by_the_next(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        before = screen.session.coding
        open_ = [row.field.id for row in screen.record.rows if row.is_open]
        kept = {
            row.field.id: row.answer
            for row in screen.record.rows
            if row.field.id not in open_
        }
        # of which the codebook says `evidence: optional`
        judged = ["target_object", "responsibility"]
        worded = ["killed", "injured"]
        assert {"initiators", "date", *worded, *judged} == {*open_}
        for fields in (worded, judged):
            await pilot.press("ctrl+o")
            event = coding_of(screen).events[0]
            assert {event.answer(name).blank for name in fields} == {Blank.NOT_STATED}
            told = screen.bars["message"].row[0].text
            labels = [
                screen.codebook.event_field(name).label.of(screen.lang)
                for name in fields
            ]
            assert all(label in told for label in labels)
            initiators = screen.codebook.event_field("initiators").label.of(screen.lang)
            assert (
                told.index(labels[-1])
                < told.index("بقي مفتوحاً")
                < told.rindex(initiators)
            )
            if fields == worded:
                assert {event.answer(name).blank for name in judged} == {Blank.MISSING}
            assert (
                screen.record.row.field.id == "initiators"
            )  # for which there is «تحالف دولي»
            assert {event.answer(name).blank for name in ("initiators", "date")} == {
                Blank.MISSING
            }
        assert {name: event.answer(name) for name in kept} == kept
        await pilot.press("ctrl+z", "ctrl+z")
        assert screen.session.coding == before


async def test_what_is_not_stated_is_not_said_in_one_step_of_fields_for_which_there_are_words(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        mark = next(m for m in screen.highlights.marks if m.kind == "date")
        words = screen.session.article.text[mark.start : mark.end]
        assert (
            words == "هذا الشهر"
        )  # in the sentence of the trigger, and of no field but the date
        await pilot.press("ctrl+o")
        assert coding_of(screen).events[0].answer("date").blank == Blank.MISSING
        assert f"«{words}»" in message(screen)
        await pilot.press("ctrl+z")
        await go_to_field(screen, pilot, "date")
        await pilot.press("0")
        assert coding_of(screen).events[0].answer("date").blank == Blank.NOT_STATED
        assert f"«{words}»" in message(screen)
        await pilot.press("ctrl+z")
        await go_to_field(screen, pilot, "killed")
        await pilot.press("0")
        assert "«" not in message(screen)


async def test_words_that_were_confirmed_before_they_were_proposed_are_not_left_for_another_field(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        for candidate in [c for c in screen.session.candidates if c.kind == "actor"]:
            screen.session.do(Confirm([candidate]))
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        assert coding_of(screen).events[0].answer("targets").proposed
        left = screen.filling.words_left([screen.codebook.event_field("initiators")])
        assert re.findall("«.*?»", left) == ["«تحالف دولي»"]


async def test_what_is_open_out_of_sight_or_has_evidence_is_not_called_not_stated(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets", size=(80, 24)) as (screen, pilot):
        await pilot.press("delete", "ctrl+e")
        await pilot.press(*letter_of(screen, "استُهدفت", "trigger"))
        assert screen.record.row.is_open and screen.record.row.answer.evidence
        seen = [row.field.id for row in screen.record.shown]
        below = [
            row.field.id
            for row in screen.record.rows
            if row.is_open and row.field.id not in seen
        ]
        assert below and {"initiators", "target_object"} <= {*seen}
        await pilot.press("ctrl+o")
        left = [row.field.id for row in screen.record.rows if row.is_open]
        assert left == [
            "initiators",
            "targets",
            *below,
        ]  # there are words for the first
        assert screen.record.row.field.id == "initiators"


async def test_a_weekday_without_a_publication_date_says_what_it_needs(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        assert read_publication_day(screen.session.coding) is None
        await pilot.press("tab")
        await go_to(screen, pilot, "الأربعاء", "date")
        await pilot.press("d")
        assert coding_of(screen).events[0].answer("date").evidence
        assert "تاريخ نشر" in screen.bars["message"].row[0].text


async def test_a_key_that_comes_with_the_one_before_it_goes_to_the_pane_that_this_one_opened(
    opened: Open,
) -> None:
    async with in_record(opened, field="killed", size=(120, 40)) as (screen, pilot):
        before = screen.session.coding
        for key in ("tab", "0"):  # both are read at once
            pilot.app.post_message(Key(key, "0" if key == "0" else None))
        await pilot.pause()
        assert screen.pane.has_focus and screen.session.coding == before
