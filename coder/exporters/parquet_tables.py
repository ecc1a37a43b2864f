"""A folder of tidy tables as Parquet, one file a table; each column says in its metadata what it holds.

The tables are those of `tables`. `polars.read_parquet("gold/values.parquet")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow
import pyarrow.parquet

from coder.exporters import tidy_tables
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Cell, Rows
from coder.exporters.writer import Dataset

rows = tidy_tables.rows
_TYPES = {"text": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64()}
_TOGETHER = 10_000  # rows that are held before they are written
_TEXTS_TOGETHER = 500


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into the files of the folder `path`."""
    schemas = {
        name: pyarrow.schema(
            pyarrow.field(c.name, _TYPES[c.type], metadata={"ar": c.about.ar, "en": c.about.en})
            for c in tidy_tables.columns(name, dataset)
        )
        for name in TABLES
    }
    waiting: dict[str, list[tuple[Cell, ...]]] = {name: [] for name in TABLES}
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(pyarrow.parquet.ParquetWriter(path / f"{name}.parquet", schema))
            for name, schema in schemas.items()
        }

        def write(name: str, count: int) -> None:
            held, schema = waiting[name][:count], schemas[name]
            columns = zip(*held, strict=True) if held else ([] for _ in schema)
            arrays = [pyarrow.array(cells, each.type) for cells, each in zip(columns, schema, strict=True)]
            files[name].write_table(pyarrow.table(arrays, schema))
            del waiting[name][:count]

        def put(rows: Rows) -> None:
            for name, found in rows.items():
                waiting[name] += found
                together = _TEXTS_TOGETHER if name == "articles" else _TOGETHER
                while len(waiting[name]) >= together:
                    write(name, together)

        put(tidy_tables.fixed(dataset))
        yield put
        for name in TABLES:
            write(name, len(waiting[name]))


def read(path: Path) -> Iterator[tuple[Cell, ...]]:
    """The rows of a file that `sink` wrote; whole numbers as such."""
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(1_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield tuple(int(c) if isinstance(c, float) and c.is_integer() else c for c in row)
