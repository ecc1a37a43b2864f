"""NaN and infinity, which Python writes into JSON: refused with file, line and value."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from coder.errors import CoderError
from coder.foreign import from_json
from coder.importers import article_shards
from coder.importers.annotated import documents_in
from coder.importers.registry import reader_for
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project

TEXT = "قُتل ثلاثة أشخاص أمس في غارة على حلب، وقالت وكالة الأنباء إن القصف أصاب سوق المدينة القديمة."
LONG = "1" * 400 + ".0"
NATIVE = {
    "format": "coder/1",
    "article": {"id": "a", "text_sha256": "", "text": TEXT},
    "codebook": "conflict-events-ar@1.0.0",
    "coder": "suggester",
    "spans": [
        {"id": "x", "kind": "actor", "start": 0, "end": 4, "quote": "قُتل", "score": "?"}
    ],
}


def with_number(record: object, number: str) -> str:
    """A record as JSON, with a number instead of its question mark."""
    return json.dumps(record, ensure_ascii=False).replace('"?"', number)


@pytest.mark.parametrize("text", ["NaNx", "[1e999x]", '{"a": -Infinityy}'])
def test_a_word_that_begins_like_such_a_number_is_an_error_of_its_place(
    text: str,
) -> None:
    with pytest.raises(ValueError, match="is not a finite number"):
        from_json(text)


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "-1.5E+400"]
)
@pytest.mark.parametrize("record", [{"id": "a", "text": TEXT, "note": "?"}, NATIVE])
def test_a_file_of_articles_or_candidates_is_refused(
    project: Project, tmp_path: Path, record: dict[str, object], number: str
) -> None:
    (tmp_path / "a.jsonl").write_text(f"\n{with_number(record, number)}\n", "utf-8")
    with pytest.raises(CoderError) as refused:
        import_files(project, [tmp_path / "a.jsonl"])
    assert refused.value.where == f"{tmp_path / 'a.jsonl'}:2"
    assert f"{number} is not a finite number at column" in refused.value.message
    with project.store.read() as queries:
        assert not queries.article_ids()


@pytest.mark.parametrize(
    ("name", "record", "line"),
    [
        (
            "a.jsonl",
            {
                "text": TEXT,
                "spans": [{"start": 0, "end": 4, "label": "X"}],
                "score": "?",
            },
            1,
        ),
        ("a.jsonl", {"text": TEXT, "label": [[0, 4, "X"]], "score": "?"}, 1),
        (
            "a.json",
            [
                {
                    "id": 1,
                    "data": {"text": TEXT},
                    "annotations": [{"id": 2, "lead_time": "?"}],
                }
            ],
            10,
        ),
        ("a.json", {"%FEATURE_STRUCTURES": [{"%ID": 1, "%TYPE": "x", "n": "?"}]}, 6),
    ],
)
def test_other_tools_annotations_are_refused(
    tmp_path: Path, name: str, record: object, line: int
) -> None:
    path = tmp_path / name
    text = (
        with_number(record, "NaN")
        if line == 1
        else json.dumps(record, indent=1).replace('"?"', "NaN")
    )
    path.write_text(text, "utf-8")
    with pytest.raises(CoderError) as refused:
        [*documents_in(path, reader_for(path, annotations=True))]
    assert refused.value.where.startswith(str(path))
    place = "" if line == 1 else f"line {line}, "
    assert f"NaN is not a finite number at {place}column" in refused.value.message


def test_a_shard_s_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        f'{{"id": "a", "text": "{TEXT}", "score": NaN}}\n', "utf-8"
    )
    [(where, error)] = article_shards.read(tmp_path / "a.jsonl")
    assert where == "a.jsonl:1" and isinstance(error, CoderError)
    assert "NaN is not a finite number" in error.message


def test_the_word_is_refused_where_it_is_a_number_and_not_in_a_text() -> None:
    assert from_json('{"NaN": "\\"Infinity\\" NaN", "n": 1.5e300}') == {
        "NaN": '"Infinity" NaN',
        "n": 1.5e300,
    }
    with pytest.raises(
        ValueError, match=r"^NaN is not a finite number at line 2, column 14$"
    ):
        from_json('{"NaN": "\\" NaN",\n  "n": [1.5, NaN]}')
    with pytest.raises(
        ValueError, match=rf"^{LONG[:20]} is not a finite number at column 2$"
    ):
        from_json(f"[{LONG}]")
    assert from_json(f"[{LONG[:-2]}]") == [int(LONG[:-2])]  # which is finite


def test_a_table_s_nan_is_no_metadata(project: Project, tmp_path: Path) -> None:
    columns = {
        "id": ["a", "b"],
        "text": [TEXT, f"{TEXT}!"],
        "author": [float("nan"), float("inf")],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    assert import_files(project, [tmp_path / "a.parquet"]).articles == 2
    assert "author" not in project.article("a").metadata
    assert project.article("b").metadata["author"] == "inf"
