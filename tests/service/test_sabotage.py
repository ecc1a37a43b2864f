"""One coder's wrong values are left out and named, and everybody else's work goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sabotage import (
    CRIMES,
    ODD,
    WRONG,
    WRONG_CODINGS,
    article,
    coding,
    hostile_values,
    sabotage,
    team_project,
)

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters.registry import FORMATS
from coder.service.coding.session import CodingSession
from coder.service.project import fitting
from coder.service.project.opened import Project, open_project
from coder.service.review.review_queue import queue
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from tests.support.postgres import OWNER, Server

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """The project before the sabotage, once on each engine."""
    monkeypatch.setenv("PGUSER", OWNER)
    made = team_project(database_url.replace(f"{OWNER}@", ""), tmp_path / "project")
    monkeypatch.setenv("PGUSER", "salma")
    yield made
    made.close()


@pytest.fixture(scope="module")
def sabotaged(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of a project on PostgreSQL after the sabotage."""
    folder = tmp_path_factory.mktemp("sabotaged") / "project"
    with pytest.MonkeyPatch.context() as patch, postgres.database() as name:
        patch.setenv("PGUSER", OWNER)
        made = team_project(postgres.url(name), folder)
        sabotage(made)
        made.close()
        patch.setenv("PGUSER", "salma")
        yield folder


def test_each_hostile_value_is_found(conflict_events: Codebook) -> None:
    sound = coding("eve", article("a"))
    assert list(fitting.wrong_values(sound, conflict_events)) == []
    missed = [
        name
        for name, change in (*hostile_values(conflict_events), *WRONG.items())
        if not list(fitting.wrong_values(change(sound), conflict_events))
    ]
    assert missed == []
    for name, change in ODD.items():
        assert not list(fitting.wrong_values(change(sound), conflict_events)), name


def test_what_is_left_out_changes_no_figure(project: Project, run_coder: Run) -> None:
    here = ("--project", project.config.folder, "--json")
    asked = ("agree", "--coders", "amal,basim,eve", *here)
    before = json.loads(run_coder(*asked)[1])
    sabotage(project)
    with project.store.begin("salma") as work:  # her other codings do not count
        for name in ("a3", "a4", "a6"):
            rows = {("aside", name, "eve"): {"article": name, "coder": "eve"}}
            rows["aside", name, "eve"]["reason"] = "odd"
            work.record("withdrawn", "coding.set_aside", {}, rows)
    after = json.loads(run_coder(*asked)[1])
    assert [each["coding"] for each in after["wrong_codings"]] == ["a1/eve"]
    assert before["wrong_codings"] == []
    for name in ("events", "fields", "coders"):
        assert after[name] == before[name]


def exported(run_coder: Run, folder: Path, *words: object) -> list[str]:
    """Whose codings an export in the native format holds."""
    out = run_coder("export", "native", "--project", folder, *words)[1]
    lines = map(json.loads, out.splitlines())
    return sorted(f"{line['article']['id']}/{line['coder']}" for line in lines)


def test_every_command_goes_on(sabotaged: Path, run_coder: Run, tmp_path: Path) -> None:
    """Each that reads values says how many codings it left out, and which."""
    here = ("--project", sabotaged)
    either, submitted, opened = WRONG_CODINGS, WRONG_CODINGS[:1], WRONG_CODINGS[1:]
    naming: list[tuple[list[str], int, tuple[object, ...]]] = [
        (submitted, 0, ("agree",)),
        (submitted, 0, ("agree", "--field", "killed")),
        (submitted, 0, ("agree", "plan")),
        (submitted, 0, ("agree", "--measure", "kappa")),
        (submitted, 0, ("gold", "apply", "--dry-run")),
        (submitted, 0, ("gold", "apply", "--as", "salma")),
        (submitted, 0, ("suggest", "--evaluate", "codings")),
        (either, 1, ("check",)),
        (either, 0, ("status",)),
        (opened, 0, ("codebook", "worklist")),
    ]
    for form in FORMATS:
        out = tmp_path / form.name
        place = (out,) if form.name == "dataset" else ("--out", out)
        words = ("--what", "codings", "--allow-loss")
        if "codings" in form.holds:
            naming.append((either, 0, ("export", form.name, *place, *words)))
    for names, code, words in naming:
        result = run_coder(*words, *here)
        assert result[0] == code, (words, result)
        count = f"{len(names)} coding{'s are' if len(names) > 1 else ' is'} left out"
        assert count in result[2], (words, result[2])
        assert f": {', '.join(names)}.\n" in result[2], (words, result[2])
        again = (*words, "--force") if words[0] == "export" else words
        document = json.loads(run_coder(*again, "--json", *here)[1])
        if isinstance(document, dict):
            found = [each["coding"] for each in document["wrong_codings"]]
            assert found == names, words
    for words in (
        ("gold",),
        ("gold", "show", "a6"),
        ("status", "--time"),
        ("questions",),
        ("lexicon",),
        ("people",),
        ("training", "--as", "eve"),
        ("suggest",),
        ("packet", "make", tmp_path / "eve.packet", "--for", "eve"),
        ("backup", tmp_path / "all.backup"),
        ("assign", "--coders", "amal,basim,eve", "--per-article", "3"),
    ):
        code, _, err = run_coder(*words, *here)
        assert code == 0, (words, err)
    theirs = exported(run_coder, sabotaged, "--what", "codings")
    everything = {f"{a}/{c}" for a in CRIMES for c in ("amal", "basim", "eve")}
    assert theirs == sorted(everything - {*WRONG_CODINGS})


def test_check_and_verify_name_each_value(sabotaged: Path, run_coder: Run) -> None:
    code, out, _ = run_coder("check", "--json", "--project", sabotaged)
    places = {each["where"] for each in json.loads(out) if each["rule"] == "value"}
    assert code == 1
    assert {"a1/eve", "a2/eve", "a1/eve/mood", "a1/eve/e1/killed"} <= places
    code, out, _ = run_coder("verify", "--json", "--project", sabotaged)
    found = json.loads(out)["findings"]
    named = {each["where"] for each in found if each["check"] == "value"}
    assert (code, sorted(named)) == (1, WRONG_CODINGS)
    assert any("no_such_kind" in each["what"] for each in found)
    assert {each["check"] for each in found} == {"value", "evidence"}


def test_the_queue_names_whose_coding_it_leaves_out(sabotaged: Path) -> None:
    project = open_project(sabotaged, person="salma")
    waiting = {each.article: each for each in queue(project)}
    assert set(waiting) == {*CRIMES}
    assert waiting["a1"].wrong == ("eve",)
    assert waiting["a1"].coders == ("amal", "basim")
    assert waiting["a6"].coders == ("amal", "basim", "eve")
    project.close()


async def test_every_screen_of_the_others_goes_on(sabotaged: Path) -> None:
    project = open_project(sabotaged, person="salma")
    screen = ReviewScreen(project, "salma")
    async with CoderApp(lambda: screen).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "1 coding left out: wrong values" in bar(screen)
        for page in ("f2", "f4", "f7"):
            await pilot.press(page)
            await pilot.pause()
            await pilot.press("escape")
        for name in CRIMES:
            screen.open_article(name)
            await pilot.pause()
            assert screen.session is not None and screen.session.article.id == name
            for key in ("n", "]", ";", "escape", "f7", "escape", "x", "escape"):
                await pilot.press(key)
            await pilot.pause()
        screen.session.close()
    project.close()
    project = open_project(sabotaged, person="amal")
    coding_screen = CodingScreen(project, "amal", project.article("a1"))
    async with CoderApp(lambda: coding_screen).run_test(size=(100, 30)) as pilot:
        for key in ("f5", "tab", "escape", "f2", "escape", "f7", "escape", "f4"):
            await pilot.press(key)
            await pilot.pause()
    project.close()


def bar(screen: Any) -> str:
    """All words in the bars of a screen."""
    rows = (bar.row for bar in screen.bars.values())
    words = " ".join(column.text for row in rows for column in row)
    return words.translate(dict.fromkeys(range(0x2066, 0x206A)))


@pytest.mark.parametrize("name", [*CRIMES])
async def test_their_own_screen_opens_or_says_what_is_wrong(
    sabotaged: Path, name: str
) -> None:
    project = open_project(sabotaged, person="eve")
    chosen = project.article(name)
    if f"{name}/eve" in WRONG_CODINGS:
        with pytest.raises(CoderError) as caught:
            CodingSession(project, chosen, "eve")
        assert "does not allow" in caught.value.message
        assert f"coder withdraw {name} --coding eve" in caught.value.hint
        project.close()
        return
    screen = CodingScreen(project, "eve", chosen)
    async with CoderApp(lambda: screen).run_test(size=(100, 30)) as pilot:
        for key in ("f5", "tab", "escape", "f2", "escape", "f7", "escape", "f4"):
            await pilot.press(key)
            await pilot.pause()
        for key in ("tab", "down", "left", ";", "escape", "ctrl+s", "escape", "z"):
            await pilot.press(key)
            await pilot.pause()
    project.close()
