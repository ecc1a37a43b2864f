"""The long runs: `make soak`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.many_at_once import on_a_file, on_a_server
from tests.support.postgres import OWNER, Server


def tell(what: str, changes: int, began: float) -> None:
    seconds = time.monotonic() - began
    print(f"\n{what}: {changes} changes in {seconds:.1f} s, set-up and check included")


def test_fifty_coders_on_a_server_that_syncs_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    server = Server(fsync="on", full_page_writes="on")
    began = time.monotonic()
    try:
        on_a_server(server, tmp_path / "project", coders=50, changes=200)
    finally:
        server.remove()
    tell("50 coders, PostgreSQL", 50 * 200, began)


def test_eight_processes_on_one_file(tmp_path: Path) -> None:
    began = time.monotonic()
    on_a_file(tmp_path / "project", coders=8, changes=200)
    tell("8 processes, SQLite", 8 * 200, began)
