"""Decisions and edges with fewer keys; pages with a footer; leaving when what was typed
is done.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from coding_by_keys import (
    Open,
    coding_of,
    fill_the_rest,
    go_to,
    go_to_field,
    in_record,
    stored,
)
from msgspec.structs import replace
from screen_text import message, screen_lines
from textual.events import Key

from coder.model import CONFIRMED, REJECTED, UNDECIDED, Blank, Decision
from coder.service.delivery.intake import import_files
from coder.service.edits.answer_edits import SetBlank, SetValue
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.jump_letters import DONE, SUPPORT, TAKE
from coder.tui.screens.text_page import PageScreen
from coder.values.typed import choices
from tests.support.edits_by_hand import Becomes

THREE_PLACES = "الاجتماع الذي عقد"
"""The words of article 002 whose event is proposed three places, too long for a row."""


def alike(screen: CodingScreen, quote: str, kind: str) -> list[str]:
    """The states of all candidates of these words."""
    text = screen.session.article.text
    return [
        m.state
        for m in screen.highlights.marks
        if m.kind == kind and text[m.start : m.end] == quote
    ]


async def test_all_of_the_same_words_are_rejected_by_one_key_and_come_back_by_one(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "الهجمات", "trigger")
        count = screen.session.article.text.count("الهجمات")
        states = alike(screen, "الهجمات", "trigger")
        assert count > len(states) // 2 and states.count(UNDECIDED) == len(states) > 1
        await pilot.press("ctrl+x")
        coding = stored(screen)
        assert coding is not None
        assert [(s.quote, s.decision) for s in coding.spans] == [
            ("الهجمات", Decision.REJECTED)
        ] * len(states)
        assert UNDECIDED not in alike(screen, "الهجمات", "trigger")
        current = (
            screen.highlights.current
        )  # so that Space does not confirm one that was just rejected
        assert current is not None and current.state == UNDECIDED
        await pilot.press("z")
        assert alike(screen, "الهجمات", "trigger") == states


async def test_all_of_the_same_words_and_kind_are_confirmed_by_one_key(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "الهجمات", "trigger")
        count = len(alike(screen, "الهجمات", "trigger"))
        assert count > 1
        await pilot.press("ctrl+a")
        coding = stored(screen)
        assert coding is not None
        assert [(s.quote, s.decision) for s in coding.spans] == [
            ("الهجمات", Decision.CONFIRMED)
        ] * count
        assert f"«الهجمات» (فعل دالّ): {count}" in message(screen)
        await pilot.press("z")
        assert alike(screen, "الهجمات", "trigger") == [UNDECIDED] * count


async def test_confirming_all_the_same_words_leaves_those_that_were_rejected(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "الهجمات", "trigger")
        await pilot.press("x")
        _, *rest = alike(screen, "الهجمات", "trigger")
        later = next(
            mark
            for mark in screen.highlights.marks
            if mark.state == UNDECIDED
            and screen.session.article.text[mark.start : mark.end] == "الهجمات"
        )
        screen.highlights.set_current(later)
        await pilot.press("ctrl+a")
        assert alike(screen, "الهجمات", "trigger") == [
            REJECTED,
            *(CONFIRMED for _ in rest),
        ]


async def test_rejecting_words_that_are_evidence_says_both(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        proposed = screen.session.coding.events[0].answer("targets")
        mark = next(m for m in screen.highlights.marks if m.id in proposed.evidence)
        assert proposed.proposed
        screen.highlights.set_current(mark)
        await pilot.press("x")
        words = screen.session.article.text[mark.start : mark.end]
        assert f"رُفض: «{words}»" in message(screen) and "لم يعد دليلاً على" in message(
            screen
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 20)])
async def test_ctrl_f_leaves_values_that_are_cut_to_be_read(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        await pilot.pause()
        record, form = screen.record, screen.form
        while record.row.state == "proposed":
            await pilot.press("down")
        await pilot.pause()
        told = screen_lines(pilot.app)[form.region.y : form.region.bottom]
        readable, proposed, top = set(), set(), form.scroll_offset.y
        for row, (first, end) in zip(record.rows, pairwise(record.firsts), strict=True):
            if row.state == "proposed":
                proposed.add(row.field.id)
                lines = told[first - top : end - top] if first >= top else []
                if len(lines) == end - first and not any("…" in line for line in lines):
                    readable.add(row.field.id)
        await pilot.press("ctrl+f")
        left = {row.field.id for row in record.rows if row.state == "proposed"}
        assert left == proposed - readable
        unread = next(row.field for row in record.rows if row.state == "proposed")
        assert left and unread.label.of("ar") in message(screen)


async def test_ctrl_f_tells_what_is_cut_whole_and_then_confirms_it(
    opened: Open,
) -> None:
    async with opened("002", size=(120, 40)) as (screen, pilot):
        text = screen.session.article.text
        triggers = (m for m in screen.highlights.marks if m.kind == "trigger")
        meeting = next(m for m in triggers if text.startswith(THREE_PLACES, m.start))
        screen.highlights.set_current(meeting)
        await pilot.press("e")
        coding = screen.session.coding
        actors = [
            "intl_coalition",
            "iraqi_syrian_factions",
            "iraqi_factions",
            "us_dod",
            "us_forces",
        ]
        held = coding.events[-1].answer("initiators")
        many = replace(held, value=actors)
        longer = coding.events[-1].with_answer("initiators", many)
        screen.session.do(Becomes("event.opened", coding.with_event(longer)))
        screen.refresh_work()
        await pilot.press("tab")

        def proposed() -> list[str]:
            return [
                row.field.id for row in screen.record.rows if row.state == "proposed"
            ]

        while {row.field.id for row in screen.record.shown}.intersection(proposed()):
            await pilot.press("ctrl+f")
        assert "Ctrl+F لعرضه" in message(screen) and len(proposed()) > 1
        for left in range(len(proposed()), 0, -1):
            await pilot.press(
                "ctrl+f"
            )  # the first tells, and each other confirms what the last one told
            assert len(proposed()) == left
            row = screen.record.row
            assert row.field.id in proposed() and row.field.label.of("ar") in message(
                screen
            )
            assert row.text.split("؛")[-1].strip(" \u2068\u2069") in message(screen)
            assert "Space أو Ctrl+F للتأكيد" in message(screen)
        await pilot.press("ctrl+f")
        assert not proposed()


async def test_ctrl_f_confirms_what_it_told_only_while_the_cursor_is_there(
    opened: Open,
) -> None:
    async with opened("002", size=(120, 40)) as (screen, pilot):
        text = screen.session.article.text
        triggers = (m for m in screen.highlights.marks if m.kind == "trigger")
        screen.highlights.set_current(
            next(m for m in triggers if text.startswith(THREE_PLACES, m.start))
        )
        await pilot.press("e", "tab", "ctrl+f", "ctrl+f")
        assert "للتأكيد" in message(screen)
        told = screen.record.row
        await pilot.press("up", "ctrl+f")  # the cursor is elsewhere: it is told again
        assert any(
            row.field == told.field and row.state == "proposed"
            for row in screen.record.rows
        )


async def test_ctrl_f_takes_what_it_has_scrolled_into_view(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab", "ctrl+f", "ctrl+f")
        row = screen.record.row
        assert row.state == "proposed" and "Space" not in message(
            screen
        )  # it shows whole in its row
        await pilot.press("ctrl+f")
        assert not any(
            each.field == row.field and each.state == "proposed"
            for each in screen.record.rows
        )


@pytest.mark.parametrize(
    ("size", "is_told_whole"), [((70, 24), False), ((120, 40), True)]
)
async def test_ctrl_f_confirms_no_value_that_is_cut_under_the_cursor(
    opened: Open, size: tuple[int, int], is_told_whole: bool
) -> None:
    async with opened("002", size=size) as (screen, pilot):
        text = screen.session.article.text
        triggers = (m for m in screen.highlights.marks if m.kind == "trigger")
        meeting = next(m for m in triggers if text.startswith(THREE_PLACES, m.start))
        screen.highlights.set_current(meeting)
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "place")
        places = screen.record.row
        while sum(row.state == "proposed" for row in screen.record.rows) > 1:
            await pilot.press("ctrl+f")
        await pilot.press("ctrl+f")
        assert screen.record.row == places and places not in screen.record.shown
        last = places.text.split("؛")[-1].strip(" \u2068\u2069")
        assert (last in message(screen)) is is_told_whole
        assert ("= لعرض القيمة كاملة" in message(screen)) is not is_told_whole
        await pilot.press("space")
        assert screen.session.coding.events[0].answer("place").coded


async def test_the_list_for_a_proposed_value_begins_with_it(opened: Open) -> None:
    async with opened("001") as (screen, pilot):
        text = screen.session.article.text
        triggers = (m for m in screen.highlights.marks if m.kind == "trigger")
        screen.highlights.set_current(
            next(m for m in triggers if text.startswith("هجمات شبه يومية", m.start))
        )
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "report_scope")
        proposed = screen.record.row
        assert (
            proposed.state == "proposed"
            and proposed.answer.value != proposed.field.default
        )
        await pilot.press("enter", "enter")
        assert (
            screen.record.rows[0].answer.coded
            and screen.record.rows[0].text == proposed.text
        )


async def test_choosing_the_value_that_is_there_says_so(opened: Open) -> None:
    async with in_record(opened, field="event_status") as (screen, pilot):
        before = screen.session.coding
        await pilot.press("enter", "enter")
        assert screen.session.coding == before and message(screen).endswith("كما كان")


async def test_undo_leaves_the_article_where_it_is_read(opened: Open) -> None:
    async with in_record(opened, field="event_status") as (screen, pilot):
        await pilot.press("2", "tab", "end")
        await pilot.pause()
        top = screen.pane.scroll_offset.y
        assert top > 0
        await pilot.press("z")
        await pilot.pause()
        assert screen.pane.scroll_offset.y == top


async def test_letters_follow_the_size_of_the_terminal(opened: Open) -> None:
    async with opened(size=(40, 12)) as (screen, pilot):
        await pilot.press("'")
        few = {*screen.highlights.letters.values()}
        await pilot.resize_terminal(160, 50)
        await pilot.pause()
        await pilot.pause()
        assert few < {*screen.highlights.letters.values()}


async def test_what_is_decided_already_stays_as_it_is(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "الهجمات", "trigger")
        await pilot.press("a", "left")
        await go_to(screen, pilot, "الهجمات", "trigger")
        states = alike(screen, "الهجمات", "trigger")
        decided = next(i for i, state in enumerate(states) if state != UNDECIDED)
        await pilot.press("ctrl+x")
        after = alike(screen, "الهجمات", "trigger")
        assert after[decided] == states[decided] and UNDECIDED not in after


async def test_a_span_is_widened_and_kept_and_left_by_two_keys(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        following = screen.highlights.index + 1
        start = (
            screen.highlights.current.start
            if screen.highlights.current is not None
            else -1
        )
        await pilot.press("shift+left", "space")
        coding = stored(screen)
        assert coding is not None and screen.scope() == "article"
        assert [
            (s.start, s.quote)
            for s in coding.spans
            if s.decision is not Decision.REJECTED
        ] == [(start, "سورية والعراق")]
        assert screen.highlights.current is not None
        assert (
            screen.highlights.current.start > start
            and screen.highlights.index >= following
        )


async def test_what_is_typed_over_a_value_is_taken_and_not_what_is_there(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "event_type")
        field = screen.record.row.field
        first, other, *_ = (c.id for c in choices(field, "ت", screen.codebook, "ar"))
        screen.session.do(SetValue("e1", field, other))
        screen.refresh_work()
        await pilot.press("ت", "enter")
        event = screen.session.coding.event("e1")
        assert event is not None and event.answer("event_type").value == first


def signs(page: PageScreen) -> list[str]:
    """The scroll bar of a page."""
    return [
        page.list.render_line(y).text[page.list.side]
        for y in range(page.list.size.height)
    ]


async def test_a_page_says_how_to_leave_it_and_shows_how_far_one_has_read(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await pilot.press("?")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, PageScreen)
        assert "Esc" in screen_lines(pilot.app)[-1]
        [title] = page.title_bar.row  # lines of the screen are counted nowhere
        first = signs(page)
        await pilot.press("space")
        await pilot.pause()
        assert page.list.scroll_offset.y > 0 and signs(page) != first
        await pilot.press("home")
        await pilot.pause()
        assert (
            page.list.scroll_offset.y == 0
            and signs(page) == first
            and page.title_bar.row == (title,)
        )
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_the_keys_before_ctrl_q_are_done_first(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        for key in ("a", "ctrl+q"):
            pilot.app.post_message(Key(key, "a" if key == "a" else None))
        await pilot.pause()
        assert [s.quote for s in screen.session.coding.spans] == ["سورية"]
        assert pilot.app.return_code == 0


async def test_when_nothing_is_open_in_the_event_letters_open_the_next(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab", "\\")
        assert screen.jumping.title == TAKE
        await fill_the_rest(screen, pilot)
        await go_to_field(
            screen, pilot, "place"
        )  # proposed are two countries, which are no single act's
        await pilot.press("delete", "0")
        assert not screen.record.asks and screen.record.event_id == "e1"
        assert {mark.kind for mark in screen.highlights.letters.values()} == {"trigger"}
        assert screen.jumping.title == DONE
        assert screen.record.row.field.id == "linked_to"  # what may be left to say
        assert all(
            word in screen.jumping.in_words for word in ("Shift", "Enter", "مرتبط")
        )
        await go_to_field(screen, pilot, "source")  # there is something to mend
        assert screen.jumping.title != DONE
        await go_to_field(screen, pilot, "certainty")
        await pilot.press("1")
        assert screen.jumping.title == DONE
        await pilot.press("\\")  # evidence comes first
        assert screen.jumping.title == SUPPORT
        support = next(
            name
            for name, mark in screen.highlights.letters.items()
            if mark.kind == "source"
        )
        await pilot.press(support.upper())
        assert screen.jumping.title == SUPPORT, "one more letter follows"
        other = next(
            name
            for name, mark in screen.highlights.letters.items()
            if mark.kind == "trigger"
        )
        await pilot.press(*other)
        event = screen.session.coding.event("e1")
        assert event is not None and len(event.answer("certainty").evidence) == 2
        assert screen.jumping.title == DONE
        await pilot.press(
            next(
                n
                for n, mark in screen.highlights.letters.items()
                if mark.kind == "trigger"
            )
        )
        await pilot.pause()
        assert len(screen.session.coding.events) == 2 and screen.record.event_id == "e2"
        assert screen.form.has_focus and screen.jumping.title != DONE
        await pilot.press("ctrl+z")  # the letter stood on other words than was thought
        assert len(screen.session.coding.events) == 1 and screen.record.event_id == "e1"
        assert (screen.record.row.field.id, screen.jumping.title) == ("linked_to", DONE)
        await pilot.press(
            next(
                n
                for n, mark in screen.highlights.letters.items()
                if mark.kind == "trigger"
            )
        )
        await pilot.pause()
        assert len(screen.session.coding.events) == 2 and screen.jumping.title != DONE
        await pilot.press("escape", "[")
        assert not screen.highlights.letters


async def test_what_the_coder_judges_is_named_while_it_stays_open(opened: Open) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        weapons = screen.codebook.event_field("weapons")
        screen.session.do(SetValue("e1", weapons, ["uav_attack"]))
        screen.refresh_work()
        for name in ("initiators", "date"):  # for which the sentences have words
            await go_to_field(screen, pilot, name)
            await pilot.press("0")
        await go_to_field(screen, pilot, "target_object")  # judged too, and before it
        await pilot.press("0")
        await pilot.press("ctrl+o")
        label = screen.codebook.event_field("responsibility").label.of(screen.lang)
        assert label in message(screen) and "Ctrl+O" in message(screen)
        assert (
            screen.record.row.field.id == "responsibility"
        )  # the first that is still open
        await pilot.press("ctrl+o")
        assert (
            coding_of(screen).events[0].answer("responsibility").blank
            is Blank.NOT_STATED
        )


async def test_what_another_answer_makes_necessary_is_not_called_not_stated_with_the_rest(
    opened: Open,
) -> None:
    async with in_record(opened, field="killed", size=(120, 40)) as (screen, pilot):
        await pilot.press("3", "enter")
        await go_to_field(screen, pilot, "casualty_side")
        for _ in range(3):
            await pilot.press("ctrl+o")
            assert (
                coding_of(screen).events[0].answer("casualty_side").blank
                is Blank.MISSING
            )
            side, killed = (
                screen.codebook.event_field(f).label.of("ar")
                for f in ("casualty_side", "killed")
            )
            assert f"بقي مفتوحاً: {side}، لأن السؤال عنه جاء من {killed}" in message(
                screen
            )
        await go_to_field(screen, pilot, "casualty_side")
        await pilot.press("0")
        assert (
            coding_of(screen).events[0].answer("casualty_side").blank
            is Blank.NOT_STATED
        )


async def test_where_nothing_in_view_is_open_the_key_of_the_rest_says_that_it_goes_further(
    opened: Open,
) -> None:
    async with in_record(opened, field="event_status", size=(80, 24)) as (
        screen,
        pilot,
    ):
        shown = {row.field.id for row in screen.record.shown}
        assert "killed" not in shown
        asked = [
            row.field
            for row in screen.record.rows
            if row.is_open and row.field.id in shown
        ]
        for field in asked:
            screen.session.do(SetBlank("e1", field, Blank.NOT_STATED))
        screen.refresh_work()
        before = coding_of(screen)
        await pilot.press("ctrl+o")
        assert coding_of(screen) == before and screen.record.row.field.id not in shown
        assert (
            message(screen) == "لم يكن فيما ظهر حقل مطلوب فارغ، وهذا هو الفارغ التالي."
        )


async def test_what_takes_no_words_is_judged_and_never_not_stated_with_the_rest(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("tab", "ctrl+o", "ctrl+o", "ctrl+o")
        coding = coding_of(screen)
        assert coding.answer("pub_date").blank is Blank.NOT_STATED
        assert all(
            coding.answer(name).blank is Blank.MISSING
            for name in ("relevance", "genre")
        )
        assert screen.record.row.field.id in ("relevance", "genre")
        assert message(screen) == "ما بقي مفتوحاً هنا فهو لحكمك أنت."


async def test_casualties_without_a_number_stay_open_with_the_rest(
    demo: Project, tmp_path: Path
) -> None:
    text = "شن الطيران غارة على البلدة أسفرت عن مقتل امرأة وإصابة زوجها."
    (tmp_path / "strike.txt").write_text(text, "utf-8")
    import_files(demo, [tmp_path / "strike.txt"])
    suggest(demo)
    screen = CodingScreen(demo, "you", demo.article("strike"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await go_to(screen, pilot, "غارة", "trigger")
        await pilot.press("e", "tab")
        for name in ("killed", "injured"):
            await go_to_field(screen, pilot, name)
            await pilot.press("delete")
        await pilot.press("ctrl+o")
        [event] = coding_of(screen).events
        assert {event.answer(name).blank for name in ("killed", "injured")} == {
            Blank.MISSING
        }
        assert "«مقتل»" in message(screen) and "«وإصابة»" in message(screen)
        assert event.answer("date").blank is Blank.NOT_STATED
