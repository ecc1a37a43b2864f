"""Texts that were typed and not saved come back for the same person in the same project."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.project.config import user_file
from coder.service.project.drafts import Drafts, Place

PLACE: Place = ("004", "amal", "e1", "killed", 52, 57)
OTHER: Place = ("004", "e1", "notes")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def kept(folder: Path, person: str) -> dict[Place, str]:
    return Drafts(folder, person).texts


def keep(folder: Path, person: str, texts: dict[Place, str]) -> None:
    Drafts(folder, person).store(texts)


def test_each_person_in_each_project_has_their_own(home: Path) -> None:
    keep(home / "a", "amal", {PLACE: "نصف تعليق\nوسطر", OTHER: "x"})
    keep(home / "a", "basim", {OTHER: "y"})
    keep(home / "b", "amal", {OTHER: "z"})
    assert kept(home / "a", "amal") == {PLACE: "نصف تعليق\nوسطر", OTHER: "x"}
    keep(home / "a", "amal", {})
    left = [kept(home / folder, name) for folder in "ab" for name in ("amal", "basim")]
    assert left == [{}, {OTHER: "y"}, {OTHER: "z"}, {}]


def test_a_window_changes_only_its_own_texts(home: Path) -> None:
    one, other = Drafts(home / "a", "amal"), Drafts(home / "a", "amal")
    one.store({PLACE: "half"})
    other.store({OTHER: "x"})
    assert kept(home / "a", "amal") == {PLACE: "half", OTHER: "x"}
    other.store({})  # which ends
    assert kept(home / "a", "amal") == {PLACE: "half"}


def test_a_text_that_one_window_saved_does_not_come_back_from_another(
    home: Path,
) -> None:
    one = Drafts(home / "a", "amal")
    one.store({PLACE: "half"})
    other = Drafts(home / "a", "amal")  # begins with the text of the first
    one.store({})  # saved
    other.store({**other.texts, OTHER: "x"})
    assert kept(home / "a", "amal") == {OTHER: "x"}


def test_a_window_does_not_take_away_what_another_typed_on(home: Path) -> None:
    one = Drafts(home / "a", "amal")
    one.store({PLACE: "half"})
    other = Drafts(home / "a", "amal")
    one.store({PLACE: "half a comment"})
    other.store({})
    assert kept(home / "a", "amal") == {PLACE: "half a comment"}


def test_without_a_text_nothing_is_written(home: Path) -> None:
    keep(home / "a", "amal", {})
    assert not user_file().parent.exists()


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"[1]", b'{"a": {"amal": [["x", 1]]}}', b"\xff"]
)
def test_a_damaged_file_is_no_obstacle(home: Path, damaged: bytes) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().with_name("drafts.json").write_bytes(damaged)
    assert kept(home / "a", "amal") == {}
    keep(home / "a", "amal", {OTHER: "x"})
    assert kept(home / "a", "amal") == {OTHER: "x"}


def test_a_folder_that_cannot_be_written_is_named_each_time(home: Path) -> None:
    (home / "config").write_text("a file")
    drafts = Drafts(home / "a", "amal")
    for _ in range(2):
        with pytest.raises(CoderError, match="config"):
            drafts.store({OTHER: "x"})
