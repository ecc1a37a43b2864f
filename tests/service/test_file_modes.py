"""Files with people's work are for their owner alone, or for the group too if
coder.toml says so.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.coding.session import CodingSession
from coder.service.edits.span_edits import Confirm
from coder.service.project.opened import open_project
from coder.service.review.gold_session import ReviewSession
from coder.store.sqlite_file import new_database
from coder.store.whole_file import new_file
from tests.conftest import ROOT, SEEDS
from tests.support.faults import without_root_powers

OWNER, TEAM = 60001, 60000  # a user and a group that nobody else is
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=[0o000, 0o077], ids=["open umask", "strict umask"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever the umask is, it decides nothing."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_to_group(folder: Path) -> None:
    with (folder / "coder.toml").open("a", encoding="utf-8") as file:
        file.write("\n[files]\ngroup = true\n")


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def modes(folder: Path) -> dict[str, str]:
    return {path.name: mode(path) for path in folder.iterdir() if path.is_file()}


def work(folder: Path, run: Run) -> dict[str, str]:
    """Do everything that writes files with people's work; their modes by name."""
    for name, role in (("amal", "coder"), ("salma", "supervisor")):
        run("people", "add", name, "--role", role, "--project", folder)
    run("import", *SEEDS.glob("004*.txt"), "--project", folder)
    run("suggest", "--project", folder)
    run("assign", "--coders", "amal", "--per-article", "1", "--project", folder)
    out = folder.parent / "out"
    out.mkdir()
    for words in (
        ("backup", out / "backup"),
        ("backup", out / "portable", "--portable"),
        ("packet", "make", "--for", "amal", out / "packet"),
    ):
        code, _, err = run(*words, "--project", folder)
        assert code == 0, err
    again = folder.parent / "again"
    code, _, err = run("backup", "--restore", out / "backup", "--project", again)
    assert code == 0, err
    project = open_project(folder)
    session = CodingSession(project, project.article("004"), "amal")
    session.do(Confirm([session.candidates[0]]))
    session.writer.flush()
    project.kept.keep("test", [])
    found = modes(folder) | modes(out)
    found["restored.db"] = mode(again / "coder.db")
    session.close()
    project.close()
    return found


WRITTEN = {
    "coder.db",
    "coder.db-wal",
    "coder.db-shm",
    "coder.db-open",
    "kept.db",
    "backup",
    "portable",
    "packet",
    "restored.db",
}


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("group", [False, True], ids=["owner", "group"])
def test_who_may_read_files_with_work(
    tmp_path: Path, run_coder: Run, group: bool
) -> None:
    words = ["--group"] if group else []
    code, _, err = run_coder("init", tmp_path / "p", *words)
    assert code == 0, err
    found = work(tmp_path / "p", run_coder)
    expected = "0o660" if group else "0o600"
    assert {name: found[name] for name in WRITTEN} == dict.fromkeys(WRITTEN, expected)


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("group", [False, True], ids=["owner", "group"])
def test_who_may_read_rescued_work(demo_folder: Path, group: bool) -> None:
    if group:
        open_to_group(demo_folder)
    project = open_project(demo_folder)
    coding = CodingSession(project, project.article("004"), "you")
    review = ReviewSession(project, project.article("003"), "salma")
    for path in demo_folder.glob("coder.db*"):
        path.unlink()
    for session in (coding, review):
        session.rescue()
    found = {path.suffix: mode(path) for path in demo_folder.glob("rescued-*")}
    expected = "0o660" if group else "0o600"
    assert found == {".packet": expected, ".jsonl": expected}


@pytest.mark.usefixtures("umask")
def test_no_file_can_be_read_before_it_is_whole(tmp_path: Path) -> None:
    with new_database(f"sqlite:///{tmp_path}/t.db") as url:
        assert mode(Path(url.removeprefix("sqlite:///"))) == "0o600"
    with new_file(tmp_path / "made", mode=0o600) as draft:
        assert mode(draft) == "0o600"


def test_an_existing_database_keeps_its_mode(demo_folder: Path) -> None:
    (demo_folder / "coder.db").chmod(0o664)
    project = open_project(demo_folder)
    project.add_person("nadia", "coder")
    session = CodingSession(project, project.article("004"), "you")
    found = modes(demo_folder)
    session.close()
    project.close()
    for name in ("coder.db", "coder.db-wal", "coder.db-shm", "coder.db-open"):
        assert found[name] == "0o664", name


def test_exports_are_as_open_as_the_umask_says(
    demo_folder: Path, tmp_path: Path, run_coder: Run
) -> None:
    before = os.umask(0o022)
    run_coder("export", "jsonl", "--out", tmp_path / "out", "--project", demo_folder)
    os.umask(before)
    assert mode(tmp_path / "out") == "0o644"


def test_a_group_that_is_no_truth_value_is_refused(demo_folder: Path) -> None:
    with (demo_folder / "coder.toml").open("a", encoding="utf-8") as file:
        file.write('\n[files]\ngroup = "yes"\n')
    with pytest.raises(CoderError, match=r"group in \[files\] is yes"):
        open_project(demo_folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_a_member_of_the_group_works_in_a_shared_file(
    tmp_path: Path, run_coder: Run
) -> None:
    """In a folder that gives its group to new files, as docs/backup-and-packets.md
    says.
    """
    folder = tmp_path / "p"
    folder.mkdir()
    os.chown(folder, OWNER, TEAM)
    folder.chmod(0o2770)
    run_coder("init", folder, "--group")
    run_coder("people", "add", "amal", "--role", "coder", "--project", folder)
    for path in folder.iterdir():
        os.chown(path, OWNER, -1)
    add = ["people", "add", "basim", "--role", "coder", "--project", str(folder)]
    assert run_as_member(*add, groups=[]).returncode == 2
    done = run_as_member(*add, groups=[TEAM])
    assert done.returncode == 0, done.stderr
    done = run_as_member("verify", "--project", str(folder), groups=[TEAM])
    assert done.returncode == 0, done.stderr


def run_as_member(*words: str, groups: list[int]) -> subprocess.CompletedProcess[str]:
    """A command of somebody else than the owner of the files, bound by their modes."""
    return subprocess.run(
        [sys.executable, "-m", "coder", *words],
        cwd=ROOT,
        extra_groups=groups,
        umask=0o022,
        preexec_fn=without_root_powers,
        capture_output=True,
        text=True,
        check=False,
    )
