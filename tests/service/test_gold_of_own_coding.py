"""A supervisor's own coding becomes gold by one command, and trainees are compared with
it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coder.model import Answer, Coding, Status
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.service.review.review_queue import queue
from coder.service.upkeep.integrity import verify
from tests.conftest import SEEDS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """The sample articles, with nobody's codings."""
    made = create_project(tmp_path / "project", language="en")
    for name, role in (
        ("dina", "coder"),
        ("basim", "coder"),
        ("salma", "supervisor"),
        ("rana", "supervisor"),
    ):
        made.add_person(name, role)
    import_files(made, [*SEEDS.glob("*.txt")])
    yield made
    made.close()


@pytest.fixture
def sample(sample_codings: list[Coding]) -> Coding:
    """Amal's coding of one article."""
    return next(each for each in sample_codings if each.coder == "amal")


def submit(project: Project, sample: Coding, coder: str, **answers: str) -> None:
    """Somebody codes the article as in the sample, but for some answers about the
    article.
    """
    own = replace(sample, coder=coder, status=Status.OPEN)
    for field, value in answers.items():
        own = own.with_answer(field, Answer(value=value))
    with project.store.begin(coder) as work:
        before = work.queries.coding(own.article, coder)
        if before is not None:
            opened = replace(before, status=Status.OPEN)
            work.save_coding(before, opened, "coding.reopened")
            before = opened
        work.save_coding(before, own, "value.set")
        submitted = replace(own, status=Status.SUBMITTED)
        work.save_coding(own, submitted, "coding.submitted")


def gold(project: Project, article: str) -> Coding | None:
    with project.store.read() as queries:
        return queries.gold(article)


def values_of(
    article: str, run_coder: Run, at: tuple[object, ...]
) -> list[dict[str, Any]]:
    """The values of an article's gold, without the notes, which are kept in any case."""
    document = json.loads(run_coder("gold", "show", article, "--json", *at)[1])
    return [each for each in document["values"] if each["how"] != "policy:notes"]


def test_trainees_are_compared_with_a_supervisors_coding(
    project: Project, sample: Coding, run_coder: Run
) -> None:
    at, article = ("--project", project.config.folder), sample.article
    submit(project, sample, "salma")
    words = ("gold", "apply", article, "--coding", "salma", "--as", "salma")
    code, out, _ = run_coder(*words, *at)
    assert code == 0
    assert "The gold of 1 article changed; 1 of 1 are closed." in out
    words = ("assign", article, "--coders", "dina", "--per-article", "1")
    assert run_coder(*words, "--stage", "training", *at)[0] == 0
    submit(project, sample, "dina", genre="news")
    words = ("training", article, "--as", "dina")
    lines = json.loads(run_coder(*words, "--json", *at)[1])["lines"]
    assert [line["field"] for line in lines if not line["same"]] == ["genre"]
    assert verify(project).findings == []


def test_own_coding_as_gold_is_the_supervisors_decision(
    project: Project, sample: Coding, run_coder: Run
) -> None:
    at, article = ("--project", project.config.folder), sample.article
    submit(project, sample, "salma")
    words = ("gold", "apply", article, "--coding", "salma", "--as", "salma")
    assert run_coder(*words, *at)[0] == 0
    values = values_of(article, run_coder, at)
    told = {(each["how"], each["by"], *each["from"]) for each in values}
    assert told == {("decided", "salma", "salma")}
    assert len(values) > 20


def test_gold_of_own_coding_is_undone_as_one_run(
    project: Project, sample: Coding, run_coder: Run
) -> None:
    at, article = ("--project", project.config.folder), sample.article
    submit(project, sample, "salma")
    words = ("gold", "apply", article, "--coding", "salma", "--as", "salma")
    assert run_coder(*words, "--dry-run", *at)[0] == 0
    assert gold(project, article) is None
    assert run_coder(*words, *at)[0] == 0
    assert gold(project, article) is not None
    assert run_coder("gold", "apply", "--undo", "--as", "salma", *at)[0] == 0
    assert gold(project, article) is None
    assert verify(project).findings == []


def test_no_policy_changes_what_own_coding_decided(
    project: Project, sample: Coding, run_coder: Run
) -> None:
    at, article = ("--project", project.config.folder), sample.article
    submit(project, sample, "salma")
    words = ("gold", "apply", article, "--coding", "salma", "--as", "salma")
    run_coder(*words, *at)
    submit(project, sample, "salma", genre="news")
    before = gold(project, article)
    assert [each.status for each in queue(project)] == ["stale"]
    assert run_coder("gold", "apply", "--policy", "single", "--as", "rana", *at)[0] == 0
    assert gold(project, article) == before
    assert run_coder(*words, *at)[0] == 0  # the same command takes the change
    changed = gold(project, article)
    assert changed is not None and changed.answers["genre"].value == "news"
    assert [each.status for each in queue(project)] == ["closed"]


def test_anothers_coding_as_gold_is_made_by_a_policy(
    project: Project, sample: Coding, run_coder: Run
) -> None:
    at, article = ("--project", project.config.folder), sample.article
    submit(project, sample, "basim")
    submit(project, sample, "dina", genre="news")
    words = ("gold", "apply", article, "--coding", "basim", "--as", "salma")
    assert run_coder(*words, *at)[0] == 0
    values = values_of(article, run_coder, at)
    hows = {(each["how"], each["by"], each["applied_by"]) for each in values}
    assert hows == {("policy:trusted", "", "salma")}


def test_only_a_submitted_coding_of_the_data_becomes_gold(
    project: Project, sample: Coding, run_coder: Run
) -> None:
    at, article = ("--project", project.config.folder), sample.article
    words = ("assign", article, "--coders", "dina", "--per-article", "1")
    run_coder(*words, "--stage", "training", *at)
    submit(project, sample, "dina")
    for name in ("dina", "salma"):
        words = ("gold", "apply", article, "--coding", name, "--as", "salma")
        code, _, err = run_coder(*words, *at)
        assert code == 2
        assert f"{name} has submitted no coding of {article}" in err
    assert gold(project, article) is None


def test_the_policy_single_takes_the_named_articles(
    project: Project, sample_codings: list[Coding], run_coder: Run
) -> None:
    at = ("--project", project.config.folder)
    first, second, *_ = [each for each in sample_codings if each.coder == "amal"]
    for each in (first, second):
        submit(project, each, "basim")
    uncoded = next(
        each.stem
        for each in sorted(SEEDS.glob("*.txt"))
        if each.stem not in (first.article, second.article)
    )
    words = ("gold", "apply", first.article, uncoded, "--policy", "single")
    code, out, err = run_coder(*words, "--as", "salma", *at)
    assert code == 0 and "1 of 1 are closed" in out
    assert (
        f"no submitted coding that these policies take, or the gold was imported: 1 article, the first is {uncoded}"
        in err
    )
    assert gold(project, first.article) is not None
    assert gold(project, second.article) is None


def test_options_that_contradict_each_other_are_refused(
    demo_folder: Path, run_coder: Run
) -> None:
    at = ("--as", "salma", "--project", demo_folder)
    for words in (
        ("apply", "--coding", "amal"),
        ("apply", "004", "--coding", "amal", "--policy", "single"),
        ("apply", "004", "--undo"),
        ("list", "--policy", "single"),
        ("release", "004"),
        ("show",),
    ):
        assert run_coder("gold", *words, *at)[0] == 2


def test_supervisors_with_logins_make_sign_and_list_gold(
    two_supervisors: Path, run_coder: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, where each person has the rights of their own login."""
    with (two_supervisors / "coder.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[gold]\nsign_off = 1.0\n")
    at, article = ("--project", two_supervisors), "000_fd74d59c4a9049c0"

    def not_gold(person: str) -> dict[str, int]:
        monkeypatch.setenv("PGUSER", person)
        document = json.loads(run_coder("status", "--json", *at)[1])
        return {each["why"]: len(each["articles"]) for each in document["not_gold"]}

    assert not_gold("salma") == {"in_review": 5}
    words = ("gold", "apply", article, "--coding", "amal", "--as", "salma")
    assert run_coder(*words, *at)[0] == 0
    assert not_gold("rana") == {"in_review": 4, "to_sign": 1}
    assert run_coder("gold", "sign", article, "--as", "rana", *at)[0] == 0
    assert not_gold("salma") == {"in_review": 4}
    assert not_gold("amal") == {}  # a coder sees their own work
