"""Tidy tables, opened by the programs that people open them with, say what the codings
say.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from coder.adjudicate.gold_edits import GoldEdit, RejectCluster, RestoreCluster
from coder.exporters.registry import FORMATS
from coder.exporters.tidy_tables import TABLES
from coder.model import Answer, Article, Blank
from coder.service.delivery.datasets import deliver
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession
from tests.support.later import Later

pandas, polars = Later("pandas"), Later("polars")
Run = Callable[..., tuple[int, str, str]]
Records = list[dict[str, Any]]
SAFE = re.compile(r"^'('*[=+\-@\t\r\n＝＋－＠])")
FORMULAS = (
    '=HYPERLINK("http://x","y")',
    "+963",
    "-2",
    "@x",
    "\t=1",
    "＝1",
    "'=1",
    "''+1",
)
PLAIN = ("'قال", "نص = نص", "'", "a=1")


def from_csv(path: Path, table: str) -> Records:
    frame = pandas.read_csv(path / f"{table}.csv", dtype=str, keep_default_na=False)
    return [
        {n: SAFE.sub(r"\1", c) or None for n, c in row.items()}
        for row in frame.to_dict("records")
    ]


def from_parquet(path: Path, table: str) -> Records:
    return [
        {
            name: None if cell is None or cell == "" else cell
            for name, cell in row.items()
        }
        for row in polars.read_parquet(path / f"{table}.parquet").to_dicts()
    ]


def from_sqlite(path: Path, table: str) -> Records:
    with sqlite3.connect(path) as database:
        found = database.execute(f'SELECT * FROM "{table}"')
        names = [each[0] for each in found.description]
        return [
            {n: None if c == "" else c for n, c in zip(names, row, strict=True)}
            for row in found
        ]


def from_xlsx(path: Path, table: str) -> Records:
    head, *rows = openpyxl.load_workbook(path.open("rb"), read_only=True)[
        table
    ].iter_rows(values_only=True)
    width = len(head)
    return [
        dict(zip(head, (row + (None,) * width)[:width], strict=True)) for row in rows
    ]


READERS = {
    "tables": from_csv,
    "parquet": from_parquet,
    "sqlite": from_sqlite,
    "xlsx": from_xlsx,
}
formats = pytest.mark.parametrize("name", READERS)


@pytest.fixture(scope="module")
def read(
    made_demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Records]:
    """The rows of a table of all codings of the sample project, in a format."""
    out = tmp_path_factory.mktemp("out")
    shutil.copytree(made_demo, out / "project")

    @cache
    def of(name: str, table: str) -> Records:
        if not (out / name).exists():
            project = open_project(out / "project")
            deliver(project, name, "codings", out / name, allow_loss=True)
            project.close()
        return READERS[name](out / name, table)

    return of


def native(project: Project, tmp_path: Path) -> Records:
    deliver(project, "native", "codings", tmp_path / "native.jsonl", force=True)
    return [
        json.loads(line)
        for line in (tmp_path / "native.jsonl").read_text("utf-8").splitlines()
    ]


def parts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from parts(inner, f"{path}.{name}".strip("."))
    else:
        yield path, value


def as_text(value: Any) -> str | None:
    return (
        value
        if value is None or isinstance(value, str)
        else json.dumps(value, ensure_ascii=False)
    )


@formats
def test_every_value_of_the_codings_is_a_row_with_its_evidence(
    demo: Project, read: Callable[[str, str], Records], tmp_path: Path, name: str
) -> None:
    expected = set()
    for coding in native(demo, tmp_path):
        where = {
            span["id"]: f"{span['start']}-{span['end']}" for span in coding["spans"]
        }
        whose = (coding["article"]["id"], coding["coder"])
        for event, fields in (
            ("", coding["answers"]),
            *((e["id"], e["fields"]) for e in coding["events"]),
        ):
            for field, answer in fields.items():
                if "value" not in answer:
                    continue
                spans = [where[s] for s in answer.get("evidence", ())]
                spans.sort(key=lambda text: tuple(map(int, text.split("-"))))
                several = isinstance(answer["value"], list)
                for item, value in enumerate(
                    answer["value"] if several else [answer["value"]], start=1
                ):
                    for part, leaf in parts(value):
                        place = (event, field, str(item) if several else "", part)
                        expected.add(
                            (*whose, *place, as_text(leaf), " | ".join(spans) or None)
                        )
    names = ("article", "coder", "event", "field", "item", "part")
    found = {
        (*(str(row[n] or "") for n in names), row["value"], row["evidence"])
        for row in read(name, "values")
        if row["state"] == "coded"
    }
    assert len(expected) > 500
    assert found == expected


@formats
def test_quotes_are_what_the_text_has_there(
    read: Callable[[str, str], Records], sample_articles: dict[str, Article], name: str
) -> None:
    texts = {row["article"]: row["text"] for row in read(name, "articles")}
    assert texts == {article.id: article.text for article in sample_articles.values()}
    for table in ("evidence", "spans"):
        rows = read(name, table)
        assert len(rows) > 100
        for row in rows:
            assert (
                texts[row["article"]][int(row["start"]) : int(row["end"])]
                == row["quote"]
            )


@formats
def test_rows_are_counted_as_in_the_codings(
    demo: Project, read: Callable[[str, str], Records], tmp_path: Path, name: str
) -> None:
    codings = native(demo, tmp_path)
    assert len(read(name, "codings")) == len(codings) == 10
    assert len(read(name, "events")) == sum(len(coding["events"]) for coding in codings)
    assert len(read(name, "spans")) == sum(len(coding["spans"]) for coding in codings)


@formats
def test_labels_stand_there_in_both_languages(
    read: Callable[[str, str], Records], name: str
) -> None:
    rows = read(name, "values")
    [state] = {
        (r["value_ar"], r["value_en"]) for r in rows if r["value"] == "air_strike"
    }
    assert state == ("غارة جوية", "Air strike")
    day = next(r for r in rows if r["field"] == "pub_date" and r["part"] == "start")
    assert (day["value_ar"], day["value_en"]) == (None, None)
    assert all(row["field_ar"] and row["field_en"] for row in rows)


@formats
def test_every_column_is_explained(
    read: Callable[[str, str], Records], name: str
) -> None:
    said = {
        (row["table"], row["column"])
        for row in read(name, "columns")
        if row["label_ar"]
    }
    assert said == {(table, column) for table in TABLES for column in TABLES[table]}
    for table in (table for table in TABLES if table != "alignment"):  # of gold only
        assert list(read(name, table)[0]) == [
            column for of, column in sorted_as(said, table) if of == table
        ]


@pytest.mark.parametrize("name", [*READERS, "huggingface"])
def test_a_comment_on_a_field_without_a_value_is_exported(
    demo: Project, tmp_path: Path, name: str
) -> None:
    article, said = "001_4a950e12de890295", "لا أعرف كيف يُرمَّز هذا"
    with demo.store.begin("amal") as work:
        coding = work.queries.coding(article, "amal")
        assert coding is not None
        event = coding.events[0]
        changed = coding.with_answer("genre", Answer(blank=Blank.MISSING, comment=said))
        changed = changed.with_event(
            event.with_answer("notes", Answer(blank=Blank.MISSING, comment=said))
        )
        work.save_coding(coding, changed, "comment.set")
    assert deliver(demo, name, "codings", tmp_path / name, allow_loss=True).lost == {}
    if name == "huggingface":
        rows = polars.read_parquet(tmp_path / name / "data.parquet").to_dicts()
        [row] = (
            row for row in rows if (row["article"], row["coder"]) == (article, "amal")
        )
        told = [("", each) for each in row["answers"]]
        told += [(of["id"], each) for of in row["events"] for each in of["answers"]]
        found = [
            (of, each["field"], each["state"], each["value"])
            for of, each in told
            if each["comment"]
        ]
    else:
        rows = [
            row
            for row in READERS[name](tmp_path / name, "values")
            if row["comment"] == said
        ]
        found = [
            (row["event"] or "", row["field"], row["state"], row["value"])
            for row in rows
        ]
    assert found == [
        ("", "genre", "missing", None),
        (event.id, "notes", "missing", None),
    ]


@formats
def test_gold_says_of_each_coder_s_event_what_became_of_it(
    demo: Project, tmp_path: Path, name: str
) -> None:
    """As in seeds/decisions.json: events 5 and 6 are no events, 7 and 8 have crossed
    numbers.
    """
    deliver(demo, name, "gold", tmp_path / name)
    found = READERS[name](tmp_path / name, "alignment")
    columns = ["article", "coder", "event", "cluster", "gold_event", "rejected"]
    columns += ["how", "by", "applied_by"]
    assert all(
        list(row) == columns and row["article"] == "000_fd74d59c4a9049c0"
        for row in found
    )
    crossed = {("basim", 7): 8, ("basim", 8): 7}
    expected = set()
    for coder in ("amal", "basim"):
        for number in range(1, 9):
            same = crossed.get((coder, number), number)
            rejected = (None, None, None, None)
            if number in (5, 6):
                rejected = ("not_an_event", "decided", "salma", None)
            gold = None if number in (5, 6) else f"g{same}"
            expected.add((coder, f"e{number}", f"c{same}", gold, *rejected))
    assert (
        len(found) == 16
        and {tuple(row[n] for n in columns[1:]) for row in found} == expected
    )
    known = {row["event"] for row in READERS[name](tmp_path / name, "events")}
    assert {row["gold_event"] for row in found} - {None} == known


def test_only_gold_has_an_alignment(read: Callable[[str, str], Records]) -> None:
    assert read("tables", "alignment") == []


def test_who_rejected_an_event_is_who_did_so_last(
    demo: Project, tmp_path: Path
) -> None:
    demo.add_person("nour", "supervisor")
    article = demo.article("001_4a950e12de890295")

    def decide(who: str, *edits: GoldEdit | str) -> None:
        session = ReviewSession(demo, article, who)
        for edit in edits:
            if isinstance(edit, str):
                session.turn("undo")
            else:
                session.do(edit)
        session.close()

    def rejected(name: str) -> dict[str | None, tuple[str | None, str | None]]:
        deliver(demo, "tables", "gold", tmp_path / name, open_too=True)
        rows = [
            row
            for row in from_csv(tmp_path / name, "alignment")
            if row["article"] == article.id
        ]
        assert all(bool(row["rejected"]) == bool(row["by"]) for row in rows)
        return {
            row["cluster"]: (row["rejected"], row["by"])
            for row in rows
            if row["rejected"]
        }

    decide(
        "salma",
        RejectCluster("c1", "duplicate"),
        RejectCluster("c2", "duplicate:assumed"),
    )
    assert rejected("one") == {
        "c1": ("duplicate", "salma"),
        "c2": ("duplicate:assumed", "salma"),
    }
    decide(
        "nour",
        RestoreCluster("c1"),
        RestoreCluster("c2"),
        RejectCluster("c2", "duplicate"),
    )
    assert rejected("two") == {"c2": ("duplicate", "nour")}
    decide("nour", "undo", "undo")
    assert rejected("three") == {"c2": ("duplicate:assumed", "salma")}


def sorted_as(said: set[tuple[str, str]], table: str) -> list[tuple[str, str]]:
    return sorted(
        (each for each in said if each[0] == table),
        key=lambda e: TABLES[table].index(e[1]),
    )


@formats
def test_no_cell_is_a_formula_and_every_cell_is_read_back(
    demo: Project, tmp_path: Path, name: str
) -> None:
    texts = [*FORMULAS, *PLAIN]
    expected: dict[tuple[str, ...], str] = {}
    with demo.store.read() as queries:
        codings = queries.codings(submitted=False)
    for coding in codings:
        changed = coding
        if texts:
            expected[coding.article, coding.coder, "", "outlet"] = texts[0]
            changed = changed.with_answer("outlet", Answer(value=texts.pop(0)))
        if texts and coding.events:
            event = coding.events[0]
            expected[coding.article, coding.coder, event.id, "notes"] = texts[0]
            changed = changed.with_event(
                event.with_answer("notes", Answer(value=texts.pop(0)))
            )
        with demo.store.begin(coding.coder) as work:
            work.save_coding(coding, changed, "value.set")
    assert not texts
    deliver(demo, name, "codings", path := tmp_path / "out", allow_loss=True)
    where = ("article", "coder", "event", "field")
    rows = {
        tuple(r[n] or "" for n in where): r["value"]
        for r in READERS[name](path, "values")
    }
    assert {place: rows[place] for place in expected} == expected
    if name == "tables":
        cells = pandas.read_csv(path / "values.csv", dtype=str, keep_default_na=False)[
            "value"
        ]
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in cells)
    if name == "xlsx":
        found = [cell for (cell,) in workbook_cells(path, "values", "value")]
        for text in FORMULAS + PLAIN:
            [cell] = [cell for cell in found if cell.value == text]
            assert cell.data_type == "s" and cell.quotePrefix is (text in FORMULAS)


def workbook_cells(path: Path, table: str, column: str) -> Iterator[tuple[Any]]:
    at = TABLES[table].index(column) + 1
    return openpyxl.load_workbook(path.open("rb"))[table].iter_rows(
        min_row=2, min_col=at, max_col=at
    )


def test_sheets_are_read_from_right_to_left_under_a_head_that_stays(
    demo: Project, tmp_path: Path
) -> None:
    deliver(demo, "xlsx", "codings", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == list(TABLES)
    for sheet in book:
        assert sheet.sheet_view.rightToLeft and sheet.freeze_panes == "A2"


@formats
def test_texts_stay_at_home_if_asked(demo: Project, tmp_path: Path, name: str) -> None:
    deliver(demo, name, "gold", tmp_path / name, text=False)
    [row] = READERS[name](tmp_path / name, "articles")
    assert "text" not in row and len(row["text_sha256"]) == 64


# ------------------------------------------------------------ what is lost, and what is replaced
def test_what_would_be_lost_is_told_by_count_and_kind_and_nothing_written(
    demo: Project, run_coder: Run, tmp_path: Path
) -> None:
    codings = native(demo, tmp_path)
    rejected = sum(
        span.get("decision") == "rejected" for c in codings for span in c["spans"]
    )
    events = sum(len(coding["events"]) for coding in codings)
    words = ("export", "doccano", "--what", "codings", "--project", demo.config.folder)
    out = tmp_path / "codings.jsonl"
    code, _, err = run_coder(*words, "--out", out)
    assert code == 2 and not out.exists()
    assert f"{events} events" in err and "--allow-loss" in err
    assert (f"{rejected} rejected" in err) is bool(rejected)
    code, _, err = run_coder(*words, "--out", out, "--allow-loss")
    assert code == 0 and f"{events} events" in err and out.exists()


def test_the_flat_table_has_every_span_with_kind_value_and_decision(
    demo: Project, tmp_path: Path
) -> None:
    codings = {(c["article"]["id"], c["coder"]): c for c in native(demo, tmp_path)}
    assert deliver(demo, "csv", "codings", tmp_path / "codings.csv").lost == {}
    with (tmp_path / "codings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[Any, dict[str, Any]] = {key: {} for key in codings}
    for row in rows:
        for span in json.loads(row["row.spans"] or "[]"):
            found[row["article_id"], row["coder"]][span["id"]] = span
    for key, coding in codings.items():
        expected = {
            s["id"]: {n: v for n, v in s.items() if n != "quote"}
            for s in coding["spans"]
        }
        assert found[key] == expected


def test_what_holds_everything_needs_no_leave(demo: Project, tmp_path: Path) -> None:
    for name in ("native", "jsonl", "csv", *READERS):
        assert deliver(demo, name, "gold", tmp_path / name).lost == {}


def test_an_exported_folder_is_replaced_only_if_asked_and_never_with_other_files(
    demo: Project, run_coder: Run, tmp_path: Path
) -> None:
    out = tmp_path / "tables"
    words = ("export", "tables", "--project", demo.config.folder, "--out", out)
    assert run_coder(*words)[0] == 0
    assert run_coder(*words)[0] == 2
    assert run_coder(*words, "--force")[0] == 0
    (out / "notes.txt").write_text("mine")
    code, _, err = run_coder(*words, "--force")
    assert code == 2 and "notes.txt" in err
    assert (out / "notes.txt").read_text() == "mine" and len(
        list(out.iterdir())
    ) == len(TABLES) + 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_folder_cannot_be_printed(demo: Project, run_coder: Run) -> None:
    code, out, err = run_coder("export", "tables", "--project", demo.config.folder)
    assert (code, out) == (2, "") and "--out DIR" in err


@pytest.mark.parametrize(
    "form", [f for f in FORMATS if f.packages], ids=lambda f: f.name
)
def test_a_package_that_is_not_there_is_named(
    demo: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Any
) -> None:
    package = form.packages[0]
    module = {"dkpro-cassis": "cassis"}.get(package, package)
    for name in {module, *(n for n in sys.modules if n.startswith(f"{module}."))}:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, f"coder.exporters.{form.module}", raising=False)
    with pytest.raises(
        Exception, match=f"{form.name} needs the package {package}"
    ) as refused:
        deliver(demo, form.name, "gold", tmp_path / "out", allow_loss=True)
    assert "[formats]" in refused.value.hint  # type: ignore[attr-defined]


def test_commands_whose_own_modules_need_a_package_name_it_too(
    demo: Project, tmp_path: Path, run_coder: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in {"pyarrow", *(n for n in sys.modules if n.startswith("pyarrow."))}:
        monkeypatch.setitem(sys.modules, name, None)
    for name in ("exporters.dataset_tables", "service.publication.dataset_folder"):
        monkeypatch.delitem(sys.modules, f"coder.{name}", raising=False)
    at = ("--project", demo.config.folder)
    for words in (
        ("export", "dataset", tmp_path / "x", *at),
        ("attach", tmp_path, tmp_path, "--out", "y"),
    ):
        code, _, err = run_coder(*words)
        assert code == 2 and "needs the package pyarrow" in err and "[formats]" in err
