"""Gold and codings from elsewhere: where they came from stays known, and what is wrong
in them is reported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pandas
import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import GOLD, Answer, Article, Coding, Status
from coder.service.delivery.intake import import_files
from coder.service.delivery.releases import make, releases
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project, create_project
from coder.service.publication.dataset_folder import publish
from coder.service.review.gold_list import gold_lines
from coder.service.review.gold_session import reopen
from coder.service.upkeep.integrity import verify

Run = Callable[..., tuple[int, str, str]]
TEXT = "قصف الجيش السوري حلب أمس."
DOCCANO = {
    "text": TEXT,
    "entities": [
        {"id": 1, "label": "trigger", "start_offset": 0, "end_offset": 3},
        {"id": 2, "label": "place", "start_offset": 17, "end_offset": 20},
    ],
    "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "place"}],
}
MAPPING = "labels: {trigger: {event: air_strike}}\nstatus: submitted\n"
AT = "tasks"  # the article's id, of which there is none in the file


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project")
    made.add_person("salma", "supervisor")
    yield made
    made.close()


@pytest.fixture
def annotated(project: Project, tmp_path: Path) -> Project:
    """A project with the gold of one article from doccano."""
    (tmp_path / "tasks.jsonl").write_text(json.dumps(DOCCANO) + "\n", "utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    file = tmp_path / "tasks.jsonl"
    import_files(project, [file], "doccano", whom=GOLD, mapping=tmp_path / "map.yaml")
    return project


def test_imported_gold_keeps_its_file_and_tool(
    annotated: Project, tmp_path: Path, run_coder: Run
) -> None:
    [line] = gold_lines(annotated)
    assert line.imported_from == "tasks.jsonl (doccano)"
    assert {*line.values} == {"imported"}
    publish(annotated, "gold", tmp_path / "out", allow_loss=True)
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert ": 1, from tasks.jsonl (doccano)\n" in card
    values = pandas.read_parquet(tmp_path / "out" / "parquet" / "values.parquet")
    imported = values[values["how"] == "imported"]
    assert {*imported["applied_by"]} == {"setup"} and {*imported["by"]} == {""}
    assert f"rows of values imported by `setup`: {len(imported)}\n" in card
    assert verify(annotated).findings == []


def test_an_annotator_is_whose_value_it_is(project: Project, tmp_path: Path) -> None:
    task = {
        "data": {"text": TEXT},
        "annotations": [
            {
                "completed_by": {"email": "kim@example.org"},
                "result": [
                    {
                        "id": "r1",
                        "from_name": "label",
                        "to_name": "text",
                        "type": "labels",
                        "value": {
                            "start": 0,
                            "end": 3,
                            "text": "قصف",
                            "labels": ["trigger"],
                        },
                    }
                ],
            }
        ],
    }
    (tmp_path / "tasks.json").write_text(json.dumps([task]), "utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    file = tmp_path / "tasks.json"
    import_files(
        project, [file], "labelstudio", whom=GOLD, mapping=tmp_path / "map.yaml"
    )
    with project.store.read() as queries:
        [head] = queries.coding_heads()
        gold = queries.gold(head.article)
    assert gold is not None and gold.source == "tasks.json (labelstudio)"
    assert {a.taken_from for a in gold.every_answer} == {("kim@example.org",)}


def test_the_same_gold_in_two_files_is_the_same(
    project: Project, tmp_path: Path
) -> None:
    with project.store.begin("setup") as work:
        work.add_articles([Article("a1", TEXT)])
    sha = Article("a1", TEXT).text_sha256
    line = {
        "format": "coder/1",
        "article": {"id": "a1", "text_sha256": sha},
        "codebook": project.codebook.ref,
        "coder": "gold",
        "status": "submitted",
        "answers": {"genre": {"value": "news"}},
        "spans": [],
        "events": [],
    }
    for name in ("one.jsonl", "two.jsonl", "three.jsonl"):
        (tmp_path / name).write_text(json.dumps(line) + "\n", "utf-8")
    report = import_files(project, [tmp_path / "one.jsonl", tmp_path / "two.jsonl"])
    assert (report.codings, report.repeated) == (1, 1)
    assert import_files(project, [tmp_path / "three.jsonl"]).unchanged == 1
    assert [each.imported_from for each in gold_lines(project)] == ["one.jsonl"]


def test_imported_gold_needs_no_signature(annotated: Project) -> None:
    annotated.config = replace(
        annotated.config, gold=replace(GoldRules(), sign_off=1.0)
    )
    [line] = gold_lines(annotated)
    assert not line.to_sign
    assert make(annotated, "salma")[0].articles == 1
    reopen(
        annotated, "salma", line.article, GOLD
    )  # from here it is work of this project
    assert [each.to_sign for each in gold_lines(annotated)] == [True]


def test_gold_imported_before_files_were_recorded_is_known(
    project: Project, tmp_path: Path
) -> None:
    article = Article("a1", TEXT)
    gold = Coding(
        "a1",
        article.text_sha256,
        project.codebook.ref,
        GOLD,
        Status.SUBMITTED,
        {"genre": Answer("news")},
    )
    with project.store.begin("setup") as work:
        work.add_articles([article])
        work.save_coding(None, gold, "coding.imported")
    project.config = replace(project.config, gold=replace(GoldRules(), sign_off=1.0))
    [line] = gold_lines(project)
    assert (line.imported_from, line.to_sign) == ("unknown", False)
    assert line.values == {"imported": 1}
    publish(project, "gold", tmp_path / "out", allow_loss=True)
    assert ": 1, from unknown\n" in (tmp_path / "out/README.md").read_text("utf-8")


# ------------------------------------------------------------------ training
@pytest.fixture
def with_training(demo: Project) -> Project:
    """The sample project, with closed gold of another article that is for training
    only.
    """
    article = Article("t1", TEXT)
    gold = Coding("t1", article.text_sha256, demo.codebook.ref, GOLD, Status.SUBMITTED)
    with demo.store.begin("salma") as work:
        work.add_articles([article])
        work.assign([("t1", "you", "training", 99)])
        work.save_coding(None, gold, "coding.imported")
    return demo


def test_a_release_leaves_training_articles_out(
    with_training: Project, run_coder: Run
) -> None:
    at = ("--as", "salma", "--project", with_training.config.folder)
    out = run_coder("gold", "release", *at)[1]
    assert "Release 1: 1 article." in out
    [line] = [line for line in out.splitlines() if line.startswith("for training")]
    assert "1 article " in line and "coder gold release --training" in line
    at = ("--release", "1", "--project", with_training.config.folder)
    assert '"t1"' not in run_coder("export", "native", *at)[1]
    assert verify(with_training).findings == []


def test_the_card_says_that_training_articles_are_left_out(
    with_training: Project, run_coder: Run, tmp_path: Path
) -> None:
    make(with_training, "salma")
    at = ("--project", with_training.config.folder)
    words = ("export", "dataset", tmp_path / "out", "--release", "1", "--allow-loss")
    assert run_coder(*words, *at)[0] == 0
    english = (tmp_path / "out" / "README.md").read_text("utf-8")
    line = "- left out: 1 article coded for training only\n"
    assert line in english.partition("## Limits")[2]
    arabic = (tmp_path / "out" / "README.ar.md").read_text("utf-8")
    assert "رُمّزت للتدريب فقط\n" in arabic


def test_a_release_with_training_articles_is_another_one(
    with_training: Project, run_coder: Run, tmp_path: Path
) -> None:
    make(with_training, "salma")
    at = ("--as", "salma", "--project", with_training.config.folder)
    out = run_coder("gold", "release", "--training", *at)[1]
    assert "Release 2: 2 articles." in out and "--training" not in out
    with with_training.store.read() as queries:
        assert [each.training for each in releases(queries)] == [False, True]
    at = ("--project", with_training.config.folder)
    assert '"t1"' in run_coder("export", "native", "--release", "2", *at)[1]
    words = ("export", "dataset", tmp_path / "out", "--release", "2", "--allow-loss")
    assert run_coder(*words, *at)[0] == 0
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "- articles that were coded for training only: 1 (t1)\n" in card
    assert verify(with_training).findings == []


def test_a_project_of_training_articles_has_nothing_to_release(
    project: Project,
) -> None:
    article = Article("t1", TEXT)
    gold = Coding(
        "t1", article.text_sha256, project.codebook.ref, GOLD, Status.SUBMITTED
    )
    project.add_person("amal", "coder")
    with project.store.begin("salma") as work:
        work.add_articles([article])
        work.assign([("t1", "amal", "training", 0)])
        work.save_coding(None, gold, "coding.imported")
    with pytest.raises(CoderError, match="for training only") as caught:
        make(project, "salma")
    assert "--training" in caught.value.hint
    assert make(project, "salma", training=True)[0].articles == 1


def test_a_release_from_before_keeps_its_training_articles(
    with_training: Project,
) -> None:
    made, *_ = make(with_training, "salma", training=True)
    what = f"gold.released {made.position} {made.articles} {made.sha256}"
    with with_training.store.read() as queries:
        [entry] = queries.entries(subject="releases")
    assert entry.what == what  # as such entries were written before
    assert verify(with_training).findings == []


# ------------------------------------------------------------------ rules
def test_an_import_shows_the_first_errors_by_the_rules(
    project: Project, tmp_path: Path, run_coder: Run
) -> None:
    lines = []
    with project.store.begin("setup") as work:
        work.add_articles([Article(f"a{n}", f"{TEXT} {n}") for n in range(7)])
    project.add_person("amal", "coder")
    for n in range(7):
        article = Article(f"a{n}", f"{TEXT} {n}")
        lines.append(
            {
                "format": "coder/1",
                "article": {"id": article.id, "text_sha256": article.text_sha256},
                "codebook": project.codebook.ref,
                "coder": "amal",
                "status": "submitted",
                "answers": {"relevance": {"value": "not_relevant"}},
                "spans": [],
                "events": [{"id": "e1", "fields": {}}],
            }
        )
    file = tmp_path / "amal.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    code, out, err = run_coder("import", file, "--project", project.config.folder)
    assert code == 0 and "by the rules of the codebook they have" in out
    shown = [line for line in err.splitlines() if line.startswith("error ")]
    assert len(shown) == 5 and any("a0/amal" in line for line in shown)
    assert "more: coder check --errors" in err
    errors = int(out.partition("they have ")[2].split()[0])
    checked = run_coder(
        "check", "--errors", "--json", "--project", project.config.folder
    )[1]
    assert len(json.loads(checked)) == errors
    with closing(create_project(tmp_path / "again")) as again:
        again.add_person("amal", "coder")
        with again.store.begin("setup") as work:
            work.add_articles([Article(f"a{n}", f"{TEXT} {n}") for n in range(7)])
    told = run_coder("import", file, "--json", "--project", tmp_path / "again")[1]
    assert len(json.loads(told)["first_errors"]) == 5
