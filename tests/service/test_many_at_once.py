"""Many coders at work at once lose nothing; the long runs of the same are in
tests/soak.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.many_at_once import on_a_file, on_a_server
from tests.support.postgres import OWNER, Server


def test_six_coders_on_a_server(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    on_a_server(postgres, tmp_path / "project", coders=6, changes=20)


def test_three_processes_on_one_file(tmp_path: Path) -> None:
    on_a_file(tmp_path / "project", coders=3, changes=20)
