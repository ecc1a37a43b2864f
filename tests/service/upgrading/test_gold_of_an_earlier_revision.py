"""Gold that keeps its revision after an upgrade: no damage, and in no figure of the new
one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import TakeAgreed
from coder.errors import CoderError
from coder.model import GOLD
from coder.service.delivery.intake import import_files
from coder.service.figures.agreement_report import agreement_report
from coder.service.learning.evaluation import evaluate_file
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project, create_project
from coder.service.review import policy_runs
from coder.service.review.gold_session import ReviewSession
from coder.service.review.review_queue import queue, stale_gold
from coder.service.upkeep.rule_check import check
from tests.support.upgraded import codings, done

ROOT = Path(__file__).parents[3]


def test_gold_of_one_coding_that_keeps_its_revision_is_not_called_damage(
    tmp_path: Path, articles: Path, file: Path
) -> None:
    project = create_project(tmp_path / "alone")
    project.add_person("amal", "coder")
    project.add_person("salma", "supervisor")
    only = tmp_path / "amal.jsonl"
    lines = (articles / "work.jsonl").read_text("utf-8").splitlines(keepends=True)
    only.write_text(
        "".join(each for each in lines if json.loads(each)["coder"] == "amal"), "utf-8"
    )
    import_files(project, [*sorted(articles.glob("*.txt")), only])
    project.config = replace(project.config, gold=GoldRules(policies=("single",)))
    policy_runs.apply(project, "salma")
    kept = codings(project, GOLD)
    _rename_a_value(file)
    done(project, file)
    assert codings(project, GOLD) == kept != []
    assert {each.status for each in queue(project)} == {"revisions"}
    assert (
        [each for each in check(project) if each.rule == "stale"]
        == stale_gold(project)
        == []
    )
    done(project, file, gold=True)
    assert "revisions" not in {each.status for each in queue(project)}
    project.close()


def _rename_a_value(file: Path) -> None:
    """Make the new revision one that leaves nothing to look at, in which only one value
    has another name.
    """
    text = (
        (ROOT / "schemas" / "conflict_events.yaml")
        .read_text("utf-8")
        .replace("1.0.0", "1.0.1", 1)
    )
    text = text.replace("{id: reported,", "{id: told,").replace(
        "default: reported", "default: told"
    )
    recode = "\nrecode:\n  from: '1.0.0'\n  values: {certainty: {reported: told}}\n"
    file.write_text(text + recode, "utf-8")


def test_agreement_leaves_out_gold_that_keeps_its_revision(
    local: Project, file: Path
) -> None:
    assert "gold" in [table.name for table in agreement_report(local)[1].tables]
    text = (ROOT / "schemas" / "conflict_events.yaml").read_text("utf-8")
    file.write_text(text.replace("1.0.0", "1.0.1", 1), "utf-8")
    done(local, file)  # nothing to look at: everything stays submitted
    comparison, report = agreement_report(local)
    assert comparison.codebook.ref.endswith("@1.0.1") and comparison.coders == (
        "amal",
        "basim",
    )
    assert "gold" not in [table.name for table in report.tables]
    done(local, file, gold=True)
    assert "gold" in [table.name for table in agreement_report(local)[1].tables]


def test_an_upgrade_during_a_review_is_named_as_such(
    local: Project, file: Path
) -> None:
    review = ReviewSession(local, local.article("003"), "salma")
    review.do(TakeAgreed())
    review.writer.flush()
    text = (
        (ROOT / "schemas" / "conflict_events.yaml")
        .read_text("utf-8")
        .replace("1.0.0", "1.0.1", 1)
    )
    text = text.replace("{id: reported,", "{id: told,").replace(
        "default: reported", "default: told"
    )
    recode = "recode:\n  from: '1.0.0'\n  values: {certainty: {reported: told}}\n"
    file.write_text(f"{text}\n{recode}", "utf-8")
    done(local, file)
    with pytest.raises(CoderError, match="different revisions of the codebook"):
        # the gold holds values that the codings' codebook no longer has
        review.catch_up()


def test_suggestions_are_evaluated_against_gold_that_has_other_fields(
    local: Project, file: Path
) -> None:
    text = (ROOT / "schemas" / "conflict_events.yaml").read_text("utf-8")
    for old in ("killed, injured]", "id: injured", "field: injured", "injured.m"):
        text = text.replace(old, old.replace("injured", "wounded"))
    recode = "\nrecode:\n  from: '1.0.0'\n  fields: {injured: wounded}\n"
    file.write_text(text.replace("1.0.0", "2.0.0", 1) + recode, "utf-8")
    done(local, file)
    assert evaluate_file(local, "gold").values["date"].n > 0
