"""Claiming: whoever asks gets an article that fewest have, and however many ask at once
nobody gets two.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import GOLD, Article, Coding, Status
from coder.service.coding.session import find_next_article, list_assignments
from coder.service.project.opened import Project, create_project
from coder.service.team.members import assign, claim
from coder.store.replay import problems

CODERS = ("amal", "basim", "dina")


@pytest.fixture
def project(database_url: str, tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project", database=database_url)
    for name in CODERS:
        made.add_person(name, "coder")
    with made.store.begin("setup") as work:
        work.add_articles([Article(f"a{n:02}", f"نص {n}") for n in range(12)])
    yield made
    made.close()


def test_the_article_that_a_coder_has_begun_comes_before_those_in_front_of_it(
    project: Project,
) -> None:
    with project.store.begin("setup") as work:
        work.assign([(f"a0{n}", "amal", "production", n) for n in range(3)])
        work.assign([("a01", "basim", "production", 1)])
        for article, coder in (("a02", "amal"), ("a01", "basim")):
            text = project.article(article).text_sha256
            work.save_coding(
                None,
                Coding(article, text, project.codebook.ref, coder),
                "coding.imported",
            )
    assert find_next_article(project, "amal") == "a02"


def test_an_article_that_nobody_has_comes_before_one_that_somebody_has(
    project: Project,
) -> None:
    assert [claim(project, "amal") for _ in range(3)] == ["a00", "a01", "a02"]
    assert [claim(project, "basim") for _ in range(9)] == [
        f"a{n:02}" for n in range(3, 12)
    ]
    # All have one coder now: the first that the asker does not have.
    assert claim(project, "basim") == "a00"
    assert claim(project, "dina") == "a01"
    assert [(a.article, a.position) for a in list_assignments(project, "amal")] == [
        ("a00", 0),
        ("a01", 1),
        ("a02", 2),
    ]


def test_who_has_everything_is_told_so(project: Project) -> None:
    for _ in range(12):
        claim(project, "amal")
    with pytest.raises(CoderError, match="already has every article"):
        claim(project, "amal")


def test_an_article_whose_gold_is_closed_is_given_to_nobody(project: Project) -> None:
    article = project.article("a00")
    open_gold = Coding("a00", article.text_sha256, project.codebook.ref, GOLD)
    closed = replace(open_gold, status=Status.SUBMITTED)
    with project.store.begin("setup") as work:
        work.save_gold((None, []), (closed, []), "gold.closed", "a00")
    assert claim(project, "amal") == "a01"
    with project.store.begin("setup") as work:
        work.save_gold((closed, []), (open_gold, []), "gold.reopened", "a00")
    assert claim(project, "amal") == "a00"


def test_claims_go_on_where_assignments_ended(project: Project) -> None:
    assign(project, ["amal"], 1, seed=3)
    with pytest.raises(CoderError, match="already has every article"):
        claim(project, "amal")
    assert claim(project, "basim") == "a00"
    assert list_assignments(project, "basim")[0].stage == "production"


def test_the_next_article_is_claimed_only_when_that_is_wished(project: Project) -> None:
    with pytest.raises(CoderError, match="Nothing is assigned"):
        find_next_article(project, "amal")
    project.claiming = True
    assert find_next_article(project, "amal") == "a00"
    assert find_next_article(project, "amal") == "a00"  # it is open; no other is taken
    assert len(list_assignments(project, "amal")) == 1


def test_a_supervisor_who_opens_the_coding_screen_is_told_why_nothing_is_there(
    project: Project,
) -> None:
    project.add_person("salma", "supervisor")
    with pytest.raises(CoderError, match="salma is a supervisor, not a coder"):
        find_next_article(project, "salma")


def test_as_long_as_nobody_has_an_article_no_other_is_given_twice(
    project: Project,
) -> None:
    """Six askers at once, two of each name, two articles each: twelve claims give each
    of twelve articles.
    """
    errors: list[Exception] = []

    def ask(name: str) -> None:
        try:
            for _ in range(2):
                claim(project, name)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(name,)) for name in CODERS * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with project.store.read() as queries:
        made = queries.assignments()
        assert list(problems(queries)) == []
    assert Counter(a.coder for a in made) == dict.fromkeys(CODERS, 4)
    assert sorted(a.article for a in made) == [f"a{n:02}" for n in range(12)]
