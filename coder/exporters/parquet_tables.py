"""A folder of tidy tables as Parquet, one file a table; each column says in its metadata what it holds.

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
_TYPES = {"text": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64()}
_TOGETHER = 50  # rows that wait as Python's own values, which take several times the room of Arrow's
_GROUP = 3_000_000  # bytes of Arrow's that are written as one group of rows, of each table


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into the files of the folder `path`."""
    with ExitStack() as stack:
        adds = {}
        for name in TABLES:
            schema = pyarrow.schema(
                pyarrow.field(c.name, _TYPES[c.type], metadata={"ar": c.about.ar, "en": c.about.en})
                for c in tidy_tables.columns(name, dataset)
            )
            adds[name] = stack.enter_context(growing(path / f"{name}.parquet", schema))

        def put(rows: Rows) -> None:
            for name, found in rows.items():
                adds[name](found)

        put(tidy_tables.fixed(dataset))
        yield put


@contextmanager
def growing(
    path: Path, schema: pyarrow.Schema, group_bytes: int = _GROUP
) -> Iterator[Callable[[Sequence[Sequence[Any]]], None]]:
    """What adds rows to a new file, which is whole when the block ends.

    Memory holds some megabytes, however long the rows: a group of them has about `group_bytes`, and since the
    file's index of its groups is held to the end, they are few.
    """
    waiting: list[Sequence[Any]] = []
    group: list[pyarrow.RecordBatch] = []
    size = 0
    with pyarrow.parquet.ParquetWriter(path, schema) as file:

        def pack() -> None:
            nonlocal size
            columns = zip(*waiting, strict=True) if waiting else ([] for _ in schema)
            arrays = [pyarrow.array(cells, each.type) for cells, each in zip(columns, schema, strict=True)]
            group.append(pyarrow.record_batch(arrays, schema))
            size += group[-1].nbytes
            waiting.clear()

        def write() -> None:
            nonlocal size
            file.write_table(pyarrow.Table.from_batches(group))
            group.clear()
            size = 0

        def add(rows: Sequence[Sequence[Any]]) -> None:
            waiting.extend(rows)
            if len(waiting) >= _TOGETHER:
                pack()
                if size >= group_bytes:
                    write()

        yield add
        pack()
        write()


def read(path: Path) -> Iterator[tuple[Cell, ...]]:
    """The rows of a file that `sink` wrote; whole numbers as such."""
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(1_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield tuple(int(c) if isinstance(c, float) and c.is_integer() else c for c in row)
