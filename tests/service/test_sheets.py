"""Workbooks with several sheets: one is read, which can be chosen, and the others are
named.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from coder.errors import CoderError
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project

Run = Callable[..., tuple[int, str, str]]


def workbook(path: Path, **sheets: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ARTICLES: list[tuple[object, ...]] = [("id", "text"), ("e1", "حريق في حلب")]
ABOUT: list[tuple[object, ...]] = [("هذا ملف الأخبار",)]


def test_sheets_that_are_not_read_are_named(
    project: Project, tmp_path: Path, run_coder: Run
) -> None:
    path = workbook(tmp_path / "two.xlsx", readme=ABOUT, الأخبار=ARTICLES, leer=[])
    here = ("--project", project.config.folder)
    code, out, err = run_coder("import", path, *here)
    assert code == 0 and "0 articles" in out
    [told] = [line for line in err.splitlines() if line.startswith("not imported")]
    assert "الأخبار" in told and "--sheet" in told and "leer" not in told


def test_a_sheet_can_be_chosen(
    project: Project, tmp_path: Path, run_coder: Run
) -> None:
    path = workbook(tmp_path / "two.xlsx", readme=ABOUT, Articles=ARTICLES)
    here = ("--project", project.config.folder)
    code, out, err = run_coder("import", path, "--sheet", "articles", *here)
    assert code == 0 and "1 article " in out and "readme" in err
    assert project.article("e1").text == "حريق في حلب"


def test_an_unknown_sheet_is_refused(project: Project, tmp_path: Path) -> None:
    path = workbook(tmp_path / "two.xlsx", readme=ABOUT, articles=ARTICLES)
    with pytest.raises(CoderError) as refused:
        import_files(project, [path], sheet="more")
    assert refused.value.where == str(path)
    assert "'more'" in refused.value.message
    assert "readme, articles" in refused.value.hint


def test_a_sheet_of_no_workbook_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,حريق\n", "utf-8")
    with pytest.raises(CoderError, match="sheet"):
        import_files(project, [tmp_path / "a.csv"], sheet="more")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_cells_without_a_column_name_are_counted(
    project: Project, tmp_path: Path, ending: str
) -> None:
    head, row = ("id", None, "text", None), ("1", "أ", "حريق في حلب", "ب")
    path = tmp_path / f"a.{ending}"
    if ending == "xlsx":
        workbook(path, a=[head, row])
    else:
        lines = (",".join(cell or "" for cell in cells) for cells in (head, row))
        path.write_text("\n".join(lines), "utf-8")
    assert dict(import_files(project, [path]).left_columns) == {"#2": 1, "#4": 1}


def test_cells_beside_a_table_are_counted(project: Project, tmp_path: Path) -> None:
    rows = [("id", "text"), ("1", "حريق في حلب"), ("2", "حريق", None, "ملاحظة")]
    report = import_files(project, [workbook(tmp_path / "a.xlsx", a=rows)])
    assert (report.articles, dict(report.left_columns)) == (2, {"#4": 1})
