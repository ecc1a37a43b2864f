"""Results that are kept beside a project, and may be thrown away, damaged or made by
another program.
"""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pytest

from coder.store.kept import FILE, Kept, Result
from tests.support.thrown_away import throw_away


def fetched(kept: Kept, stamp: str = "now") -> dict[str, str]:
    return dict(kept.fetch("figures", {"a1": stamp}))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    found = Kept(tmp_path)
    found.keep("figures", [Result("a1", "now", "[1, 2]"), Result("a2", "now", "[3]")])
    return found


def test_a_result_is_found_by_kind_key_and_stamp(kept: Kept) -> None:
    assert fetched(kept) == {"a1": "[1, 2]"}
    assert dict(kept.fetch("other figures", {"a1": "now"})) == {}
    assert kept.stamps("figures") == {"a1": "now", "a2": "now"}


def test_a_result_of_older_data_is_not_found(kept: Kept) -> None:
    assert fetched(kept, "later") == {}


def test_a_newer_result_takes_the_place_of_the_older(kept: Kept) -> None:
    kept.keep("figures", [Result("a1", "later", "[9]")])
    assert (fetched(kept), fetched(kept, "later")) == ({}, {"a1": "[9]"})


@pytest.mark.parametrize(
    "change",
    ["body = '[1, 3]'", "stamp = 'now', body = ''", "body = 5", "digest = NULL"],
)
def test_a_result_that_was_changed_by_hand_is_not_found(
    kept: Kept, tmp_path: Path, change: str
) -> None:
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"UPDATE result SET {change} WHERE key = 'a1'")
    assert fetched(kept) == {}
    assert dict(kept.fetch("figures", {"a2": "now"})) == {"a2": "[3]"}


@pytest.mark.parametrize(
    "left", [b"", b"no database at all", b"SQLite format 3\0 cut short"]
)
def test_a_damaged_file_is_made_anew(kept: Kept, tmp_path: Path, left: bytes) -> None:
    kept.close()
    (tmp_path / FILE).write_bytes(left)
    again = Kept(tmp_path)
    assert fetched(again) == {}
    again.keep("figures", [Result("a1", "now", "[1]")])
    assert fetched(Kept(tmp_path)) == {"a1": "[1]"}


def test_a_table_of_another_program_is_made_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("CREATE TABLE result (name TEXT)")
    found = Kept(tmp_path)
    found.keep("figures", [Result("a1", "now", "[1]")])
    assert fetched(found) == {"a1": "[1]"}


@pytest.mark.parametrize(
    "change", ["DROP TABLE result", "ALTER TABLE result DROP COLUMN digest"]
)
def test_a_table_that_was_dropped_or_lost_a_column_is_made_anew(
    kept: Kept, tmp_path: Path, change: str
) -> None:
    kept.close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(change)
    again = Kept(tmp_path)
    assert fetched(again) == {}
    assert again.keep("figures", [Result("a1", "now", "[1]")])
    assert fetched(Kept(tmp_path)) == {"a1": "[1]"}


def test_nobody_else_can_read_what_is_kept(kept: Kept, tmp_path: Path) -> None:
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_what_was_thrown_away_is_not_found(kept: Kept, tmp_path: Path) -> None:
    throw_away(tmp_path)
    assert fetched(kept) == {}


def test_where_no_file_can_be_results_last_as_long_as_the_program(
    tmp_path: Path,
) -> None:
    (tmp_path / FILE).mkdir()
    found = Kept(tmp_path)
    found.keep("figures", [Result("a1", "now", "[1]")])
    assert fetched(found) == {"a1": "[1]"}
    assert (tmp_path / FILE).is_dir()


def test_more_results_are_fetched_than_one_query_can_name(tmp_path: Path) -> None:
    found = Kept(tmp_path)
    found.keep("figures", [Result(f"a{n}", "now", str(n)) for n in range(500)])
    assert dict(found.fetch("figures", {f"a{n}": "now" for n in range(450)})) == {
        f"a{n}": str(n) for n in range(450)
    }


def test_two_threads_may_keep_results_at_once(kept: Kept) -> None:
    def keep_many(kind: str) -> list[bool]:
        return [
            kept.keep(kind, [Result("a1", str(number), "[]")]) for number in range(1500)
        ]

    with ThreadPoolExecutor(2) as threads:
        assert all(chain.from_iterable(threads.map(keep_many, ("queue", "figures"))))
    assert (kept.stamps("queue"), kept.stamps("figures")["a1"]) == (
        {"a1": "1499"},
        "1499",
    )
