"""Tidy tables as one Excel workbook: those of `tables`, a sheet each, from right to left, its head frozen.

Texts are texts: what begins like a formula is marked as text, so that it stays one when its cell is edited,
and is read back as it was. A sheet has 1,048,575 rows at most, a cell 32,767 letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import xlsxwriter

from coder.errors import CoderError
from coder.exporters import tidy_tables
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Rows
from coder.exporters.writer import Dataset
from coder.foreign import is_like_formula

rows = tidy_tables.rows
_ROWS = 1_048_576
_LETTERS = 32_767  # as UTF-16 code units
_BEGIN = datetime(2000, 1, 1)  # when every workbook says that it was made: the same data, the same bytes
_WIDE = {"text": 60, "quote": 40, "label_ar": 40, "label_en": 40}


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into the new workbook `path`; raises CoderError for what is too much for one."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    book.set_properties({"created": _BEGIN})
    as_text, heading = book.add_format({"quote_prefix": True}), book.add_format({"bold": True})
    sheets = {}
    for name in TABLES:
        sheets[name] = sheet = book.add_worksheet(name)
        columns = tidy_tables.columns(name, dataset)
        sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDE.get(column.name, 16))
            sheet.write_string(0, at, column.name, heading)
    filled = dict.fromkeys(TABLES, 1)

    def put(rows: Rows) -> None:
        for name, found in rows.items():
            if filled[name] + len(found) > _ROWS:
                raise CoderError("delivery.too_many_rows", table=name, most=_ROWS - 1)
            sheet = sheets[name]
            for at, row in enumerate(found, start=filled[name]):
                for column, cell in enumerate(row):
                    if cell is None or cell == "":
                        continue
                    if not isinstance(cell, str):
                        sheet.write_number(at, column, cell)
                    elif len(cell) > _LETTERS // 2 and len(cell.encode("utf-16-le")) > 2 * _LETTERS:
                        raise CoderError("delivery.too_long_a_cell", table=name, cell=row[0], most=_LETTERS)
                    else:
                        sheet.write_string(at, column, cell, as_text if is_like_formula(cell) else None)
            filled[name] += len(found)

    put(tidy_tables.fixed(dataset))
    yield put
    book.close()
