"""SPSS's `.sav`: a row an event, choices as numbers with their labels in English.

As `stata`; a text has 32,767 bytes at most. `GET FILE='gold.sav'.` and `FREQUENCIES event_type.`
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyreadstat

from coder.exporters import labelled_table
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset

rows = labelled_table.rows


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into the new file `path`."""
    with labelled_table.sink(dataset, 32_767, partial(pyreadstat.write_sav, dst_path=path)) as put:
        yield put
    labelled_table.overwritten(path, rb"^.{92}(.{17})", b"01 Jan 0000:00:00")
