"""A self-describing dataset: `coder export dataset DIR`, ready to be published or
handed on.

It contains the tables of `tables` twice: in `tables` as CSV for people, and in
`parquet` for programs, where no cell is preceded by an apostrophe. In addition: a data
card (`README.md`, in Arabic `README.ar.md`), the codebook and its manual, agreement
with all its tables, Croissant and Frictionless descriptions for programs, checksums,
licence, and how to cite it. People's names are replaced by codes. Title, description,
authors, license, url and doi are set in `coder.toml` under `[dataset]`. The same data
always give the same bytes.

With `--no-text` it has offsets and hashes but no words of the articles, neither texts
nor quotes;
`coder attach DIR ARTICLES --out NEW` restores them for those who have the articles.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet

from coder.exporters import parquet_tables, tidy_tables
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Rows
from coder.exporters.writer import Dataset

rows = tidy_tables.rows


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to `tables` and `parquet` in the folder `path`."""
    tables = path / "tables"
    parquet = path / "parquet"
    tables.mkdir(parents=True)
    parquet.mkdir()
    with (
        tidy_tables.sink(dataset, tables) as as_csv,
        parquet_tables.sink(dataset, parquet) as as_parquet,
    ):

        def put(rows: Rows) -> None:
            as_csv(rows)
            as_parquet(rows)

        yield put


class File(NamedTuple):
    """A file of the dataset; path: relative to its folder."""

    path: str
    bytes: int
    sha256: str


class TableDescription(NamedTuple):
    """A table of the dataset; columns: names, types and descriptions."""

    name: str
    rows: int
    columns: list[tuple[str, str, str]]
    csv: File
    parquet: File


def describe_tables(folder: Path) -> list[TableDescription]:
    """The tables of a dataset."""
    meanings = {
        row[:2]: (str(row[2]), str(row[4]))
        for row in parquet_tables.read(folder / "parquet/columns.parquet")
    }
    tables = []
    for name in TABLES:
        path = folder / "parquet" / f"{name}.parquet"
        metadata = pyarrow.parquet.read_metadata(path)
        columns = []
        for column in metadata.schema.to_arrow_schema().names:
            type_, about = meanings[name, column]
            columns.append((column, type_, about))
        tables.append(
            TableDescription(
                name,
                metadata.num_rows,
                columns,
                csv=file_of(folder, folder / "tables" / f"{name}.csv"),
                parquet=file_of(folder, path),
            )
        )
    return tables


def file_of(folder: Path, path: Path) -> File:
    """A file of the dataset with its size and SHA-256."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, digest)


def checksum_line(file: File) -> str:
    """The line of a data card by which the library `datasets` notices that a file has
    changed.

    Without it, the library would return what it once cached for a folder of the same
    name.
    """
    return f"  description: sha256 {file.sha256}\n"


def count_together(
    folder: Path, table: str, columns: Sequence[str]
) -> Counter[tuple[str, ...]]:
    """Count the rows by their values in several columns of text; missing values count
    as "".
    """
    counts = Counter[tuple[str, ...]]()
    with pyarrow.parquet.ParquetFile(folder / "parquet" / f"{table}.parquet") as file:
        for batch in file.iter_batches(columns=[*columns]):
            for row in zip(*(batch[c].to_pylist() for c in columns), strict=True):
                counts[tuple(cell or "" for cell in row)] += 1
    return counts


def counted(folder: Path, table: str, column: str) -> Counter[str]:
    """Count the values of a column; missing values count as ""."""
    counts = Counter[str]()
    with pyarrow.parquet.ParquetFile(folder / "parquet" / f"{table}.parquet") as file:
        for batch in file.iter_batches(columns=[column]):
            for each in batch[column].value_counts().to_pylist():
                value = "" if each["values"] is None else str(each["values"])
                counts[value] += each["counts"]
    return counts
