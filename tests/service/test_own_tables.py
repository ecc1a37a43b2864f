"""The tables of articles that the program writes are read back as they were; foreign
ones as they stand.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from coder.exporters.tidy_tables import TABLES
from coder.importers.columns import is_own
from coder.model import Article
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project

TEXTS = {
    "sum": "=2+3 قال المتحدث إن ثلاثة قُتلوا.",
    "minus": "-5 درجات في حلب أمس.",
    "at": "@user: غارة على حلب",
    "wide": "＝1 غارة",
    "tab": "\tغارة على حلب",
    "apostrophe": "'=1 كما كُتب",
    "two": "''+1 كما كُتب",
    "quoted": "'مقتبس' في أول السطر",
    "lines": 'سطر أول\r\nسطر "ثان"، وفاصلة;\n\n𞤀𞤣 خارج المستوى الأول\n',
    "code": "كُتب _x000D_ هكذا",
}
KNOWN = {
    "title": '=HYPERLINK("http://example.org")',
    "outlet": "'سانا'",
    "published": "2024-03-05",
    "region": "+شمال",
}


def articles(project: Project) -> list[Article]:
    with project.store.read() as queries:
        return [*queries.articles_of(queries.article_ids()).values()]


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    lines = [{"id": name, "text": text, **KNOWN} for name, text in TEXTS.items()]
    lines.append({"id": "bare", "text": "بلا شيء يُعرف عنه."})
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")
    import_files(project, [path], columns=["region=region"])
    return project


@pytest.mark.parametrize(
    ("form", "file"),
    [("tables", "articles.csv"), ("parquet", "articles.parquet"), ("xlsx", "")],
)
def test_articles_come_back_as_they_were(
    filled: Project, tmp_path: Path, form: str, file: str
) -> None:
    out = tmp_path / ("out.xlsx" if form == "xlsx" else "out")
    deliver(filled, form, "proposals", out)
    again = create_project(tmp_path / "again")
    report = import_files(again, [out / file if file else out])
    assert (report.articles, dict(report.left_columns)) == (11, {})
    told = [str(left.reason) for left in report.left_out]
    assert [each.partition(":")[0] for each in told] == ["other sheets"] * (not file)
    assert articles(again) == articles(filled)
    assert (
        again.article("sum").metadata == KNOWN
        and again.article("sum").source == "news.jsonl"
    )
    assert import_files(again, [out / file if file else out]).unchanged == 11
    again.close()


def test_what_is_known_comes_back_without_texts_too(
    filled: Project, tmp_path: Path
) -> None:
    deliver(filled, "tables", "proposals", tmp_path / "out", text=False)
    with filled.store.begin("setup") as work:
        work.save_metadata(
            {"sum": KNOWN}, {"sum": {"title": "غيره"}}, "metadata.corrected"
        )
    assert import_files(filled, [tmp_path / "out/articles.csv"]).corrected == 1
    assert filled.article("sum").metadata == KNOWN


def test_an_apostrophe_that_somebody_else_wrote_stays(
    project: Project, tmp_path: Path
) -> None:
    rows = [
        ("id", "text", "title"),
        ("a", "'=1 كما كُتب", "'+963 رقم"),
        ("b", "'-نص", "''@x"),
    ]
    with (tmp_path / "foreign.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    import_files(project, [tmp_path / "foreign.csv"])
    assert [(a.text, a.metadata["title"]) for a in articles(project)] == [
        each[1:] for each in rows[1:]
    ]


def test_the_columns_by_which_a_table_is_known_are_those_that_are_written() -> None:
    written = set(TABLES["articles"])
    assert is_own(written) and is_own(written - {"text"})
    assert not any(is_own(written - {each}) for each in written - {"text"})
