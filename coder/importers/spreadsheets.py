"""XLSX and Parquet: one article per row; of a workbook, one sheet with the results of
its formulas.

That is the first sheet, unless the user names another. The other sheets that have cells
are reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.foreign import expect_file
from coder.importers.article_shards import TABLE, parquet_rows, parquet_table
from coder.importers.columns import Columns
from coder.importers.csv_articles import expect_names, number_unnamed
from coder.importers.extras import library, parser_errors_as
from coder.importers.records import row_piece, taken
from coder.importers.registry import WORKBOOK, Piece
from coder.messages.catalogue import Message
from coder.size_limits import Unpacking, expect_cell, expect_unpackable

__all__ = ("pieces", "taken", "unread")
_LEAST = 100  # characters that an empty row counts for, as reading it takes time
_LOOKED_AT = 10_000  # rows of a sheet that is not read, to see whether it has cells
_ESCAPED = re.compile("_x(00[01][0-9A-F]|005F)_")
"""A character as a workbook escapes it: a control character, or an underscore before
what looks like an escape (ECMA-376, ST_Xstring).
"""


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """The rows of a table; empty rows are skipped."""
    expect_file(path)
    is_parquet = path.suffix.lower() == TABLE
    rows = _parquet(path) if is_parquet else _rows(path, columns.sheet)
    head = ["" if name is None else str(name).strip() for name in next(rows, ())]
    expect_names(head, path)
    columns.expect(head, str(path))
    named = {*head} - {""}
    names = number_unnamed(head)
    unpacking = Unpacking(path.stat().st_size, str(path))
    for number, cells in enumerate(rows, start=2):
        unpacking.add(_LEAST)
        for cell in cells:
            expect_cell(cell, f"{path}:{number}")
            unpacking.add(len(cell) if isinstance(cell, str) else 1)
        values = [_json_value(each) for each in cells]
        if not any(map(_is_filled, values)):
            continue
        if len(values) > len(names):
            names = number_unnamed([*head, *[""] * (len(values) - len(head))])
        row = {
            name: value
            for name, value in zip(names, values, strict=False)
            if name in named or _is_filled(value)
        }
        yield row_piece(path, number, row)


def unread(path: Path, columns: Columns) -> Message | None:
    """Name the sheets of a workbook that are not read and have cells."""
    if path.suffix.lower() != WORKBOOK:
        return None
    with _workbook(path) as book:
        read = _chosen(book, columns.sheet, path)
        names = [
            sheet.title
            for sheet in book.worksheets
            if sheet is not read and _has_cells(sheet)
        ]
    return Message("delivery.sheets_left", sheets=", ".join(names)) if names else None


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
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
        yield book


def _rows(path: Path, name: str) -> Iterator[Sequence[Any]]:
    with _workbook(path) as book:
        sheet = _chosen(book, name, path)
        for row in _cells(sheet) if sheet is not None else ():
            yield [*map(_unescape, row)]


def _chosen(book: Any, name: str, path: Path) -> Any:
    """Return the sheet with that name, whatever its case, or the first one; None if
    there is none.
    """
    if not name:
        return next(iter(book.worksheets), None)
    for sheet in book.worksheets:
        if sheet.title.casefold() == name.casefold():
            return sheet
    known = ", ".join(sheet.title for sheet in book.worksheets)
    raise CoderError("delivery.no_such_sheet", sheet=name, known=known, where=str(path))


def _has_cells(sheet: Any) -> bool:
    first_rows = islice(_cells(sheet), _LOOKED_AT)
    return any(map(_is_filled, chain.from_iterable(first_rows)))


def _cells(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # what the sheet says of its size can be wrong
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(values_only=True)
    return rows


def _is_filled(cell: Any) -> bool:
    return cell not in (None, "")


def _parquet(path: Path) -> Iterator[Sequence[Any]]:
    with parquet_table(path, str(path)) as table:
        yield table.schema_arrow.names
        yield from parquet_rows(table)


def _json_value(cell: Any) -> Any:
    """A cell as a JSON value; midnight times become dates, whole floats integers, and
    NaN nothing.

    NaN is how tables say that nothing is there.
    """
    if isinstance(cell, datetime):
        is_midnight = cell.time() == time() and not cell.tzinfo
        return (cell.date() if is_midnight else cell).isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, float) and math.isinf(cell):
        return str(cell)
    if isinstance(cell, list):
        return [_json_value(each) for each in cell]
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    return str(cell)


def _unescape(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
