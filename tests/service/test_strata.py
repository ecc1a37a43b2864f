"""Articles are spread over coders in each stratum, and so is the share that several
coders get.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest

from coder.errors import CoderError
from coder.model import Article
from coder.service.project.opened import Project
from coder.service.team.members import assign, stage_loads, withdraw

Run = Callable[..., tuple[int, str, str]]
CODERS = ("amal", "basim", "dina")
# Articles by outlet and month: 7 and 4 of A, 5 of B, 2 of which nothing is known.
NEWS = [
    ("A", "2024-01-0", 7),
    ("A", "2024-02-1", 4),
    ("B", "2024-01-2", 5),
    ("", "", 2),
]


@pytest.fixture
def team(project: Project) -> Project:
    project.add_person("basim", "coder")
    project.add_person("dina", "coder")
    project.add_person("salma", "supervisor")
    add(project, "n")
    return project


def add(project: Project, start: str) -> None:
    known = [
        {"outlet": outlet, "published": f"{day}{number}"} if outlet else {}
        for outlet, day, many in NEWS
        for number in range(1, many + 1)
    ]
    with project.store.begin("setup") as work:
        work.add_articles(
            [
                Article(f"{start}{i:02}", f"نص {start}{i}", metadata=held)
                for i, held in enumerate(known)
            ]
        )


def given(project: Project) -> dict[str, list[str]]:
    with project.store.read() as queries:
        found: dict[str, list[str]] = {}
        for each in queries.assignments():
            found.setdefault(each.article, []).append(each.coder)
    return found


def test_loads_are_within_one_in_each_stratum_and_over_all(team: Project) -> None:
    for seed in range(5):
        assert assign(
            team, CODERS, 1, seed=seed, strata=["outlet"], stage="production"
        ) in (18, 0)
    assert stage_loads(team, "production", ["outlet"]) == [
        ("—", 2, 0, 0, 0, 1),
        ("A", 11, 0, 0, 3, 4),
        ("B", 5, 0, 0, 1, 2),
    ]
    assert set(
        Counter(c for coders in given(team).values() for c in coders).values()
    ) == {6}


def test_the_share_that_several_coders_get_is_spread_over_the_strata(
    team: Project,
) -> None:
    """A third of 18 are 6. In the order of strata 2, 7, 4, 5 articles end at 2, 9, 13,
    18, and a third of these, rounded down, is 0, 3, 4, 6: so many of them have two
    coders by then.
    """
    assert assign(team, CODERS, 2, overlap=1 / 3, strata=["outlet", "month"]) == 18 + 6
    assert stage_loads(team, "production", ["outlet", "month"]) == [
        ("— · —", 2, 0, 0, 0, 1),
        ("A · 2024-01", 7, 3, 0, 3, 4),
        ("A · 2024-02", 4, 1, 0, 1, 2),
        ("B · 2024-01", 5, 2, 0, 2, 3),
    ]
    assert set(
        Counter(c for coders in given(team).values() for c in coders).values()
    ) == {8}


def test_when_articles_come_the_share_holds_and_nobody_loses_any(team: Project) -> None:
    assign(team, CODERS, 2, overlap=1 / 3, strata=["outlet"])
    before = given(team)
    add(team, "m")
    assert assign(team, CODERS, 2, overlap=1 / 3, strata=["outlet"], seed=9) == 18 + 6
    after = given(team)
    assert all(set(coders) <= set(after[article]) for article, coders in before.items())
    assert [row[:3] for row in stage_loads(team, "production", ["outlet"])] == [
        ("—", 4, 1),
        ("A", 22, 7),
        ("B", 10, 4),
    ]
    assert assign(team, CODERS, 2, overlap=1 / 3, strata=["outlet"], seed=9) == 0


def test_withdrawn_articles_are_in_no_stratum(team: Project) -> None:
    withdraw(team, "salma", ["n16", "n17"], "twice")
    assert assign(team, CODERS, 1, strata=["outlet"]) == 16
    assert [row[:2] for row in stage_loads(team, "production", ["outlet"])] == [
        ("A", 11),
        ("B", 5),
    ]


def test_training_articles_do_not_count_for_the_overlap(team: Project) -> None:
    """Of 18 articles 3 are for training; three tenths of the other 15, rounded, are 4."""
    training = ["n00", "n01", "n02"]
    assign(team, CODERS, 3, stage="training", articles=training)
    assert assign(team, CODERS, 2, overlap=0.3) == 15 + 4
    [production] = stage_loads(team, "production")
    assert production[:3] == ("", 15, 4)
    [trained] = stage_loads(team, "training")
    assert trained == ("", 3, 3, 0, 3, 3)


def test_named_articles_are_assigned_whatever_stage_has_them(team: Project) -> None:
    assign(team, ["amal"], 1, stage="training", articles=["n00"])
    assert assign(team, ["basim"], 1, articles=["n00"]) == 1
    assert sorted(given(team)["n00"]) == ["amal", "basim"]


def test_blind_articles_are_first_those_with_several_coders(team: Project) -> None:
    """A third of 18 articles have two coders; all six of the sample are among them."""
    assign(team, CODERS, 2, overlap=1 / 3, blind=1 / 3)
    with team.store.read() as queries:
        blind = [article for article, _ in queries.blind()]
    assert len(blind) == 6
    assert all(len(given(team)[article]) == 2 for article in blind)


def test_the_table_shows_overlap_and_blind_sample(
    team: Project, run_coder: Run
) -> None:
    words = ("assign", "--coders", ",".join(CODERS), "--project", team.config.folder)
    shares = ("--overlap", "0.3", "--blind-sample", "0.2")
    code, out, _ = run_coder(*words, *shares)
    assert code == 0
    [head] = [line for line in out.splitlines() if "stratum" in line]
    [row] = [line for line in out.splitlines() if line.startswith("production")]
    assert "with several coders" in head and "in the blind sample" in head
    # 18 articles; 5 (of 5.4) with two coders, so 23 assignments; 4 (of 3.6) blind.
    assert row.split()[1:] == ["18", "5", "4", "7", "8"]
    code, out, _ = run_coder(*words, *shares, "--json")
    assert json.loads(out)["stage"] == {
        "stratum": "",
        "articles": 18,
        "several_coders": 5,
        "blind": 4,
        "least": 7,
        "most": 8,
    }


def test_without_strata_the_same_seed_gives_what_it_always_gave(team: Project) -> None:
    """As it was drawn before there were strata."""
    assign(team, CODERS, 2, seed=3)
    assert [sorted(given(team)[f"n{i:02}"]) for i in range(5)] == [
        ["amal", "basim"],
        ["amal", "basim"],
        ["basim", "dina"],
        ["amal", "dina"],
        ["amal", "basim"],
    ]
    assert len(given(team)) == 18


def test_a_name_under_which_nothing_is_known_is_refused_with_those_there_are(
    team: Project, run_coder: Run
) -> None:
    with pytest.raises(CoderError) as refused:
        assign(team, CODERS, 1, strata=["outlet", "region"])
    assert (
        "'region'" in str(refused.value)
        and "outlet, published, month, year" in refused.value.hint
    )
    words = ("assign", "--coders", ",".join(CODERS), "--project", team.config.folder)
    code, _, err = run_coder(*words, "--overlap", "1.5")
    assert code == 2 and "--overlap" in err
    assert given(team) == {}
    code, out, _ = run_coder(*words, "--overlap", "0.5", "--strata", "outlet,year")
    assert code == 0 and "27 assignments made" in out and "A · 2024" in out
