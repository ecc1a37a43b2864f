"""Assignments are taken back, but never work; and who sees everybody's codings is
assigned nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import FLAG, SKIP, Article, Coding
from coder.service.coding.assigned_articles import ArticleList
from coder.service.project.opened import Project, create_project
from coder.service.team.members import assign, claim, unassign
from coder.service.upkeep.integrity import verify


@pytest.fixture
def project(database_url: str, tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project", database=database_url)
    for name in ("amal", "basim"):
        made.add_person(name, "coder")
    made.add_person("salma", "supervisor")
    with made.store.begin("setup") as work:
        work.add_articles([Article(f"a{n}", f"نص {n}") for n in range(4)])
    yield made
    made.close()


def given(project: Project) -> set[str]:
    with project.store.read() as queries:
        return {f"{a.article}/{a.coder}" for a in queries.assignments()}


def begin(project: Project, article: str, coder: str) -> None:
    with project.store.begin(coder) as work:
        digest = project.article(article).text_sha256
        work.save_coding(
            None, Coding(article, digest, project.codebook.ref, coder), "coding.begun"
        )


def test_assignments_are_taken_back_with_their_place_in_the_blind_sample(
    project: Project,
) -> None:
    assign(project, ["amal", "basim"], 2, blind=1)
    taken, kept = unassign(project, ["amal"])
    assert (sorted(taken), kept) == ([f"a{n}/amal" for n in range(4)], [])
    assert given(project) == {f"a{n}/basim" for n in range(4)}
    with project.store.read() as queries:
        assert {coder for _, coder in queries.blind()} <= {"basim"}
    assert verify(project).findings == []
    assert assign(project, ["amal"], 1) == 4


def test_work_that_has_begun_keeps_its_assignment(project: Project) -> None:
    assign(project, ["amal", "basim"], 2)
    begin(project, "a1", "amal")
    listed = ArticleList(project, "amal")
    listed.turn("a2", FLAG, "نص مكرر")
    listed.turn("a3", SKIP, "لاحقًا")
    taken, kept = unassign(project, ["amal"])
    assert (sorted(taken), sorted(kept)) == (
        ["a0/amal", "a3/amal"],
        ["a1/amal", "a2/amal"],
    )
    with pytest.raises(
        CoderError, match="Work on a1/amal, a2/amal has begun"
    ) as refused:
        unassign(project, ["amal"])
    assert "Nothing was changed" in refused.value.hint
    assert given(project) == {"a1/amal", "a2/amal", *(f"a{n}/basim" for n in range(4))}


def test_stage_and_articles_say_what_is_assigned_and_what_is_taken_back(
    project: Project,
) -> None:
    assign(project, ["amal"], 1, "calibration", articles=["a0", "a1"])
    assign(project, ["amal"], 1, articles=["a2"])
    assert given(project) == {"a0/amal", "a1/amal", "a2/amal"}
    assert unassign(project, ["amal"]) == (["a2/amal"], [])
    assert unassign(project, ["amal"], "calibration", ["a1"]) == (["a1/amal"], [])
    with pytest.raises(
        CoderError, match="Nothing is assigned to them in the stage training"
    ):
        unassign(project, ["amal"], "training")
    assert given(project) == {"a0/amal"}


def test_a_claimed_article_is_given_back_and_the_past_is_as_it_was(
    project: Project,
) -> None:
    claimed = claim(project, "amal")
    with project.store.read() as queries:
        position = queries.last_position()
    unassign(project, ["amal"])
    assert given(project) == set()
    assert given(project.at(position)) == {f"{claimed}/amal"}


def test_a_supervisor_is_assigned_nothing(project: Project) -> None:
    for attempt in (
        lambda: assign(project, ["amal", "salma"], 1),
        lambda: claim(project, "salma"),
    ):
        with pytest.raises(CoderError, match="salma is a supervisor, not a coder"):
            attempt()
    assert given(project) == set()
