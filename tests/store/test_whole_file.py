"""What a kill has left beside a file goes when another is written there, but nothing
that somebody writes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.store.whole_file import new_file, new_folder, temporary_folder


def file(place: Path) -> None:
    with new_file(place / "made") as half:
        half.write_text("whole", "utf-8")


def folder(place: Path) -> None:
    with new_folder(place / "made") as half:
        (half / "table.csv").write_text("whole", "utf-8")


def passing(place: Path) -> None:
    with temporary_folder(place):
        pass


def left(place: Path, name: str, *, hours: dict[str, float]) -> Path:
    """A half as a kill leaves it, each file of it last written so many hours ago; "" is
    the folder itself.
    """
    half = place / name
    half.mkdir()
    for each in sorted(hours, reverse=True):  # the folder last: a new file changes it
        if each:
            (half / each).write_text("half", "utf-8")
        moment = time.time() - 3600 * hours[each]
        os.utime(half / each, (moment, moment))
    return half


@pytest.mark.parametrize("write", [file, folder, passing])
def test_what_a_kill_left_a_day_ago_goes(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    left(tmp_path, ".coder-a.part", hours={"": 25, "made": 25})
    write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == (
        [] if write is passing else ["made"]
    )


@pytest.mark.parametrize(
    "hours",
    [{"": 1.0, "coder.db": 1.0}, {"": 30.0, "coder.db": 1.0}, {"": 1.0, "old": 900.0}],
)
def test_what_was_written_within_a_day_stays(
    tmp_path: Path, hours: dict[str, float]
) -> None:
    half = left(tmp_path, ".coder-a.part", hours=hours)
    file(tmp_path)
    assert sorted(path.name for path in half.iterdir()) == sorted(filter(None, hours))


def test_nothing_of_another_name_goes(tmp_path: Path) -> None:
    names = ("articles.part", ".coder-notes", "coder-a.part")
    for name in names:
        left(tmp_path, name, hours={"": 900, "work": 900})
    file(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*names, "made"}


@pytest.mark.parametrize("mine", ["notes.txt", "tables/analysis.R"])
def test_a_folder_is_not_replaced_where_a_file_of_somebody_else_would_go(
    tmp_path: Path, mine: str
) -> None:
    target = tmp_path / "made"
    for n in range(2):
        if n:
            (target / mine).write_text("mine", "utf-8")
        try:
            with new_folder(target, replace=True) as half:
                (half / "tables").mkdir()
                (half / "tables" / "a.csv").write_text(str(n), "utf-8")
        except CoderError as refused:
            assert n and mine in str(refused)
    assert (target / mine).read_text("utf-8") == "mine"
    assert (target / "tables" / "a.csv").read_text("utf-8") == "0"
