"""kill -9 while a database is brought up, copied, restored, or a packet merged: all or nothing, and again."""

from __future__ import annotations

import io
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from coder.cli.main import main
from coder.service.delivery.project_copy import restore
from coder.service.project.opened import open_project
from coder.service.upkeep.integrity import verify
from coder.store import dump
from coder.store.unit_of_work import Store
from tests.store.small_project import fill, first_schema, is_whole
from tests.support.faults import ARTICLE, ROOT, coder_at_work

KILLS = 40


def kill(words: Sequence[object], chance: random.Random) -> bool:
    """Start a command and kill it at some moment; whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "coder", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(chance.uniform(0.2, 2.5))
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_while_a_database_is_brought_up(tmp_path: Path) -> None:
    made = fill(Store.create(f"sqlite:///{tmp_path}/sample.db"))
    data = io.BytesIO()
    with made.read() as queries:
        dump.write(queries.connection, data, {})
    made.close()
    first_schema(f"sqlite:///{tmp_path}/old.db", data.getvalue())
    chance, killed = random.Random(3), 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "coder.toml").write_text('database = "sqlite:///coder.db"\n')
        shutil.copy(tmp_path / "old.db", folder / "coder.db")
        killed += kill(("status", "--project", folder), chance)
        store = Store.open(f"sqlite:///{folder}/coder.db")
        assert is_whole(store)
        store.close()
    print(
        f"\n{killed} of {KILLS} kills hit an upgrade or its start: each database whole, opened again at once"
    )


def test_while_backups_are_made_and_restored(made_demo: Path, tmp_path: Path) -> None:
    chance, killed = random.Random(4), 0
    for number in range(KILLS):
        portable = ("--portable",) if number % 2 else ()
        killed += kill(("backup", tmp_path / f"b{number}", *portable, "--project", made_demo), chance)
        if (tmp_path / f"b{number}").exists():  # then it is a whole one
            killed += kill(
                ("backup", "--restore", tmp_path / f"b{number}", "--project", tmp_path / f"k{number}"), chance
            )
            again = restore(tmp_path / f"b{number}", tmp_path / f"p{number}")
            assert not verify(again).findings
            again.close()
            shutil.rmtree(tmp_path / f"p{number}")
    project = open_project(made_demo)
    assert not verify(project).findings
    project.close()
    print(f"\n{killed} kills while backups were made or restored: no half file under a backup's name")


def test_while_packets_are_merged(made_demo: Path, tmp_path: Path) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    shutil.copytree(made_demo, home)
    assert main(["packet", "make", "--for", "you", str(tmp_path / "out"), "--project", str(home)]) == 0
    assert main(["packet", "open", str(tmp_path / "out"), str(away)]) == 0
    coder_at_work(away, 1, 200).communicate()
    assert main(["packet", "make", "--for", "you", str(tmp_path / "back"), "--project", str(away)]) == 0
    chance, killed, whole = random.Random(5), 0, 0
    with open_project(away).store.read() as queries:
        expected = len(queries.history(f"coding:{queries.matching(ARTICLE, 1)[0]}/you"))
    for number in range(KILLS):
        copy = tmp_path / str(number)
        shutil.copytree(home, copy)
        killed += kill(("packet", "merge", tmp_path / "back", "--project", copy), chance)
        project = open_project(copy)
        assert not verify(project).findings
        with project.store.read() as queries:
            found = len(queries.history(f"coding:{project.article(ARTICLE).id}/you"))
        project.close()
        assert found in (0, expected)
        whole += found > 0
        assert main(["packet", "merge", str(tmp_path / "back"), "--project", str(copy)]) == 0
        shutil.rmtree(copy)
    print(f"\n{killed} kills while a packet was merged: {whole} times all of it was there, else nothing")
