"""SPSS's `.sav`: one row per event, choices as numbers with English labels.

The same as `stata`, but the negative numbers of choices are declared as missing values,
and a text has at most 32,767 bytes. `GET FILE='gold.sav'.` and `FREQUENCIES
event_type.`
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars
import pyreadstat

from coder.errors import CoderError
from coder.exporters import labelled_table
from coder.exporters.labelled_table import Column, describe, replace_bytes

rows = labelled_table.rows
_LONGEST = 32_767  # bytes of a text
_LABEL = 255  # bytes of a variable's label
_VALUE_LABEL = 120  # bytes of a value's label
_BLANKS = {"lo": -3, "hi": -1}
_CREATED = 92  # the offset of the time of creation in the file
# the same for every file, so that the same data give the same bytes
_ALWAYS = b"01 Jan 0000:00:00"


def _write(path: Path, table: polars.DataFrame, columns: Sequence[Column]) -> None:
    _expect_short_texts(table)
    measures = dict[str, str]()
    formats = dict[str, str]()
    missing = dict[str, list[Any]]()
    for column in columns:
        measures[column.name] = column.measure
        if column.measure == "text":
            measures[column.name] = "nominal"
        elif column.measure == "day":
            measures[column.name] = "scale"
        else:
            formats[column.name] = "F8.0"
        if column.has_blanks:
            missing[column.name] = [_BLANKS]
    pyreadstat.write_sav(
        table,
        path,
        row_compress=True,
        missing_ranges=missing,
        variable_measure=measures,
        variable_format=formats,
        **describe([_shorten_labels(column) for column in columns]),
    )
    replace_bytes(path, _CREATED, _ALWAYS)


def _expect_short_texts(table: polars.DataFrame) -> None:
    """Raise CoderError if a text is too long for SPSS."""
    for name in table.select(polars.col(polars.String)).columns:
        sizes = table[name].str.len_bytes()
        longest = sizes.arg_max()
        if longest is not None and sizes[longest] > _LONGEST:
            article, coder, _, event = table.row(longest)[:4]
            raise CoderError(
                "delivery.too_long_for_spss",
                column=name,
                found=sizes[longest],
                most=_LONGEST,
                where="/".join(filter(None, (article, coder, event))),
            )


def _shorten_labels(column: Column) -> Column:
    labels = {
        number: _cut(text, _VALUE_LABEL) for number, text in column.labels.items()
    }
    return column._replace(about=_cut(column.about, _LABEL), labels=labels)


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text, of at most so many bytes in UTF-8."""
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")


sink = partial(labelled_table.sink, _write)
