"""A withdrawn article is out of work and figures, and nothing that was done on it is
lost.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coder.codebook.load import read_codebook
from coder.errors import CoderError
from coder.model import Answer
from coder.report.contents import report_of
from coder.service.coding.session import (
    CodingSession,
    find_next_article,
    list_assignments,
)
from coder.service.delivery import packets
from coder.service.delivery.datasets import select
from coder.service.delivery.project_copy import backup, restore
from coder.service.figures.progress import audit, progress, study, totals
from coder.service.learning.batch import suggest
from coder.service.learning.learned_terms import learned
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.service.review.review_queue import queue
from coder.service.team.members import assign, claim, undo_withdrawal, withdraw
from coder.service.upkeep.codebook_upgrade import dry_run
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.rule_check import check
from coder.store.lessons import Lessons
from tests.service.shared_demo import opened
from tests.support.closed_gold import read_closed_gold
from tests.support.edits_by_hand import Becomes
from tests.support.revised import revised

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(shared_demo: Path) -> Path:
    return shared_demo


def articles(project: Project) -> list[str]:
    with project.store.read() as queries:
        return queries.article_ids()


def named_anywhere(project: Project) -> dict[str, set[str]]:
    """The articles that each list and figure goes over."""
    with project.store.read() as queries:
        lessons = Lessons(queries)
        taught = [*lessons.gold(), *lessons.own("amal")]
        unread = set(queries.article_ids()) - queries.suggested().keys()
        blind = {article for article, _ in queries.blind()}
    return {
        "given out": {each.article for each in list_assignments(project, "you")},
        "review": {each.article for each in queue(project)},
        "agreement": set(study(project).articles),
        "gold": {head.article for head in select(project, "gold").codings},
        "codings": {head.article for head in select(project, "codings").codings},
        "candidates": set(select(project, "candidates").articles),
        "rules": {finding.article for finding in check(project)},
        "terms": {lesson.where[0] for lesson in taught},
        "blind sample": blind,
        "unread": unread,
    }


def figures(project: Project) -> list[Any]:
    return [
        totals(project),
        progress(project),
        report_of(study(project)).document(),
        learned(project),
        audit(project),
        select(project, "gold"),
        queue(project),
    ]


def test_a_withdrawn_article_is_in_no_list_and_no_figure_until_it_is_taken_back(
    folder: Path,
) -> None:
    with opened(folder) as owner:
        first = articles(owner)[0]  # the one with gold
        with owner.store.begin("setup") as work:
            work.make_blind([(first, "amal")])
        before, whole = figures(owner), named_anywhere(owner)
        assert all(
            first in found
            for name, found in whole.items()
            if name not in ("rules", "unread")
        )
    with opened(folder, "salma") as project:
        assert withdraw(project, "salma", [first[:3]], "the same report as 003") == [
            first
        ]
    with opened(folder) as owner:
        after = totals(owner)
        assert (after["articles"], after["assigned"], after["withdrawn"]) == (4, 4, 1)
        assert (after["codings_submitted"], after["gold_closed"]) == (8, 0)
        assert {row.assigned for row in progress(owner)} == {4}
        with pytest.raises(CoderError, match="no gold"):
            select(owner, "gold")
        with owner.store.read() as queries:
            assert (
                not Lessons(queries).gold()
                and not read_closed_gold(queries)
                and queries.gold(first)
            )
        with opened(folder, "salma") as project:
            undo_withdrawal(project, "salma", [first])
        assert figures(owner) == before and named_anywhere(owner) == whole


def test_nobody_is_given_a_withdrawn_article(folder: Path) -> None:
    with opened(folder) as owner:
        gone = find_next_article(owner, "you")
        withdraw(owner, "salma", [gone], "no news")
        owner.add_person("dina", "coder")
        owner.add_person("esra", "coder")
        assert assign(owner, ["esra"], 1, "training") == 4
        assert suggest(owner, again=True, opened_too=True) == 4
        assert packets.cut(owner, "you")[1] == 4
    with opened(folder, "dina") as project:
        claimed = set()
        with pytest.raises(CoderError, match="already has every article"):
            for _ in range(6):
                claimed.add(claim(project, "dina"))
        assert gone not in claimed and claimed
    with opened(folder, "you") as project:
        assert find_next_article(project, "you") != gone


def test_who_opens_a_withdrawn_article_by_name_is_told_why_not(
    folder: Path, run_coder: Run
) -> None:
    words = (
        "withdraw",
        "004",
        "001",
        "--reason",
        "machine translated",
        "--as",
        "salma",
        "--project",
        folder,
    )
    assert run_coder(*words)[0] == 0
    for asked in (("code", "--as", "you", "004"), ("review", "--as", "salma", "004")):
        code, _, err = run_coder(*asked, "--project", folder)
        assert code == 2 and "was withdrawn: machine translated" in err
        assert "coder withdraw 004" in err and "--undo --as NAME" in err
    with opened(folder) as owner, pytest.raises(CoderError, match="was withdrawn"):
        reopen(owner, "salma", "004", "amal")
    assert (
        "articles: 3, assigned: 3, withdrawn: 2"
        in run_coder("status", "--project", folder)[1]
    )
    code, out, _ = run_coder("withdraw", "--project", folder)
    assert code == 0 and out.count("machine translated") == 2
    assert (
        run_coder(
            "withdraw", "004", "001", "--undo", "--as", "salma", "--project", folder
        )[0]
        == 0
    )
    assert "nothing is withdrawn" in run_coder("withdraw", "--project", folder)[1]


def test_what_cannot_be_withdrawn_changes_nothing(folder: Path, run_coder: Run) -> None:
    with opened(folder) as owner:
        withdraw(owner, "salma", ["004"], "twice")
        for call, words in (
            (
                lambda: withdraw(owner, "salma", ["003", "004"], "x"),
                "already been withdrawn: twice",
            ),
            (
                lambda: undo_withdrawal(owner, "salma", ["004", "003"]),
                "003.* is not withdrawn",
            ),
            (lambda: withdraw(owner, "salma", ["003"], " "), "No reason is given"),
            (lambda: withdraw(owner, "amal", ["003"], "x"), "amal is a coder"),
            (lambda: withdraw(owner, "salma", ["nothing"], "x"), "No article matches"),
        ):
            with pytest.raises(CoderError, match=words):
                call()
        with owner.store.read() as queries:
            assert list(queries.withdrawn().values()) == ["twice"]
    assert run_coder("withdraw", "003", "--reason", "x", "--project", folder)[0] == 2
    assert run_coder("withdraw", "--undo", "--as", "salma", "--project", folder)[0] == 2


def test_a_coder_withdraws_nothing_by_the_program_nor_past_it_by_their_login(
    folder: Path,
) -> None:
    with opened(folder, "amal") as project:
        with pytest.raises(CoderError, match="amal is a coder"):
            withdraw(project, "amal", ["003"], "x")
        if project.store.has_logins:
            row = {"article": articles(project)[0], "reason": "x"}
            with (
                pytest.raises(CoderError, match="does not let you"),
                project.store.begin("amal") as work,
            ):
                work.record(
                    "withdrawn",
                    "article.withdrawn",
                    {},
                    {("withdrawn", row["article"]): row},
                )


def test_everything_done_on_it_stays_and_is_verified_upgraded_and_kept(
    folder: Path, tmp_path: Path, demo: Project
) -> None:
    with opened(folder) as owner:
        new = read_codebook(revised(tmp_path / "new"))
        carried = len(dry_run(owner, new).carried)
        codings = select(owner, "codings").codings
        session = CodingSession(owner, owner.article("004"), "you")
        withdraw(owner, "salma", ["004"], "twice")
        # Who is at it already loses nothing.
        session.do(
            Becomes(
                "value.set", session.coding.with_answer("genre", Answer(value="news"))
            )
        )
        session.close()
        assert len(select(owner, "codings", withdrawn=True).codings) == len(codings) + 1
        assert len(select(owner, "codings").codings) == len(codings) - 2
        assert len(dry_run(owner, new).carried) == carried + 1
        assert not verify(owner).findings
        backup(owner, tmp_path / "kept", portable=True)
    again = restore(tmp_path / "kept", tmp_path / "again")
    with again.store.read() as queries:
        assert list(queries.withdrawn().values()) == ["twice"]
        assert queries.with_withdrawn().coding_heads() != queries.coding_heads()
    assert not verify(again).findings
    again.close()


def test_export_has_withdrawn_articles_if_asked(folder: Path, run_coder: Run) -> None:
    with opened(folder) as owner:
        withdraw(owner, "salma", ["004"], "twice")
    export = ("export", "native", "--what", "codings", "--project", folder)
    plain, whole = run_coder(*export)[1], run_coder(*export, "--withdrawn")[1]
    assert (len(plain.splitlines()), len(whole.splitlines())) == (8, 10)
    assert set(plain.splitlines()) < set(whole.splitlines())
