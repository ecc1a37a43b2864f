"""A project whose codebook is revised while people work: both coders and a supervisor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.delivery.intake import take
from coder.service.project.opened import Project, create_project, open_project
from tests.support.postgres import OWNER, Server
from tests.support.revised import revised

ROOT = Path(__file__).parents[3]


def made(folder: Path, database: str, articles: Path) -> Project:
    """Two sample articles with both coders' codings and the gold of one; open as salma,
    a supervisor.
    """
    project = create_project(folder, database=database)
    for name in ("amal", "basim", "newcomer"):
        project.add_person(name, "coder")
    project.add_person("salma", "supervisor")
    take(project, [articles])
    project.close()
    return open_project(folder, person="salma")


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two articles in which air strikes were coded, and all work on them."""
    folder = tmp_path_factory.mktemp("articles")
    names = ("000_fd74d59c4a9049c0", "003_febfd1bff842471e")
    for name in names:
        (folder / f"{name}.txt").write_bytes(
            (ROOT / "seeds" / f"{name}.txt").read_bytes()
        )
    work = [
        *sorted((ROOT / "seeds" / "codings").glob("*.jsonl")),
        ROOT / "exports" / "gold.native.jsonl",
    ]
    lines = [
        line
        for path in work
        for line in path.read_text("utf-8").splitlines(keepends=True)
    ]
    kept = [line for line in lines if json.loads(line)["article"]["id"] in names]
    (folder / "work.jsonl").write_text("".join(kept), "utf-8")
    return folder


@pytest.fixture
def local(tmp_path: Path, articles: Path) -> Iterator[Project]:
    """The project in a file."""
    project = made(tmp_path / "p", "sqlite:///coder.db", articles)
    yield project
    project.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def project(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    articles: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Project]:
    """The project, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("local")
        return
    server: Server = request.getfixturevalue("postgres")
    monkeypatch.setenv("PGUSER", OWNER)
    with server.database() as name:
        project = made(tmp_path / "p", server.url(name), articles)
        yield project
        project.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The new revision's file."""
    return revised(tmp_path / "new")
