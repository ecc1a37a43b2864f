"""`coder pack test`: the examples of packs as their tests, and what is said of those
that fail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.codebook.load import read_codebook
from coder.codebook.shipped import packs
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose

Run = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).parents[2] / "docs" / "packs.md"
RIGHT = "slots: {by: [الأمطار], place: [مدينة درنة]}"


@pytest.fixture
def floods(tmp_path: Path) -> Path:
    """The files of the page on packs."""
    text = PAGE.read_text("utf-8")
    for name, inside in re.findall(r"(?ms)as `([^`]+)`:\n\n```\w*\n(.*?)^```$", text):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(inside, "utf-8")
    return tmp_path / "floods.yaml"


def change(floods: Path, right: str, wrong: str) -> str:
    """Change the pack; return `file:line` of the change."""
    pack = floods.parent / "packs" / "my_floods.yaml"
    text = pack.read_text("utf-8")
    assert right in text
    pack.write_text(text.replace(right, wrong, 1), "utf-8")
    return f"{pack}:{text[: text.index(right)].count(chr(10)) + 1}"


def test_all_packs_of_a_codebook_are_tested(run_coder: Run, floods: Path) -> None:
    code, out, _ = run_coder("pack", "test", floods)
    assert code == 0
    assert re.fullmatch(r"\d+ examples, 0 failed\n", out)


def test_the_flood_of_the_page_is_read_whole(floods: Path) -> None:
    codebook = read_codebook(floods)
    text = (floods.parent / "derna.txt").read_text("utf-8")
    article = Article("derna", text)
    found = propose(article, codebook)
    act = next(each for each in found if each.quote == "غمرت")
    proposal = EventProposer(found, article, codebook).propose(act)
    words = {field: [each.quote for each in told] for field, told in proposal.items()}
    assert words == {
        "kind": ["غمرت"],
        "place": ["مدينة درنة"],
        "killed": ["12 شخصا"],
        "injured": ["40 آخرين"],
        "missing": ["سبعة أشخاص"],
        "displaced": ["300 عائلة"],
        "houses": ["150 منزلا", "عشرين خيمة"],
        "cause": ["الأمطار"],
    }
    assert proposal["cause"][0].value == "rain"
    assert proposal["missing"][0].value == {"min": 7, "max": 7}


@pytest.mark.parametrize("name", packs())
def test_a_shipped_pack_is_tested_by_its_name(run_coder: Run, name: str) -> None:
    code, out, err = run_coder("pack", "test", name)
    assert code == 0, out + err
    assert re.fullmatch(r"\d+ examples?, 0 failed\n", out)


def test_other_words_in_a_slot_are_one_line(run_coder: Run, floods: Path) -> None:
    place = change(floods, RIGHT, "slots: {by: [مدينة]}")
    code, out, _ = run_coder("pack", "test", floods)
    first, last = out.splitlines()
    assert code == 1
    assert first == (
        f"{place}: flooded-by: other words in “غمرت الأمطار مدينة درنة”; "
        "wanted by=مدينة; got by=الأمطار (flooded-by)"
    )
    assert last.endswith(", 1 failed")


def test_an_act_that_is_no_trigger_is_told(run_coder: Run, floods: Path) -> None:
    change(floods, "مدينة درنة, act: غمرت", "مدينة درنة, act: درنة")
    code, out, _ = run_coder("pack", "test", floods)
    assert code == 1
    assert "flooded-by: the act “درنة” is not found in" in out


def test_a_row_that_does_not_fire_is_told(run_coder: Run, floods: Path) -> None:
    change(floods, "... rain|dam=by", "... dam=by")
    code, out, _ = run_coder("pack", "test", floods)
    assert code == 1
    assert "flooded-by: does not fire in “غمرت الأمطار مدينة درنة”" in out


def test_a_row_that_fires_in_a_counter_example_is_told(
    run_coder: Run, floods: Path
) -> None:
    counter = "{text: اجتاحت السيول مدينة درنة, act: السيول}"
    change(floods, counter, "{text: غمرت أمطار درنة, act: غمرت}")
    code, out, _ = run_coder("pack", "test", floods)
    assert code == 1
    assert "flooded-by: fires in “غمرت أمطار درنة”, where it must not" in out


def test_failures_are_one_json_document(run_coder: Run, floods: Path) -> None:
    place = change(floods, RIGHT, "slots: {by: [مدينة]}")
    code, out, _ = run_coder("pack", "test", floods, "--json")
    document = json.loads(out)
    [failure] = document["failures"]
    assert (code, failure["place"], failure["why"]) == (1, place, "other_words")
    assert (failure["pack"], failure["row"]) == ("my_floods", "flooded-by")
    assert failure["wanted"] == {"by": ["مدينة"]}
    assert failure["got"] == {"by": ["الأمطار"]}
    assert failure["rows"] == {"by": "flooded-by"}


def test_a_project_tests_its_own_packs_and_a_changed_file(
    run_coder: Run, floods: Path, tmp_path: Path
) -> None:
    at = ("--project", tmp_path / "study")
    assert run_coder("init", tmp_path / "study", "--codebook", floods)[0] == 0
    copy = tmp_path / "study" / "packs" / "my_floods.yaml"
    pack = floods.parent / "packs" / "my_floods.yaml"
    assert copy.read_bytes() == pack.read_bytes()
    assert run_coder("pack", "test", *at)[0] == 0
    change(floods, RIGHT, "slots: {by: [مدينة]}")
    assert run_coder("pack", "test", *at)[0] == 0
    assert run_coder("pack", "test", pack, *at)[0] == 1


def test_a_check_of_a_codebook_covers_its_packs(run_coder: Run, floods: Path) -> None:
    place = change(floods, "rain|dam=by", "rain|damm=by")
    code, _, err = run_coder("codebook", "check", floods)
    assert code == 2
    assert f"{place}:" in err and "unknown label “damm”" in err


def test_a_pack_needs_a_codebook(
    run_coder: Run, floods: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(floods.parent)
    code, _, err = run_coder("pack", "test", "packs/my_floods.yaml")
    assert code == 2 and "There is no project here" in err
