"""A team's database is backed up with PostgreSQL's own tools, and comes back as closed
as it was.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from blind_team import Team

from coder.store.replay import problems
from coder.store.unit_of_work import Store
from tests.support.postgres import OWNER


def tool(
    team: Team, *words: str, user: str = OWNER
) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PGHOST": str(team.server.folder), "PGUSER": user}
    command = [str(team.server.programs / words[0]), *words[1:]]
    return subprocess.run(
        command, env=environ, check=False, capture_output=True, text=True
    )


def test_a_dump_restored_is_whole_and_blind_as_before(
    team: Team, tmp_path: Path
) -> None:
    file = str(tmp_path / "team.dump")
    assert (
        tool(team, "pg_dump", "--format=custom", f"--file={file}", team.name).returncode
        == 0
    )
    with team.server.database() as name:
        done = tool(team, "pg_restore", "--exit-on-error", f"--dbname={name}", file)
        assert done.returncode == 0, done.stderr
        store = Store.open(team.server.url(name, OWNER))
        with store.read() as queries:
            assert list(problems(queries)) == []
            assert {head.coder for head in queries.coding_heads()} == {
                "amal",
                "basim",
                "gold",
            }
        store.close()
        amal = Store.open(team.server.url(name), person="amal")
        with amal.read() as queries:
            assert {head.coder for head in queries.coding_heads()} == {"amal"}
        with amal.begin("amal") as work:  # the journal's numbers go on
            assert work.undo("coding:a1/amal") == "value.set"
        amal.close()


def test_a_coder_s_dump_is_refused_and_not_cut_short_in_silence(
    team: Team, tmp_path: Path
) -> None:
    done = tool(team, "pg_dump", f"--file={tmp_path / 'x'}", team.name, user="amal")
    assert done.returncode != 0
    assert "permission denied" in done.stderr
