"""What is taken back or done again is named with its field and event, and the cursors
go there.
"""

from __future__ import annotations

from coding_by_keys import Open, go_to, go_to_field
from msgspec.structs import replace
from screen_text import message, screen_lines

from coder.adjudicate.resolve import ARTICLE
from coder.changes.coding_changes import compare_codings
from coder.changes.wording import describe_changes
from coder.codebook.schema import Codebook
from coder.model import REJECTED, Answer, Coding, Event
from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.sentences import say
from coder.values.typed import show

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


async def test_a_value_is_named_by_field_and_event_and_the_record_goes_there(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        for words in ("استُهدفت", "الهجوم"):
            await go_to(screen, pilot, words, "trigger")
            await pilot.press("e", "home")
        await pilot.press("tab")
        await go_to_field(screen, pilot, "certainty")
        await pilot.press("1", "[", "up")
        assert (screen.record.event_id, screen.record.row.field.id != "certainty") == (
            "e1",
            True,
        )
        await pilot.press("ctrl+z")
        assert message(screen) == "تراجعت عن: تعيين درجة اليقين، الحدث 2: ثابت"
        assert (screen.record.event_id, screen.record.row.field.id) == (
            "e2",
            "certainty",
        )
        await pilot.press("[", "ctrl+y")
        assert message(screen) == "أُعيد: تعيين درجة اليقين، الحدث 2: ثابت"
        assert (screen.record.event_id, screen.record.row.field.id) == (
            "e2",
            "certainty",
        )


async def test_a_span_is_named_by_its_words_and_the_article_goes_there(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("a", "end", "z")
        assert message(screen) == "تراجعت عن: تأكيد مكان «سورية»"
        here = screen.deciding.target()
        assert here is not None and (here.kind, here.quote) == ("place", "سورية")
        await pilot.press("home", "ctrl+y")
        assert message(screen) == "أُعيد: تأكيد مكان «سورية»"
        here = screen.deciding.target()
        assert here is not None and (here.kind, here.quote) == ("place", "سورية")


async def test_a_drawn_span_that_goes_leaves_the_cursor_near_it(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        start = (
            screen.highlights.current.start
            if screen.highlights.current is not None
            else 0
        )
        await pilot.press("v", "+", "w")
        drawn = screen.session.coding.spans[-1]
        assert drawn.start == start
        await pilot.press("home", "z")
        assert message(screen) == f"تراجعت عن: تحديد سلاح «{drawn.quote}»"
        assert (
            screen.highlights.current is not None
            and screen.highlights.current.start == start
        )


async def test_an_event_is_named_and_comes_back_under_the_cursor(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab", "*", "[", "ctrl+d")
        assert [e.id for e in screen.session.coding.events] == ["e2"]
        await pilot.press("ctrl+z")
        assert message(screen) == "تراجعت عن: حذف الحدث 1"
        assert screen.record.event_id == "e1"
        await pilot.press("ctrl+z")
        assert message(screen) == "تراجعت عن: إنشاء بالنسخ: الحدث 2"
        assert screen.record.event_id == "e1"
        await pilot.press("ctrl+z")
        assert message(screen) == "تراجعت عن: فتح الحدث 1"
        assert screen.record.event_id == "" and screen.highlights.current is not None
        here = screen.deciding.target()
        assert here is not None and here.quote == "استُهدفت"


async def test_a_decision_is_named_by_field_and_event_and_the_grid_goes_there(
    demo: Project,
) -> None:
    screen = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("a", "2", *"ambiguity", "enter")
        await pilot.press("]", "x", *"not_an", "enter", "z")
        number = [c.id for c in screen.work.state.clusters].index(
            screen.grid.cluster_id
        ) + 1
        assert message(screen).startswith(f"تراجعت عن: رفض الحدث {number}")
        await pilot.press("z")
        cell = screen.grid.cluster_id, screen.grid.field_id
        taken = screen.grid.row.field.label.ar
        assert screen.work.state.find_decision(*cell) is None
        name = (
            f"{taken}، الحدث {number_of(screen)}"
            if screen.grid.cluster_id != ARTICLE
            else taken
        )
        assert message(screen).startswith(f"تراجعت عن: تعيين {name}: ")
        await pilot.press("]", "ctrl+y")
        assert (screen.grid.cluster_id, screen.grid.field_id) == cell
        assert screen.work.state.find_decision(*cell) is not None


def number_of(screen: ReviewScreen) -> int:
    return [c.id for c in screen.work.state.clusters].index(screen.grid.cluster_id) + 1


def test_an_unknown_name_in_the_journal_is_kept(conflict_events: Codebook) -> None:
    assert describe_changes((), conflict_events, "en", "answer.put") == "answer.put"


def test_the_change_reads_in_both_languages(conflict_events: Codebook) -> None:
    event = Event("e2", {"weapons": Answer(value=["drone"])})
    before = Coding("a1", "", "", "amal", events=(Event("e2"),))
    changes = compare_codings(before, replace(before, events=(event,)))
    english, arabic = (
        describe_changes(changes, conflict_events, lang).translate(ISOLATES)
        for lang in ("en", "ar")
    )
    assert english.startswith("set Weapons, event 2: ")
    assert arabic.startswith("تعيين السلاح، الحدث 2: ")


async def test_of_several_values_taken_back_at_once_it_is_told_how_many(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        (event,) = screen.session.coding.events
        proposed = [field for field, answer in event.fields.items() if answer.proposed]
        assert {*proposed} == {"targets", "place", "weapons", "source"}
        await pilot.press("f", "z")
        assert (
            message(screen) == "تراجعت عن: تأكيد المقترح في الحدث 1 · المستهدَف"
            " · المكان · السلاح · مصدر الخبر"
        )
        await pilot.press("tab")
        await go_to_field(screen, pilot, "source")
        await pilot.press("space", "ctrl+z")
        assert (
            message(screen)
            == "تراجعت عن: تأكيد المقترح في مصدر الخبر، الحدث 1: المقال بصوته"
        )


async def test_of_all_that_was_agreed_it_is_told_how_many(demo: Project) -> None:
    screen = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("a")
        gold = screen.work.state.gold
        others = len(gold.answers) + sum(len(event.fields) for event in gold.events) - 1
        await pilot.press("z")
        assert (
            message(screen)
            == f"تراجعت عن: قبول المتفق عليه: صلة المقال، و{others} حقلاً آخر"
        )


async def test_a_rejected_candidate_is_found_again_and_confirmed(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+r")
        assert screen.bars["message"].row[0].text == say(screen.lang, "none_rejected")
        await pilot.press("left", "x")
        [rejected] = [
            mark for mark in screen.highlights.marks if mark.state == REJECTED
        ]
        assert "Ctrl+R" in screen.bars["message"].row[0].text
        await pilot.press("end", "ctrl+r")
        assert screen.highlights.current == rejected
        shown = "\n".join(screen_lines(screen.app))
        assert to_display(say(screen.lang, "taken_back_by", go="a")) in shown
        await pilot.press("a")
        assert not [mark for mark in screen.highlights.marks if mark.state == REJECTED]
        await pilot.press(
            "home", "x", "end", "x", "ctrl+r"
        )  # after the last comes the first
        assert screen.highlights.index == 0


async def test_what_is_left_of_a_proposed_list_is_confirmed_and_named(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        rows = screen.record.rows
        at = next(
            n
            for n, r in enumerate(rows)
            if r.state == "proposed" and len(r.answer.value or ()) > 1
        )
        await go_to_field(screen, pilot, rows[at].field.id)
        await pilot.press("ctrl+r", "1")
        row = screen.record.rows[at]
        assert row.state != "proposed"
        assert message(screen).endswith(f"وتأكد بذلك: {row.text.translate(ISOLATES)}")


async def test_words_that_replace_proposed_values_say_which(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        event = screen.session.coding.events[0]
        proposed = event.answer("targets")
        assert proposed.proposed and proposed.value
        await go_to(screen, pilot, "إيران", "actor")
        await pilot.press("g")
        old = show(
            screen.codebook.event_field("targets"),
            proposed.value,
            screen.codebook,
            "ar",
        )
        assert f"بدل المقترح: {old.translate(ISOLATES)} (" in message(screen)
        await pilot.press("ctrl+z")
        assert screen.session.coding.events[0].answer("targets") == proposed
        await pilot.press("f", "g")  # to what is confirmed, it is added
        value = screen.session.coding.events[0].answer("targets").value
        assert isinstance(value, list) and isinstance(proposed.value, list)
        assert [*value][: len(proposed.value)] == [*proposed.value] and len(
            value
        ) == len(proposed.value) + 1
        assert "بدل المقترح" not in message(screen)
