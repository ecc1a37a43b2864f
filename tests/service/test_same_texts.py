"""The same text under two ids is named, and annotations of it do not go to either
unasked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Coding
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project

Run = Callable[..., tuple[int, str, str]]
TEXT = "اندلع حريق كبير في سوق بمدينة حلب يوم الأحد"


def table(path: Path, *ids: str, text: str = TEXT) -> Path:
    rows = [f"{name},{text}" for name in ids]
    path.write_text("\n".join(["id,text", *rows]), "utf-8")
    return path


def brat(folder: Path, name: str = "other") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(TEXT, "utf-8")
    (folder / f"{name}.ann").write_text("T1\tplace 19 22\tسوق\n", "utf-8")
    return folder


def coding_of(project: Project, article: str) -> Coding | None:
    with project.store.read() as queries:
        return queries.coding(article, "amal")


def test_the_same_text_in_one_import_is_named(
    project: Project, tmp_path: Path, run_coder: Run
) -> None:
    path = table(tmp_path / "twice.csv", "x1", "x2")
    here = ("--project", project.config.folder)
    code, out, err = run_coder("import", path, *here)
    assert code == 0 and "2 articles" in out
    [told] = [line for line in err.splitlines() if "same text" in line]
    assert told.startswith("x2 ") and "x1" in told
    # Nothing is said of what the project has already.
    assert "same text" not in run_coder("import", path, *here)[2]


def test_the_same_text_as_stored_is_named(project: Project, tmp_path: Path) -> None:
    import_files(project, [table(tmp_path / "a.csv", "x1")])
    (tmp_path / "noid.csv").write_text(f"text\n{TEXT}\nحريق آخر\n", "utf-8")
    report = import_files(project, [tmp_path / "noid.csv"])
    [same] = report.same_texts
    assert report.articles == 2 and same.like == "x1"
    assert project.article(same.article).text == TEXT


def test_annotations_of_a_text_stored_twice_ask(
    project: Project, tmp_path: Path, run_coder: Run
) -> None:
    import_files(project, [table(tmp_path / "twice.csv", "x1", "x2")])
    with pytest.raises(CoderError) as refused:
        import_files(project, [brat(tmp_path / "ann")], whom="amal")
    assert refused.value.where == str(tmp_path / "ann" / "other.ann")
    assert "x1, x2" in refused.value.message and "--article" in refused.value.hint
    here = ("--project", project.config.folder)
    chosen = ("--as", "amal", "--article", "x1", *here)
    assert run_coder("import", tmp_path / "ann", *chosen)[0] == 0
    assert coding_of(project, "x1") and not coding_of(project, "x2")


def test_the_file_s_id_decides_between_same_texts(
    project: Project, tmp_path: Path
) -> None:
    import_files(project, [table(tmp_path / "twice.csv", "x1", "x2")])
    import_files(project, [brat(tmp_path / "ann", "x1")], whom="amal")
    assert coding_of(project, "x1") and not coding_of(project, "x2")


def test_an_unknown_article_is_refused(project: Project, tmp_path: Path) -> None:
    import_files(project, [table(tmp_path / "twice.csv", "x1", "x2")])
    with pytest.raises(CoderError, match="no article 'x3'"):
        import_files(project, [brat(tmp_path / "ann")], whom="amal", articles=["x3"])


def test_texts_matched_by_hash_ask_too(project: Project, tmp_path: Path) -> None:
    """Of a record without a text, such as `coder export jsonl --no-text` writes."""
    import_files(project, [table(tmp_path / "twice.csv", "x1", "x2")])
    digest = project.article("x1").text_sha256
    line = f'{{"text_sha256": "{digest}", "label": [[19, 22, "place"]]}}'
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    with pytest.raises(CoderError, match="x1, x2"):
        import_files(project, [tmp_path / "a.jsonl"], whom="amal")
