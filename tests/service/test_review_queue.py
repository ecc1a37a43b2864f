"""The queue of the review: orders, filters, search and the pace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Reason, RejectCluster
from coder.codebook import shipped
from coder.errors import CoderError
from coder.model import FLAG, GOLD, Coding, Status
from coder.service.coding.remarks import made, write
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project, create_project
from coder.service.review import policy_runs
from coder.service.review.gold_list import origins
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.review.review_queue import (
    FILTERS,
    ORDERS,
    Pace,
    Queued,
    ReviewQueue,
    compute_pace,
    find_closing_days,
    matching,
    ordered,
    queue,
)
from coder.service.team.members import withdraw
from coder.text.display import cell_width
from tests.conftest import SEEDS
from tests.support.packets import answer, made_home

LINES = [
    Queued("a", ("amal", "basim"), "closed", differing=9, since="2024-01-01"),
    Queued(
        "b",
        ("basim", "dina"),
        "new",
        differing=2,
        types=("threat",),
        since="2024-01-04",
        comments=2,
    ),
    Queued(
        "c",
        ("amal", "dina"),
        "open",
        differing=5,
        types=("accusation",),
        since="2024-01-03",
    ),
    Queued(
        "d",
        ("amal", "basim"),
        "stale",
        differing=5,
        since="2024-01-02",
        stage="calibration",
        flags=1,
    ),
]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("differing", "cdba"),
        ("age", "dcba"),
        (FLAG, "dbca"),
    ],
)
def test_each_order_has_closed_articles_last(order: str, expected: str) -> None:
    assert "".join(q.article for q in ordered(LINES, order)) == expected
    assert order in ORDERS


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("all", "", "abcd"),
        ("to_do", "", "bcd"),
        ("new", "", "b"),
        ("open", "", "c"),
        ("closed", "", "a"),
        ("stale", "", "d"),
        (FLAG, "", "d"),
        ("commented", "", "b"),
        ("all", "amal", "acd"),
        ("to_do", "AMAL calib", "d"),
        ("all", "nobody", ""),
    ],
)
def test_filters_and_words_leave_what_they_say(
    name: str, query: str, expected: str
) -> None:
    assert "".join(q.article for q in matching(LINES, name, query)) == expected
    assert name in FILTERS


def test_titles_are_not_cut_for_the_queue(demo: Project) -> None:
    titles = {each.article: each.title for each in queue(demo)}
    assert titles == {article: demo.article(article).headline for article in titles}
    assert max(map(cell_width, titles.values())) > 120


def test_titles_are_found_in_another_spelling(demo: Project) -> None:
    lines = queue(demo)
    [found] = matching(lines, "all", "ايران تشحن")
    assert found.title.startswith("إيران تشحن")
    assert matching(lines, "all", found.article[:5]) == [found]


def test_flags_and_comments_come_without_counting_anew(demo: Project) -> None:
    before = queue(demo)
    place = ("amal", "", "", 0, 0)
    write(demo, "amal", None, made(before[0].article, place, "amal", "انظروا", FLAG))
    after = {q.article: q for q in queue(demo)}
    assert (before[0].flags, after[before[0].article].flags) == (0, 1)
    assert after[before[1].article] == before[1]


def test_what_coders_write_and_what_is_withdrawn_make_a_queue_outdated(
    demo: Project,
) -> None:
    article = demo.article("001")
    before = ReviewQueue(demo)
    assert not before.is_outdated()
    write(demo, "amal", None, made(article.id, ("amal", "", "", 0, 0), "amal", "انظر"))
    assert before.is_outdated()
    after = ReviewQueue(demo, before)
    assert not after.is_outdated()
    withdraw(demo, "salma", [article.id], "duplicate")
    assert after.is_outdated()


@pytest.mark.parametrize("stage", ["training", "production"])
def test_the_age_is_that_of_codings_to_compare(tmp_path: Path, stage: str) -> None:
    home = made_home(tmp_path)
    home.add_person("hala", "coder")
    with home.store.begin("setup") as work:
        work.assign([("a2", "hala", stage, 0)])
    for name in ("amal", "basim"):
        answer(home, name, "a2", "genre", "news", "submitted")
    before = queue(home)
    # A trainee's coding is not compared, and neither is one that is not submitted.
    is_trainee = stage == "training"
    status = "submitted" if is_trainee else "open"
    answer(home, "hala", "a2", "genre", "other", status)
    assert queue(home) == before
    home.close()


def test_the_pace_is_that_of_days_of_work() -> None:
    monday, friday = date(2024, 1, 1), date(2024, 1, 5)
    assert compute_pace([], 4, monday) is None
    assert compute_pace([monday, monday, friday], 7, friday) == Pace(1, 1.5, 5)
    assert compute_pace([monday], 0, friday) == Pace(0, 1.0, 0)


def test_closings_come_from_the_journal(demo: Project) -> None:
    closed = [q.article for q in queue(demo) if q.status == "closed"]
    assert len(find_closing_days(demo, closed)) == len(closed) == 1
    assert find_closing_days(demo, ["nowhere"]) == []


def test_gold_that_holds_nothing_is_closed_like_other_gold(tmp_path: Path) -> None:
    text = shipped.codebook("named_entities").read_text("utf-8")
    start, end = text.index("article_fields:"), text.index("span_boundaries:")
    (tmp_path / "names.yaml").write_text(text[:start] + text[end:], "utf-8")
    for lexicon in shipped.codebook().parent.glob("*_lexicon.yaml"):
        (tmp_path / lexicon.name).write_bytes(lexicon.read_bytes())
    project = create_project(tmp_path / "project", codebook=tmp_path / "names.yaml")
    project.add_person("salma", "supervisor")
    (tmp_path / "a1.txt").write_text("لا اسم هنا.", "utf-8")
    import_files(project, [tmp_path / "a1.txt"])
    for name in ("amal", "basim"):  # neither finds a name
        project.add_person(name, "coder")
        with project.store.begin(name) as work:
            empty = Coding(
                "a1", project.article("a1").text_sha256, project.codebook.ref, name
            )
            work.save_coding(None, empty, "coding.begun")
            work.save_coding(
                empty, replace(empty, status=Status.SUBMITTED), "coding.submitted"
            )
    assert [each.status for each in queue(project)] == ["new"]
    session = ReviewSession(project, project.article("a1"), "salma")
    session.close_gold()
    session.close()
    assert [each.status for each in queue(project)] == ["closed"]
    project.close()


def test_an_article_is_begun_when_an_event_is_rejected(demo: Project) -> None:
    session = ReviewSession(demo, demo.article("004"), "salma")
    session.do(RejectCluster("c1", "not_an_event"))
    session.close()
    [status] = [
        each.status for each in queue(demo) if each.article == session.article.id
    ]
    assert status == "open"


# ------------------------------------------------------------------ gold that was imported, or of one coding
def test_imported_gold_is_shown_and_not_adjudicated(
    demo: Project, tmp_path: Path
) -> None:
    """Its events bear numbers of their own, which say nothing of the events that are
    aligned here.
    """
    deliver(demo, "native", "gold", tmp_path / "gold.jsonl")
    deliver(demo, "native", "codings", tmp_path / "codings.jsonl")
    fresh = create_project(tmp_path / "fresh")
    for name, role in (("amal", "coder"), ("basim", "coder"), ("salma", "supervisor")):
        fresh.add_person(name, role)
    files = [tmp_path / "codings.jsonl", tmp_path / "gold.jsonl"]
    import_files(fresh, [*SEEDS.glob("*.txt"), *files])
    closed = next(each.article for each in queue(demo) if each.status == "closed")
    gold, found, rejected = origins(fresh, closed)
    expected, _, _ = origins(demo, closed)
    assert (
        replace(gold, source="") == expected
        and rejected == []
        and {each.answer.by or each.answer.applied_by for each in found} == {"salma"}
    )
    assert {each.article: each.status for each in queue(fresh)}[closed] == "closed"
    with pytest.raises(CoderError, match="was imported"):
        ReviewSession(fresh, fresh.article(closed), "salma")
    fresh.close()


def test_gold_of_one_coding_is_reviewed_when_all_of_it_was_decided_by_hand(
    demo: Project, tmp_path: Path
) -> None:
    project = create_project(tmp_path / "one_coder")
    for name, role in (("amal", "coder"), ("salma", "supervisor")):
        project.add_person(name, role)
    project.config = replace(
        project.config, gold=replace(GoldRules(), policies=("single",))
    )
    deliver(demo, "native", "codings", tmp_path / "codings.jsonl")
    lines = (tmp_path / "codings.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "one.jsonl").write_text(
        next(each for each in lines if '"coder": "amal"' in each), "utf-8"
    )
    import_files(project, [*SEEDS.glob("*.txt"), tmp_path / "one.jsonl"])
    policy_runs.apply(project, "salma")
    [queued] = queue(project)
    assert (queued.coders, queued.status, queued.differing) == (("amal",), "closed", 0)
    reopen(project, "salma", queued.article, GOLD)
    session = ReviewSession(project, project.article(queued.article), "salma")
    for at in session.state.standing:
        for field in session.state.list_decisions(at):
            session.do(Reason(at, field, "coder_error"))
    session.close()
    assert [each.status for each in queue(project)] == ["open"]
    project.close()
