"""A new project is whole or not there, and costs nobody a file: after kills, two at
once, over an old one.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from coder.service.project.opened import create_project, open_project
from coder.service.upkeep.integrity import verify
from tests.conftest import ROOT
from tests.support.killed_at import kill_at_each_step
from tests.support.postgres import OWNER, Server

Run = Callable[..., tuple[int, str, str]]


def content(folder: Path) -> dict[Path, bytes]:
    """Every file under a folder."""
    return {
        path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def at_once(*commands: Sequence[object]) -> list[tuple[int, str]]:
    """Start all commands together; exit code and stderr of each."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "coder", *map(str, words)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for words in commands
    ]
    return [(process.wait(), process.communicate()[1]) for process in running]


def is_sound(folder: Path) -> bool:
    project = open_project(folder)
    found = verify(project).findings
    project.close()
    return not found and all(
        (folder / name).exists() for name in ("coder.toml", "codebook.yaml")
    )


@pytest.fixture
def copy(made_demo: Path, tmp_path: Path, run_coder: Run) -> Path:
    """A backup of the sample project."""
    assert run_coder("backup", tmp_path / "copy", "--project", made_demo)[0] == 0
    return tmp_path / "copy"


def test_an_own_codebook_stays_and_can_be_used(
    run_coder: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (ROOT / "schemas").glob("*.yaml"):
        shutil.copyfile(path, tmp_path / path.name)
    (tmp_path / "protest_events.yaml").rename(tmp_path / "codebook.yaml")
    before = content(tmp_path)
    monkeypatch.chdir(tmp_path)
    code, _, err = run_coder("init", ".")
    assert code == 2 and "codebook.yaml already exists" in err
    assert content(tmp_path) == before
    code, _, err = run_coder("init", ".", "--codebook", "codebook.yaml")
    assert code == 0, err
    assert {path: content(tmp_path)[path] for path in before} == before
    assert is_sound(tmp_path)


def test_a_lexicon_that_differs_stays(run_coder: Run, tmp_path: Path) -> None:
    mine = tmp_path / "conflict_events_lexicon.yaml"
    mine.write_text("mine")
    code, _, err = run_coder("init", tmp_path)
    assert code == 2 and str(mine) in err
    assert list(content(tmp_path).values()) == [b"mine"]


@pytest.mark.parametrize("verb", ["init", "demo", "restore"])
def test_a_project_is_safe_under_any_spelling_of_its_folder(
    run_coder: Run, demo_folder: Path, copy: Path, verb: str
) -> None:
    (demo_folder.parent / "link").symlink_to(demo_folder)
    before = content(demo_folder)
    for spelling in (
        "project",
        "new/../project",
        "project/../project/.",
        "link",
        "link/../project",
    ):
        folder = demo_folder.parent / spelling
        words = {
            "init": ("init",),
            "demo": ("demo", "--print"),
            "restore": ("backup", "--restore", copy, "--project"),
        }
        code, _, err = run_coder(*words[verb], folder)
        # A restore of what the project holds already has nothing left to do.
        assert code == {"init": 2, "demo": 0, "restore": 0}[verb], err
        assert {
            path: data for path, data in content(demo_folder).items() if path in before
        } == before
    assert not (demo_folder.parent / "new").exists()


@pytest.mark.parametrize("kind", ["new", "existing"])
def test_a_killed_init_is_run_again(run_coder: Run, tmp_path: Path, kind: str) -> None:
    if kind == "existing":
        for number in range(60):
            (tmp_path / f"p{number}").mkdir()
            (tmp_path / f"p{number}" / "notes.txt").write_text("mine")
    killed = kill_at_each_step(
        "init", tmp_path / "p{}", every=3 if kind == "existing" else 2
    )
    assert len(killed) > 7
    for number in killed:
        folder = tmp_path / f"p{number}"
        if not (folder / "coder.db").exists():
            code, _, err = run_coder("init", folder)
            assert code == 0, err
        assert is_sound(folder)
        assert kind == "new" or (folder / "notes.txt").read_text() == "mine"


def test_a_killed_restore_is_run_again(run_coder: Run, tmp_path: Path) -> None:
    small, copy = (
        tmp_path / "small",
        tmp_path / "copy",
    )  # what is in it changes none of the steps
    (tmp_path / "a.txt").write_text("خبر", "utf-8")
    for words in (("init", small), ("import", tmp_path / "a.txt", "--project", small)):
        assert run_coder(*words)[0] == 0
    assert run_coder("backup", copy, "--project", small)[0] == 0
    killed = kill_at_each_step(
        "backup", "--restore", copy, "--project", tmp_path / "p{}", every=3
    )
    assert len(killed) > 4
    for number in killed:
        folder = tmp_path / f"p{number}"
        if not (folder / "coder.db").exists():
            code, _, err = run_coder("backup", "--restore", copy, "--project", folder)
            assert code == 0, err
        assert is_sound(folder)


def test_a_killed_demo_is_run_again(
    run_coder: Run, tmp_path: Path, made_demo: Path
) -> None:
    killed = kill_at_each_step(
        "demo", "--print", tmp_path / "p{}", steps=("os.link",), every=3
    )
    assert len(killed) >= 3
    for number in killed:
        folder = tmp_path / f"p{number}"
        code, out, err = run_coder("demo", "--print", folder)
        assert code == 0 and "F1" in out, err
        assert is_sound(folder)
        exports = {
            path.name: path.read_bytes()
            for path in (folder / "exports").iterdir()
            if path.is_file()
        }
        assert exports == {
            path.name: path.read_bytes() for path in (made_demo / "exports").iterdir()
        }


def test_the_exports_of_a_demo_that_is_there_stay(
    run_coder: Run, demo_folder: Path
) -> None:
    (demo_folder / "exports" / "gold.csv").write_text("mine")
    (demo_folder / "exports" / "gold.jsonl").unlink()
    assert run_coder("demo", "--print", demo_folder)[0] == 0
    assert (demo_folder / "exports" / "gold.csv").read_text() == "mine"
    assert (demo_folder / "exports" / "gold.jsonl").stat().st_size > 1000


def test_of_two_that_make_a_project_in_one_folder_one_makes_it(
    tmp_path: Path, copy: Path
) -> None:
    for number in range(3):
        folder = tmp_path / f"p{number}"
        init, restore = (
            ("init", folder),
            ("backup", "--restore", copy, "--project", folder),
        )
        ended = at_once(*[(init, init), (restore, restore), (init, restore)][number])
        codes = sorted(code for code, _ in ended)
        # A restore that begins when another of the same backup is done has nothing to do.
        is_done_already = number == 1 and codes == [0, 0]
        assert codes == [0, 2] or is_done_already, ended
        assert "Traceback" not in str(ended)
        assert is_sound(folder)
        assert [path for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_failed_init_leaves_no_folder_and_no_file(
    run_coder: Run, tmp_path: Path
) -> None:
    nowhere = f"sqlite:///{tmp_path}/no/such.db"
    assert run_coder("init", tmp_path / "a" / "b", "--database", nowhere)[0] == 2
    (tmp_path / "mine").mkdir()
    assert run_coder("init", tmp_path / "mine", "--database", nowhere)[0] == 2
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


def test_what_a_failed_init_did_not_make_itself_stays(tmp_path: Path) -> None:
    folder = tmp_path / "p"

    def replaced(_: object) -> None:
        (folder / "codebook.yaml").unlink()
        (folder / "codebook.yaml").write_text("mine")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_project(folder, fill=replaced)
    assert {path.name: data for path, data in content(folder).items()} == {
        "codebook.yaml": b"mine"
    }


def test_a_database_on_a_server_is_made_once_and_whole(
    tmp_path: Path, postgres: Server
) -> None:
    with postgres.database() as name:
        url = postgres.url(name, OWNER)
        killed = kill_at_each_step("init", tmp_path / "p", "--database", url, every=4)
        assert killed  # the same folder again and again, until one came to its end
        ended = at_once(
            *(
                ("init", tmp_path / f"q{number}", "--database", url)
                for number in range(2)
            )
        )
        assert [code for code, _ in ended] == [
            2,
            2,
        ] and "already contains a project" in ended[0][1]
        assert [path.name for path in tmp_path.iterdir()] == ["p"]
        assert is_sound(tmp_path / "p")
    with postgres.database() as name:
        url = postgres.url(name, OWNER)
        ended = at_once(
            *(
                ("init", tmp_path / f"r{number}", "--database", url)
                for number in range(3)
            )
        )
        assert sorted(code for code, _ in ended) == [0, 2, 2], ended
        assert "Traceback" not in str(ended)
        [made] = tmp_path.glob("r*")
        assert is_sound(made)


def test_a_failed_init_leaves_a_server_empty_and_others_projects_whole(
    run_coder: Run, tmp_path: Path, postgres: Server
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "codebook.yaml").write_text("mine")
    with postgres.database() as name:
        url = postgres.url(name, OWNER)
        assert run_coder("init", tmp_path / "p", "--database", url)[0] == 2
        with postgres.connect(name, OWNER) as connection:
            query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(query).fetchone() == (0,)
        assert run_coder("init", tmp_path / "q", "--database", url)[0] == 0
        assert run_coder("init", tmp_path / "r", "--database", url)[0] == 2
        assert is_sound(tmp_path / "q") and not (tmp_path / "r").exists()


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_nothing_is_restored_beside_what_a_crash_left(
    run_coder: Run, tmp_path: Path, copy: Path, end: str
) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / f"coder.db{end}").write_text("left")
    code, _, err = run_coder("backup", "--restore", copy, "--project", folder)
    assert code == 2 and f"coder.db{end}" in err and "Move it" in err
    assert [path.read_text() for path in folder.iterdir()] == ["left"]


def test_a_copy_put_over_a_database_is_not_mixed_with_what_a_crash_left(
    run_coder: Run, demo_folder: Path, copy: Path
) -> None:
    database, log = demo_folder / "coder.db", demo_folder / "coder.db-wal"
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("UPDATE article SET text = text || ' '")
    left = log.read_bytes()
    connection.close()
    shutil.copyfile(copy, database)
    log.write_bytes(left)
    for words in (("verify",), ("status",), ("code", "--as", "you")):
        code, _, err = run_coder(*words, "--project", demo_folder)
        assert code == 2 and "coder.db-wal" in err, err
        assert database.read_bytes() == copy.read_bytes() and log.read_bytes() == left
    for path in demo_folder.glob("coder.db-*"):
        path.unlink()
    assert is_sound(demo_folder)
