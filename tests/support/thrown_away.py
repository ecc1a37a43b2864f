"""What is kept beside a project, thrown away, as anybody may do at any time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from coder.store.kept import FILE


def throw_away(folder: Path) -> None:
    """Delete all results that are kept beside the project in this folder."""
    with closing(sqlite3.connect(folder / FILE)) as kept, kept:
        kept.execute("DELETE FROM result")
