"""A project whose codebook is revised while people work: both coders and a supervisor."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project, open_project
from tests.service.shared_demo import copied, opened, restored
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
    import_files(project, [articles])
    project.close()
    return open_project(folder, person="salma")


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def made_local(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the project in a file; copy it, never write in it."""
    folder = tmp_path_factory.mktemp("upgraded") / "p"
    made(folder, "sqlite:///coder.db", articles).close()
    return folder


@pytest.fixture
def local(tmp_path: Path, made_local: Path) -> Iterator[Project]:
    """A copy of it, open as salma, a supervisor."""
    folder = shutil.copytree(made_local, tmp_path / "p")
    project = open_project(folder, person="salma")
    yield project
    project.close()


@pytest.fixture(scope="session")
def made_on_server(
    postgres: Server, made_local: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The project on PostgreSQL without logins: its database and folder, of which there
    are copies.
    """
    folder = tmp_path_factory.mktemp("upgraded")
    shutil.copytree(made_local, folder / "p")
    with postgres.database() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGUSER", OWNER)
        with opened(folder / "p") as project:
            restored(project, folder, postgres.url(name, OWNER))
        yield name, folder / "shared"


@pytest.fixture(params=["sqlite", "postgresql"])
def project(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """The project, once on each engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("local")
        return
    server: Server = request.getfixturevalue("postgres")
    original = request.getfixturevalue("made_on_server")
    monkeypatch.setenv("PGUSER", OWNER)
    with server.database(copy_of=original[0]) as name:
        project = open_project(copied(original, name, tmp_path / "p"), person="salma")
        yield project
        project.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The new revision's file."""
    return revised(tmp_path / "new")
