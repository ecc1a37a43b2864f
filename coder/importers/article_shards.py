"""Shards of articles, streamed: each article is a line of JSON or a row of Parquet with
`id` and `text`.

An optional `text_sha256` is checked; all other columns are ignored. Parquet needs the
extra `parquet`, which is imported on first use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.importers.extras import parser_errors_as
from coder.importers.records import expect_id
from coder.model import Article, Json
from coder.size_limits import (
    Unpacking,
    expect_article,
    expect_columns,
    read_limited_lines,
    within_limits,
)

TABLE = ".parquet"
SUFFIXES = (".jsonl", TABLE)
_COLUMNS = ("id", "text", "text_sha256")
_ROWS = 64  # of a Parquet file that are in memory at once
_BUFFER = 2**20  # bytes of a column that are read at once


def read(path: Path) -> Iterator[tuple[str, Article | CoderError]]:
    """Yield `name:line` with the article, or with the error that it has; blank lines
    are skipped.

    Raises CoderError if the rest of the file cannot be read.
    """
    yield from within_limits(_read(path), path.name)


def _read(path: Path) -> Iterator[tuple[str, Article | CoderError]]:
    is_table = path.suffix.lower() == TABLE
    expect_file(path)
    try:
        for number, row in _rows(path) if is_table else _lines(path):
            where = f"{path.name}:{number}"
            try:
                yield (
                    where,
                    _article(
                        row if is_table else _record(row, where), where, path.name
                    ),
                )
            except CoderError as error:
                yield where, error
    except OSError as error:
        raise CoderError(
            "delivery.not_readable", problem=error.strerror, where=path.name
        ) from None


def pyarrow_parquet() -> Any:
    """The module `pyarrow.parquet`; raises CoderError if the extra is not installed."""
    try:
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise CoderError("delivery.needs_pyarrow") from None
    return pyarrow.parquet


@contextmanager
def parquet_table(path: Path, where: str) -> Iterator[Any]:
    """Open a Parquet file; raises CoderError if it is not one, cannot be read or
    unpacks to too much.
    """
    parquet = pyarrow_parquet()
    with (
        parser_errors_as("delivery.no_parquet", where),
        parquet.ParquetFile(path, buffer_size=_BUFFER) as table,
    ):
        about = table.metadata
        expect_columns(about.num_columns, where)
        unpacking = Unpacking(path.stat().st_size, where)
        for group in range(about.num_row_groups):
            unpacking.add(about.row_group(group).total_byte_size)
        yield table


def parquet_rows(
    table: Any, columns: Sequence[str] | None = None
) -> Iterator[list[Any]]:
    """Yield the rows of an open Parquet file; only one of them is in memory as Python's
    values.
    """
    for batch in table.iter_batches(_ROWS, columns=columns, use_threads=False):
        for number in range(batch.num_rows):
            yield [column[number].as_py() for column in batch.columns]


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(read_limited_lines(file, path.name), start=1):
            if line.strip():
                yield number, line


def _rows(path: Path) -> Iterator[tuple[int, Json]]:
    with parquet_table(path, path.name) as table:
        columns = [name for name in table.schema_arrow.names if name in _COLUMNS]
        for name in _COLUMNS[:2]:
            if name not in columns:
                raise CoderError("native.missing", name=name, where=path.name)
        for number, row in enumerate(parquet_rows(table, columns), start=1):
            yield number, dict(zip(columns, row, strict=True))


def _record(line: bytes, where: str) -> Json:
    try:
        return from_json(line.decode("utf-8-sig"))
    except ValueError as error:
        problem = (
            "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        )
        raise CoderError("delivery.no_json", problem=problem, where=where) from None


def _article(record: Json, where: str, source: str) -> Article:
    if not isinstance(record, dict):
        raise CoderError(
            "native.not_an_object", found=type(record).__name__, where=where
        )
    for name in _COLUMNS[:2]:
        if name not in record:
            raise CoderError("native.missing", name=name, where=where)
        if not isinstance(record[name], str):
            raise CoderError("delivery.no_string", name=name, where=where)
        if not record[name].strip():
            raise CoderError("native.empty", name=name, where=where)
    article = Article(record["id"], record["text"], source)
    expect_id(article.id, where)
    expect_article(article.text, {}, where)
    if record.get("text_sha256") not in (None, article.text_sha256):
        raise CoderError("native.altered_text", article=article.id, where=where)
    return article
