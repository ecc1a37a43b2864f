"""What tests of what comes into a project share, and those of a team with logins."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.project.opened import Project, create_project
from tests.service.shared_demo import copied, opened, restored
from tests.support.postgres import OWNER, Server


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A new project with one coder and no articles; many modules have one of their own."""
    made = create_project(tmp_path / "project")
    made.add_person("amal", "coder")
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_on_server(
    postgres: Server, made_demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The sample project on PostgreSQL without logins: its database and folder, of
    which there are copies.
    """
    with postgres.database() as name:
        with (
            pytest.MonkeyPatch.context() as patch,
            opened(made_demo) as demo,
        ):  # no log must stay beside it
            patch.setenv("PGUSER", OWNER)
            folder = restored(
                demo, tmp_path_factory.mktemp("server"), postgres.url(name, OWNER)
            )
        yield name, folder


@pytest.fixture
def served_demo(
    postgres: Server,
    demo_on_server: tuple[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[str, Path]]:
    """The sample project on PostgreSQL with a login for each: its database, and its
    folder `shared`.
    """
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database(copy_of=demo_on_server[0]) as name:
        yield name, copied(demo_on_server, name, tmp_path / "shared")


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_demo(
    request: pytest.FixtureRequest, made_demo: Path, tmp_path: Path
) -> Path:
    """The folder of the sample project, once on each engine."""
    if request.param == "sqlite":
        return shutil.copytree(made_demo, tmp_path / "shared")
    folder: Path = request.getfixturevalue("served_demo")[1]
    return folder
