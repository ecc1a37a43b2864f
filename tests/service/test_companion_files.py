"""Annotations as other tools have their files: companions named one by one, and texts
under other keys.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """What the shell makes of `d/*`."""
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "annotation.conf").write_text("[entities]\nplace\n", "utf-8")
    (folder / "c.ann").write_text("T1\tplace 12 15\tحلب\n", "utf-8")
    (folder / "c.txt").write_text("حريق في سوق حلب", "utf-8")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("form", [None, "brat"])
def test_brat_files_named_one_by_one_are_read(
    project: Project, files: list[Path], form: str | None
) -> None:
    report = import_files(project, files, form, whom="amal")
    assert (report.articles, report.codings) == (1, 1)
    assert [left.file for left in report.left_out] == [str(files[0])]


def test_texts_beside_brat_files_are_articles(
    project: Project, files: list[Path]
) -> None:
    report = import_files(project, files)
    assert (report.articles, report.codings) == (1, 0)
    assert [left.file for left in report.left_out] == [str(files[0]), str(files[1])]


def test_a_text_alone_has_no_annotations(project: Project, files: list[Path]) -> None:
    with pytest.raises(CoderError, match="no annotations"):
        import_files(project, [files[2]], whom="amal")


def test_annotations_alone_are_no_article(project: Project, files: list[Path]) -> None:
    with pytest.raises(CoderError, match="another tool"):
        import_files(project, [files[1]])


def test_doccano_s_key_data_is_the_text(project: Project, tmp_path: Path) -> None:
    line = {"id": 10, "data": "اندلع حريق في سوق حلب", "label": [[18, 21, "place"]]}
    (tmp_path / "all.jsonl").write_text(json.dumps(line), "utf-8")
    report = import_files(project, [tmp_path / "all.jsonl"], whom="amal")
    assert (report.articles, report.codings, report.left_out) == (1, 1, [])


def test_doccano_s_key_data_is_an_article(project: Project, tmp_path: Path) -> None:
    line = {"id": 10, "data": "اندلع حريق في سوق حلب", "label": []}
    (tmp_path / "all.jsonl").write_text(json.dumps(line), "utf-8")
    assert import_files(project, [tmp_path / "all.jsonl"]).articles == 1
    assert project.article("10").text == line["data"]


def test_data_of_other_records_is_no_text(project: Project, tmp_path: Path) -> None:
    """Without annotations it is a column like others: in Italian, a date."""
    lines = [{"id": "a", "text": "حريق في حلب"}, {"id": "a", "data": "2024-03-05"}]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    report = import_files(project, [path])
    assert (report.articles, dict(report.left_columns)) == (1, {"data": 1})


def test_an_example_without_an_id_is_told_in_words(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text('{"label": [[0, 1, "place"]]}', "utf-8")
    [left] = import_files(project, [tmp_path / "a.jsonl"], whom="amal").left_out
    assert "…" not in str(left.reason)
