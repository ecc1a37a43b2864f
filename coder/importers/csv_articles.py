"""CSV and similar tables: one article per row, the first row has the columns' names.

The apostrophe that protects spreadsheets from formulas is only removed in this
program's own tables; in other tables it may belong to the text.
"""

from __future__ import annotations

import csv
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from coder.errors import CoderError
from coder.foreign import unescape_cell
from coder.importers.columns import Columns, is_own
from coder.importers.encodings import UTF8, encoding_of_file
from coder.importers.records import row_piece, taken
from coder.importers.registry import Piece, opened
from coder.size_limits import (
    MOST_BYTES,
    MOST_CHARACTERS,
    RowLines,
    expect_columns,
    too_long_a_cell,
)

__all__ = ("pieces", "taken")
_DELIMITERS = ",;\t|"  # the one that is most frequent in the first line is used
_CHUNK = 2**16


def encoding(path: Path) -> str:
    """The encoding of a table if it is not UTF-8, else ""."""
    name = encoding_of_file(path)
    return "" if name.startswith(UTF8) else name


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """The rows of a table; empty rows are skipped."""
    encoding = encoding_of_file(path)
    csv.field_size_limit(MOST_CHARACTERS)
    with opened(path) as file, TextIOWrapper(file, encoding, newline="") as stream:
        try:
            head = stream.readline(MOST_BYTES)
            stream.seek(0)
            lines = RowLines(stream, str(path))
            reader = csv.reader(
                lines, delimiter=max(_DELIMITERS, key=head.count), strict=True
            )
            names = [name.strip() for name in next(reader, [])]
            expect_names(names, path)
            columns.expect(names, str(path))
            unescape = unescape_cell if is_own(names) else str
            names = number_unnamed(names)
            last = reader.line_num
            lines.end_row()
            for cells in reader:
                first = last + 1
                last = reader.line_num
                lines.end_row()
                if len(cells) > len(names) and any(cells[len(names) :]):
                    where = f"{path}:{first}"
                    raise CoderError(
                        "delivery.many_cells",
                        n=len(cells),
                        head=len(names),
                        where=where,
                    )
                if any(cells):
                    yield row_piece(
                        path,
                        first,
                        dict(zip(names, map(unescape, cells), strict=False)),
                    )
        except UnicodeDecodeError as error:
            where = f"{path}:{_line_of_damage(path, encoding)}"
            problem = error.reason
            raise CoderError(
                "delivery.bad_bytes", encoding=encoding, problem=problem, where=where
            ) from None
        except csv.Error as error:
            where = f"{path}:{reader.line_num}"
            if "field larger than field limit" in str(error):
                raise too_long_a_cell(where) from None
            raise CoderError(
                "delivery.no_table", problem=str(error), where=where
            ) from None


def _line_of_damage(path: Path, encoding: str) -> int:
    """The line of the first invalid bytes; the CSV reader cannot tell, as decoding runs
    ahead of the rows.
    """
    decoder = getincrementaldecoder(encoding)()
    line = 1
    with opened(path) as file:
        try:
            for data in iter(partial(file.read, _CHUNK), b""):
                line += decoder.decode(data).count("\n")
            decoder.decode(b"", True)
        except UnicodeDecodeError as error:
            exact = encoding if error.encoding == "charmap" else error.encoding
            line += error.object[: error.start].decode(exact).count("\n")
    return line


def expect_names(names: list[str], path: Path) -> None:
    """Raise CoderError if a table has no columns, too many, or two with the same name."""
    expect_columns(len(names), str(path))
    if not any(names):
        raise CoderError("delivery.empty_file", where=str(path))
    counts = Counter(filter(None, names))
    if twice := [name for name, count in counts.items() if count > 1]:
        raise CoderError("delivery.column_twice", name=twice[0], where=str(path))


def number_unnamed(names: list[str]) -> list[str]:
    """Return the columns' names; a column without one is called `#` and its number."""
    return [name or f"#{number}" for number, name in enumerate(names, start=1)]
