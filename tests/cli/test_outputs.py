"""No command writes over a file unasked, nor over a project's own files at all; one
JSON document is all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.service.project.opened import open_project
from coder.service.upkeep.integrity import verify
from tests.conftest import ROOT

Run = Callable[..., tuple[int, str, str]]

COMMANDS = {
    "export": ("export", "csv", "--allow-loss", "--force", "--out"),
    "manual": ("codebook", "docs", "--force", "--out"),
    "manual of a file": (
        "codebook",
        "docs",
        ROOT / "schemas" / "protest_events.yaml",
        "--force",
        "--out",
    ),
    "packet": ("packet", "make", "--for", "amal"),
    "backup": ("backup",),
    "portable backup": ("backup", "--portable"),
}
OWN = (
    "coder.toml",
    "coder.db",
    "coder.db-wal",
    "coder.db-shm",
    "coder.db-journal",
    "coder.db-open",
    "codebook.yaml",
    "conflict_events_lexicon.yaml",
    "../project/coder.db",
    "exports/../coder.toml",
    "soft.csv",
    "hard.csv",
    "CODER.DB-WAL",
    "kept.db",
    "kept.db-wal",
    "kept.db-shm",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_project_s_own_files_are_never_written_over(
    run_coder: Run, demo_folder: Path, command: str
) -> None:
    (demo_folder / "soft.csv").symlink_to(demo_folder / "coder.db")
    os.link(demo_folder / "codebook.yaml", demo_folder / "hard.csv")
    before = {
        path: path.read_bytes() for path in demo_folder.rglob("*") if path.is_file()
    }
    for name in OWN:
        code, _, err = run_coder(
            *COMMANDS[command], demo_folder / name, "--project", demo_folder
        )
        assert code == 2 and "one of the files of the project" in err, (name, err)
        assert not (demo_folder / "coder.db-journal").exists()
    assert {
        path: data for path, data in before.items() if path.read_bytes() != data
    } == {}
    project = open_project(demo_folder)
    assert not verify(project).findings
    project.close()


def test_another_project_s_files_are_safe_too(
    run_coder: Run, demo_folder: Path, tmp_path: Path
) -> None:
    assert run_coder("init", tmp_path / "other")[0] == 0
    before = (tmp_path / "other" / "coder.toml").read_bytes()
    out = tmp_path / "other" / "coder.toml"
    assert (
        run_coder("export", "csv", "--force", "--out", out, "--project", demo_folder)[0]
        == 2
    )
    assert out.read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_there_stays_unless_it_is_forced(
    run_coder: Run, demo_folder: Path, tmp_path: Path, command: str
) -> None:
    words = [word for word in COMMANDS[command] if word != "--force"]
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to("mine")
    for name in ("mine", "link"):
        code, _, err = run_coder(*words, tmp_path / name, "--project", demo_folder)
        assert code == 2 and "file already exists" in err
    assert (tmp_path / "mine").read_text() == "mine"
    if len(words) < len(COMMANDS[command]):
        code, _, err = run_coder(
            *COMMANDS[command], tmp_path / "link", "--project", demo_folder
        )
        assert code == 0, err
        assert (tmp_path / "link").is_symlink() and (tmp_path / "mine").read_text(
            "utf-8-sig"
        ) != "mine"
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


def test_of_two_backups_to_one_name_one_is_kept(
    demo_folder: Path, tmp_path: Path
) -> None:
    words = [
        sys.executable,
        "-m",
        "coder",
        "backup",
        str(tmp_path / "b"),
        "--project",
        str(demo_folder),
    ]
    for _ in range(3):
        running = [
            subprocess.Popen(words, cwd=ROOT, stdout=-3, stderr=-3) for _ in range(2)
        ]
        assert sorted(process.wait() for process in running) == [0, 2]
        (tmp_path / "b").unlink()


@pytest.mark.parametrize(
    "words", [("export", "native"), ("codebook", "docs", "--lang", "en")]
)
def test_a_dash_is_standard_output(demo_folder: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "coder", *words, "--project", str(demo_folder)]
    shown = [
        subprocess.run(
            [*command, *more], cwd=ROOT, capture_output=True, check=True
        ).stdout
        for more in ((), ("--out", "-"))
    ]
    assert shown[0] == shown[1] != b""
    assert not (ROOT / "-").exists()


@pytest.mark.parametrize("form", ["native", "jsonl", "csv"])
def test_an_export_as_json_is_one_document_with_the_data_in_it(
    run_coder: Run, demo_folder: Path, tmp_path: Path, form: str
) -> None:
    words = ("export", form, "--allow-loss", "--project", demo_folder)
    assert run_coder(*words, "--out", tmp_path / "gold")[0] == 0
    for more in ((), ("--out", "-")):
        code, out, _ = run_coder(*words, "--json", *more)
        assert code == 0
        assert (
            json.loads(out)["text"].encode("utf-8") == (tmp_path / "gold").read_bytes()
        )
