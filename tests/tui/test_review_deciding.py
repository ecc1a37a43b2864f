"""Deciding by keys: reasons once a kind, selected fields, sets, events; the queue;
articles returned.
"""

from __future__ import annotations

from review_by_keys import bar, opened
from screen_text import info, screen_lines

from coder.adjudicate.gold_edits import (
    Clear,
    RejectCluster,
    Split,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.resolve import ARTICLE
from coder.model import ASSUMED, Answer
from coder.service.coding.remarks import Remarks
from coder.service.project.opened import Project
from coder.service.review.review_queue import queue
from coder.service.team.members import withdraw
from coder.text.display import to_display
from coder.tui.screens.review_rows import in_words
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.chooser_drawing import drawn


def decided(screen: ReviewScreen, cluster_id: str, field: str) -> Answer:
    answer = screen.work.state.find_decision(cluster_id, field)
    assert answer is not None
    return answer


# ------------------------------------------------------------------ reasons
async def test_a_reason_is_asked_once_for_each_kind_of_decision(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")
        first = (screen.grid.cluster_id, screen.grid.field_id)
        await pilot.press("1")
        assert screen.chooser.asked is not None
        await pilot.press("7")  # by its number: ambiguity of the article
        second = (screen.grid.cluster_id, screen.grid.field_id)
        assert screen.grid.row.state == "differs"
        await pilot.press("1")
        assert screen.chooser.asked is None
        assert decided(screen, *first).reason == "article_ambiguity"
        assert decided(screen, *second).reason == "article_ambiguity:assumed"
        assert "غموض في المقال" in bar(screen, "message")  # it is said
        third = (screen.grid.cluster_id, screen.grid.field_id)
        await pilot.press(
            "r", "1"
        )  # another one for the last decision, and from now on
        assert decided(screen, *second).reason == "coder_error"
        assert (screen.grid.cluster_id, screen.grid.field_id) == third
        await pilot.press("0")  # another kind
        assert screen.chooser.asked is not None


async def test_a_field_has_a_reason_of_its_own(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")
        actors = [each for each in screen.work.open_cells if each[1] == "initiators"]
        others = [each for each in screen.work.open_cells if each[1] != "initiators"]
        keys = {
            others[0]: ("1", "1"),
            actors[0]: ("1", "r", "7"),
            others[1]: ("1",),
            actors[1]: ("1",),
        }
        for cell, pressed in keys.items():
            screen.grid.go_to(*cell)
            await pilot.press(*pressed)
            assert screen.chooser.asked is None
        assert [decided(screen, *cell).reason for cell in keys] == [
            *(
                "coder_error",
                "article_ambiguity",
                "coder_error:assumed",
                "article_ambiguity:assumed",
            ),
        ]


async def test_the_reasons_given_most_come_one_after_the_other_on_one_key(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press(
            "a", "1", "1"
        )  # the first decision of its kind: a coder's error
        await pilot.press("1", "r", "7")  # the second: ambiguity of the article
        third = (screen.grid.cluster_id, screen.grid.field_id)
        await pilot.press("1")
        first, mark, _ = decided(screen, *third).reason.partition(":assumed")
        assert mark
        known = [each.id for each in screen.codebook.adjudication_reasons]
        met = [first]
        for _ in known[1:]:
            await pilot.press("ctrl+r")
            met.append(decided(screen, *third).reason)
        assert screen.chooser.asked is None
        assert {*met[:2]} == {"coder_error", "article_ambiguity"}
        assert sorted(met) == sorted(known)  # each of them once
        await pilot.press("ctrl+r")
        assert decided(screen, *third).reason == first


async def test_a_whole_event_is_taken_with_its_coders_digit_also_if_only_one_has_it(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(Split("c1", "basim"))
        screen.work.do(Split("c2", "basim"))
        first, second = (
            c.id
            for c in screen.work.state.clusters
            if dict(c.members).keys() == {"basim"}
        )
        screen.refresh_work()
        screen.grid.go_to(first)
        await pilot.press("t", "1")  # amal does not have it
        assert [each.number for each in screen.chooser.choices] == []
        await pilot.press("backspace", "2")
        assert screen.chooser.asked is not None  # now the reason
        await pilot.press("1")
        for cluster, mark in (
            (first, ""),
            (second, ASSUMED),
        ):  # the same keys, then without the reason
            assert decided(screen, cluster, "event_type").taken_from == ("basim",)
            assert (
                decided(screen, cluster, "event_type").reason == f"missed_event{mark}"
            )
            if cluster == first:
                screen.grid.go_to(second)
                await pilot.press("t", "2")
                assert screen.chooser.asked is None


async def test_of_an_event_that_no_coder_has_nothing_is_taken_or_split(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f12", "e", "t")
        assert screen.chooser.asked is None
        assert "No coder has this event" in bar(screen, "message")
        await pilot.press("s")
        assert screen.chooser.asked is None and "nothing to split off" in bar(
            screen, "message"
        )


# ------------------------------------------------------------------ several answers
async def test_selected_fields_are_decided_together_and_taken_back_as_one(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c1")
        await pilot.press("shift+down", "shift+down")
        assert len(screen.grid.selected) == 3
        names = [row.field.id for row in screen.grid.selected]
        await pilot.press("a")
        event = screen.work.state.gold.event("g1")
        assert event is not None and set(event.fields) == set(names)
        await pilot.press("z")
        assert screen.work.state.gold.event("g1") is None
        screen.grid.go_to("c1")
        await pilot.press("*", "escape")
        assert screen.grid.selected == [] and screen.session is not None


async def test_a_coder_s_answers_to_the_selected_fields_alone_are_taken_from_the_list_of_coders(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c1")
        await pilot.press("shift+down")
        names = {row.field.id for row in screen.grid.selected}
        assert len(names) == 2
        await pilot.press("t", "2", "1")  # basim, and the reason
        event = screen.work.state.gold.event("g1")
        assert event is not None and set(event.fields) == names
        assert all("basim" in answer.taken_from for answer in event.fields.values())


async def test_union_and_not_stated_by_keys(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        cluster, row = next(
            (c.id, row)
            for c in screen.work.state.clusters
            for row in screen.work.state.rows(c.id)
            if row.field.is_list
            and row.state == "differs"
            and all(a.coded for a in row.answers.values())
        )
        screen.grid.go_to(cluster, row.field.id)
        await pilot.press("u", "1")
        answer = decided(screen, cluster, row.field.id)
        assert set(answer.taken_from) == {"amal", "basim", "supervisor"}
        assert len(answer.value) >= max(len(a.value) for a in row.answers.values())
        screen.grid.go_to("c1", "certainty")
        await pilot.press("0", "1")
        assert decided(screen, "c1", "certainty").state == "not_stated"
        screen.grid.go_to("c1", "event_type")
        await pilot.press("u")
        assert screen.chooser.asked is None and "لا قائمة" in bar(screen, "message")


async def test_a_value_is_rejected_by_its_number(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")
        row = screen.grid.row
        at = (screen.grid.cluster_id, row.field.id)
        assert row.state == "differs" and not row.field.is_list
        await pilot.press("k", "1")
        await pilot.pause()
        await pilot.press("1")
        assert decided(screen, *at).taken_from == ("basim",)


async def test_a_decision_whose_only_value_is_taken_out_is_open_again(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")
        at = next(c for c in screen.work.open_cells if c[1] == "initiators")
        screen.grid.go_to(*at)
        await pilot.press(
            "enter", "enter", "1"
        )  # the first of the list, for the first reason
        assert len(decided(screen, *at).value) == 1
        screen.grid.go_to(*at)
        await pilot.press("enter", "enter")
        assert screen.chooser.asked is not None
        await pilot.press("up", "enter")  # the last of what can be done with it: out
        assert screen.work.state.find_decision(*at) is None
        assert at in screen.work.open_cells


async def test_a_whole_coding_is_rejected_with_a_reason(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("ctrl+x", "2")
        await pilot.pause()
        await pilot.press(*"tool", "enter")
        reasons = {
            a.reason for e in screen.work.state.gold.events for a in e.fields.values()
        }
        assert reasons <= {"tool_error", "agreed"} and "tool_error" in reasons
        await pilot.press("z")
        assert screen.work.state.gold.events == ()


async def test_a_link_is_chosen_among_the_other_events_by_their_numbers(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c4", "linked_to")
        await pilot.press("enter")
        asked = screen.chooser.asked
        assert asked is not None
        offered = asked.choices("")
        assert {each.id.split(":")[1] for each in offered} == {
            f"g{n}" for n in range(1, 14) if n != 4
        }  # not itself, though nothing is decided yet
        assert offered[0].number == "3"  # the nearest, of two the one before
        await pilot.press(
            "enter", "1"
        )  # the event with its likely relation, the reason
        assert decided(screen, "c4", "linked_to").value == [
            {"record": "g3", "relation": "about"}
        ]


# ------------------------------------------------------------------ layout
async def test_the_footer_names_the_keys_that_change_something_here(
    demo: Project,
) -> None:
    async with opened(demo, size=(160, 50)) as (screen, pilot):
        await pilot.pause()
        assert "قبول كل المتفق" in bar(screen, "footer") and "إغلاق" not in bar(
            screen, "footer"
        )
        assert "رفض الحدث" not in bar(
            screen, "footer"
        )  # it is the article's own record
        await pilot.press("a")
        assert "قبول كل المتفق" not in bar(screen, "footer")
        cluster = next(at for at, _ in screen.work.open_cells if at)
        screen.grid.go_to(cluster)
        await pilot.press("down")
        assert "رفض الحدث" in bar(screen, "footer")


async def test_the_line_below_tells_whole_values(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "down", "up")  # what was said about `a` is gone
        row = screen.grid.row
        for coder, answer in row.answers.items():
            words = in_words(row.field, answer, screen.codebook, screen.lang)
            assert f"{coder}: {words}" in info(screen)


async def test_the_headline_stands_for_the_article(demo: Project) -> None:
    for size in ((80, 24), (120, 40)):
        async with opened(demo, size=size) as (screen, pilot):
            shown = "\n".join(screen_lines(pilot.app))
            words = " ".join(screen.work.article.headline.split()[:3])
            assert to_display(words, 1) in shown and screen.work.article.id not in shown


# ------------------------------------------------------------------ the queue
async def test_the_queue_is_searched_by_typing_and_ordered_by_a_key(
    demo: Project,
) -> None:
    async with opened(demo, None) as (screen, pilot):
        await pilot.press(*"003")
        assert [each.article[:3] for each in screen.waiting.shown] == ["003"]
        await pilot.press("ctrl+u", "tab")
        assert screen.waiting.filter == "to_do"
        assert "closed" not in {each.status for each in screen.waiting.shown}
        await pilot.press("shift+tab", "f3")
        assert (
            screen.waiting.order == "age"
            and len(screen.waiting.shown) == len(screen.waiting.all) == 5
        )


async def test_the_next_article_comes_without_the_queue(demo: Project) -> None:
    async with opened(demo, None) as (screen, pilot):
        await pilot.press("enter")
        order = [
            each.article for each in screen.waiting.shown if each.status != "closed"
        ]
        visited = [screen.work.article.id]
        for _ in order[1:]:
            await pilot.press("f5")
            visited.append(screen.work.article.id)
        assert visited == order


# ------------------------------------------------------------------ back to coders
async def test_an_article_goes_back_to_its_coder_with_words(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        article = screen.work.article.id
        await pilot.press("b", "1")
        await pilot.pause()
        await pilot.press("ctrl+s")  # nothing is said: refused
        assert screen.session is not None and "يجب أن يُقال" in bar(screen, "message")
        await pilot.press(*"dates", "ctrl+s")  # it is asked again
        assert screen.session is None
        with demo.store.read() as queries:
            coding = queries.coding(article, "amal")
        assert coding is not None and coding.status == "open"
        [said] = Remarks(demo, article, "amal", lambda: [coding]).all
        assert (said.by, said.text, said.place) == (
            "salma",
            "dates",
            ("amal", "", "", 0, 0),
        )
        assert article not in {each.article for each in screen.waiting.all}


async def test_a_box_for_several_lines_says_its_keys_and_how_what_was_there_before_is_deleted(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        for text in ("", "was there"):
            screen.open_comment("?", "?", text, lambda _: None)
            await pilot.pause()
            title, said = (
                drawn(screen.chooser, line).text for line in (0, screen.chooser.body)
            )
            assert (
                title.strip("┏━┓ ").split()[0] == f"1:{len(text) + 1}"
            )  # the line and place of the caret
            keys = "Ctrl+S للحفظ، وEnter لسطر جديد"
            told = f"{keys} · إن تُرك فارغاً حُذف." if text else keys
            assert said.strip("┗━┛ ") == to_display(told, 1)
            await pilot.press("escape")


async def test_a_rejected_event_is_refused_before_a_reason_is_asked(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(RejectCluster("c1", "not_an_event"))
        screen.refresh_work()
        screen.grid.go_to("c1", "initiators")
        for keys in (["1"], ["t", "1"]):
            await pilot.press(*keys)
            assert screen.chooser.asked is None
            assert bar(screen, "message").startswith("هذا الحدث مرفوض · ")


async def test_next_on_the_only_open_field_says_that_it_is_the_only_one(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(TakeAgreed())
        for coder in ("amal", "basim"):
            for at in (ARTICLE, *(each.id for each in screen.work.state.clusters)):
                screen.work.do(TakeEvent(at, coder, "coder_error"))
        screen.work.do(Clear(ARTICLE, "genre"))
        assert [*screen.work.to_do()] == [(ARTICLE, "genre")]
        screen.refresh_work()
        screen.grid.go_to(ARTICLE, "genre")
        await pilot.press("n")
        assert bar(screen, "message") == "لا شيء مفتوح غير هذا الحقل: احسمه."


async def test_a_digit_of_no_coder_says_that_there_is_none(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        before = screen.work.state
        for digit in ("7", "٧"):
            await pilot.press("down", digit)
            assert bar(screen, "message").startswith("لا مرمّز برقم 7 هنا · ")
        assert screen.work.state is before


async def test_a_queue_without_work_says_what_comes_next(demo: Project) -> None:
    open_ones = [each.article for each in queue(demo) if each.status != "closed"]
    async with opened(demo, None) as (screen, _):
        assert bar(screen, "message") == ""
    withdraw(demo, "salma", open_ones, "duplicate")
    async with opened(demo, None) as (screen, pilot):
        await pilot.pause()
        assert (
            bar(screen, "message")
            == "الكل مغلق: F4 للاتفاق، ثم coder gold release ثم coder export."
        )
        screen.waiting.load([])
        assert (
            screen.list.otherwise.text
            == "لا مقال ينتظر: يأتي المقال إلى هنا بعد أن يسلّمه مرمّزان."
        )


async def test_a_zero_of_another_script_takes_nobody_s_value(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        before = screen.work.state
        screen.grid.digit("०")
        await pilot.press("०")
        assert screen.work.state is before


async def test_rejecting_and_restoring_an_event_at_once_brings_its_decisions_back(
    demo: Project,
) -> None:
    async with opened(demo, size=(160, 40)) as (screen, pilot):
        await pilot.press("f12", "a")
        screen.grid.go_to("c1")
        before = screen.work.state
        links = [
            a
            for e in before.gold.events
            for a in (e.answer("linked_to"),)
            if a.coded and e.id != "g1"
        ]
        cleared = len(before.list_decisions("c1")) + sum(
            all(link["record"] == "g1" for link in a.value)
            for a in links  # they lead nowhere any more
        )
        await pilot.press("x", "1")
        assert screen.work.state.cluster("c1").rejected == "not_an_event"
        assert f"Decisions cleared: {cleared}" in bar(screen, "message")
        await pilot.press("x")
        assert screen.work.state == before
        screen.grid.go_to("c1")
        await pilot.press("x", "1")
        screen.grid.go_to("c2")
        await pilot.press("x")  # for the same reason
        screen.grid.go_to("c1")
        await pilot.press("x")
        restored = screen.work.state
        assert not restored.cluster("c1").rejected and restored.cluster("c2").rejected
        assert restored.list_decisions("c1") == {}
        assert "do not come back; z pressed back to the rejection" in bar(
            screen, "message"
        )
        await pilot.press("z", "z", "z")
        assert screen.work.state == before
