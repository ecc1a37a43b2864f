"""Shards of candidates, taken into a project: as if it had read the articles itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coder.codebook import shipped
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.service.delivery.intake import import_files
from coder.service.learning.batch import suggest
from coder.service.learning.shards import propose_shards
from coder.service.project.opened import Project, create_project
from tests.support.shards import EACH, SHARDS, article, on_one_core, written


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Eight shards of six articles."""
    return written(tmp_path / "in", EACH)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project that has the articles of the shards."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(SHARDS * EACH):
        (folder / f"{article(n).id}.txt").write_text(article(n).text, "utf-8")
    project = create_project(tmp_path / "project")
    import_files(project, [folder])
    yield project
    project.close()


def test_an_import_of_shards_stores_what_suggest_stores(
    source: Path, project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    propose_shards(source, out, project.codebook, on_one_core)
    report = import_files(project, [out])
    assert (report.articles, report.suggested, report.unchanged) == (
        0,
        SHARDS * EACH,
        0,
    )
    imported = candidates(project)
    assert all(len(found) >= 5 for found in imported.values())
    assert suggest(project, cores=1) == 0  # all articles count as read
    suggest(project, cores=1, again=True)
    assert candidates(project) == imported
    report = import_files(project, [out])
    assert (report.suggested, report.unchanged) == (0, SHARDS * EACH)


def candidates(project: Project) -> dict[str, list[Candidate]]:
    with project.store.read() as queries:
        return {
            article: queries.candidates(article) for article in queries.article_ids()
        }


@pytest.mark.parametrize("name", shipped.codebooks())
def test_shards_with_text_bring_their_articles(
    name: str, tmp_path: Path, sample_articles: dict[str, Article]
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    lines = [
        json.dumps({"id": each.id, "text": each.text})
        for each in sample_articles.values()
    ]
    (source / "a.jsonl").write_text("\n".join(lines))
    project = create_project(tmp_path / "project", codebook=shipped.codebook(name))
    propose_shards(source, out, project.codebook, on_one_core, with_text=True)
    report = import_files(project, [out])
    assert (report.articles, report.suggested) == (5, 5)
    assert all(
        project.article(each.id).text == each.text for each in sample_articles.values()
    )
    imported = candidates(project)
    assert suggest(project, cores=1) == 0
    assert suggest(project, cores=1, again=True) == 5
    assert candidates(project) == imported
    project.close()


def test_a_half_that_a_killed_run_left_is_not_imported(
    source: Path, project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    propose_shards(source, out, project.codebook, on_one_core)
    (out / ".coder-x.part").mkdir()
    (out / ".coder-x.part" / "part-0.candidates.jsonl").write_text("{")
    assert import_files(project, [out]).suggested == SHARDS * EACH


def test_two_opinions_on_one_article_are_refused(
    source: Path, project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    propose_shards(source, out, project.codebook, on_one_core)
    record = json.loads(
        (out / "part-0.candidates.jsonl").read_text("utf-8").splitlines()[0]
    )
    (out / "second.jsonl").write_text(json.dumps({**record, "spans": []}), "utf-8")
    with pytest.raises(CoderError) as caught:
        import_files(project, [out])
    assert f"{out / 'second.jsonl'}:1: " in str(caught.value)
    assert "already" in caught.value.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: record["article"].update(id="999"), "no article '999'"),
        (lambda record: record["article"].update(text_sha256="0" * 64), "another text"),
        (lambda record: record["spans"][0].update(quote="غيره"), "the text there is"),
        (lambda record: record["spans"][0].update(end=9999), "ends after the text"),
        (lambda record: record["spans"][0].update(kind="colour"), "span kind 'colour'"),
        (lambda record: record["spans"][0].update(score=1.5), "'score'"),
        (
            lambda record: record["spans"][0].update(value={"a": 7}),
            "Span 'trigger:0-4'",
        ),
        (lambda record: record["spans"][0].pop("origin"), "'origin' is missing"),
        (lambda record: record["spans"][0].update(origin="a\0"), "U+0000"),
        (lambda record: record["spans"].append(record["spans"][0]), "is used twice"),
        (
            lambda record: record.update(codebook="conflict-events-ar@9.0.0"),
            "conflict-events-ar@9.0.0",
        ),
    ],
)
def test_candidates_that_do_not_fit_are_refused_with_their_line(
    source: Path,
    project: Project,
    tmp_path: Path,
    change: Callable[[Any], object],
    words: str,
) -> None:
    out = tmp_path / "out"
    propose_shards(source, out, project.codebook, on_one_core)
    path = out / "part-7.candidates.jsonl"
    lines = path.read_text("utf-8").splitlines()
    record = json.loads(lines[2])
    change(record)
    lines[2] = json.dumps(record)
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(CoderError) as caught:
        import_files(project, [out])
    assert words in str(caught.value)
    assert f"{path}:3: " in str(caught.value)
    assert not any(candidates(project).values())
