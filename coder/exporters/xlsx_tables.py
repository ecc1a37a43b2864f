"""The tidy tables of `tables` as one Excel workbook: one right-to-left sheet per table,
with a frozen header.

Texts that begin like a formula are marked as text, so that they stay texts when their
cell is edited, and are read back unchanged. A sheet has at most 1,048,575 rows, a cell
at most 32,767 characters.
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
# the same for every workbook, so that the same data give the same bytes
_CREATED = datetime(2000, 1, 1)
_WIDTHS = {"text": 60, "quote": 40, "label_ar": 40, "label_en": 40}


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the new workbook `path`; raises CoderError if a table or a cell is
    too large.
    """
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "tmpdir": str(path.parent)}
    )
    book.set_properties({"created": _CREATED})
    as_text = book.add_format({"quote_prefix": True})
    heading = book.add_format({"bold": True})
    sheets = {}
    for name in TABLES:
        sheet = book.add_worksheet(name)
        sheets[name] = sheet
        columns = tidy_tables.columns(name, dataset)
        sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS.get(column.name, 16))
            sheet.write_string(0, at, column.name, heading)
    filled = dict.fromkeys(TABLES, 1)

    def put(rows: Rows) -> None:
        for name, table in rows.items():
            if filled[name] + len(table) > _ROWS:
                raise CoderError("delivery.too_many_rows", table=name, most=_ROWS - 1)
            sheet = sheets[name]
            for at, row in enumerate(table, start=filled[name]):
                for column, cell in enumerate(row):
                    if cell is None or cell == "":
                        continue
                    if not isinstance(cell, str):
                        sheet.write_number(at, column, cell)
                        continue
                    if _is_too_long(cell):
                        raise CoderError(
                            "delivery.too_long_a_cell",
                            table=name,
                            cell=row[0],
                            most=_LETTERS,
                        )
                    form = as_text if is_like_formula(cell) else None
                    sheet.write_string(at, column, cell, form)
            filled[name] += len(table)

    put(tidy_tables.fixed(dataset))
    yield put
    book.close()


def _is_too_long(cell: str) -> bool:
    """Return whether a text has more UTF-16 code units than a cell can hold."""
    if len(cell) <= _LETTERS // 2:  # most texts
        return False
    return len(cell.encode("utf-16-le")) > 2 * _LETTERS
