"""CSV and its kin: a row an article, the first row its columns' names.

An apostrophe before what a spreadsheet could take for a formula is taken away in this program's own tables
alone: elsewhere it may be meant.
"""

from __future__ import annotations

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from coder.errors import CoderError
from coder.foreign import as_it_was
from coder.importers.columns import Columns, is_own
from coder.importers.encodings import UTF8, encoding_of_file
from coder.importers.records import row_piece, taken
from coder.importers.registry import MOST_BYTES, Piece, opened

__all__ = ("pieces", "taken")
_SIGNS = ",;\t|"  # between cells; which, the head tells
_CHUNK = 2**16


def encoding(path: Path) -> str:
    """The encoding of a table where it is not UTF-8, else ""."""
    found = encoding_of_file(path)
    return "" if found.startswith(UTF8) else found


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """The rows of a table; those without any cell are passed over."""
    written = encoding_of_file(path)
    csv.field_size_limit(MOST_BYTES)
    with opened(path) as file, TextIOWrapper(file, written, newline="") as stream:
        try:
            head = stream.readline(MOST_BYTES)
            sign = max(_SIGNS, key=head.count)
            stream.seek(0)
            reader = csv.reader(stream, delimiter=sign, strict=True)
            names = [name.strip() for name in next(reader, [])]
            expect_names(names, path)
            columns.expect(names, str(path))
            plain = as_it_was if is_own(names) else str
            last = reader.line_num
            for cells in reader:
                first, last = last + 1, reader.line_num
                if len(cells) > len(names) and any(cells[len(names) :]):
                    where = f"{path}:{first}"
                    raise CoderError("delivery.many_cells", n=len(cells), head=len(names), where=where)
                if any(cells):
                    yield row_piece(path, first, dict(zip(names, map(plain, cells), strict=False)))
        except UnicodeDecodeError as error:
            where = f"{path}:{_line_of_damage(path, written)}"
            raise CoderError(
                "delivery.bad_bytes", encoding=written, problem=error.reason, where=where
            ) from None
        except csv.Error as error:
            raise CoderError(
                "delivery.no_table", problem=str(error), where=f"{path}:{reader.line_num}"
            ) from None


def _line_of_damage(path: Path, written: str) -> int:
    """The line of the first bytes that are none of the encoding; decoding is ahead of the rows."""
    decoder, line = getincrementaldecoder(written)(), 1
    with opened(path) as file:
        try:
            for data in iter(partial(file.read, _CHUNK), b""):
                line += decoder.decode(data).count("\n")
            decoder.decode(b"", True)
        except UnicodeDecodeError as error:
            of_letters = written if error.encoding == "charmap" else error.encoding
            line += error.object[: error.start].decode(of_letters).count("\n")
    return line


def expect_names(names: list[str], path: Path) -> None:
    """Raises CoderError where a table has no columns, or two of one name."""
    if not any(names):
        raise CoderError("delivery.empty_file", where=str(path))
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise CoderError("delivery.column_twice", name=twice[0], where=str(path))
