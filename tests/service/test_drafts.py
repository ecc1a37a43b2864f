"""Texts that were typed and not saved come back for the same person in the same project."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.project import drafts
from coder.service.project.config import user_file

PLACE, OTHER = ("004", "amal", "e1", "killed", 52, 57), ("004", "e1", "notes")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def test_each_person_in_each_project_has_their_own(home: Path) -> None:
    drafts.keep(home / "a", "amal", {PLACE: "نصف تعليق\nوسطر", OTHER: "x"})
    drafts.keep(home / "a", "basim", {OTHER: "y"})
    drafts.keep(home / "b", "amal", {OTHER: "z"})
    assert drafts.kept(home / "a", "amal") == {PLACE: "نصف تعليق\nوسطر", OTHER: "x"}
    drafts.keep(home / "a", "amal", {})
    kept = [drafts.kept(home / folder, name) for folder in "ab" for name in ("amal", "basim")]
    assert kept == [{}, {OTHER: "y"}, {OTHER: "z"}, {}]


def test_without_a_text_nothing_is_written(home: Path) -> None:
    drafts.keep(home / "a", "amal", {})
    assert not user_file().parent.exists()


@pytest.mark.parametrize("damaged", [b"", b"{", b"[1]", b'{"a": {"amal": [["x", 1]]}}', b"\xff"])
def test_a_damaged_file_is_no_obstacle(home: Path, damaged: bytes) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().with_name("drafts.json").write_bytes(damaged)
    assert drafts.kept(home / "a", "amal") == {}
    drafts.keep(home / "a", "amal", {OTHER: "x"})
    assert drafts.kept(home / "a", "amal") == {OTHER: "x"}


def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "config").write_text("a file")
    with pytest.raises(CoderError, match="config"):
        drafts.keep(home / "a", "amal", {OTHER: "x"})
