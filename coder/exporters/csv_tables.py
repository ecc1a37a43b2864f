"""A folder of tidy tables as CSV, one file per table.

The files are UTF-8 with a byte order mark, for spreadsheets. Cells that one could mistake for a formula are
preceded by an apostrophe, as in `csv`. In Python `pandas.read_csv("gold/values.csv")`, in R
`readr::read_csv("gold/values.csv")`.

`values` has a row for each effective value: a list has a row per item, a value with several parts a row per
part, and a blank a row without a value; a missing one has a row only if it has a comment. `evidence` and
`quote` are those of the answer; the table `evidence` has a row for each piece of evidence. `alignment`, of
gold only, has a row for each event of a coder: the gold event made from it, or why and by whom it was
rejected; events of an article with the same `cluster` were aligned as one. `columns` describes every column,
`codebook` the fields and values in force. Offsets are code points of `articles.text`, half-open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from coder.exporters import tidy_tables
from coder.exporters.csv import lines_of
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Rows
from coder.exporters.writer import Dataset

rows = tidy_tables.rows


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the files of the folder `path`."""
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(
                (path / f"{name}.csv").open("w", encoding="utf-8", newline="")
            )
            for name in TABLES
        }

        def put(rows: Rows) -> None:
            for name, table in rows.items():
                cells = (
                    ["" if cell is None else str(cell) for cell in row] for row in table
                )
                files[name].write(lines_of(cells))

        for name, file in files.items():
            file.write(
                "\ufeff"
                + lines_of(
                    [[column.name for column in tidy_tables.columns(name, dataset)]]
                )
            )
        put(tidy_tables.fixed(dataset))
        yield put
