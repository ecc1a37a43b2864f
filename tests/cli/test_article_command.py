"""`coder article correct`: a preview, the correction, what it says, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
ARTICLE = "003_febfd1bff842471e"
SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """The article with words before it, and another letter in a place of amal's."""
    text = (SEEDS / f"{ARTICLE}.txt").read_text("utf-8")
    lines = (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()
    coding = next(
        record
        for record in map(json.loads, lines)
        if record["article"]["id"] == ARTICLE
    )
    place = next(span for span in coding["spans"] if span["kind"] == "place")
    middle = (place["start"] + place["end"]) // 2
    file = tmp_path / "corrected.txt"
    file.write_text(f"رويترز: {text[:middle]}ڨ{text[middle + 1 :]}", "utf-8")
    return file


def test_a_text_is_previewed_corrected_and_put_back(
    demo_folder: Path, run_coder: Run, corrected: Path
) -> None:
    at = ("--project", demo_folder, "--as", "salma")
    words = ("article", "correct", ARTICLE, corrected, "--because", "cut off")
    code, out, _ = run_coder(*words, "--dry-run", "--json", *at)
    plan = json.loads(out)
    assert (code, plan["text_version"]) == (0, 2)
    assert plan["replaced"][0]["old"] == ""
    by_coder = {each["coder"]: each for each in plan["codings"]}
    assert by_coder["amal"]["lost"] and by_coder["amal"]["reopened"]
    code, out, _ = run_coder(*words, "--dry-run", *at)
    assert code == 0 and "nothing was written" in out
    code, out, err = run_coder(*words, *at)
    lost = by_coder["amal"]["lost"][0]
    assert code == 0 and "version 2" in out and "open again" in out
    assert f"amal: lost the {lost['kind']}" in err and lost["quote"] in err
    code, out, err = run_coder("agree", "--project", demo_folder)
    assert code == 0 and "1 coding of an article whose corrected text" in out
    assert run_coder("verify", "--project", demo_folder)[0] == 0
    code, out, _ = run_coder("article", "correct", ARTICLE, "--undo", *at)
    assert code == 0 and "version 1" in out
    assert run_coder("verify", "--project", demo_folder)[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "file with the corrected text is missing"),
        (("none.txt", "--because", "x"), "none.txt"),
        (("--undo",), "never corrected"),
        ((SEEDS, "--because", "x"), "holds 5 articles"),
        ((SEEDS / f"{ARTICLE}.txt", "--because", "x"), "this text already"),
        ((SEEDS / "000_fd74d59c4a9049c0.txt",), "needs a reason"),
    ],
)
def test_what_is_no_correction_says_why(
    demo_folder: Path, run_coder: Run, words: tuple[object, ...], message: str
) -> None:
    at = ("--project", demo_folder, "--as", "salma")
    code, _, err = run_coder("article", "correct", ARTICLE, *words, *at)
    assert code == 2
    assert message in err
    assert "hint: " in err


def test_a_coder_corrects_no_text(
    demo_folder: Path, run_coder: Run, corrected: Path
) -> None:
    at = ("--project", demo_folder, "--as", "amal")
    code, _, err = run_coder(
        "article", "correct", ARTICLE, corrected, "--because", "x", *at
    )
    assert code == 2 and "supervisor" in err
