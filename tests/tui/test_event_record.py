"""Whole events and evidence in the record, by keys and by mouse: state and messages."""

from __future__ import annotations

import pytest
from coding_by_keys import (
    Open,
    go_to,
    go_to_field,
    in_record,
    open_without_type,
    stored,
    told,
    two_events,
)
from screen_text import message, screen_lines
from textual.events import Key, Paste

from coder.messages.catalogue import say
from coder.model import Answer, Event
from coder.service.project.opened import Project
from coder.text.display import cell_width, to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.text_page import PageScreen
from coder.tui.widgets.chooser_drawing import drawn
from coder.tui.widgets.chooser_place import HEAD
from coder.tui.widgets.record_lines import problem_of


def event(screen: CodingScreen, event_id: str) -> Event:
    coding = stored(screen)
    found = coding.event(event_id) if coding is not None else None
    assert found is not None
    return found


async def test_a_merge_says_what_it_drops_and_is_undone_at_once(opened: Open) -> None:
    async with opened() as opening:
        screen, pilot = await two_events(opening)
        before = stored(screen)
        await pilot.press("&")
        assert [c.id for c in screen.chooser.choices] == ["e1"]
        await pilot.press("enter")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PageScreen)  # e2 keeps its own place
        told = "".join(column.text for row in page.list.rows for column in row)
        assert "سورية" in told and "العراق" in told
        await pilot.press("escape")
        assert message(screen).startswith("دُمج الحدث 1 في الحدث 2.")
        merged = event(screen, "e2")
        assert [e.id for e in screen.session.coding.events] == ["e2"]
        assert merged.answer("event_type").value == "drone_attack"
        assert [p["place_id"] for p in merged.answer("place").value] == ["iq"]
        assert len(merged.answer("place").evidence) == 2
        await pilot.press("ctrl+z")
        assert stored(screen) == before


async def test_values_are_copied_one_or_all(opened: Open) -> None:
    async with opened() as opening:
        screen, pilot = await two_events(opening)
        await go_to_field(screen, pilot, "place")
        await pilot.press("@")
        offered = [(c.id, c.number) for c in screen.chooser.choices]
        assert offered == [
            ("one:e1", "1"),
            ("all:e1", ""),
        ]  # digits are the numbers of events
        await pilot.press("down", "enter")
        assert event(screen, "e2").answer("event_type") == event(screen, "e1").answer(
            "event_type"
        )
        assert [p["place_id"] for p in event(screen, "e2").answer("place").value] == [
            "iq"
        ]
        await go_to_field(screen, pilot, "place")
        await pilot.press("@", "1")
        assert event(screen, "e2").answer("place") == event(screen, "e1").answer(
            "place"
        )
        assert message(screen) == "من الحدث 1، حقول مُلئت: 1"


@pytest.mark.parametrize("key", ["@", "&"])
async def test_without_another_event_there_is_nothing_to_choose_from(
    opened: Open, key: str
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab", key)
        assert message(screen).startswith("هذا سجل المقال")
        open_without_type(screen)
        await pilot.press(key)
        assert message(screen).startswith("لا حدث آخر")
        assert screen.chooser.asked is None


async def test_the_list_of_evidence_leads_to_the_words_and_takes_one_away(
    opened: Open,
) -> None:
    async with opened() as opening:
        screen, pilot = await two_events(opening)
        await pilot.press("tab")
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("p", "tab")
        await go_to_field(screen, pilot, "place")
        answer = event(screen, "e2").answer("place")
        assert len(answer.evidence) == 2
        await pilot.press(",")
        assert [c.id for c in screen.chooser.choices] == [
            *(f"go:{i}" for i in answer.evidence),
            *(f"drop:{i}" for i in answer.evidence),
        ]
        await pilot.press("down")  # the article follows the cursor
        assert screen.deciding.target() == screen.session.coding.span(
            answer.evidence[1]
        )
        await pilot.press("3")  # take the first away
        left = event(screen, "e2").answer("place")
        assert left == Answer(value=answer.value, evidence=answer.evidence[1:])
        await pilot.press("ctrl+z")
        assert event(screen, "e2").answer("place") == answer
        await go_to_field(screen, pilot, "linked_to")
        await pilot.press(",")
        assert screen.chooser.asked is None and message(screen).startswith("لا دليل")


async def test_a_value_that_is_chosen_takes_the_cursor_on_and_a_list_keeps_it(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await pilot.press("1")  # a digit
        assert screen.record.row.field.id == "event_type"
        await pilot.press("enter", "1")  # a digit in the list
        assert (
            screen.record.row.field.id == "initiators"
        )  # the next that is empty and asked for
        await pilot.press(*"daesh", "enter")
        assert screen.record.row.field.id == "initiators"


async def test_each_state_shows_its_sign_and_its_word(opened: Open) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "source")
        await pilot.press("0")
        rows = {row.field.id: row for row in screen.record.rows}
        drawn = dict(zip(rows, told(screen), strict=True))
        proposed = next(name for name, row in rows.items() if row.state == "proposed")
        expected = {
            proposed: ("~", "مقترح"),
            "date": ("·", "فارغ"),
            "source": ("?", "لم يذكره المقال"),
        }
        for name, (sign, word) in expected.items():
            assert sign in drawn[name][0] and word in drawn[name][3], name
        shown = "\n".join(screen_lines(pilot.app))
        assert to_display("مقترح", 1) in shown and to_display("فارغ", 1) in shown


async def test_what_cannot_be_stored_is_left_out_as_it_is_pasted(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab", ";")
        screen.post_message(Paste("a\x00b\ud83d"))
        await pilot.pause()
        assert screen.chooser.edit.text == "ab" and screen.chooser.echo.startswith(
            "حُذفت رموز"
        )
        await pilot.press("c", "ctrl+s")
        assert event(screen, "e1").answer("report_scope").comment == "abc"
        assert screen.session.writer.failure is None


async def test_lines_pasted_where_one_line_is_typed_become_one_with_a_word_about_it(
    opened: Open,
) -> None:
    async with in_record(opened, field="source") as (screen, pilot):
        screen.post_message(Paste("أول\nثان\n"))
        await pilot.pause()
        assert screen.chooser.edit.text.strip() == "أول ثان"
        assert screen.chooser.echo.startswith("صارت نهايات الأسطر فراغات")
        await pilot.press("x")
        assert "فراغات" not in screen.chooser.echo


async def test_a_paste_of_a_megabyte_is_refused_in_words_and_what_was_typed_stays(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab", ";", "a")
        screen.post_message(Paste("نص طويل " * 125_000))
        await pilot.pause()
        assert screen.chooser.edit.text == "a" and "4,000" in screen.chooser.echo
        await pilot.press("c", "ctrl+s")
        assert event(screen, "e1").answer("report_scope").comment == "ac"


async def test_words_pasted_into_a_field_open_its_input_as_typing_does(
    opened: Open,
) -> None:
    async with in_record(opened, field="source") as (screen, pilot):
        screen.post_message(Paste("البنتاغون\n"))
        await pilot.pause()
        assert (
            screen.chooser.asked is not None and screen.chooser.edit.text == "البنتاغون"
        )
        await pilot.press("escape")
        await go_to_field(screen, pilot, "killed")
        screen.post_message(Paste("12"))
        await pilot.pause()
        await pilot.press("enter")
        answer = event(screen, "e1").answer("killed")
        assert isinstance(answer.value, dict) and answer.value["min"] == 12


async def test_what_is_pasted_over_the_article_is_no_command(opened: Open) -> None:
    async with opened() as (screen, pilot):
        screen.post_message(Paste("a"))
        await pilot.pause()
        assert stored(screen) is None and screen.chooser.asked is None
        assert message(screen) == "ما يُلصق يدخل حقلاً: Tab يذهب بك إلى السجل."


@pytest.mark.parametrize("keys", [["ﻻ"], ["ل", "ا"]])
async def test_the_arabic_key_of_two_letters_is_one_key(
    opened: Open, keys: list[str]
) -> None:
    # On Arabic (101) لا sits on b, in the article the letter of `about_type`; ل is g, ا
    # is h.
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab", "down", *"threat", "enter", "tab")
        await go_to(screen, pilot, "استُهدفت", "trigger")
        for key in keys:  # as one read of the terminal brings them
            pilot.app.post_message(Key(key, key))
        await pilot.pause()
        evidence = event(screen, "e1").answer("about_type").evidence
        assert [span.quote for i in evidence if (span := screen.deciding.named(i))] == [
            "استُهدفت"
        ]
        assert not {"targets", "responsibility"} & {
            n for n, a in event(screen, "e1").fields.items() if a.evidence
        }


async def test_a_lam_alone_is_its_own_key(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("ل")
        await pilot.pause()
        assert event(screen, "e1").answer("targets").coded
        await pilot.press(
            "ل", "ئ"
        )  # another key at once: first the one, then the other
        assert stored(screen) is not None


@pytest.mark.parametrize("key", [";", ":", "؛"])
async def test_signs_are_reached_under_both_layouts(opened: Open, key: str) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        pilot.app.post_message(Key(key, key))  # as a terminal brings it
        await pilot.press(*"xy", "ctrl+s")
        assert event(screen, "e1").answer("report_scope").comment == "xy"


async def test_the_mouse_works_in_the_record(opened: Open) -> None:
    async with opened() as opening:
        screen, pilot = await two_events(opening)
        width = pilot.app.size.width
        # From the right edge: a line, then the article, the word, 1, 2.
        names = "".join(column.text for column in screen.bars["tabs"].row)
        at = names.index(" المقال  الحدث:  1  2 ") + names.index(" 1") + 2
        screen.close_record()  # so that the click has to take the keys along
        await pilot.click("#tabs", offset=(width - 1 - at, 0))
        assert screen.record.event_id == "e1" and screen.form.has_focus
        await pilot.click("#form", offset=(40, 1))
        assert (
            screen.record.row.field.id == "event_type" and screen.chooser.asked is None
        )
        await pilot.click("#form", offset=(40, 1))
        assert screen.chooser.asked is not None
        second = HEAD + 1
        second_choice = drawn(screen.chooser, second).text
        await pilot.click("#form", offset=(40, screen.chooser.lines[0] + second))
        chosen = screen.codebook.event_type(
            str(event(screen, "e1").answer("event_type").value)
        )
        assert to_display(chosen.label.ar, 1) in second_choice


async def test_a_click_on_the_panel_about_a_field_stays_at_that_field(
    opened: Open,
) -> None:
    async with in_record(opened, field="initiators", size=(120, 40)) as (screen, pilot):
        at, targets = screen.record.index, event(screen, "e1").answer("targets")
        await pilot.press("enter")
        choosing = screen.chooser.asked
        for line in (0, at, at + 1, 6):
            await pilot.click("#about", offset=(20, line))
            assert (
                screen.record.row.field.id == "initiators"
                and screen.chooser.asked is choosing
            )
        await pilot.press(*"قسد", "enter")
        assert event(screen, "e1").answer("initiators").coded
        assert event(screen, "e1").answer("targets") == targets


async def test_in_english_at_both_sizes(demo: Project) -> None:
    config = demo.config.folder / "coder.toml"
    config.write_text(config.read_text("utf-8").replace('"ar"', '"en"'), "utf-8")
    from coder.service.project.opened import open_project

    project = open_project(demo.config.folder)
    for size in ((80, 24), (160, 50)):
        screen = CodingScreen(project, "you", project.article("004"))
        async with CoderApp(lambda screen=screen: screen).run_test(size=size) as pilot:  # type: ignore[misc]
            await pilot.pause()
            await go_to(screen, pilot, "استُهدفت", "trigger")
            await pilot.press("e", "tab", "*", "&")
            shown = "\n".join(screen_lines(pilot.app))
            number = screen.record.event_id.removeprefix("e")
            assert f"Merge which event into event {number}" in shown
            await pilot.press("enter")
            assert "merged into" in message(screen)
    project.close()


async def test_labels_have_the_room_there_is_after_a_new_size_too(opened: Open) -> None:
    def cells(screen: CodingScreen) -> set[int]:
        return {row[2].width for row in screen.form.rows}

    async with in_record(opened, field="place") as (screen, pilot):
        screen.record.load()
        wide = cells(screen)
        await pilot.resize_terminal(30, 12)
        await pilot.pause()
        assert cells(screen) == {
            30 * 2 // 5
        }  # the most for a label while values need more
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert cells(screen) == wide != {30 * 2 // 5}


async def test_a_proposals_evidence_is_shown_where_it_was_confirmed_meanwhile(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        assert screen.record.row.answer.proposed
        await pilot.press(".", "escape", "a")
        confirmed = screen.highlights.current
        await pilot.press("home", "tab", ".", ".")  # the proposal rests on two places
        assert (
            screen.highlights.current == confirmed
            and confirmed in screen.highlights.marks
        )


async def test_the_events_of_a_list_have_their_own_numbers_once(opened: Open) -> None:
    async with opened() as (screen, pilot):
        for _ in range(2):
            await pilot.press("ctrl+down", "e")
        await pilot.press("tab", "&")
        (choice,) = screen.chooser.choices
        assert choice.number == "1" and "1" not in choice.label


async def test_a_sign_and_where_it_has_room_a_word_say_that_a_value_is_proposed(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, _):
        proposed = {
            row.field.id: row for row in screen.record.rows if row.state == "proposed"
        }
        assert proposed
        for row, drawn in zip(screen.record.rows, told(screen), strict=True):
            if row.field.id in proposed:  # the word takes no line
                value = drawn[3].translate(dict.fromkeys(range(0x2066, 0x206A)))
                assert value.replace("\u00a0", " ") in (row.text, f"{row.text} · مقترح")
                assert drawn[0].strip() == "~"


async def test_a_value_that_breaks_a_rule_is_marked_by_its_sign_alone_and_the_tabs_count_errors(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        await pilot.press("ctrl+f")
        rows = [*zip(screen.record.rows, told(screen), strict=True)]
        broken = [
            (row, drawn)
            for row, drawn in rows
            if row.state == "wrong" and row.text and row.problem
        ]
        assert broken
        for row, drawn in broken:
            value = drawn[3].translate(dict.fromkeys(range(0x2066, 0x206A)))
            assert drawn[0] == " !" and row.text.startswith(value.split()[0])
            assert (
                problem_of(row, "ar") not in value
            )  # it stands below the record and in the panel
        here = screen.record.event_id
        errors = (
            p
            for p in screen.record.problems
            if p.event_id == here and p.severity == "error"
        )
        wrong = [p for p in errors if not p.is_open]
        assert (
            say("ar", "counts.errors", n=len(wrong)) in screen.record.tabs.row[-1].text
        )
        screen.record.go_to_event("")
        tab = screen.record.tabs.row[0]
        assert tab.text.startswith(" المقال") and tab.style == palette.CHOSEN


async def test_four_fields_are_passed_by_one_key_and_all_by_another(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        fields = [row.field.id for row in screen.record.rows]
        await pilot.press("home")
        assert screen.record.row.field.id == "report_scope"
        for key, field in (
            ("shift+down", fields[4]),
            ("shift+down", fields[8]),
            ("shift+up", fields[4]),
            ("end", "notes"),
            ("shift+down", "notes"),
            ("shift+up", fields[-5]),
            ("home", "report_scope"),
            ("shift+up", "report_scope"),
        ):
            await pilot.press(key)
            assert screen.record.row.field.id == field
        assert len(fields) > 9


async def test_a_value_stands_apart_from_the_longest_name_of_a_field(
    opened: Open,
) -> None:
    async with in_record(opened, "هجمات") as (screen, pilot):
        await pilot.press(
            "ctrl+f"
        )  # the report counts attacks, so that their number is asked for
        gaps = {
            row[2].text: row[2].width - cell_width(row[2].text)
            for row in screen.record.form.rows
        }
        assert "عدد الأفعال" in gaps and min(gaps.values()) == 2


async def test_a_second_event_of_the_same_words_is_told(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("f12", "e")
        assert "the same words" not in screen.bars["message"].row[0].text
        await pilot.press("e")
        assert len(screen.session.coding.events) == 2
        assert "opened by the same words as event" in screen.bars["message"].row[0].text
