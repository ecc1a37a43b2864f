"""From review to release: what is not gold yet, and why, is the same wherever it is
told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from screen_text import screen_lines

from coder.model import Article, Coding, Status
from coder.service.project.opened import Project, create_project, open_project
from coder.service.project.sign_off import sign, signatures
from coder.service.review import policy_runs
from coder.service.review.policy_runs import Order
from coder.service.review.unreleased import Unreleased, find_unreleased
from coder.service.team.members import assign, withdraw
from coder.tui.app import CoderApp
from coder.tui.screens.review_screen import ReviewScreen
from tests.conftest import SEEDS

Run = Callable[..., tuple[int, str, str]]
NOT_GOLD = {
    "not_coded": ["halfway", "uncoded"],
    "coded_once": ["once"],
    "in_review": ["twice"],
    "to_redo": ["changed"],
    "to_sign": ["unsigned"],
    "training": ["trained1", "trained2"],
}


@pytest.fixture
def project(tmp_path: Path, sample_codings: list[Coding]) -> Iterator[Project]:
    """An article of each class, and one whose gold is signed."""
    folder = tmp_path / "project"
    create_project(folder, language="en").close()
    with (folder / "coder.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[gold]\nsign_off = 1.0\n")
    made = open_project(folder)
    for name in ("amal", "basim", "dina"):
        made.add_person(name, "coder")
    for name in ("salma", "rana"):
        made.add_person(name, "supervisor")
    sample = next(each for each in sample_codings if each.coder == "amal")
    text = (SEEDS / f"{sample.article}.txt").read_bytes().decode("utf-8")
    names = [*(each for of in NOT_GOLD.values() for each in of), "signed"]
    with made.store.begin("salma") as work:
        work.add_articles([Article(name, text) for name in names])

    def submit(article: str, coder: str) -> None:
        own = replace(sample, article=article, coder=coder, status=Status.OPEN)
        with made.store.begin(coder) as work:
            work.save_coding(None, own, "value.set")
            submitted = replace(own, status=Status.SUBMITTED)
            work.save_coding(own, submitted, "coding.submitted")

    assign(made, ["dina"], 1, "training", articles=["trained1", "trained2"])
    assign(made, ["amal", "basim"], 2, articles=["halfway"])
    submit("trained1", "dina")
    submit("halfway", "amal")
    for name in ("once", "twice", "changed", "unsigned", "signed"):
        submit(name, "amal")
    submit("twice", "basim")
    order = Order(["changed", "unsigned", "signed"], ("single",))
    policy_runs.apply(made, "salma", order=order)
    sign(made, "rana", "signed")
    with made.store.begin("amal") as work:
        before = work.queries.coding("changed", "amal")
        assert before is not None
        genre = replace(before.answers["genre"], value="news")
        work.save_coding(before, before.with_answer("genre", genre), "value.set")
    yield made
    made.close()


def classes(document: Any) -> dict[str, list[str]]:
    return {each["why"]: each["articles"] for each in document["not_gold"]}


def test_status_and_release_say_what_is_not_gold_yet(
    project: Project, run_coder: Run
) -> None:
    at = ("--project", project.config.folder)
    status = json.loads(run_coder("status", "--json", *at)[1])
    assert classes(status) == NOT_GOLD
    code, out, err = run_coder("gold", "release", "--as", "salma", "--json", *at)
    assert code == 2 and "the signature of a second supervisor" in err
    assert json.loads(out)["not_gold"] == status["not_gold"]
    table = run_coder("status", *at)[1].partition("not gold yet")[2]
    for told in (table, run_coder("gold", "release", "--as", "salma", *at)[1]):
        rows = [" ".join(line.split()) for line in told.splitlines()]
        assert (
            "coded once 1 article once coder gold apply --policy single --as NAME"
            in rows
        )


def test_a_release_that_is_made_says_what_it_leaves_out(
    project: Project, run_coder: Run
) -> None:
    at = ("--as", "salma", "--project", project.config.folder)
    for article in ("changed", "unsigned"):
        sign(project, "rana", article)
    signed = {why: of for why, of in NOT_GOLD.items() if why != "to_sign"}
    code, out, _ = run_coder("gold", "release", "--json", *at)
    assert code == 0 and classes(json.loads(out)) == signed
    assert json.loads(out)["articles"] == 3
    code, out, _ = run_coder("gold", "release", "--training", "--json", *at)
    assert code == 0 and classes(json.loads(out)) == {
        **{why: of for why, of in signed.items() if why != "training"},
        "not_coded": ["halfway", "trained1", "trained2", "uncoded"],
    }


def test_the_command_of_a_class_empties_it(project: Project, run_coder: Run) -> None:
    at = ("--project", project.config.folder)

    def left() -> dict[str, Any]:
        status = json.loads(run_coder("status", "--json", *at)[1])
        return {each["why"]: each for each in status["not_gold"]}

    for why, person in (("coded_once", "salma"), ("to_sign", "rana")):
        words = left()[why]["command"].replace("NAME", person).split()
        assert words.pop(0) == "coder"
        assert run_coder(*words, *at)[0] == 0
    now = left()
    assert not now.keys() & {"coded_once", "to_redo"}  # the policy takes the change
    assert now["to_sign"]["articles"] == ["once", "unsigned"]  # "changed" is signed


async def test_the_review_queue_says_the_same(project: Project, run_coder: Run) -> None:
    """Its page has the lines of the table that `coder status` prints."""
    screen = ReviewScreen(project, "salma")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        header = screen_lines(app)[0]
        assert "not gold yet 6" in header  # without those for training only
        await pilot.press("f5")
        page = " ".join(" ".join(screen_lines(app)).split())
    status = run_coder("status", "--json", "--project", project.config.folder)[1]
    told = json.loads(status)["not_gold"]
    assert [each["why"] for each in told] == [*NOT_GOLD]
    for each in told:
        assert f"{', '.join(each['articles'])} › {each['command']}" in page


async def test_what_is_not_gold_is_found_anew_only_after_a_change(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list[int]()

    def counted(project: Project) -> list[Unreleased]:
        found.append(1)
        return find_unreleased(project)

    monkeypatch.setattr("coder.tui.screens.review_waiting.find_unreleased", counted)
    screen = ReviewScreen(project, "salma")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        screen.show_queue()
        await pilot.pause()
        assert len(found) == 1 and "not gold yet 6" in screen_lines(app)[0]
        withdraw(project, "salma", ["uncoded"], "a duplicate")
        screen.show_queue()
        await pilot.pause()
        assert len(found) == 2 and "not gold yet 5" in screen_lines(app)[0]


async def test_that_all_are_closed_is_said_with_what_is_left(project: Project) -> None:
    withdraw(project, "salma", ["twice", "changed"], "duplicates")
    screen = ReviewScreen(project, "salma")
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        said = "All here are closed; 4 articles not gold yet: F5 says why."
        assert said in "\n".join(screen_lines(pilot.app))


async def test_ids_stand_beside_titles_in_the_queue(project: Project) -> None:
    screen = ReviewScreen(project, "salma")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = "\n".join(screen_lines(app))
        for beginning in ("twi", "cha", "sig", "uns"):
            assert f" {beginning} " in lines
        assert "to sign" in lines


async def test_an_article_from_the_queue_is_signed_by_key(project: Project) -> None:
    screen = ReviewScreen(project, "rana", "unsigned")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "to sign" in screen_lines(app)[0]
        footer = "".join(column.text for column in screen.bars["footer"].row)
        assert "sign" in footer
        await pilot.press("y")
        assert "You have signed" in "".join(
            column.text for column in screen.bars["message"].row
        )
        assert "to sign" not in screen_lines(app)[0]
    with project.store.read() as queries:
        assert signatures(queries) == {"signed": "rana", "unsigned": "rana"}


async def test_nobody_signs_their_own_gold_by_key(project: Project) -> None:
    screen = ReviewScreen(project, "salma", "unsigned")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("y")
        assert "another supervisor" in "".join(
            column.text for column in screen.bars["message"].row
        )
    with project.store.read() as queries:
        assert signatures(queries) == {"signed": "rana"}
