"""One coding that is set aside is out of work and figures, the others' stay, and
nothing of it is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coder.codebook.load import read_codebook
from coder.errors import CoderError
from coder.model import Answer, Remark
from coder.service.coding.assigned_articles import ArticleList
from coder.service.coding.session import (
    CodingSession,
    find_next_article,
    list_assignments,
)
from coder.service.delivery import packets
from coder.service.delivery.datasets import select
from coder.service.delivery.project_copy import backup, restore
from coder.service.figures.progress import progress, study, totals
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.service.review.policy_runs import preview
from coder.service.review.review_queue import ReviewQueue, queue
from coder.service.team.members import (
    assign,
    undo_coding_withdrawal,
    withdraw_coding,
)
from coder.service.upkeep.codebook_upgrade import dry_run
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.rule_check import check
from coder.store.lessons import Lessons
from tests.service.shared_demo import opened
from tests.support.revised import revised

Run = Callable[..., tuple[int, str, str]]
WHY = "written by another program"


@pytest.fixture
def folder(shared_demo: Path) -> Path:
    return shared_demo


def pairs(project: Project) -> dict[str, set[tuple[str, str]]]:
    """The (article, coder) pairs that each list and figure goes over."""
    with project.store.read() as queries:
        remarks = {(each.article, each.coder) for each in queries.remarks()}
        lessons = Lessons(queries).own("amal")
        blind = queries.blind()
    compared = study(project).comparisons
    return {
        "assigned": {
            (each.article, "amal") for each in list_assignments(project, "amal")
        },
        "listed": {(e.article, "amal") for e in ArticleList(project, "amal").listed},
        "agreement": {(each.article, c) for each in compared for c in each.coders},
        "codings": {(h.article, h.coder) for h in select(project, "codings").codings},
        "review": {(each.article, c) for each in queue(project) for c in each.coders},
        "gold runs": {(each.article, "amal") for each in preview(project).outcomes},
        "rules": {tuple(f.coding.rsplit("/", 1)) for f in check(project)},
        "terms": {(each.where[0], "amal") for each in lessons if each.where},
        "remarks": remarks,
        "blind": blind,
    }


def figures(project: Project) -> list[Any]:
    return [totals(project), progress(project), pairs(project), queue(project)]


def test_it_is_in_no_list_and_no_figure_until_it_is_taken_back(folder: Path) -> None:
    with opened(folder) as owner:
        article = owner.article("004").id
        gone = (article, "amal")
        with owner.store.begin("setup") as work:
            work.make_blind([gone])
        with opened(folder, "amal") as hers, hers.store.begin("amal") as work:
            remark = Remark(article, "amal", "r1", "amal", work.now(), "?")
            work.remark(None, remark, "comment.made")
        before = figures(owner)
        waiting = ReviewQueue(owner)
        with opened(folder, "salma") as project:
            assert withdraw_coding(project, "salma", "004", "amal", WHY) == (
                f"{article}/amal"
            )
        assert waiting.is_outdated()
        after = figures(owner)
        assert after[0]["set_aside"] == 1
        for name, whole in before[2].items():
            if name in ("gold runs", "review"):
                continue
            assert after[2][name] == whole - {gone}, name
        assert (article, "basim") in after[2]["codings"]
        assert article not in {each.article for each in queue(owner)}
        with opened(folder, "salma") as project:
            undo_coding_withdrawal(project, "salma", "004", "amal")
        assert figures(owner) == before
        assert not verify(owner).findings


def test_its_coder_is_told_and_given_other_articles(folder: Path) -> None:
    with opened(folder, "you") as project:
        gone = find_next_article(project, "you")
        session = CodingSession(project, project.article(gone), "you")
        session.close()
        with project.store.begin("you") as work:
            work.save_coding(None, session.coding, "value.set")
        assert find_next_article(project, "you") == gone  # it has been begun
    with opened(folder) as owner:
        withdraw_coding(owner, "salma", gone, "you", WHY)
        assert packets.cut(owner, "you")[1] == 4
    with opened(folder, "you") as project:
        assert find_next_article(project, "you") != gone
        with pytest.raises(CoderError, match=f"set aside: {WHY}"):
            project.available_article(gone, "you")
        assert project.available_article(gone, "amal").id == gone
    with opened(folder) as owner:
        with pytest.raises(CoderError, match="set aside"):
            reopen(owner, "salma", gone, "you")
        owner.add_person("dina", "coder")
        # The article lacks a coder again.
        assert assign(owner, ["you", "dina"], 1, "training") == 1


def test_the_command_sets_aside_lists_and_takes_back(
    folder: Path, run_coder: Run
) -> None:
    here = ("--project", folder)
    of = ("withdraw", "004", "--coding", "amal", "--as", "salma")
    code, out, _ = run_coder(*of, "--because", WHY, *here)
    assert code == 0 and out.startswith("withdrawn: 004")
    code, out, _ = run_coder("withdraw", "--json", *here)
    [listed] = json.loads(out)
    assert (listed["coding"], listed["reason"]) == ("amal", WHY)
    assert "amal" in run_coder("withdraw", *here)[1]
    assert "set aside: 1" in run_coder("status", *here)[1]
    assert run_coder(*of, "--undo", *here)[0] == 0
    assert "nothing is withdrawn" in run_coder("withdraw", *here)[1]


def test_what_cannot_be_set_aside_changes_nothing(folder: Path, run_coder: Run) -> None:
    with opened(folder) as owner:
        withdraw_coding(owner, "salma", "004", "amal", WHY)
        for call, words in (
            (
                lambda: withdraw_coding(owner, "salma", "004", "amal", "x"),
                f"already been set aside: {WHY}",
            ),
            (
                lambda: withdraw_coding(owner, "salma", "004", "dina", "x"),
                "dina has no coding",
            ),
            (
                lambda: withdraw_coding(owner, "salma", "001", "gold", "x"),
                "gold of .* cannot be set aside",
            ),
            (
                lambda: withdraw_coding(owner, "salma", "004", "basim", " "),
                "No reason is given",
            ),
            (
                lambda: withdraw_coding(owner, "amal", "004", "basim", "x"),
                "amal is a coder",
            ),
            (
                lambda: undo_coding_withdrawal(owner, "salma", "004", "basim"),
                "is not set aside",
            ),
        ):
            with pytest.raises(CoderError, match=words):
                call()
        with owner.store.read() as queries:
            assert list(queries.set_aside().values()) == [WHY]
    here = ("--as", "salma", "--project", folder)
    assert run_coder("withdraw", "003", "004", "--coding", "amal", *here)[0] == 2
    assert run_coder("withdraw", "--coding", "amal", *here)[0] == 2


def test_a_coder_learns_of_their_own_only_and_sets_nothing_aside(folder: Path) -> None:
    with opened(folder) as owner:
        withdraw_coding(owner, "salma", "004", "amal", WHY)
        article = owner.article("004").id
    with opened(folder, "basim") as project, project.store.read() as queries:
        if project.store.has_logins:
            assert queries.set_aside() == {}
    with opened(folder, "amal") as project:
        with project.store.read() as queries:
            assert queries.set_aside() == {(article, "amal"): WHY}
        if project.store.has_logins:
            row = {"article": article, "coder": "basim", "reason": "x"}
            with (
                pytest.raises(CoderError, match="does not let you"),
                project.store.begin("amal") as work,
            ):
                rows = {("aside", article, "basim"): row}
                work.record("withdrawn", "coding.set_aside", {}, rows)


def test_everything_of_it_stays_and_is_verified_upgraded_and_kept(
    folder: Path, tmp_path: Path
) -> None:
    with opened(folder) as owner:
        new = read_codebook(revised(tmp_path / "new"))
        carried = len(dry_run(owner, new).carried)
        plain = len(select(owner, "codings").codings)
        position = _position(owner)
        withdraw_coding(owner, "salma", "004", "amal", WHY)
        assert len(select(owner, "codings", withdrawn=True).codings) == plain
        assert len(select(owner, "codings").codings) == plain - 1
        assert len(dry_run(owner, new).carried) == carried
        with owner.at(position).store.read() as past:
            assert past.set_aside() == {}
            assert len(past.coding_heads()) == plain + 1  # and gold
        with owner.at(_position(owner)).store.read() as past:
            assert list(past.set_aside().values()) == [WHY]
            assert len(past.coding_heads()) == plain
        assert not verify(owner).findings
        backup(owner, tmp_path / "kept", portable=True)
    again = restore(tmp_path / "kept", tmp_path / "again")
    with again.store.read() as queries:
        assert list(queries.set_aside().values()) == [WHY]
    assert not verify(again).findings
    again.close()


def _position(project: Project) -> int:
    with project.store.read() as queries:
        return queries.last_position()


def test_a_wrong_coding_that_is_set_aside_holds_up_no_upgrade(
    demo: Project, tmp_path: Path
) -> None:
    new = read_codebook(revised(tmp_path / "new"))
    with demo.store.read() as queries:
        before = queries.coding(demo.article("004").id, "amal")
    assert before is not None
    wrong = before.with_answer("genre", Answer(value="no_such_genre"))
    with demo.store.begin("amal") as work:
        work.save_coding(before, wrong, "value.set")
    with pytest.raises(CoderError, match="has a value that the codebook does not"):
        dry_run(demo, new)
    withdraw_coding(demo, "salma", "004", "amal", WHY)
    plan = dry_run(demo, new)
    assert wrong.id not in {each.head.id for each in plan.carried}
