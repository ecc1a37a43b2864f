"""Comparisons are worked out once, and again when what they were made from has changed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from shutil import copy2, copytree

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Decide
from coder.agreement.comparison import ALL_TERMS
from coder.agreement.result import COMPARISON_VERSION
from coder.model import FLAG, GOLD, Answer, Status
from coder.report.contents import report_of
from coder.service.coding.remarks import made, write
from coder.service.coding.session import CodingSession
from coder.service.figures.progress import study
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.review.review_queue import ReviewQueue, queue
from coder.service.team.members import undo_withdrawal, withdraw
from coder.service.upkeep.integrity import verify
from coder.store.kept import FILE, Result
from coder.store.queries import CodingHead, Queries
from tests.support.edits_by_hand import Becomes
from tests.support.thrown_away import throw_away


@pytest.fixture(autouse=True)
def nothing_kept(demo: Project) -> None:
    throw_away(demo.config.folder)


def figures(project: Project) -> tuple[str, list[int]]:
    """The figures as JSON, and how many articles had to be compared for them."""
    made: list[int] = []
    document = report_of(
        study(project, progress=lambda done, of: made.append(done))
    ).document()
    return json.dumps(document), made


def change_an_answer(project: Project, coder: str = "amal") -> str:
    """One submitted coding is opened again, changed and submitted; returns its article."""
    article = min(each.article for each in queue(project) if each.status == "new")
    reopen(project, "salma", article, coder)
    session = CodingSession(project, project.article(article), coder)
    first = session.coding.events[0]
    changed = session.coding.with_event(
        first.with_answer("certainty", Answer("doubtful"))
    )
    session.do(Becomes("edit", replace(changed, status=Status.SUBMITTED)))
    session.close()
    return article


def test_figures_are_the_same_from_kept_comparisons_and_nothing_is_compared_again(
    demo: Project,
) -> None:
    first, made = figures(demo)
    assert made[-1:] == [5]
    assert figures(demo) == (first, [])


def test_another_window_finds_them(demo: Project, demo_folder: Path) -> None:
    first, _ = figures(demo)
    other = open_project(demo_folder)
    assert figures(other) == (first, [])
    other.close()


def test_figures_are_the_same_after_all_were_thrown_away(demo: Project) -> None:
    first, _ = figures(demo)
    throw_away(demo.config.folder)
    assert figures(demo) == (first, [5])


@pytest.mark.parametrize("body", ["", "{", '["x"]', "null"])
def test_a_comparison_that_was_changed_by_hand_is_made_anew(
    demo: Project, demo_folder: Path, body: str
) -> None:
    first, _ = figures(demo)
    with sqlite3.connect(demo_folder / FILE) as connection:
        connection.execute("UPDATE result SET body = ?", [body])
    assert figures(demo)[0] == first
    assert [each.article for each in queue(demo)]


def test_verify_finds_a_comparison_that_is_not_what_comes_out(demo: Project) -> None:
    figures(demo)
    kept = demo.kept
    [(key, stamp), *_] = kept.stamps("comparison").items()
    [(_, body)] = kept.fetch("comparison", {key: stamp})
    kept.keep(
        "comparison", [Result(key, stamp, body.replace('"relevant', '"irrelevant'))]
    )
    [finding] = verify(demo).findings
    assert (finding.check, finding.where) == ("comparison", key.partition("/")[0])


def test_those_of_another_version_of_the_program_are_made_anew(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = figures(demo)
    monkeypatch.setattr(
        "coder.service.figures.comparisons.COMPARISON_VERSION", COMPARISON_VERSION + 1
    )
    assert figures(demo) == (first, [5])


def test_only_the_article_whose_coding_changed_is_compared_again(demo: Project) -> None:
    before, _ = figures(demo)
    change_an_answer(demo)
    after, made = figures(demo)
    assert made == [1]
    assert after != before
    throw_away(demo.config.folder)
    assert figures(demo)[0] == after


def test_a_choice_of_coders_has_comparisons_of_its_own(demo: Project) -> None:
    whole, _ = figures(demo)
    assert study(demo, coders=["amal", "basim"]).coders == ("amal", "basim")
    assert figures(demo) == (whole, [])


def test_figures_beside_gold_follow_its_changes(demo: Project) -> None:
    def agreed_with_gold() -> float | None:
        fields = study(demo, coders=("amal", GOLD), articles={article}).fields
        return next(row.equal_keys.value for row in fields if row.field == "certainty")

    article = next(each.article for each in queue(demo) if each.status == "closed")
    before = agreed_with_gold()
    reopen(demo, "salma", article, GOLD)
    session = ReviewSession(demo, demo.article(article), "salma")
    reason = demo.codebook.adjudication_reasons[0].id
    for cluster in filter(None, session.state.standing):
        session.do(Decide(cluster, "certainty", Answer("doubtful"), reason))
    session.close_gold()
    session.close()
    assert before is not None and before > 0
    assert agreed_with_gold() == 0.0  # amal calls none of them doubtful


def test_the_queue_counts_an_article_again_when_its_gold_changes(demo: Project) -> None:
    before = queue(demo)
    assert ReviewQueue(demo).uncounted == 0
    article = next(each.article for each in before if each.status == "closed")
    reopen(demo, "salma", article, "gold")
    known = ReviewQueue(demo)
    assert (
        known.uncounted,
        [each for each in known.known() if each.article == article],
    ) == (1, [])
    after = {each.article: each for each in queue(demo)}
    assert after[article].status == "open"
    assert [after[each.article] for each in before if each.article != article] == [
        each for each in before if each.article != article
    ]


def test_a_queue_made_after_another_says_what_is_known_now(demo: Project) -> None:
    before = ReviewQueue(demo)
    *others, article = sorted(each.article for each in before.counted())
    with demo.store.begin("setup") as work:
        [known] = work.queries.metadata([article]).values() or [{}]
        work.save_metadata(
            {article: known}, {article: {"title": "عنوان مصحّح"}}, "metadata.corrected"
        )
    changed = change_an_answer(demo)
    after = ReviewQueue(demo, before)
    assert (after.uncounted, after.counted()) == (1, queue(demo))
    assert {each.title for each in after.known() if each.article == article} == {
        "عنوان مصحّح"
    }
    assert changed in others
    throw_away(demo.config.folder)
    assert ReviewQueue(demo, after).counted() == queue(demo)


def test_a_queue_made_after_another_sees_articles_leave_and_come_back_and_remarks(
    demo: Project,
) -> None:
    before = ReviewQueue(demo)
    whole = before.counted()
    article = next(each.article for each in whole if each.status == "new")
    withdraw(demo, "salma", [article], "نُشر مرّتين")
    without = ReviewQueue(demo, before)
    assert (
        without.counted()
        == [each for each in whole if each.article != article]
        == queue(demo)
    )
    assert change_an_answer(demo) != article
    undo_withdrawal(demo, "salma", [article])
    again = ReviewQueue(demo, without)
    assert again.counted() == queue(demo)
    assert article in {each.article for each in again.known()}
    write(demo, "amal", None, made(article, ("amal", "", "", 0, 0), "amal", "", FLAG))
    after = ReviewQueue(demo, again)
    assert after.counted() == queue(demo)
    assert [each.article for each in after.known() if each.flags] == [article]


def test_a_kept_queue_is_read_on_from_where_it_was(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ReviewQueue(demo)
    first.counted()
    assert first.is_worth_keeping
    first.keep()
    changed = change_an_answer(demo)
    read = list[list[str] | None]()
    heads_of = Queries.coding_heads

    def noted(queries: Queries, only: list[str] | None = None) -> list[CodingHead]:
        read.append(only)
        return heads_of(queries, only)

    monkeypatch.setattr(Queries, "coding_heads", noted)
    again = ReviewQueue(demo)
    assert (read, again.is_worth_keeping, again.uncounted) == ([[changed]], False, 1)
    whole = again.counted()
    throw_away(demo.config.folder)
    assert ReviewQueue(demo).counted() == whole


def test_a_queue_kept_of_another_journal_shows_nothing_of_it(demo: Project) -> None:
    earlier = demo.config.folder.with_name("earlier")
    copytree(demo.config.folder, earlier)
    changed = change_an_answer(demo)
    kept = ReviewQueue(demo)
    there = {each.article: each for each in kept.counted()}
    kept.keep()
    other = open_project(
        earlier
    )  # as if a backup had been put back beside what was kept of later work
    copy2(demo.config.folder / FILE, earlier / FILE)
    reopen(
        other, "salma", changed, "amal"
    )  # as many journal entries, but about something else
    session = CodingSession(other, other.article(changed), "amal")
    session.do(
        Becomes("edit", replace(session.coding, status=Status.SUBMITTED, events=()))
    )
    session.close()
    restored = {each.article: each for each in ReviewQueue(other).counted()}
    throw_away(earlier)
    assert restored == {each.article: each for each in ReviewQueue(other).counted()}
    assert [
        name for name in restored if restored[name].open_cells != there[name].open_cells
    ] == [changed]
    other.close()


def test_an_article_that_comes_into_the_queue_has_its_title(demo: Project) -> None:
    whole = queue(demo)
    article = next(each.article for each in whole if each.status == "new")
    for coder in ("amal", "basim"):
        reopen(demo, "salma", article, coder)
    before = ReviewQueue(demo)
    assert article not in {each.article for each in before.counted()}
    for coder in ("amal", "basim"):
        session = CodingSession(demo, demo.article(article), coder)
        session.do(Becomes("edit", replace(session.coding, status=Status.SUBMITTED)))
        session.close()
    after = {each.article: each for each in ReviewQueue(demo, before).counted()}
    assert after[article].title == next(
        each.title for each in whole if each.article == article
    )


def test_where_nothing_can_be_kept_queue_and_figures_are_the_same(
    demo: Project, demo_folder: Path
) -> None:
    expected, first = queue(demo), figures(demo)
    throw_away(demo.config.folder)
    with sqlite3.connect(demo_folder / FILE) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON result BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    assert (queue(demo), figures(demo)) == (expected, first)


def test_keeping_writes_nothing_into_the_project(demo: Project) -> None:
    before = verify(demo).entries
    figures(demo)
    queue(demo)
    assert (verify(demo).entries, verify(demo).findings) == (before, [])


def test_an_article_under_review_is_aligned_as_it_was_compared(demo: Project) -> None:
    compared = {each.article: each for each in study(demo).comparisons}
    assert "new" in {each.status for each in queue(demo)}
    for each in queue(demo):
        session = ReviewSession(demo, demo.article(each.article), "salma")
        members = [cluster.members for cluster in session.state.clusters]
        if each.status == "new":
            assert members == [*map(tuple, compared[each.article].aligned[ALL_TERMS])]
        session.close()
