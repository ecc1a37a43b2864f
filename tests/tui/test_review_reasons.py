"""Another reason for a decision, and what a key means while a reason is asked: nothing
else may change.
"""

from __future__ import annotations

from msgspec.structs import replace
from review_by_keys import ISOLATES, bar, gold, opened
from screen_text import info

from coder.adjudicate.composed_edits import AddEvent
from coder.adjudicate.gold_edits import Attach, Reason, RejectCluster, Split, Take
from coder.adjudicate.resolve import ARTICLE
from coder.model import Answer, Span, Status
from coder.service.project.opened import Project
from coder.service.review.gold_session import ReviewSession, reopen
from coder.tui.screens.review_screen import ReviewScreen

ARTICLE_ID = "004_6bcea9cb8461aa4b"
AT = ("c1", "initiators")


def decided(screen: ReviewScreen, at: tuple[str, str] = AT) -> Answer:
    answer = screen.work.state.find_decision(*at)
    assert answer is not None
    return answer


def submitted(project: Project, coder: str, answer: Answer | None) -> None:
    """A third coder's coding, as basim's; or a coder's with another genre."""
    with project.store.begin(coder) as work:
        was = work.queries.coding(ARTICLE_ID, coder)
        if was is None:
            like = work.queries.coding(ARTICLE_ID, "basim")
            assert like is not None
            now = replace(like, coder=coder, status=Status.OPEN)
            work.save_coding(None, now, "coding.begun")
        else:
            now = was.with_answer("genre", answer)
            work.save_coding(was, now, "value.set")
        work.save_coding(now, replace(now, status=Status.SUBMITTED), "coding.submitted")


async def test_another_reason_leaves_value_and_evidence_as_they_are(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(Take(*AT, "amal", "coder_error"))
        words = Span("", "actor", 0, 5, screen.work.article.text[:5])
        screen.work.do(Attach(*AT, words))
        before = decided(screen)
        screen.refresh_work()
        screen.grid.go_to(*AT)
        await pilot.press("r", "2")
        assert decided(screen) == replace(before, reason="missed_event")


async def test_another_reason_is_of_the_rejected_event_under_the_cursor(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(RejectCluster("c1", "out_of_scope"))
        screen.refresh_work()
        screen.grid.go_to("c2", "initiators")
        await pilot.press("2", "enter")
        assert (before := decided(screen, ("c2", "initiators"))).taken_from == (
            "basim",
        )
        screen.grid.go_to("c1")
        await pilot.press("r", "3")
        assert screen.work.state.cluster("c1").rejected == "duplicate"
        assert (
            decided(screen, ("c2", "initiators")) == before
            and screen.grid.cluster_id == "c1"
        )


async def test_another_reason_does_not_take_what_the_coder_says_by_now(
    demo: Project,
) -> None:
    genre = (ARTICLE, "genre")
    session = ReviewSession(demo, demo.article(ARTICLE_ID), "salma")
    session.do(Take(*genre, "basim", "coder_error"))
    session.close()
    before = session.state.find_decision(*genre)
    assert before is not None and before.value != "statement"
    reopen(demo, "salma", ARTICLE_ID, "basim")
    submitted(demo, "basim", Answer("statement"))
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to(*genre)
        await pilot.press("r", "2")
        after = decided(screen, genre)
        assert (after.value, after.reason) == (before.value, "missed_event")
        assert (
            screen.grid.sign(screen.grid.row) == "↻"
        )  # and it is still to be decided again


async def test_a_decision_for_a_coder_who_codes_again_gets_another_reason(
    demo: Project,
) -> None:
    demo.add_person("dana", "coder")
    submitted(demo, "dana", None)
    session = ReviewSession(demo, demo.article(ARTICLE_ID), "salma")
    session.do(Take(*AT, "amal", "coder_error"))
    session.close()
    reopen(demo, "salma", ARTICLE_ID, "amal")
    async with opened(demo) as (screen, pilot):
        assert screen.work.state.coders == ("basim", "dana")
        screen.grid.go_to(*AT)
        await pilot.press("r", "2")
        answer = decided(screen)
        assert (answer.taken_from, answer.reason) == (("amal",), "missed_event")


async def test_the_last_decision_of_one_article_is_none_of_the_next(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press(
            "a", "1", "1"
        )  # the day of publication, which is the same field in each article
        await pilot.press("f5", "a")
        before, cell = screen.work.state, (screen.grid.cluster_id, screen.grid.field_id)
        assert before.article.id != ARTICLE_ID and before.find_decision(*cell) is None
        await pilot.press("ctrl+r")
        assert screen.work.state == before
        assert (screen.grid.cluster_id, screen.grid.field_id) == cell
        assert bar(screen, "message").startswith("لا قرار هنا بعد")


async def test_no_other_decision_gets_the_reason_where_the_event_decided_last_is_gone(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        for field in ("relevance", "genre", "pub_date"):
            screen.work.do(Take(ARTICLE, field, "amal", "coder_error"))
        were = {cluster.id for cluster in screen.work.state.clusters}
        screen.work.do(Split("c1", "basim"))
        screen.refresh_work()
        [new] = {cluster.id for cluster in screen.work.state.clusters} - were
        screen.grid.go_to(new, "initiators")
        await pilot.press("2", "1")
        while any(
            cluster.id == new for cluster in screen.work.state.clusters
        ):  # the decisions are undone, then the split
            await pilot.press("z")
        screen.grid.go_to(*AT)
        before = screen.work.state
        await pilot.press("r")
        assert screen.chooser.asked is None and screen.work.state is before
        assert (screen.grid.cluster_id, screen.grid.field_id) == AT
        assert bar(screen, "message").startswith("لا قرار هنا بعد")


async def test_what_was_typed_for_a_coder_is_asked_for_again_where_it_is_refused(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("b", "1", *"why")
        reopen(demo, "salma", ARTICLE_ID, "amal")  # by somebody else meanwhile
        await pilot.press("ctrl+s")
        assert screen.chooser.asked is not None and screen.chooser.edit.text == "why"
        assert "amal" in bar(screen, "message")


async def test_a_click_elsewhere_does_not_lead_a_decision_astray(demo: Project) -> None:
    async with opened(demo, size=(160, 50)) as (screen, pilot):
        await pilot.press("a")
        cell, before = (screen.grid.cluster_id, screen.grid.field_id), screen.work.state
        await pilot.press("1")
        assert screen.chooser.asked is not None
        await pilot.click("#events", offset=(10, 3))
        await pilot.press("1")
        assert before.find_decision(*cell) is None and decided(
            screen, cell
        ).taken_from == ("amal",)
        for cluster in (each.id for each in before.clusters):
            assert screen.work.state.list_decisions(cluster) == before.list_decisions(
                cluster
            )


async def test_clearing_where_nothing_is_decided_makes_no_event_and_restores_none(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(RejectCluster("c2", "duplicate"))
        screen.refresh_work()
        before = screen.work.state
        for cluster in ("c1", "c2"):
            screen.grid.go_to(cluster)
            await pilot.press("delete")
        assert screen.work.state is before and before.gold.events == ()
        assert before.cluster("c2").rejected == "duplicate"


async def test_a_tenth_coder_stands_without_a_number_as_no_digit_takes_their_value(
    demo: Project,
) -> None:
    for number in range(3, 11):
        demo.add_person(f"coder{number:02}", "coder")
        submitted(demo, f"coder{number:02}", None)
    async with opened(demo, size=(320, 40)) as (screen, _):
        assert len(screen.work.state.coders) == 10
        head = "".join(column.text for column in screen.grid.head.row).translate(
            ISOLATES
        )
        for names in (bar(screen, "footer"), head):
            assert "9 coder09" in names
            assert "coder10" in names
            assert "10 coder10" not in names


async def test_a_tenth_coder_s_value_of_one_field_is_taken_from_the_list_of_coders(
    demo: Project,
) -> None:
    for number in range(3, 11):
        demo.add_person(f"coder{number:02}", "coder")
        submitted(demo, f"coder{number:02}", None)
    reopen(demo, "salma", ARTICLE_ID, "coder10")
    submitted(demo, "coder10", Answer("statement"))
    genre = (ARTICLE, "genre")
    async with opened(demo, size=(200, 40)) as (screen, pilot):
        screen.grid.go_to(*genre)
        await pilot.press("shift+down", "shift+up", "t", *"coder10", "enter", "1")
        answer = decided(screen, genre)
        assert (answer.value, answer.taken_from) == ("statement", ("coder10",))
        assert {*screen.work.state.gold.answers} == {"genre"}


async def test_a_reason_that_is_taken_again_without_asking_is_named_with_each_decision(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "1", "1")
        assert "السبب: خطأ مرمّز" in bar(screen, "message")
        assert screen.chooser.asked is None
        before = screen.work.state
        while (
            screen.work.state is before
        ):  # the next cell may be of another kind, which is asked about
            await pilot.press("n", "1")
            if screen.chooser.asked is not None:
                await pilot.press("escape")
        assert "المعتاد لمثله: خطأ مرمّز" in bar(screen, "message")
        for cluster in ("c1", "c2"):  # why an event is rejected is asked about once
            screen.grid.go_to(cluster)
            await pilot.press("x")
            if screen.chooser.asked is not None:
                await pilot.press("1")
        assert "المعتاد لمثله: ليس حدثاً" in bar(screen, "message")


async def test_enter_after_a_reason_that_was_not_asked_edits_only_the_second_time(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "1", "1")
        while "المعتاد" not in bar(screen, "message"):
            await pilot.press("n", "1")
            if screen.chooser.asked is not None:
                await pilot.press("escape")
        before = screen.work.state
        await pilot.press("enter")  # as if the reason had been asked
        assert screen.chooser.asked is None
        assert "لا يُسأل عنه إلا أول مرة" in bar(screen, "message")
        await pilot.press("enter")
        assert screen.chooser.asked is not None
        assert screen.work.state is before


async def test_a_digit_after_a_reason_that_was_not_asked_decides_nothing_the_first_time(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "1", "1")  # the first of its kind is asked
        for is_first in (True, False):
            while True:
                await pilot.press("1")
                if screen.chooser.asked is None and "المعتاد" in bar(screen, "message"):
                    break
                await pilot.press("1" if screen.chooser.asked is not None else "n")
            before = screen.work.state.gold
            await pilot.press("2")  # as if for the reason
            assert (screen.work.state.gold == before) == is_first
            assert ("لا يُسأل عنه إلا أول مرة" in bar(screen, "message")) == is_first


async def test_a_reason_that_was_undone_is_not_given_again_without_asking(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "1")
        at = (screen.grid.cluster_id, screen.grid.field_id)
        await pilot.press("1")
        assert decided(screen, at).reason == "coder_error"
        await pilot.press("z", "1")
        assert (
            screen.chooser.asked is not None
            and (screen.grid.cluster_id, screen.grid.field_id) == at
        )
        await pilot.press("2")
        assert decided(screen, at).reason == "missed_event"


async def test_a_reason_counts_again_when_its_change_was_undone(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a", "1")
        at = (screen.grid.cluster_id, screen.grid.field_id)
        await pilot.press("1")
        after = (screen.grid.cluster_id, screen.grid.field_id)
        screen.grid.go_to(*at)
        await pilot.press("r", "2")
        assert decided(screen, at).reason == "missed_event"
        await pilot.press("z")
        assert decided(screen, at).reason == "coder_error"
        screen.grid.go_to(*after)
        await pilot.press("1")
        assert (
            screen.chooser.asked is None
            and decided(screen, after).reason == "coder_error:assumed"
        )


async def test_a_reason_that_was_not_asked_is_marked_until_one_is_chosen_by_key(
    demo: Project,
) -> None:
    async with opened(demo, size=(160, 50)) as (screen, pilot):
        await pilot.press("a")
        chosen, assumed = screen.work.open_cells[:2]
        for cell, keys in ((chosen, "11"), (assumed, "1")):
            screen.grid.go_to(*cell)
            await pilot.press(*keys)
        screen.grid.go_to(*assumed)
        assert "(مفترض)" in info(screen)
        screen.grid.go_to(*chosen)
        assert "(مفترض)" not in info(screen)
        assert "coder_error:assumed" in {
            answer.reason for answer in gold(screen).every_answer
        }
        screen.grid.go_to(*assumed)
        await pilot.press("r", "enter")  # the list begins at the same reason
        assert (
            decided(screen, assumed).reason
            == decided(screen, chosen).reason
            == "coder_error"
        )
        await pilot.press("z")
        assert decided(screen, assumed).reason == "coder_error:assumed"
        screen.grid.go_to(*assumed)
        await pilot.press("ctrl+r")
        assert decided(screen, assumed).reason in {
            reason.id
            for reason in screen.codebook.adjudication_reasons
            if reason.id != "coder_error"
        }


async def test_reasons_that_were_not_asked_do_not_count_among_those_given(
    demo: Project,
) -> None:
    async with opened(demo, "003") as (screen, pilot):
        await pilot.press("a")
        cells = screen.work.open_cells
        dates = [each for each in reversed(cells) if each[1] == "date"][:6]
        chosen, unasked = {dates[0]: "11", dates[3]: "1r7", dates[4]: "1r7"}, "1"
        for cell in dates:
            screen.grid.go_to(*cell)
            await pilot.press(*chosen.get(cell, unasked))
        first, *others, last = [decided(screen, cell).reason for cell in dates]
        assert [first, *others] == [
            *(
                "coder_error",
                "coder_error:assumed",
                "coder_error:assumed",
            ),  # chosen once
            *("article_ambiguity", "article_ambiguity"),  # chosen twice
        ]
        assert last == "article_ambiguity:assumed"


async def test_an_event_rejected_for_a_reason_that_was_not_asked_says_so(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        for cluster in ("c1", "c2"):
            screen.grid.go_to(cluster)
            await pilot.press("x", *(["1"] if cluster == "c1" else []))
        reasons = {
            cluster.id: cluster.rejected for cluster in screen.work.state.clusters
        }
        assert (reasons["c1"], reasons["c2"]) == (
            "not_an_event",
            "not_an_event:assumed",
        )
        screen.grid.go_to("c2")
        await pilot.press("r", "enter")
        assert screen.work.state.cluster("c2").rejected == "not_an_event"


async def test_the_list_of_reasons_begins_at_the_one_that_is_given(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        for field in ("relevance", "pub_date", "genre"):
            screen.work.do(Take(ARTICLE, field, "amal"))
            screen.work.do(
                Reason(
                    ARTICLE,
                    field,
                    "missed_event" if field == "genre" else "coder_error",
                )
            )
        screen.refresh_work()
        screen.grid.go_to(ARTICLE, "genre")
        await pilot.press("r", "enter")
        assert decided(screen, (ARTICLE, "genre")).reason == "missed_event"


def offered(screen: ReviewScreen) -> list[str]:
    """The ids of the reasons in the order in which they are offered."""
    assert screen.chooser.asked is not None
    return [choice.id for choice in screen.chooser.asked.choices("")]


async def test_a_rejected_event_is_first_of_all_no_event(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to("c1")
        await pilot.press("x")
        first = ["not_an_event", "out_of_scope", "duplicate"]
        assert offered(screen)[:3] == first
        assert len(offered(screen)) == len(screen.codebook.adjudication_reasons)
        await pilot.press("enter")
        assert screen.work.state.cluster("c1").rejected == "not_an_event"


async def test_an_event_of_one_coder_was_first_of_all_missed(demo: Project) -> None:
    async with opened(demo, "001") as (screen, pilot):
        alone = next(c for c in screen.work.state.clusters if len(c.members) == 1)
        [(coder, _)] = alone.members
        digit = str(1 + screen.work.state.coders.index(coder))
        screen.grid.go_to(alone.id, "event_type")
        await pilot.press(digit)
        assert offered(screen)[:2] == ["missed_event", "coder_error"]
        await pilot.press("enter")
        assert decided(screen, (alone.id, "event_type")).reason == "missed_event"


async def test_a_value_of_an_added_event_was_first_of_all_missed(
    demo: Project,
) -> None:
    async with opened(demo) as (screen, pilot):
        screen.work.do(AddEvent())
        screen.refresh_work()
        screen.grid.go_to(screen.work.state.clusters[-1].id, "event_type")
        await pilot.press("0")
        assert offered(screen)[0] == "missed_event"


async def test_where_values_differ_a_coder_erred_first_of_all(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        screen.grid.go_to(*AT)
        await pilot.press("1")
        reasons = [each.id for each in screen.codebook.adjudication_reasons]
        assert offered(screen) == reasons and reasons[0] == "coder_error"


async def test_a_decision_on_a_note_needs_no_reason(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        note = next(
            (each, "notes")
            for each in screen.work.state.standing
            if each and screen.work.state.row(each, "notes").state == "differs"
        )
        screen.grid.go_to(*note)
        await pilot.press("2")
        assert screen.chooser.asked is None
        answer = decided(screen, note)
        assert (answer.taken_from, answer.reason, answer.how) == (
            ("basim",),
            "",
            "decided",
        )
