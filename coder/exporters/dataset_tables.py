"""A dataset that explains itself: `coder export dataset DIR`, to be published or handed on as it is.

The tables of `tables` stand in it twice: in `tables` as CSV for people, in `parquet` for programs, with no
apostrophe before any cell. Beside them: a data card (`README.md`, in Arabic `README.ar.md`), the codebook and
its manual, agreement with all its tables, what Croissant and Frictionless tell programs, checksums, licence,
and how to cite it. Codes stand in the place of people's names. What it says of itself stands in `coder.toml`
under `[dataset]`: title, description, authors, license, url, doi. Made twice it is the same, byte by byte.

With `--no-text` it has offsets and hashes but no words of the articles, neither texts nor quotes;
`coder attach DIR ARTICLES --out NEW` puts them back for who has the articles.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet

from coder.exporters import csv_tables, parquet_tables, tidy_tables
from coder.exporters.registry import Sink
from coder.exporters.tidy_tables import TABLES, Rows
from coder.exporters.writer import Dataset

rows = tidy_tables.rows


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into `tables` and `parquet` in the folder `path`."""
    with ExitStack() as stack:
        puts = []
        for name, form in (("tables", csv_tables), ("parquet", parquet_tables)):
            (path / name).mkdir(parents=True)
            puts.append(stack.enter_context(form.sink(dataset, path / name)))

        def put(rows: Rows) -> None:
            for each in puts:
                each(rows)

        yield put


class File(NamedTuple):
    """A file of the dataset, by its path in it."""

    path: str
    bytes: int
    sha256: str


class Described(NamedTuple):
    """A table as it stands in the folder: its columns' names, types and meanings, and its two files."""

    name: str
    rows: int
    columns: list[tuple[str, str, str]]
    csv: File
    parquet: File


def described(folder: Path) -> list[Described]:
    """The tables of a dataset."""
    meanings = {
        row[:2]: (str(row[2]), str(row[4])) for row in parquet_tables.read(folder / "parquet/columns.parquet")
    }
    found = []
    for name in TABLES:
        file = folder / "parquet" / f"{name}.parquet"
        head = pyarrow.parquet.read_metadata(file)
        columns = [(column, *meanings[name, column]) for column in head.schema.to_arrow_schema().names]
        both = (file_of(folder, folder / "tables" / f"{name}.csv"), file_of(folder, file))
        found.append(Described(name, head.num_rows, columns, *both))
    return found


def file_of(folder: Path, path: Path) -> File:
    """A file with its length and its SHA-256."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, digest)


def sign_of(file: File) -> str:
    """The line of a data card by which `datasets` tells the file from others of that name.

    Without it, what it once loaded from a folder of the same name it gives again, whatever stands there now.
    """
    return f"  description: sha256 {file.sha256}\n"


def counted(folder: Path, table: str, column: str) -> Counter[str]:
    """How often each value stands in a column; "" where nothing does."""
    found = Counter[str]()
    with pyarrow.parquet.ParquetFile(folder / "parquet" / f"{table}.parquet") as file:
        for batch in file.iter_batches(columns=[column]):
            for each in batch[column].value_counts().to_pylist():
                found["" if each["values"] is None else str(each["values"])] += each["counts"]
    return found
