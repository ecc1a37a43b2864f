"""A folder of tidy tables as CSV, one file a table.

The files are UTF-8 with a signature, for spreadsheets. Cells that one could take for a formula have an
apostrophe before them, as in `csv`. In Python `pandas.read_csv("gold/values.csv")`, in R
`readr::read_csv("gold/values.csv")`.

`values` has a row for each value as it counts: lists give a row an item, values of several parts a row a
part, and a blank a row without a value; what nobody looked at has none. `evidence` and `quote` are those of
the answer; the table `evidence` has them one by one. `columns` says what every column holds, `codebook` the
fields and values in force. Offsets are code points of `articles.text`, the end not included.
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
    """Puts rows into the files of the folder `path`."""
    with ExitStack() as stack:
        files = {
            name: stack.enter_context((path / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            for name in TABLES
        }

        def put(rows: Rows) -> None:
            for name, found in rows.items():
                cells = (["" if cell is None else str(cell) for cell in row] for row in found)
                files[name].write(lines_of(cells))

        for name, file in files.items():
            file.write("\ufeff" + lines_of([[column.name for column in tidy_tables.columns(name, dataset)]]))
        put(tidy_tables.fixed(dataset))
        yield put
