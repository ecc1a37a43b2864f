"""XLSX and Parquet: one article per row; of workbooks, the first sheet with the results of its formulas."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from coder.foreign import expect_file
from coder.importers.article_shards import TABLE, parquet_rows, parquet_table
from coder.importers.columns import Columns
from coder.importers.csv_articles import expect_names
from coder.importers.extras import library, parser_errors_as
from coder.importers.records import row_piece, taken
from coder.importers.registry import Piece
from coder.size_limits import Unpacking, expect_cell, expect_unpackable

__all__ = ("pieces", "taken")
_LEAST = 100  # characters that an empty row counts for, as reading it takes time
_ESCAPED = re.compile("_x(00[01][0-9A-F]|005F)_")
"""A character as a workbook escapes it: a control character, or an underscore before what looks like an
escape (ECMA-376, ST_Xstring)."""


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """The rows of a table; empty rows are skipped."""
    expect_file(path)
    rows = _parquet(path) if path.suffix.lower() == TABLE else _workbook(path)
    names = ["" if name is None else str(name).strip() for name in next(rows, ())]
    expect_names(names, path)
    columns.expect(names, str(path))
    unpacking = Unpacking(path.stat().st_size, str(path))
    for number, cells in enumerate(rows, start=2):
        unpacking.add(_LEAST)
        for cell in cells:
            expect_cell(cell, f"{path}:{number}")
            unpacking.add(len(cell) if isinstance(cell, str) else 1)
        values = [_json_value(each) for each in cells]
        if any(each not in (None, "") for each in values):
            yield row_piece(
                path, number, {n: v for n, v in zip(names, values, strict=False) if n}
            )


def _workbook(path: Path) -> Iterator[Sequence[Any]]:
    openpyxl = library("openpyxl", "openpyxl", "XLSX")
    expect_unpackable(path, str(path))
    with (
        parser_errors_as("delivery.no_table", str(path)),
        closing(
            openpyxl.load_workbook(
                path, read_only=True, data_only=True, keep_links=False
            )
        ) as book,
    ):
        if not book.worksheets:
            return
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the sheet says of its size can be wrong
        for row in sheet.iter_rows(values_only=True):
            yield [*map(_unescaped, row)]


def _parquet(path: Path) -> Iterator[Sequence[Any]]:
    with parquet_table(path, str(path)) as table:
        yield table.schema_arrow.names
        yield from parquet_rows(table)


def _json_value(cell: Any) -> Any:
    """A cell as a JSON value; midnight times become dates, whole floats integers, and NaN nothing.

    NaN is how tables say that nothing is there.
    """
    if isinstance(cell, datetime):
        return (
            cell.isoformat()
            if cell.time() != time() or cell.tzinfo
            else cell.date().isoformat()
        )
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and not math.isfinite(cell):
        return None if math.isnan(cell) else str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, list):
        return [_json_value(each) for each in cell]
    return (
        cell
        if cell is None or isinstance(cell, str | int | float | bool)
        else str(cell)
    )


def _unescaped(cell: Any) -> Any:
    return (
        _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
        if isinstance(cell, str)
        else cell
    )
