"""kill -9 while a database is brought up: all or nothing, and again."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from coder.store import dump
from coder.store.unit_of_work import Store
from tests.store.small_project import fill, first_schema, is_whole

KILLS = 40


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
        command = [sys.executable, "-m", "coder", "status", "--project", str(folder)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, 2.5))
        process.kill()
        killed += process.wait() < 0
        store = Store.open(f"sqlite:///{folder}/coder.db")
        assert is_whole(store)
        store.close()
    print(
        f"\n{killed} of {KILLS} kills hit an upgrade or its start: each database whole, opened again at once"
    )
