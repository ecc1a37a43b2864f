"""`coder suggest explain` says why something is suggested; `coder show` what by."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.service.delivery.intake import import_files
from coder.service.learning.batch import suggest
from coder.service.project.opened import create_project

Run = Callable[..., tuple[int, str, str]]
TEXT = "قصف الجيش السوري مدينة إدلب. وأسفر القصف عن مقتل خمسة مدنيين."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one article and its candidates."""
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    project = create_project(tmp_path / "project")
    import_files(project, [tmp_path / "one.txt"])
    suggest(project, cores=1)
    project.close()
    return project.config.folder


def test_an_explanation_names_rows_and_patterns(run_coder: Run, folder: Path) -> None:
    code, out, _ = run_coder("suggest", "explain", "one", "--project", folder)
    lines = out.splitlines()
    assert code == 0 and lines[0] == "trigger «قصف» 0–3"
    assert lines[2] == "  tells an event"
    assert [line for line in lines if "[" in line and "Initiators" in line] == [
        "  Initiators: Syrian army, from «الجيش السوري», row doer-at-start"
        " [^ auxiliary* @:noun:verb-like:!definite some-of* ACTOR:!accusative=agent]",
        "  Initiators: Syrian army, from «الجيش السوري», row doer-at-start"
        " [^ auxiliary* @:noun:verb-like:!definite some-of* ACTOR:!accusative=agent]"
        " (carried over from a sentence before)",
    ]


def test_an_explanation_at_an_offset_is_one_document(
    run_coder: Run, folder: Path
) -> None:
    at = TEXT.index("خمسة")
    words = ("suggest", "explain", "one", "--at", at, "--json", "--project", folder)
    code, out, _ = run_coder(*words)
    told = json.loads(out)
    assert code == 0
    [trigger] = told["triggers"]
    assert (trigger["words"], trigger["origin"]) == ("القصف", "noun:قصف")
    [candidate] = told["candidates"]
    assert (candidate["words"], candidate["source"]) == ("خمسة مدنيين", "list")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["explain"], "explain needs an article"),
        (["explain", "one", "--at", "900"], "no code point 900"),
        (["explain", "one", "--again"], "cannot be used together"),
        (["--at", "3"], "only be used with explain"),
    ],
)
def test_wrong_use_of_explain_says_what_to_do(
    run_coder: Run, folder: Path, words: list[str], error: str
) -> None:
    code, _, err = run_coder("suggest", *words, "--project", folder)
    assert code == 2 and error in err and "hint: " in err


def test_shown_candidates_have_origin_and_score(run_coder: Run, folder: Path) -> None:
    _, out, _ = run_coder("show", "one", "--json", "--project", folder)
    shown = {each["quote"]: each for each in json.loads(out)["candidates"]}
    assert shown["قصف"]["origin"] == "noun:قصف"
    assert shown["مدينة إدلب"]["origin"] == "lexicon:idlib"
    assert all(0 < each["score"] <= 1 for each in shown.values())
