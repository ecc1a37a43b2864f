"""Supervisors' decisions about terms come over with the codebook, and go back with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.errors import CoderError, ConflictError
from coder.model import Json, Verdict
from coder.service.learning import learned_terms
from coder.service.project.config import save_user_view, user_view
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.codebook_upgrade import (
    Upgrade,
    dry_run,
    read_new,
    undo_upgrade,
    upgrade,
)
from coder.service.upkeep.integrity import verify
from tests.support.revised import RECODE, revised

MORE = """\
  span_kinds: {weapon: means}
  actors: {usa: united_states}
"""


@pytest.fixture
def project(tmp_path: Path, database_url: str) -> Iterator[Project]:
    """A project without articles; salma is its supervisor."""
    made = create_project(tmp_path / "p", database=database_url)
    made.add_person("salma", "supervisor")
    yield made
    made.close()


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Project]:
    """The same in a file."""
    made = create_project(tmp_path / "local")
    made.add_person("salma", "supervisor")
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The next revision: a span kind and an actor renamed, a span kind gone, an event
    type split.
    """
    path = revised(tmp_path / "new", recode=RECODE + MORE)
    text = path.read_text("utf-8").replace("  - id: weapon\n", "  - id: means\n")
    path.write_text(re.sub(r"(?ms)^  - id: claim\n.*?(?=^\S)", "", text), "utf-8")
    lexicon = path.parent / "conflict_events_lexicon.yaml"
    text = lexicon.read_text("utf-8")
    lexicon.write_text(
        re.sub(r"(id|parent): usa\b", r"\1: united_states", text), "utf-8"
    )
    return path


def decided(project: Project) -> dict[tuple[str, str], tuple[str, Json]]:
    """Kind and term → the decision and the value."""
    with project.store.read() as queries:
        return {(r.kind, r.text): (r.verdict.value, r.value) for r in queries.rulings()}


def decide(project: Project) -> None:
    """One decision of each sort that an upgrade has to do with."""
    for kind, term, value in (
        ("actor", "الأشقر", "usa"),
        ("actor", "الفجر", json.dumps([{"name": "الفجر", "class": "armed_group"}])),
        ("source", "الناطق", json.dumps([{"who": "usa", "kind": "official"}])),
        ("trigger", "أغارت", "air_strike"),
        ("trigger", "هددت", "threat"),
        ("place", "الدير", "deir_ezzor"),
        ("weapon", "عصا", "aircraft"),
        ("claim", "زعم", ""),
    ):
        learned_terms.rule(project, "salma", Verdict.PROMOTED, kind, term, value)
    learned_terms.rule(project, "salma", Verdict.VETOED, "weapon", "قلم")


def test_what_was_decided_about_terms_comes_over_under_the_new_names(
    project: Project, file: Path
) -> None:
    decide(project)
    before = decided(project)
    done = upgrade(project, "salma", read_new(project, file))
    # By hand from the renamings above; a value that could be two is to be given anew.
    assert decided(project) == {
        ("actor", "الأشقر"): ("promoted", ["united_states"]),
        ("actor", "الفجر"): ("promoted", [{"name": "الفجر", "class": "armed_group"}]),
        ("source", "الناطق"): (
            "promoted",
            [{"who": "united_states", "kind": "official"}],
        ),
        ("trigger", "أغارت"): ("promoted", None),
        ("trigger", "هددت"): ("promoted", "threat"),
        ("place", "الدير"): before["place", "الدير"],
        ("means", "عصا"): ("promoted", ["aircraft"]),
        ("means", "قلم"): ("vetoed", None),
    }
    assert lost(done) == {
        (
            "trigger",
            "أغارت",
        ): "it has become “Crewed air strike” or “Air strike by unknown means”",
        ("claim", "زعم"): "the kind claim was removed",
    }
    assert not verify(project).findings
    if not project.store.has_logins:
        undo_upgrade(project, "salma")
        assert decided(project) == before
        assert not verify(project).findings


def lost(done: Upgrade) -> dict[tuple[str, str], str]:
    return {(was.kind, was.text): why.en for was, _, why in done.rulings if why}


def test_a_decision_goes_to_no_term_that_is_decided_about_already(
    project: Project, file: Path
) -> None:
    text = file.read_text("utf-8").replace(
        "{weapon: means}", "{weapon: means, claim: object}"
    )
    file.write_text(text, "utf-8")
    learned_terms.rule(project, "salma", Verdict.VETOED, "claim", "زعم")
    learned_terms.rule(project, "salma", Verdict.PROMOTED, "object", "زعم")
    done = upgrade(project, "salma", read_new(project, file))
    assert decided(project) == {("object", "زعم"): ("promoted", None)}
    assert lost(done) == {("claim", "زعم"): "it has already been decided on as object"}


def test_decisions_of_before_an_upgrade_can_be_undone_again_after_its_undo(
    local: Project, file: Path
) -> None:
    learned_terms.rule(local, "salma", Verdict.PROMOTED, "actor", "الأشقر", "usa")
    upgrade(local, "salma", read_new(local, file))
    # The decisions of before are not taken back one by one any more.
    assert learned_terms.undo(local, "salma") is None
    undo_upgrade(local, "salma")
    assert decided(local) == {("actor", "الأشقر"): ("promoted", ["usa"])}
    assert learned_terms.undo(local, "salma") == ("term.promoted", ["الأشقر"])


def test_an_upgrade_stays_once_a_term_was_decided_about_after_it(
    local: Project, file: Path
) -> None:
    upgrade(local, "salma", read_new(local, file))
    learned_terms.rule(local, "salma", Verdict.VETOED, "means", "قلم")
    with pytest.raises(ConflictError, match=r"@1\.1\.0 there are 1 change"):
        undo_upgrade(local, "salma")
    assert decided(local) == {("means", "قلم"): ("vetoed", None)}


def test_of_two_upgrades_each_takes_back_its_own_decisions(
    local: Project, file: Path, tmp_path: Path
) -> None:
    learned_terms.rule(local, "salma", Verdict.PROMOTED, "actor", "الأشقر", "usa")
    upgrade(local, "salma", read_new(local, file))
    again = tmp_path / "again.yaml"
    text = (
        file.read_text("utf-8")
        .partition("\nrecode:")[0]
        .replace('"1.1.0"', '"1.2.0"', 1)
    )
    again.write_text(text, "utf-8")
    for lexicon in file.parent.glob("*_lexicon.yaml"):
        (tmp_path / lexicon.name).write_bytes(lexicon.read_bytes())
    upgrade(local, "salma", read_new(local, again))
    undo_upgrade(local, "salma")
    assert decided(local) == {("actor", "الأشقر"): ("promoted", ["united_states"])}
    undo_upgrade(local, "salma")
    assert decided(local) == {("actor", "الأشقر"): ("promoted", ["usa"])}
    with pytest.raises(CoderError, match="never been upgraded"):
        undo_upgrade(local, "salma")


def test_the_command_says_what_of_the_decisions_it_could_not_carry(
    tmp_path: Path, file: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    project = create_project(tmp_path / "p")
    project.add_person("salma", "supervisor")
    decide(project)
    assert (
        len(dry_run(project, read_new(project, file)).rulings)
        == len(decided(project))
        == 9
    )
    words = (
        "codebook",
        "upgrade",
        file,
        "--as",
        "salma",
        "--project",
        project.config.folder,
    )
    code, out, _ = run_coder(*words, "--dry-run", "--json")
    rows = {row["term"]: row for row in json.loads(out)["terms"]}
    assert code == 0 and len(rows) == 9
    assert rows["زعم"] == {
        "kind": "claim",
        "term": "زعم",
        "decision": "promoted",
        "carried": False,
        "lost": "النوع «claim» لم يبقَ في الدليل",
    }
    save_user_view(replace(user_view(), language="en"))
    code, out, _ = run_coder(*words)
    assert code == 0
    assert "decisions about terms carried over: 8 of 9\n" in out
    assert "without its value" in out
    project.close()
