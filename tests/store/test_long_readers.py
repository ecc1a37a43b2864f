"""Somebody reads for long while others write to a new database."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coder.errors import OverwrittenError
from coder.model import Article
from coder.store.replay import problems
from coder.store.unit_of_work import Store


def change(store: Store, count: int) -> None:
    """Change the author of an article so many times, by some kilobytes each."""
    for number in range(count):
        with store.begin("setup") as work:
            before = work.queries.metadata(["a1"])
            author = {"author": str(number) + "y" * 3000}
            work.save_metadata(before, {"a1": author}, "metadata.corrected")


def test_whoever_reads_for_long_is_no_other_program(tmp_path: Path) -> None:
    """SQLite copies a thousand pages of its log at a time, but no page that was written
    again since another connection began to read: a new file is not whole then.
    """
    file = tmp_path / "coder.db"
    store = Store.create(f"sqlite:///{file}")
    with store.begin("setup") as work:
        work.add_articles([Article("a1", "text")])
    change(store, 50)
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM journal").fetchone()
        change(store, 300)
    change(store, 1)
    with store.read() as queries:
        assert list(problems(queries)) == []
    other = Store.create(f"sqlite:///{tmp_path / 'other.db'}")
    other.close()
    shutil.copyfile(tmp_path / "other.db", file)
    with pytest.raises(OverwrittenError):
        change(store, 2)
    store.close()
