"""What the coding screen says of keys that change nothing, of proposals, and of values
that nobody chose.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, coding_of, go_to, go_to_field, in_record, letter_of
from msgspec.structs import replace
from screen_text import message

from coder.model import MISSING, Answer
from coder.service.coding.record_rows import FormRow
from coder.service.edits.answer_edits import SetValue
from coder.service.edits.event_edits import DuplicateEvent, OpenEvent
from coder.service.edits.span_edits import Confirm
from coder.tui.keys import arabic_of
from coder.tui.screens.missing_screen import MissingScreen

PLAIN = dict.fromkeys(range(0x2066, 0x206A))


async def test_words_that_are_evidence_already_are_said_to_be_so(opened: Open) -> None:
    async with in_record(opened, field="date") as (screen, pilot):
        await pilot.press("tab")
        await go_to(screen, pilot, "العراق", "place")
        await pilot.press("+")
        before = coding_of(screen)
        await pilot.press("+")
        assert coding_of(screen) == before
        assert message(screen) == "هذا دليل من قبل على: التاريخ"


async def test_without_an_event_the_key_of_proposals_says_how_to_open_one(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("f")
        assert message(screen) == "لا حدث بعد: ضع المؤشر على فعل دالّ واضغط e."


async def test_the_value_that_the_same_again_replaces_is_named(opened: Open) -> None:
    async with opened() as (screen, pilot):
        for words in ("استُهدفت", "هجمات"):
            await go_to(screen, pilot, words, "trigger")
            await pilot.press("e")
        field = screen.codebook.event_field("initiators")
        screen.session.do(SetValue("e1", field, ["iran"]))
        screen.session.do(SetValue("e2", field, ["usa"]))
        screen.refresh_work()
        await pilot.press("tab")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press('"')
        assert coding_of(screen).events[1].answer("initiators").value == [
            "usa"
        ]  # it asks first
        assert "الولايات المتحدة" in message(screen)
        await pilot.press('"')
        assert coding_of(screen).events[1].answer("initiators").value == ["iran"]
        assert "الفاعل: إيران بدلاً من الولايات المتحدة (Ctrl+Z للتراجع)." in message(
            screen
        )


async def test_enter_on_an_emptied_text_takes_the_value_away(opened: Open) -> None:
    async with opened() as (screen, pilot):
        outlet = screen.codebook.article_field("outlet")
        screen.session.do(SetValue("", outlet, "الراي"))
        screen.refresh_work()
        await pilot.press("tab")
        await go_to_field(screen, pilot, "outlet")
        await pilot.press("enter", "ctrl+a", "backspace", "enter")
        assert (
            screen.chooser.asked is None
            and coding_of(screen).answer("outlet").value is None
        )
        assert "الراي" in message(screen)


async def test_a_value_that_was_not_begun_with_is_not_taken_away_by_an_empty_text(
    opened: Open,
) -> None:
    async with in_record(opened, field="killed") as (screen, pilot):
        await pilot.press("1", "2", "enter")
        await go_to_field(screen, pilot, "killed")
        held = coding_of(screen).events[0].answer("killed")
        assert held.coded
        await pilot.press("7", "backspace", "enter")
        assert (
            coding_of(screen).events[0].answer("killed") == held
            and screen.chooser.asked is not None
        )


async def test_proposals_of_fields_that_are_not_asked_are_not_counted(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        event = screen.session.coding.events[-1]
        proposed = {name for name, answer in event.fields.items() if answer.proposed}
        asked = {"targets", "place", "source", "weapons"}
        assert proposed == asked and ": 4 " in message(screen)
        await pilot.press("ctrl+z")
        hidden = event.with_answer("claimant", Answer(value=["iran"], proposed=True))
        opening = OpenEvent.apply
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                OpenEvent,
                "apply",
                lambda *given: replace(opening(*given), events=(hidden,)),
            )
            await pilot.press("e")
        assert ": 4 " in message(screen)


async def test_a_default_that_only_the_trigger_supports_is_the_codebooks(
    opened: Open,
) -> None:
    async with in_record(opened, field="report_scope") as (screen, pilot):
        row = screen.record.row
        assert row.answer.value == row.field.default == "single" and row.answer.evidence
        assert row.state == "by_codebook"
        await pilot.press("2")
        assert (
            next(r for r in screen.record.rows if r.field.id == "report_scope").state
            == "set"
        )


async def test_a_long_item_before_submitting_is_marked_on_all_its_lines(
    opened: Open,
) -> None:
    async with opened(size=(60, 24)) as (_, pilot):
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        lines = next(n for n, each in enumerate(page.found) if each.triggers)
        await pilot.press(*["down"] * lines)
        await pilot.pause()
        rows = range(page.list.cursor, page.list.cursor + page.list.lines)
        grounds = [
            {part.style.bgcolor for part in page.list.render_line(y) if part.style}
            for y in rows
        ]
        assert len(rows) > 1 and all(ground == grounds[0] for ground in grounds)
        other = page.list.render_line(rows.stop)
        assert {part.style.bgcolor for part in other if part.style} != grounds[0]


async def test_who_types_a_word_where_letters_take_words_is_told_once(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        told = "الأحرف تأخذ كلماتها"
        await pilot.press("tab", "ث", "tab", "\\")  # the keyboard is Arabic
        await pilot.press("ق", "ص", "down", "ف")  # not in a row
        assert told not in message(screen)
        await pilot.press("\\", "ق", "ص", "ف")
        assert told in message(screen)
        await pilot.press("ق", "ص", "ف")
        assert told not in message(screen)


async def test_who_types_a_word_where_letters_are_commands_is_told_how_to_write_it(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        told = "الأحرف في المقال أوامر: ; يبدأ تعليقاً"
        await pilot.press(
            *"vtef"
        )  # a trigger drawn, its event opened and filled: as many commands as follow
        assert told not in message(screen)
        await pilot.press("left", *"صحيفة")
        assert told in message(screen)
        await pilot.press("space")
        assert told not in message(screen)
        await pilot.press("tab", *"صحيفة")  # in the record letters are typed
        assert told not in message(screen)


@pytest.mark.parametrize(
    ("word", "typed"), [("كانون", "كانون"), ("أيلول", "أيلول"), ("ﻻجئون", "لاجئون")]
)
async def test_an_arabic_word_after_latin_letters_is_typed_though_letters_show(
    opened: Open, word: str, typed: str
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        before = coding_of(screen)
        await pilot.press(
            "\\", "ctrl+k", "d"
        )  # letters, then to the field of the letter d, a Latin one
        assert screen.highlights.letters
        await pilot.press(*word)
        assert screen.chooser.asked is not None and screen.chooser.edit.text == typed
        assert coding_of(screen) == before


async def test_an_arabic_letter_that_was_asked_for_is_the_letter_on_its_key(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press(
            "ctrl+k", "d", "ctrl+e"
        )  # a Latin letter, then one is asked for
        name, mark = next(
            (n, m) for n, m in screen.highlights.letters.items() if n in "asdfjk"
        )
        await pilot.press(
            "شسيبتن"["asdfjk".index(name)]
        )  # Arabic 101, the keys of the middle row
        assert screen.chooser.asked is None
        assert mark.stretch in {
            s.stretch for s in screen.filling.evidence_of(screen.record.row.answer)
        }


async def test_letters_on_words_are_those_of_the_keyboard_that_is_typed_on(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        for keys, latin in (
            (["tab", "ث", "tab", "\\"], False),
            (["escape", "tab", "e", "tab", "\\"], True),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            drawn = {
                letter
                for names in screen.pane.letters.values()
                for name in names
                for letter in name
            }
            assert drawn and all(letter.isascii() == latin for letter in drawn), keys
            # as they stand alone, so that a terminal does not join them: U+FEB5 is
            # sheen
            if not latin:
                assert all(0xFE80 <= ord(letter) <= 0xFEFC for letter in drawn)


async def test_after_arabic_text_an_arabic_word_is_typed_where_latin_letters_stand_on_words(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\", "enter", *"العراق", "escape")
        before, name = (
            coding_of(screen),
            next(n for n in screen.highlights.letters if arabic_of(n)),
        )
        await pilot.press(arabic_of(name))
        assert (
            screen.chooser.asked is not None
            and screen.chooser.edit.text == arabic_of(name)
        )
        assert coding_of(screen) == before and "لاتينية" in message(screen)
        # Who gives commands on an Arabic keyboard means its letters: this goes to the
        # place (p).
        await pilot.press("escape", "ctrl+k", "ح")
        taken = next(
            n
            for n, m in screen.highlights.letters.items()
            if screen.jumping.fits(m) and arabic_of(n)
        )
        await pilot.press(arabic_of(taken))
        assert (
            screen.chooser.asked is None
            and coding_of(screen).events[0].answer("place").evidence
        )


async def test_quitting_on_a_page_of_help_asks_about_a_note_that_is_not_saved(
    opened: Open,
) -> None:
    async with in_record(opened, field="notes") as (screen, pilot):
        await pilot.press("enter", *"شك", "escape", "?")
        await pilot.pause()
        assert pilot.app.screen is not screen
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert (
            pilot.app.return_code is None
            and pilot.app.screen is screen
            and "Ctrl+Q" in message(screen)
        )
        await pilot.press("ctrl+q")
        assert pilot.app.return_code == 0


async def test_an_event_with_values_of_the_coder_is_deleted_by_the_second_press(
    opened: Open,
) -> None:
    async with in_record(opened, field="certainty") as (screen, pilot):
        await pilot.press("ctrl+d")
        assert not coding_of(screen).events  # nothing was set in it: at once
        await pilot.press("ctrl+z", "3")
        await pilot.press("ctrl+d")
        assert [event.id for event in coding_of(screen).events] == [
            "e1"
        ] and ": 2. " in message(screen)
        await pilot.press("down", "ctrl+d")
        assert coding_of(screen).events  # another key came between
        await pilot.press("ctrl+d")
        assert not coding_of(screen).events


async def test_deleting_an_event_says_which_others_link_to_it_before_and_after(
    opened: Open,
) -> None:
    async with in_record(opened, field="certainty") as (screen, pilot):
        await pilot.press("3")
        screen.session.do(DuplicateEvent("e1"))
        link = [{"record": "e1", "relation": "response_to"}]
        screen.session.do(
            SetValue("e2", screen.codebook.event_field("linked_to"), link)
        )
        screen.refresh_work()
        for left in (2, 1):
            await pilot.press("ctrl+d")
            assert len(coding_of(screen).events) == left
            assert message(screen).endswith("أحداث ترتبط به: 2")
        told = [problem.message.of("en") for problem in screen.session.problems()]
        assert any("there is no event 1" in words for words in told)


async def test_a_split_keeps_what_is_not_stated_and_says_the_scope_of_all_parts(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await go_to_field(screen, pilot, "report_scope")
        await pilot.press("3")
        await go_to_field(screen, pilot, "killed")
        await pilot.press("0")
        await go_to_field(screen, pilot, "place")
        await pilot.press("space", "|", "enter")
        events = coding_of(screen).events
        assert len(events) > 1 and {
            event.answer("killed").state for event in events
        } == {"not_stated"}
        assert "لكل جزء: نمط أو حملة بلا عدد" in message(screen)
        await pilot.press("ctrl+z")
        await go_to_field(screen, pilot, "report_scope")
        await pilot.press("2")
        await go_to_field(screen, pilot, "incident_count")
        await pilot.press(*"13", "enter")
        await go_to_field(screen, pilot, "place")
        await pilot.press("|", "enter")
        assert "لكل جزء: حصيلة معدودة" in message(screen)  # more than there are places


async def test_of_many_confirmed_values_the_words_of_some_are_named_and_others_counted(
    opened: Open,
) -> None:
    more = {1: " وحقل آخر", 2: " وحقلان آخران", 3: " و3 حقول أخرى"}
    async with in_record(opened, size=(60, 40)) as (screen, pilot):
        rows = [
            row
            for row in screen.record.rows
            if row.state == "proposed" and row.answer.evidence
        ]
        await pilot.press("ctrl+f")
        [event] = coding_of(screen).events
        confirmed = [row.field for row in rows if event.answer(row.field.id).coded]
        named = sum(f"{field.label.ar} «" in message(screen) for field in confirmed)
        assert 0 < named < len(confirmed) and message(screen).endswith(
            more[len(confirmed) - named]
        )


async def test_a_key_that_is_no_letter_is_not_taken_for_one(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("\\")
        letters = {**screen.highlights.letters}
        await pilot.press("ctrl+n")
        assert "ctrl" not in message(screen) and screen.highlights.letters == letters


async def test_letters_that_open_events_are_no_change_of_nothing(opened: Open) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press("\\", "ctrl+n")
        assert "لا يفعل شيئاً" not in message(screen)
        await pilot.press("ctrl+n")
        assert "لا يفعل شيئاً" in message(screen)  # they are these letters already


async def test_not_stated_in_the_last_open_field_is_said_with_what_follows(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        while screen.record.asks:
            screen.record.go_to_next("empty", "proposed", "wrong")
            await pilot.press("0")
        assert "لم يُذكر" in message(screen)


async def test_words_that_add_an_item_to_a_list_name_it_alone(opened: Open) -> None:
    async with in_record(opened, field="weapons") as (screen, pilot):
        await pilot.press("delete", "\\")
        one, other = (
            n for n, m in screen.highlights.letters.items() if m.kind == "weapon"
        )
        await pilot.press(one.upper())
        held = screen.record.row.answer.value
        await pilot.press(other.upper())
        values = screen.record.row.answer.value
        assert len(held) == 1 and len(values) == 2 and values[0] == held[0]
        labels = {
            v.id: v.label.ar for v in screen.codebook.values_of(screen.record.row.field)
        }
        assert f"أُضيف {labels[values[1]]}" in message(
            screen
        ) and "القيم الآن: 2" in message(screen)
        assert labels[held[0]] not in message(screen)


async def test_an_item_that_is_taken_out_of_a_list_is_named(opened: Open) -> None:
    async with in_record(opened, "هجمات", field="weapons") as (screen, pilot):
        await pilot.press("ctrl+f")
        await go_to_field(screen, pilot, "weapons")
        held = screen.record.row.answer.value
        assert len(held) == 2
        await pilot.press("ctrl+r", "1")
        assert screen.record.row.answer.value == held[1:]
        name = next(
            v.label.ar
            for v in screen.codebook.values_of(screen.record.row.field)
            if v.id == held[0]
        )
        assert message(screen).startswith(f"حُذف من السلاح: {name}")


async def test_more_evidence_for_the_type_leaves_the_scope_the_codebook_s(
    opened: Open,
) -> None:
    async with in_record(opened, field="event_type", size=(120, 40)) as (screen, pilot):

        def scope() -> FormRow:
            return next(
                row for row in screen.record.rows if row.field.id == "report_scope"
            )

        assert scope().state == "by_codebook"
        await pilot.press("ctrl+e")
        await pilot.press(letter_of(screen, "قوات الولايات المتحدة", "actor"))
        assert (
            len(screen.record.row.answer.evidence) == 2
            and scope().state == "by_codebook"
        )
        await go_to_field(screen, pilot, "report_scope")
        await pilot.press("ctrl+e")
        await pilot.press(letter_of(screen, "قوات الولايات المتحدة", "actor"))
        assert scope().state == "set"


async def test_evidence_removed_from_all_fields_is_said_to_stay_confirmed(
    opened: Open,
) -> None:
    async with in_record(opened, field="date") as (screen, pilot):
        await pilot.press("tab")
        await go_to(screen, pilot, "العراق", "place")
        await pilot.press("+", "-")
        told = message(screen).translate(PLAIN)
        assert "«العراق» تبقى مؤكَّدة، وx في المقال يرفضها." in told


async def test_space_goes_to_the_next_candidate_without_a_decision(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        first, second, third = screen.highlights.marks[:3]
        screen.session.do(Confirm([screen.session.by_id[second.id]]))
        screen.refresh_work()
        for key in ("space", "x"):
            await pilot.press("home")
            assert screen.highlights.current is not None
            assert screen.highlights.current.stretch == first.stretch
            await pilot.press(key)
            await pilot.pause()
            assert screen.highlights.current.stretch == third.stretch


async def test_a_target_that_is_no_longer_proposed_is_named(opened: Open) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        assert coding_of(screen).events[0].answer("targets").proposed
        await pilot.press("\\")
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        event = coding_of(screen).events[0]
        assert (
            event.answer("initiators").value == ["us_forces"]
            and event.answer("targets") == MISSING
        )
        assert "لم تعد قيم هذه الحقول مقترحة: المستهدَف" in message(screen).translate(
            PLAIN
        )


async def test_a_withdrawn_target_is_named_whichever_way_the_initiator_is_given(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("i")
        await pilot.pause()
        assert coding_of(screen).events[0].answer("targets") == MISSING
        assert "لم تعد قيم هذه الحقول مقترحة: المستهدَف" in message(screen).translate(
            PLAIN
        )
        await pilot.press("ctrl+z")
        assert coding_of(screen).events[0].answer("targets").proposed
        await pilot.press("tab")
        await go_to_field(screen, pilot, "initiators")
        await pilot.press("enter", *"us armed forces", "enter")
        await pilot.pause()
        assert coding_of(screen).events[0].answer("targets") == MISSING
        assert "لم تعد قيم هذه الحقول مقترحة: المستهدَف" in message(screen).translate(
            PLAIN
        )
