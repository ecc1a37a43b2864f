"""What a database could not keep is refused where it comes in: typed, pasted, imported,
or as a name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Article, Coding
from coder.service.delivery.intake import import_files
from coder.service.edits.answer_edits import Comment, SetValue
from coder.service.edits.context import Context
from coder.service.project.opened import Project, create_project
from coder.storage_limits import is_plain, unstorable

BAD = ("a\0b", "half \ud800 a character")
SEEDS = Path(__file__).parent.parent.parent / "seeds"


@pytest.fixture
def project(tmp_path: Path, database_url: str) -> Iterator[Project]:
    made = create_project(tmp_path / "project", database=database_url)
    made.add_person("amal", "coder")
    yield made
    made.close()


@pytest.mark.parametrize("typed", BAD)
def test_a_typed_value_or_comment(project: Project, typed: str) -> None:
    coding = Coding("a1", "", project.codebook.ref, "amal")
    field = project.codebook.article_fields[0]
    context = Context(project.codebook, Article("a1", ""))
    with pytest.raises(CoderError, match="cannot be stored"):
        SetValue("", field, typed).apply(coding, context)
    with pytest.raises(CoderError, match="cannot be stored"):
        Comment("", field, typed).apply(coding, context)


@pytest.mark.parametrize("written", BAD)
@pytest.mark.parametrize("place", ["answer", "id", "text"])
def test_an_imported_article_or_coding_by_file_and_line(
    project: Project, tmp_path: Path, written: str, place: str
) -> None:
    record = json.loads(
        (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()[0]
    )
    if place == "answer":
        import_files(project, [SEEDS / f"{record['article']['id']}.txt"])
        record["answers"]["genre"] = {"value": written}
    else:
        article = {"id": "new", "text": "نص", **{place: written}}
        text = article["text"].encode("utf-8", "surrogatepass")
        record = {
            **record,
            "article": {**article, "text_sha256": hashlib.sha256(text).hexdigest()},
        }
    file = tmp_path / "in.jsonl"
    file.write_text("\n" + json.dumps(record) + "\n", "utf-8")
    with pytest.raises(CoderError) as caught:
        import_files(project, [file])
    assert caught.value.where in (f"{file}:2", f"{file}:2: article.id")
    assert "character" in " ".join(caught.value.words("en"))
    with project.store.read() as queries:
        assert queries.codings(submitted=False) == []


@pytest.mark.parametrize("name", BAD)
def test_a_name(project: Project, name: str) -> None:
    with pytest.raises(CoderError, match="character"):
        project.add_person(name, "coder")


@pytest.mark.parametrize(
    "value", ["a\0b", "half \ud800 a character", float("inf"), float("nan")]
)
def test_a_json_text_is_plain_only_without_what_cannot_be_kept(
    value: str | float,
) -> None:
    assert is_plain(json.dumps({"text": ["نص", 1.5, None]}, ensure_ascii=False))
    assert not is_plain(json.dumps({"text": [value]}, ensure_ascii=False))
    assert unstorable([value])
