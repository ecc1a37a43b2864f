"""A folder of tidy tables as Parquet, one file per table; each column's metadata
describe its contents.

The tables are those of `tables`. `polars.read_parquet("gold/values.parquet")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from coder.exporters import tidy_tables
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Cell, Rows
from coder.exporters.writer import Dataset

rows = tidy_tables.rows
_TYPES = {
    "text": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
}
# rows converted to Arrow at once; as Python objects they take several times the memory
_BATCH = 50
_GROUP = 3_000_000  # bytes in Arrow that are written as one row group of a table


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the files of the folder `path`."""
    with ExitStack() as stack:
        adds = {}
        for name in TABLES:
            schema = pyarrow.schema(
                pyarrow.field(
                    c.name,
                    _TYPES[c.type],
                    metadata={"ar": c.about.ar, "en": c.about.en},
                )
                for c in tidy_tables.columns(name, dataset)
            )
            adds[name] = stack.enter_context(
                open_parquet(path / f"{name}.parquet", schema)
            )

        def put(rows: Rows) -> None:
            for name, table in rows.items():
                adds[name](table)

        put(tidy_tables.fixed(dataset))
        yield put


@contextmanager
def open_parquet(
    path: Path, schema: pyarrow.Schema, group_bytes: int = _GROUP
) -> Iterator[Callable[[Sequence[Sequence[Any]]], None]]:
    """Open a new file and yield a function that adds rows to it; the file is complete
    when the block ends.

    Only some megabytes are held in memory: rows are written in groups of about
    `group_bytes`. The groups are large, because the file's index of them is in memory
    until the end.
    """
    pending: list[Sequence[Any]] = []
    group: list[pyarrow.RecordBatch] = []
    size = 0
    with pyarrow.parquet.ParquetWriter(path, schema) as file:

        def convert() -> None:
            nonlocal size
            columns = zip(*pending, strict=True) if pending else ([] for _ in schema)
            arrays = [
                pyarrow.array(cells, each.type)
                for cells, each in zip(columns, schema, strict=True)
            ]
            group.append(pyarrow.record_batch(arrays, schema))
            size += group[-1].nbytes
            pending.clear()

        def write() -> None:
            nonlocal size
            file.write_table(pyarrow.Table.from_batches(group))
            group.clear()
            size = 0

        def add(rows: Sequence[Sequence[Any]]) -> None:
            pending.extend(rows)
            if len(pending) >= _BATCH:
                convert()
                if size >= group_bytes:
                    write()

        yield add
        convert()
        write()


def read(path: Path) -> Iterator[tuple[Cell, ...]]:
    """Read the rows of a file that `sink` wrote; whole floats become integers."""
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(1_000):
            for row in zip(
                *(column.to_pylist() for column in batch.columns), strict=True
            ):
                yield tuple(
                    int(c) if isinstance(c, float) and c.is_integer() else c
                    for c in row
                )
