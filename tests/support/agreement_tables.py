"""Reading what `coder agree --data` writes."""

from __future__ import annotations

import csv
from pathlib import Path


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """A file of the data."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def figures(folder: Path, name: str) -> list[dict[str, str]]:
    """A table of the figures."""
    return read(folder / "tables", name)
