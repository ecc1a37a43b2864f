"""Vetoed and promoted terms in exports of candidates and proposals, as on screens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coder.model import Verdict
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.learning import learned_terms
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project

NAME = "زعفرانة"
TEXT = f"قصفت {NAME} مدينة إدلب أمس وقتلت خمسة مدنيين."
VALUE = [{"name": NAME, "class": "armed_group"}]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    made = create_project(tmp_path / "project")
    made.add_person("salma", "supervisor")
    import_files(made, [tmp_path / "one.txt"])
    suggest(made, cores=1)
    yield made
    made.close()


def exported(project: Project, what: str, to: Path) -> dict[str, Any]:
    """The exported line of the article."""
    deliver(project, "native", what, to, force=True)
    line: dict[str, Any] = json.loads(to.read_text("utf-8"))
    return line


def quotes(line: dict[str, Any], kind: str) -> list[str]:
    return [each["quote"] for each in line["spans"] if each["kind"] == kind]


def test_exported_candidates_follow_rulings(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    before = exported(project, "candidates", out)
    assert quotes(before, "place") == ["مدينة إدلب"]
    assert NAME not in quotes(before, "actor")
    learned_terms.rule(project, "salma", Verdict.VETOED, "place", "مدينة إدلب")
    learned_terms.rule(
        project, "salma", Verdict.PROMOTED, "actor", NAME, json.dumps(VALUE)
    )
    after = exported(project, "candidates", out)
    assert quotes(after, "place") == []
    [promoted] = [each for each in after["spans"] if each["quote"] == NAME]
    assert (promoted["origin"], promoted["value"]) == (f"promoted:{NAME}", VALUE)
    learned_terms.undo(project, "salma")
    learned_terms.undo(project, "salma")
    assert exported(project, "candidates", out) == before


def test_exported_proposals_follow_rulings(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    fields = exported(project, "proposals", out)["events"][0]["fields"]
    assert "initiators" not in fields and "place" in fields
    learned_terms.rule(project, "salma", Verdict.VETOED, "place", "مدينة إدلب")
    learned_terms.rule(
        project, "salma", Verdict.PROMOTED, "actor", NAME, json.dumps(VALUE)
    )
    line = exported(project, "proposals", out)
    fields = line["events"][0]["fields"]
    assert fields["initiators"]["value"] == VALUE
    assert "place" not in fields
    assert "مدينة إدلب" not in quotes(line, "place")


def test_a_new_run_keeps_a_ruling(project: Project, tmp_path: Path) -> None:
    learned_terms.rule(project, "salma", Verdict.VETOED, "place", "مدينة إدلب")
    suggest(project, again=True, cores=1)
    line = exported(project, "candidates", tmp_path / "out.jsonl")
    assert quotes(line, "place") == []
