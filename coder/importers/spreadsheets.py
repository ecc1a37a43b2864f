"""XLSX and Parquet: a row an article. Of a workbook the first sheet, and of formulas what they came to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from coder.foreign import expect_file
from coder.importers.article_shards import TABLE, parquet_table
from coder.importers.columns import Columns
from coder.importers.csv_articles import expect_names
from coder.importers.extras import expect_small, library, read_by_others
from coder.importers.records import row_piece, taken
from coder.importers.registry import Piece

__all__ = ("pieces", "taken")
_ROWS = 64  # that are in memory at once
_ESCAPED = re.compile("_x(00[01][0-9A-F]|005F)_")
"""A control character in a workbook, or the beginning of what only looks like one: ECMA-376, ST_Xstring."""


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """The rows of a table; those without any cell are passed over."""
    expect_file(path)
    read = _parquet if path.suffix.lower() == TABLE else _workbook
    rows = read(path)
    names = ["" if name is None else str(name).strip() for name in next(rows, ())]
    expect_names(names, path)
    columns.expect(names, str(path))
    for number, cells in enumerate(rows, start=2):
        values = [_plain(each) for each in cells]
        if any(each not in (None, "") for each in values):
            yield row_piece(path, number, {n: v for n, v in zip(names, values, strict=False) if n})


def _workbook(path: Path) -> Iterator[Sequence[Any]]:
    openpyxl = library("openpyxl", "openpyxl", "XLSX")
    expect_small(path, str(path))
    with (
        read_by_others("delivery.no_table", str(path)),
        closing(openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)) as book,
    ):
        rows = book.worksheets[0].iter_rows(values_only=True) if book.worksheets else ()
        yield from ([*map(_unescaped, row)] for row in rows)


def _parquet(path: Path) -> Iterator[Sequence[Any]]:
    with parquet_table(path, str(path)) as table:
        yield table.schema_arrow.names
        yield from ([*row.values()] for each in table.iter_batches(_ROWS) for row in each.to_pylist())


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; a day at midnight is a day, and a whole number none with a point."""
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time() != time() or cell.tzinfo else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, list):
        return [_plain(each) for each in cell]
    return cell if cell is None or isinstance(cell, str | int | float | bool) else str(cell)


def _unescaped(cell: Any) -> Any:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell) if isinstance(cell, str) else cell
