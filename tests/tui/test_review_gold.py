"""In review: evidence by keys, errors before closing, events linked from a list, what
changed since.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from msgspec.structs import replace
from review_by_keys import ISOLATES, bar, gold, opened
from screen_text import info, screen_lines
from textual.pilot import Pilot

from coder.adjudicate.gold_edits import Decide, Split, Take, TakeAgreed
from coder.adjudicate.resolve import ARTICLE
from coder.model import GOLD, Answer, Blank, Status
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.tui.screens.missing_screen import MissingScreen
from coder.tui.screens.review_marks import BRIGHT
from coder.tui.screens.review_rows import in_words
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.sentences import say

Run = Callable[..., tuple[int, str, str]]
IDS = ["000_fd74d59c4a9049c0", "001", "002", "003", "004"]


def quotes(screen: ReviewScreen) -> list[str]:
    """The words behind the gold value of the first event's initiators, as they are
    stored.
    """
    stored = gold(screen)
    event = stored.event("g1")
    assert event is not None
    return [
        s.quote
        for i in event.answer("initiators").evidence
        if (s := stored.span(i)) is not None
    ]


async def type_initiators(screen: ReviewScreen, pilot: Pilot[None]) -> None:
    """A value for the first event's initiators that no coder gave."""
    await pilot.press("a")
    screen.grid.go_to("c1", "initiators")
    await pilot.press("enter", *"unknown", "enter")
    assert screen.chooser.asked is not None  # the reason
    await pilot.press(*"world", "enter")


# ---------------------------------------------------------------- evidence
async def test_a_typed_value_says_what_it_lacks_and_gets_its_evidence_by_keys(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await type_initiators(screen, pilot)
        assert quotes(screen) == []
        assert (screen.grid.cluster_id, screen.grid.field_id) == (
            "c1",
            "initiators",
        )  # it stays there
        assert "الخطأ أعلاه: . إلى كلمات المرمّزين" in bar(screen, "message")
        assert (
            "قيمة تحتاج دليلاً بلا دليل"
            in f"{bar(screen, 'upper_info')} {bar(screen, 'info')}"
        )
        assert screen.grid.sign(screen.grid.row) == "!"
        # being long, it takes a line of what is said about the row
        screen.clear_message()
        about = f"{bar(screen, 'upper_info')} {bar(screen, 'info')}"
        assert "المشرف" in about and "supervisor" not in about
        await pilot.press("tab")
        seen = screen.grid.highlights.current
        assert seen is not None and seen.state != BRIGHT
        await pilot.press("tab", "shift+tab", "+")
        words = screen.work.article.text[seen.start : seen.end]
        assert quotes(screen) == [words] and screen.grid.sign(screen.grid.row) == "✓"
        assert any(mark.label.endswith("المعتمد") for mark in screen.grid.evidence())
        await pilot.press("-")
        assert quotes(screen) == [] and screen.grid.sign(screen.grid.row) == "!"
        await pilot.press("z")
        assert quotes(screen) == [words]
        assert bar(screen, "message") == (
            f"تراجعت عن: إزالة دليل عن الفاعل، الحدث 1: «{words}»"
        )


async def test_words_that_no_coder_marked_are_selected_as_in_coding(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await type_initiators(screen, pilot)
        await pilot.press("tab", "v")
        assert screen.scope() == "draw" and screen.grid.highlights.selection is not None
        await pilot.press("+")  # one word more
        chosen = screen.grid.highlights.selected
        words = screen.work.article.text[chosen.start : chosen.end]
        await pilot.press("enter")
        assert quotes(screen) == [words] and screen.scope() == "grid"
        [span] = [s for s in gold(screen).spans if s.quote == words]
        assert (span.kind, span.start, span.end) == ("actor", chosen.start, chosen.end)
        await pilot.press("v", "escape")
        assert screen.scope() == "grid" and quotes(screen) == [words]


async def test_nothing_is_attached_where_nothing_is_decided(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c1", "initiators")
        before = screen.work.state
        await pilot.press("tab", "+", "v")
        assert screen.work.state is before and screen.scope() == "grid"
        assert bar(screen, "message").startswith("لا قرار هنا بعد")


# ---------------------------------------------------------------- closing
async def test_errors_stand_in_the_way_of_closing_on_a_page_that_leads_to_them(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        session = screen.work
        session.do(TakeAgreed())
        while cells := session.open_cells:
            cluster, field = cells[0]
            row = next(
                row for row in session.state.rows(cluster) if row.field.id == field
            )
            said = [
                c
                for c, a in row.answers.items()
                if a.state not in ("missing", "not_applicable")
            ]
            session.do(Take(cluster, field, said[0], "coder_error"))
        for answer in (
            Answer(blank=Blank.NOT_STATED),
            Answer(value=["unknown_party"]),
        ):  # which has no words
            session.do(Decide("c1", "initiators", answer, "coder_error"))
        screen.grid.go_to(ARTICLE)
        await pilot.press("down")
        assert "أخطاء: 1" in bar(screen, "header") and "مفتوحة" not in bar(
            screen, "header"
        )
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen) and page.errors == 1
        said = [
            text.translate(ISOLATES)
            for text in (page.found[0].record, page.found[0].text)
        ]
        assert said == ["حدث 1", "قيمة تحتاج دليلاً بلا دليل. (الفاعل)"]
        await pilot.press("ctrl+s")  # refused
        assert pilot.app.screen is page
        assert page.bars["message"].row[0].text.startswith("عالج")
        await pilot.press("enter")
        await pilot.pause()
        assert not session.closed and gold(screen).status == "open"
        assert (screen.grid.cluster_id, screen.grid.field_id) == ("c1", "initiators")
        await pilot.press("tab", "+")
        await pilot.press("ctrl+s")
        await pilot.pause()
        if isinstance(pilot.app.screen, MissingScreen):  # warnings alone
            assert pilot.app.screen.errors == 0
            await pilot.press("ctrl+s")
            await pilot.pause()
        assert session.closed and gold(screen).status == "submitted"
        await pilot.press("n")
        assert bar(screen, "message").startswith("أُغلق")


@pytest.mark.parametrize("key", ["1", "enter", "t", "m", "s", "k", "x", "ctrl+x"])
async def test_of_closed_gold_nothing_is_asked_that_would_be_refused(
    demo: Project, key: str
) -> None:
    async with opened(demo, IDS[0]) as (screen, pilot):
        await pilot.press("]", "down", key)
        assert screen.chooser.asked is None and screen.scope() == "grid"
        assert (
            bar(screen, "message").startswith("أُغلق هذا المقال") and screen.work.closed
        )


# ---------------------------------------------------------------- events
async def test_any_two_events_are_linked_by_choosing_from_a_list(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(Split("c1", "basim"))
        last = screen.work.state.clusters[-1]
        screen.work.do(Split(last.id, "basim"))
        alone = screen.work.state.clusters[-1]  # basim's event, far from amal's first
        screen.refresh_work()
        await pilot.press("]", "m")
        asked = screen.chooser.asked
        assert asked is not None
        offered = [choice.id for choice in asked.choices("")]
        assert offered == [
            c.id for c in screen.work.state.clusters if "amal" not in dict(c.members)
        ]
        assert alone.id != screen.work.state.clusters[1].id
        screen.chooser.point(offered.index(alone.id))
        await pilot.press("enter")
        assert (
            dict(screen.work.state.cluster("c1").members)["basim"]
            == dict(alone.members)["basim"]
        )
        assert "دمج" in bar(screen, "message")


async def test_an_event_to_link_is_named_by_its_number_however_many_digits_it_has(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        while (
            len(screen.work.state.clusters) < 16
        ):  # as many coders' events apart as there are
            cluster = next(c for c in screen.work.state.clusters if len(c.members) > 1)
            screen.work.do(Split(cluster.id, cluster.members[-1][0]))
        screen.refresh_work()
        before = screen.work.state
        wanted = [c for c in before.clusters if "amal" not in dict(c.members)][-1]
        number = wanted.id.removeprefix("c")
        assert len(number) == 2
        await pilot.press("]", "m", number[0])
        assert screen.work.state is before and screen.chooser.asked is not None
        await pilot.press(number[1])
        assert screen.chooser.asked is None
        linked = screen.work.state
        is_joined = any({*wanted.members} < {*c.members} for c in linked.clusters)
        assert (
            is_joined
            or "amal" in bar(screen, "message")
            or "basim" in bar(screen, "message")
        )


async def test_events_of_one_coder_are_not_linked(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        before = screen.work.state
        assert {*dict(before.clusters[0].members)} == {"amal", "basim"}
        await pilot.press("]", "m")
        assert screen.work.state is before and screen.chooser.asked is None
        assert "لكل حدث آخر هنا مرمّز له هذا الحدث أيضاً" in bar(screen, "message")


async def test_undo_goes_to_the_cell_and_names_it(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(Take("c3", "certainty", "amal", "coder_error"))
        screen.work.do(Take("c1", "date", "amal", "coder_error"))
        for cluster, field, name in (
            ("c1", "date", "التاريخ، الحدث 1"),
            ("c3", "certainty", "درجة اليقين، الحدث 3"),
        ):
            screen.grid.go_to(ARTICLE)
            await pilot.press("z")
            assert (screen.grid.cluster_id, screen.grid.field_id) == (cluster, field)
            assert bar(screen, "message").startswith(f"تراجعت عن: تعيين {name}: ")


# ---------------------------------------------------------------- what is seen
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("article", IDS)
async def test_answers_that_differ_look_different_in_every_cell(
    demo: Project, article: str, size: tuple[int, int]
) -> None:
    async with opened(demo, article, size) as (screen, _):
        book, coders = screen.work.state.codebook, screen.work.state.coders
        for cluster in (ARTICLE, *(c.id for c in screen.work.state.clusters)):
            screen.grid.go_to(cluster)
            lines = screen.grid.list.rows
            for row, (first, after) in zip(
                screen.grid.rows, pairwise(screen.grid.firsts), strict=True
            ):
                said = {
                    c: in_words(row.field, row.answers[c], book, screen.lang)
                    for c in row.answers
                }
                if len({*said.values()}) == 1:
                    continue
                shown = {
                    c: [line[2 + n].text for line in lines[first:after]]
                    for n, c in enumerate(coders)
                }
                for one in said:
                    for other in said:
                        assert (said[one] == said[other]) or shown[one] != shown[other]


async def test_a_coders_comment_stays_theirs(demo: Project) -> None:
    with demo.store.begin("amal") as work:
        before = work.queries.coding("004_6bcea9cb8461aa4b", "amal")
        assert before is not None
        genre = before.answer("genre")
        said = Answer(value=genre.value, evidence=genre.evidence, comment="لست متأكدة")
        work.save_coding(before, before.with_answer("genre", said), "comment.set")
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to(ARTICLE, "genre")
        assert "✎ amal: لست متأكدة" in info(screen)
        await pilot.press("1")
        assert gold(screen).answer("genre").value == genre.value
        assert gold(screen).answer("genre").comment == ""


async def test_the_footer_offers_no_digits_while_a_reason_is_asked(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")
        assert "1 amal" in bar(screen, "footer")
        await pilot.press("2")
        assert screen.chooser.asked is not None and "amal" not in bar(screen, "footer")
        await pilot.press("escape", "]", "t")
        assert "2 basim" not in bar(screen, "footer")
        await pilot.press("1")
        await pilot.pause()
        assert screen.chooser.asked is not None and "amal" not in bar(screen, "footer")


async def test_a_changed_answer_is_marked_in_grid_and_queue(demo: Project) -> None:
    closed = IDS[0]
    reopen(demo, "salma", closed, "basim")
    with demo.store.begin("basim") as work:
        before = work.queries.coding(closed, "basim")
        assert before is not None
        after = before.with_answer("genre", Answer(value="statement"))
        work.save_coding(before, after, "value.set")
        work.save_coding(
            after, replace(after, status=Status.SUBMITTED), "coding.submitted"
        )
    async with opened(demo, closed, (120, 40)) as (screen, pilot):
        assert (screen.grid.cluster_id, screen.grid.field_id) == (ARTICLE, "genre")
        assert screen.grid.sign(screen.grid.row) == "↻"
        assert "تغيّر جواب basim بعد القرار" in info(screen)
        await pilot.press("q")
        await pilot.pause()
        line = screen.list.rows[
            [each.article for each in screen.waiting.shown].index(closed)
        ]
        assert line[-1].text.translate(ISOLATES) == "يُعاد 1"
        assert line[0].text == " ↻"


async def test_gold_that_was_reopened_elsewhere_is_open_at_the_next_key(
    demo: Project,
) -> None:
    async with opened(demo, IDS[0], (120, 40)) as (screen, pilot):
        assert screen.work.closed
        await pilot.press("n")
        assert bar(screen, "message") == say(screen.lang, "gold_shut")
        reopen(demo, "salma", IDS[0], GOLD)
        await pilot.press("n")
        assert bar(screen, "message") == say(screen.lang, "none_left")
        await pilot.press("]", "x")  # asks for a reason, or takes the usual one
        assert bar(screen, "message") != say(screen.lang, "gold_shut")


def test_an_article_with_one_coding_is_refused_in_words(
    demo: Project, run_coder: Run
) -> None:
    reopen(demo, "salma", "003", "amal")
    words = ("review", "--as", "salma", "--project", demo.config.folder)
    code, _, err = run_coder(*words, "003")
    assert (
        code == 2
        and "has fewer than two submitted codings" in err
        and "terminal" not in err
    )


async def test_in_an_arabic_footer_each_coder_s_digit_stands_before_the_name(
    demo: Project,
) -> None:
    async with opened(demo) as (_, pilot):
        assert (
            screen_lines(pilot.app)[-1].rstrip().endswith("basim 2  amal 1")
        )  # read from the right


async def test_a_value_typed_over_coders_with_the_same_words_keeps_them_and_says_so(
    demo: Project,
) -> None:
    async with opened(demo, size=(120, 40)) as (screen, pilot):
        await pilot.press("f12")
        screen.grid.go_to(
            "c6", "initiators"
        )  # both cite «الحركة», and read it as others
        assert screen.grid.row.state == "differs"
        await pilot.press("enter", *"unknown", "enter", *"world", "enter")
        answer = screen.work.state.find_decision("c6", "initiators")
        assert answer is not None and answer.value == ["unknown_party"]
        assert [
            screen.work.state.gold.span(each).quote for each in answer.evidence
        ] == ["الحركة"]
        assert "the evidence stays: «الحركة»" in bar(screen, "message")
        screen.grid.go_to("c1", "initiators")  # one of them names nobody
        await pilot.press("enter", *"unknown", "enter")
        assert "the evidence stays" not in bar(screen, "message")


async def test_closed_gold_offers_nothing_that_would_be_refused(demo: Project) -> None:
    async with opened(demo, IDS[0]) as (screen, pilot):
        await pilot.pause()
        foot = bar(screen, "footer")
        assert "amal" not in foot and "F5" in foot
        refused = {"edit", "reject_event", "split", "clear", "close_gold", "attach"}
        assert {f"grid.{name}" for name in refused} <= screen.idle
