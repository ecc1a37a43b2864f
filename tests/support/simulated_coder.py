"""A coder who changes a coding again and again: python -m tests.support.simulated_coder
DIR NAME ARTICLE CHANGES.

Each change is an answer of its own number, every tenth an undo of the one before, so
that the end is known: the coding holds exactly the answers that were not taken back,
and the journal an entry for each step.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from coder.model import Answer, Article
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project, open_project
from coder.service.upkeep.integrity import verify
from tests.support.edits_by_hand import Becomes

TEXT = "غارات على الموقع"
UNDO_EACH = 10


def articles(count: int) -> list[Article]:
    """So many articles to code."""
    return [Article(f"a{n:03}", TEXT) for n in range(count)]


def names(count: int) -> list[str]:
    """So many coders."""
    return [f"coder{n:02}" for n in range(count)]


def work(project: Project, name: str, article: str, changes: int) -> None:
    """Make so many changes to the coder's coding of the article, each written before
    the next.
    """
    session = CodingSession(project, project.article(article), name)
    for number in range(changes):
        if number % UNDO_EACH == UNDO_EACH - 1:
            session.turn("undo")
        else:
            answer = Answer(value=f"{name} {number}")
            session.do(
                Becomes(
                    "value.set",
                    session.coding.with_answer(
                        f"f{number % 20}_{number // 20}", answer
                    ),
                )
            )
            session.writer.settle(patient=True)
    session.close()
    if session.writer.failure is not None:
        raise session.writer.failure


def in_threads(
    folder: Path, people: Sequence[str], article: str, changes: int
) -> list[Exception]:
    """All people at work at once on the same article, each with connections of their
    own; what went wrong.
    """
    errors: list[Exception] = []

    def one(name: str) -> None:
        try:
            project = open_project(folder, person=name)
            work(project, name, article, changes)
            project.close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(name,)) for name in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def check(project: Project, people: Sequence[str], article: str, changes: int) -> None:
    """Nothing was lost, nothing doubled: the journal has each step once, and replayed
    it gives the state.
    """
    findings = verify(project).findings
    assert {each.check for each in findings} <= {"value"}  # no codebook has the fields
    kept = [
        n
        for n in range(changes)
        if n % UNDO_EACH != UNDO_EACH - 1 and (n + 1) % UNDO_EACH != UNDO_EACH - 1
    ]
    with project.store.read() as queries:
        for name in people:
            coding = queries.coding(article, name)
            assert coding is not None
            assert {a.value for a in coding.answers.values()} == {
                f"{name} {n}" for n in kept
            }
            assert queries.last_version(f"coding:{article}/{name}")[0] == changes


if __name__ == "__main__":
    there = open_project(Path(sys.argv[1]), person=sys.argv[2])
    work(there, sys.argv[2], sys.argv[3], int(sys.argv[4]))
    there.close()
