"""Two supervisors at one article in two terminals, on PostgreSQL: each sees what is
stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coder.adjudicate.gold_edits import Take, TakeAgreed
from coder.model import Coding, Status
from coder.service.project.opened import open_project
from coder.service.review.gold_session import ReviewSession
from coder.service.upkeep.integrity import verify
from tests.support.pseudo_terminal import PseudoTerminal

ARTICLE_ID = "004_6bcea9cb8461aa4b"


@contextmanager
def in_terminal(folder: Path, name: str, *words: str) -> Iterator[PseudoTerminal]:
    terminal = PseudoTerminal(
        ["-m", "coder", "review", "--as", name, "--project", str(folder), *words]
    )
    try:
        yield terminal
    finally:
        terminal.kill()


@contextmanager
def in_two_terminals(folder: Path) -> Iterator[tuple[PseudoTerminal, PseudoTerminal]]:
    with (
        in_terminal(folder, "salma", ARTICLE_ID) as salma,
        in_terminal(folder, "rana", ARTICLE_ID) as rana,
    ):
        for each in (salma, rana):
            each.wait_for("l events")
        yield salma, rana


def stored(folder: Path) -> Coding:
    """The gold as it is stored, in a database that is sound."""
    project = open_project(folder, person="salma")
    with project.store.read() as queries:
        gold = queries.gold(ARTICLE_ID)
    assert gold is not None and verify(project).findings == []
    project.close()
    return gold


def test_decisions_on_different_cells_both_stand_and_show(
    two_supervisors: Path,
) -> None:
    with in_two_terminals(two_supervisors) as (salma, rana):
        salma.press("1")  # relevance, on which both coders agree
        salma.wait_for("Relevance ← amal")
        rana.press("\x1b[B")
        rana.wait_for("Genre ")
        rana.press("1")
        rana.wait_for("! =")
        gold = stored(two_supervisors)
        assert {name: answer.by for name, answer in gold.answers.items()} == {
            "relevance": "salma",
            "genre": "rana",
        }


def test_on_the_same_cell_the_later_sees_what_the_earlier_decided(
    two_supervisors: Path,
) -> None:
    with in_two_terminals(two_supervisors) as (salma, rana):
        salma.press("1")
        salma.wait_for("! =")
        rana.press("2")
        rana.wait_for("salma decided first")
        assert "! =" in "\n".join(rana.screen.display)
        assert {a.by for a in stored(two_supervisors).answers.values()} == {"salma"}
        rana.press("2")  # now that it is seen
        rana.wait_for("Relevance ← basim")
        assert {a.by for a in stored(two_supervisors).answers.values()} == {"rana"}


def test_one_closes_while_the_other_decides(two_supervisors: Path) -> None:
    project = open_project(two_supervisors, person="salma")
    session = ReviewSession(project, project.article(ARTICLE_ID), "salma")
    session.do(TakeAgreed())
    while cells := session.open_cells:
        cluster, field = cells[0]
        row = next(row for row in session.state.rows(cluster) if row.field.id == field)
        said = [
            c
            for c, a in row.answers.items()
            if a.state not in ("missing", "not_applicable")
        ]
        session.do(Take(cluster, field, said[0], "coder_error"))
    session.close()
    project.close()
    with in_two_terminals(two_supervisors) as (salma, rana):
        salma.press("\x13")
        salma.wait_for("gold is closed")
        before = stored(two_supervisors)
        assert before.status is Status.SUBMITTED
        rana.press("2")
        rana.wait_for("salma decided first")
        assert stored(two_supervisors) == before
