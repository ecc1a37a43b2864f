"""The review screen: who said what, a digit takes a value, the decision keeps origin
and reason.
"""

from __future__ import annotations

import re

import pytest
from review_by_keys import ISOLATES, bar, gold, opened
from screen_text import info, screen_lines
from textual.events import Paste

from coder.adjudicate.resolve import ARTICLE
from coder.model import AGREED
from coder.service.coding.session import CodingSession
from coder.service.project.kept_results import KeptResults
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.service.review.review_queue import queue
from coder.service.upkeep.integrity import verify
from coder.text.display import cell_width, fit, to_display
from coder.tui.screens import review_screen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.sentences import say
from coder.tui.widgets.chooser_list import ChooserList
from tests.support.at_rest import until
from tests.support.thrown_away import throw_away


async def test_the_queue_shows_the_most_disputed_first(demo: Project) -> None:
    async with opened(demo, None) as (screen, pilot):
        assert screen.waiting.order == "differing"
        differing = [q.differing for q in screen.waiting.shown if q.status != "closed"]
        assert differing == sorted(differing, reverse=True)
        assert screen.waiting.shown[-1].status == "closed"
        assert "للمراجعة 4" in bar(screen, "header")
        await pilot.press("enter")
        assert screen.work.article.id == screen.waiting.shown[0].article
        await pilot.press("q")
        assert screen.session is None


async def test_an_open_queue_shows_what_others_submit_meanwhile(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_screen, "LOOK_AGAIN", 0.2)
    async with opened(demo, None) as (screen, pilot):
        await pilot.press("down")
        here, before = screen.waiting.here, len(screen.waiting.all)
        away = next(
            each.article
            for each in screen.waiting.all
            if each.article != here and each.status == "new"
        )
        reopen(demo, "salma", away, "amal")
        await until(lambda: len(screen.waiting.all) == before - 1)
        assert screen.waiting.here == here
        CodingSession(demo, demo.article(away), "amal").submit()
        await until(lambda: len(screen.waiting.all) == before)


async def test_on_a_narrow_screen_the_queue_s_counts_stand_in_the_line_below(
    demo: Project,
) -> None:
    async with opened(demo, None, size=(40, 16)) as (screen, pilot):
        await pilot.pause()
        lines = "\n".join(screen_lines(pilot.app))
        assert "≠" not in lines
        for each in screen.waiting.shown:
            assert to_display(fit(each.title, 27), 1) in lines
        here = screen.waiting.shown[0]
        assert info(screen).startswith(
            here.title
        ) and f"خلاف: {here.differing}" in info(screen)


async def test_titles_get_the_room_that_the_other_columns_do_not_need(
    demo: Project,
) -> None:
    async with opened(demo, None, size=(120, 40)) as (screen, pilot):
        await pilot.pause()
        lines = "\n".join(screen_lines(pilot.app)[:12])
        titles = [
            each.title for each in screen.waiting.shown if cell_width(each.title) <= 80
        ]
        assert len(titles) > 1 and all(
            to_display(title, 1) in lines for title in titles
        )
        for each in screen.waiting.shown[:4]:
            assert f" {each.article[:3]} " in lines
        assert not any(each.article in lines for each in screen.waiting.shown)
        [first, *_] = screen.waiting.shown
        assert info(screen).strip().endswith(first.outlet) and first.outlet


async def test_words_pasted_into_the_queue_are_looked_for(demo: Project) -> None:
    async with opened(demo, None) as (screen, pilot):
        before = len(screen.waiting.shown)
        screen.post_message(Paste("004\n"))
        await pilot.pause()
        assert screen.waiting.query == "004" and 0 < len(screen.waiting.shown) < before


async def test_a_queue_in_which_nothing_is_found_says_so(demo: Project) -> None:
    async with opened(demo, None) as (screen, pilot):
        await pilot.press(*"004n")
        assert not screen.waiting.shown and "Ctrl+U" in screen.list.otherwise.text
        await pilot.click(screen.list, offset=(60, 0))
        assert screen.waiting.shown and not screen.waiting.query


async def test_a_long_queue_is_counted_meanwhile_on_all_cores(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = queue(demo)
    throw_away(demo.config.folder)
    monkeypatch.setattr("coder.tui.screens.review_waiting._AT_ONCE", 0)
    monkeypatch.setattr("coder.service.project.kept_results._AT_ONCE", 1)
    monkeypatch.setitem(KeptResults.make.__kwdefaults__ or {}, "worth", 1)
    said, instead = list[str](), list[str]()
    monkeypatch.setattr(
        ReviewScreen, "say", lambda self, key, **values: said.append(key)
    )
    monkeypatch.setattr(
        ChooserList, "show_otherwise", lambda self, column: instead.append(column.text)
    )
    async with opened(demo, None) as (screen, pilot):
        assert instead[0] == say(
            screen.lang, "queue_reading"
        )  # not that there is nothing to review
        await pilot.pause()
        assert screen.waiting.all == expected
        assert len(screen.waiting.shown) == len(expected)
    assert "nothing_waits" not in said and "all_closed" not in said


async def test_a_queue_that_is_left_while_it_is_counted_ends_with_the_program(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    throw_away(demo.config.folder)
    monkeypatch.setattr("coder.tui.screens.review_waiting._AT_ONCE", 0)
    async with opened(demo, None) as (screen, _):
        screen.workers.cancel_all()
    assert queue(demo)


async def test_a_digit_takes_a_coders_value_with_its_reason(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")  # everything agreed
        cluster, field = screen.grid.cluster_id, screen.grid.field_id
        row = screen.grid.rows[screen.grid.index]
        assert row.state == "differs"
        await pilot.press("2")
        assert screen.chooser.asked is not None
        await pilot.press(*"ambiguity", "enter")
        stored = gold(screen)
        event = stored.event(f"g{cluster.removeprefix('c')}")
        answer = (
            stored.answer(field)
            if cluster == ARTICLE
            else event.answer(field)
            if event
            else None
        )
        assert answer is not None
        assert answer.value == row.answers["basim"].value
        assert answer.taken_from == ("basim",)
        assert answer.reason in ("article_ambiguity", "codebook_ambiguity")
        assert answer.by == "salma"
        assert (screen.grid.cluster_id, screen.grid.field_id) != (
            cluster,
            field,
        )  # on to the next open cell


async def test_agreed_values_are_taken_with_both_names(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("1")  # the first open cell is agreed: no reason is asked for
        assert screen.chooser.asked is None
        answer = next(iter(gold(screen).answers.values()))
        assert (answer.taken_from, answer.reason) == (("amal", "basim"), AGREED)


async def test_undo_takes_a_decision_back(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("1", "z")
        assert screen.work.state.find_decision(ARTICLE, "relevance") is None
        await pilot.press("ctrl+y")
        assert screen.work.state.find_decision(ARTICLE, "relevance") is not None


async def test_an_event_is_rejected_with_a_reason_and_restored(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("]", "x")
        cluster = screen.grid.cluster_id
        await pilot.press(*"not_an", "enter")
        assert screen.work.state.cluster(cluster).rejected == "not_an_event"
        said = "".join(column.text for column in screen.bars["message"].row)
        assert "z للتراجع" in said and "قرارات أُسقطت" not in said  # none was there
        assert screen.grid.cluster_id == cluster
        await pilot.press("down", "1")
        assert screen.work.state.cluster(cluster).rejected == "not_an_event"
        assert "هذا الحدث مرفوض" in "".join(
            column.text for column in screen.bars["message"].row
        )
        await pilot.press("x")
        assert screen.work.state.cluster(cluster).rejected == ""


@pytest.mark.parametrize("key", ["enter", "0", "t", "k", "u", "1"])
async def test_a_rejected_event_is_said_to_be_rejected_before_anything_is_asked(
    demo: Project, key: str
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("]", "x", *"not_an", "enter", key)
        assert screen.chooser.asked is None
        assert "هذا الحدث مرفوض" in bar(screen, "message")


async def test_the_command_that_opens_closed_gold_stands_whole_on_a_narrow_screen(
    demo: Project,
) -> None:
    async with opened(demo, "000") as (screen, pilot):
        await pilot.press("1")
        command = f"coder reopen {screen.work.article.id} --coder gold --as salma"
        assert any(command in line for line in screen_lines(pilot.app))


async def test_rejecting_an_event_says_how_many_decisions_it_clears(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "]")
        own, *others = gold(screen).events
        links = [
            link for event in others for link in event.answer("linked_to").value or ()
        ]
        decided = len(own.fields) + sum(link["record"] == own.id for link in links)
        assert (
            screen.grid.cluster_id == screen.work.state.clusters[0].id
            and len(own.fields) < decided
        )
        await pilot.press("x", *"not_an", "enter")
        said = "".join(column.text for column in screen.bars["message"].row)
        assert re.search(rf"قرارات أُسقطت: \D*{decided}\b", said), said
        linked = [
            e.id
            for e in others
            if any(n["record"] == own.id for n in e.answer("linked_to").value or ())
        ]
        assert linked and all(
            f"حدث {each.removeprefix('g')}" in said.translate(ISOLATES)
            for each in linked
        )


async def test_a_whole_event_is_taken_by_coder_and_reason(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("]", "t")
        await pilot.press("1")  # the first coder
        await pilot.pause()
        assert screen.chooser.asked is not None
        await pilot.press(*"missed", "enter")
        event = gold(screen).events[0]
        assert {a.reason for a in event.fields.values()} <= {"missed_event", AGREED}
        assert event.answer("event_type").by == "salma"
        assert screen.grid.list.has_focus


async def test_the_article_shows_the_evidence_of_the_row(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("]")
        for _ in range(30):
            if screen.grid.field_id == "event_type":
                break
            await pilot.press("down")
        labels = {mark.label for mark in screen.pane.marks}
        assert screen.pane.marks and labels <= {"amal", "basim", "amal+basim"}
        assert screen.pane.current is not None


async def test_decide_everything_and_close(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("ctrl+s")
        assert not screen.work.closed
        await pilot.press("a")
        for _ in range(80):
            left = list(screen.work.state.open_cells())
            if not left:
                break
            row = screen.grid.rows[screen.grid.index]
            taker = next(
                c
                for c, a in row.answers.items()
                if a.state not in ("not_applicable", "missing")
            )
            await pilot.press(str(screen.work.state.coders.index(taker) + 1))
            if screen.chooser.asked is not None:  # the reason
                await pilot.press("enter")
        assert not list(screen.work.state.open_cells())
        await pilot.press("ctrl+s")
        assert screen.work.closed
        assert gold(screen).status == "submitted"
        assert not verify(demo).findings


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_names_of_coders_and_arabic_values_show(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, size=size) as (screen, pilot):
        await pilot.pause()
        assert screen.list.region.height == 0
        assert screen.grid.list.region.height >= min(9, len(screen.grid.list.rows))
        if size[0] < 120:
            assert screen.pane.region.y > screen.grid.list.region.y
        else:  # side by side: the article on the right
            assert (
                screen.grid.list.region.right + 4 == screen.pane.region.x
            )  # the frames' edges and blanks
            assert screen.pane.region.right == size[0] - 3
            assert screen.grid.events.list.region.y > screen.grid.list.region.y
            assert screen.pane.region.width == (size[0] - 1) * 40 // 100 - 4
        shown = "\n".join(screen_lines(pilot.app))
        assert "amal" in shown and "basim" in shown
        assert to_display("صلة المقال", 1) in shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_an_article_opened_after_another_has_the_whole_width(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, size=size) as (screen, pilot):
        for _ in range(2):
            lines = [
                line.text.rstrip() for line in map(screen.pane.render_line, range(10))
            ]
            assert max(map(cell_width, lines)) > screen.pane.size.width // 2
            await pilot.press("q", "enter")
            await pilot.pause()


@pytest.mark.parametrize("size", [(40, 16), (80, 24), (100, 30)])
async def test_the_article_under_the_answers_gets_the_rows_that_they_do_not_need(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, size=size) as (screen, pilot):
        room = (
            size[1] - 6
            # header, three lines about the row and messages, footer, title of the
            # article
        )
        for cluster in (ARTICLE, *(each.id for each in screen.grid.state.clusters)):
            screen.grid.go_to(cluster)
            screen.show_mode()
            await pilot.pause()
            lines, answers = len(screen.grid.list.rows), screen.grid.list.size.height
            assert answers + 1 + screen.pane.size.height == room
            assert answers == lines or (
                answers < lines and screen.pane.size.height >= room // 3 - 1
            )
        await pilot.press("a", "n", "1")  # asks for a reason, which needs more rows
        await pilot.pause()
        assert screen.chooser.asked is not None
        assert screen.chooser.room >= 3 or size[1] < 24
        await pilot.press("escape")
        await pilot.pause()
        assert (
            screen.grid.list.size.height == len(screen.grid.list.rows) or size[1] < 24
        )


async def test_two_supervisors_do_not_overwrite_each_other_unseen(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        from coder.adjudicate.gold_edits import TakeAgreed
        from coder.service.review.gold_session import ReviewSession

        other = ReviewSession(demo, demo.article("004"), "salma")
        other.do(TakeAgreed())
        other.writer.flush()
        await pilot.press("1")
        await until(lambda: "لم يُؤخذ" in bar(screen, "message"))
        assert "لم يُؤخذ: تعيين صلة المقال: ذو صلة. سبقك salma" in bar(screen, "message")
        assert "قبول المتفق عليه: صلة المقال" in bar(screen, "message")
        assert screen.work.state.gold == other.state.gold
        other.close()


async def test_whole_values_are_one_key_away(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        for _ in range(5):
            if screen.grid.field_id == "pub_date":
                break
            await pilot.press("down")
        await pilot.press("=")
        await pilot.pause()
        shown = "\n".join(screen_lines(pilot.app))
        assert to_display("25/10/2023..31/10/2023", 1) in shown
        assert "amal" in shown and "basim" in shown


async def test_gold_has_its_words_on_the_page_of_whole_values(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c1", "event_type")
        await pilot.press("1")
        screen.grid.go_to("c1", "event_type")
        decided = screen.grid.decided()
        spans = [
            span for span in screen.work.state.gold.spans if span.id in decided.evidence
        ]
        told = dict[str, str]()
        screen.open_page = lambda field, paragraphs, answer: told.update(paragraphs)
        await pilot.press("=")
        assert spans and all(
            f"«{span.quote}»" in told[say(screen.lang, "gold")] for span in spans
        )


async def test_links_lead_to_events_by_the_numbers_that_show(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c4", "linked_to")
        [answer, *_] = screen.grid.row.answers.values()
        assert [link["record"] for link in answer.value] == ["g1"]
        assert (
            screen.grid.words_of(screen.grid.row.field, answer).translate(ISOLATES)
            == "حدث 1: عن"
        )
        await pilot.press("?")
        await pilot.pause()
        keys = "\n".join(screen_lines(pilot.app))
        assert to_display("جدول المراجعة", 1) in keys  # those of here come first


async def test_what_the_queue_looks_for_does_not_grow_with_a_key_that_is_held(
    demo: Project,
) -> None:
    async with opened(demo, None) as (screen, pilot):
        for _ in range(150):
            screen.waiting.typed("س")
        assert screen.waiting.query == "س" * 100
        await pilot.press("backspace")
        assert screen.waiting.query == "س" * 99
