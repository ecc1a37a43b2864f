"""Stata's `.dta` (version 14 and later): one row per event, choices as numbers with
English labels.

For choices, negative numbers say why there is no value: -1 not stated, -2 does not
apply, -3 not coded; for all other fields, `…_state` says so. Before you compute with a
choice, make them missing: `mvdecode certainty, mv(-1=.a \\ -2=.b \\ -3=.c)`. Days are
dates. Items of a list are separated by ` | `. A column with a text of more than 2,045
bytes is a `strL`. `use gold.dta` and `tabulate event_type`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars
import pyreadstat

from coder.exporters import labelled_table
from coder.exporters.labelled_table import Column, describe, replace_bytes

rows = labelled_table.rows
_VERSION = 14
_LABEL = 80  # characters
_TIME = b"<timestamp>\x11"
# the same for every file, so that the same data give the same bytes
_ALWAYS = b"01 Jan 2000 00:00"
_HEAD = 1_000  # bytes that hold the file's header


def _write(path: Path, table: polars.DataFrame, columns: Sequence[Column]) -> None:
    shortened = [column._replace(about=column.about[:_LABEL]) for column in columns]
    pyreadstat.write_dta(table, path, version=_VERSION, **describe(shortened))
    with path.open("rb") as file:
        start = file.read(_HEAD).index(_TIME) + len(_TIME)
    replace_bytes(path, start, _ALWAYS)


sink = partial(labelled_table.sink, _write)
