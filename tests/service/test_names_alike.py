"""Two people of a team are never told apart only by case, or by letters that readers
take for the same.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.project.opened import Project
from coder.service.team.members import rename
from tests.conftest import ROOT, SEEDS
from tests.support.packets import changed, replaced

Run = Callable[..., tuple[int, str, str]]
CODING = (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("dina", "Dina"),
        ("أمل", "امل"),
        ("هدى", "هدي"),
        ("فاطمة", "فاطمه"),
        ("عَلي", "علي"),
    ],
)
def test_a_name_like_another_is_refused_with_that_other_named(
    project: Project, there: str, new: str
) -> None:
    project.add_person(there, "coder")
    with pytest.raises(CoderError, match=f"{new} differs from {there}") as refused:
        project.add_person(new, "supervisor")
    assert f"use {there}" in refused.value.hint
    assert {person.name for person in project.people()} == {"amal", there}


def test_a_name_can_be_corrected_to_a_variant_of_itself(project: Project) -> None:
    rename(project, "amal", "Amal")
    assert [person.name for person in project.people()] == ["Amal"]


def test_names_that_the_program_uses_are_taken_in_any_case(project: Project) -> None:
    for name in (
        "Gold",
        "Supervisor",
    ):  # the second stands in gold for a value of the supervisor's own
        with pytest.raises(CoderError, match="cannot be a person's name"):
            project.add_person(name, "coder")


BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]


@pytest.mark.parametrize("name", ["amal | basim", "a|b"])
def test_a_name_that_would_split_a_list_is_no_name(project: Project, name: str) -> None:
    """Exports separate names by ` | `."""
    with pytest.raises(CoderError, match="cannot be a person's name"):
        project.add_person(name, "coder")


UNREADABLE = [
    "",
    " ",
    "...",
    "\u0301",
    "\u200b",
    "\u00a0",
    "\u2800",
    "\u3164\u3164",
    "a\u2028b",
    "a\nb",
    "am\u200bal",
    "am\u200cal",
    "\u200camal",
    "amal\u00a0k",
    "amal\ufe0f",
    "am\u00adal",
    *(f"bas{chr(code)}im" for code in BIDI_CONTROLS),
    "a" * 101,
    "ع" * 5_000,
]


@pytest.mark.parametrize("name", UNREADABLE, ids=lambda name: ascii(name[:20]))
def test_a_name_that_cannot_be_read_is_refused(
    project: Project, tmp_path: Path, run_coder: Run, name: str
) -> None:
    """The turning ones are of `Bidi_Control` in the Unicode file PropList.txt."""
    with pytest.raises(CoderError, match="The name contains"):
        project.add_person(name, "coder")
    with pytest.raises(CoderError, match="The name contains"):
        rename(project, "amal", name)
    with pytest.raises(CoderError, match="The name contains"):
        project.person(name)
    if "\0" in name or not name:
        return
    at = ("--project", project.config.folder)
    imported = tmp_path / "in.jsonl"
    imported.write_text(CODING.replace('"amal"', json.dumps(name)) + "\n", "utf-8")
    for words in (
        ("people", "add", name, "--role", "coder"),
        ("people", "rename", "amal", name),
        ("code", "--as", name),
        ("import", imported),
    ):
        code, _, err = run_coder(*words, *at)
        assert code == 2 and "The name contains" in err, (words[0], err)
        assert len(err) < 1000, words[0]
    assert [person.name for person in project.people()] == ["amal"]


@pytest.mark.parametrize("name", ["\u200b", "ع" * 5_000], ids=["invisible", "long"])
def test_gold_that_names_nobody_readable_is_refused(
    project: Project, tmp_path: Path, run_coder: Run, name: str
) -> None:
    at = ("--project", project.config.folder)
    gold = (ROOT / "exports" / "gold.native.jsonl").read_text("utf-8").splitlines()[0]
    run_coder("import", *SEEDS.glob("*.txt"), *at)
    (tmp_path / "in.jsonl").write_text(gold + "\n", "utf-8")
    assert '"amal"' in gold
    named = gold.replace('"amal"', json.dumps(name))
    (tmp_path / "bad.jsonl").write_text(named + "\n", "utf-8")
    code, _, err = run_coder("import", tmp_path / "bad.jsonl", *at)
    assert code == 2 and "The name contains" in err, err
    assert run_coder("import", tmp_path / "in.jsonl", *at)[0] == 0


@pytest.mark.parametrize("name", ["\u200b", "ع" * 5_000], ids=["invisible", "long"])
def test_a_packet_of_somebody_unreadable_is_refused(
    project: Project, tmp_path: Path, run_coder: Run, name: str
) -> None:
    at = ("--project", project.config.folder)
    run_coder("import", *SEEDS.glob("*.txt"), *at)
    run_coder("assign", "--coders", "amal", "--per-article", "1", *at)
    run_coder("packet", "make", "--for", "amal", tmp_path / "packet", *at)
    bad = changed(tmp_path / "packet", replaced('"amal"', json.dumps(name)))
    for words in (("open", bad, tmp_path / "new"), ("merge", bad, *at)):
        code, _, err = run_coder("packet", *words)
        assert code == 2 and "The name contains" in err, err
        assert len(err) < 1000
    assert not (tmp_path / "new").exists()


def test_a_name_may_have_a_joiner_and_a_blank(project: Project) -> None:
    project.add_person("می\u200cخواهم علی", "coder")
    assert "می\u200cخواهم علی" in [person.name for person in project.people()]
