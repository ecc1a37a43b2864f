"""What many tests need: the sample project, made once, and a copy of it for each test."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.default import DefaultDialect
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from coder.codebook import shipped
from coder.codebook.load import read_codebook, read_with_files
from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import YamlText, parse_yaml
from coder.errors import CoderError
from coder.importers.native_reader import to_coding
from coder.model import Article, Coding
from coder.service.project.opened import Project, open_project
from tests.support.at_rest import at_rest
from tests.support.in_memory import keep_temporary_files_in_memory
from tests.support.postgres import OWNER, Server

# Laws are tried without a time limit, so that a busy machine fails no test.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

keep_temporary_files_in_memory()

gc.disable()  # until all tests are collected, see below

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "schemas"
SEEDS = ROOT / "seeds"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The long runs in `soak` are for those who ask for them: `make soak`."""
    asked = any("soak" in Path(word).parts for word in config.args)
    return True if collection_path.name == "soak" and not asked else None


def pytest_collection_finish() -> None:
    """Modules and tests live until the end: the garbage collector need not visit them
    again and again.
    """
    gc.enable()
    gc.set_threshold(50_000, 20, 100)  # as the program does
    gc.freeze()


def pytest_sessionstart() -> None:
    """Most tests make a project; parsing the shipped lexicon would take longer than all
    the rest of it.
    """
    read = cache(read_with_files)

    @lru_cache(maxsize=8)
    def parsed(text: str) -> YamlText | None:
        try:
            found = parse_yaml(text, "")
        except CoderError:
            return None
        return None if found.problems else found  # a problem names its file

    def parse_once(text: str, file: str) -> YamlText:
        found = parsed(text)
        return replace(found, file=file) if found else parse_yaml(text, file)

    def read_once(path: Path | str) -> tuple[Codebook, dict[str, Path]]:
        is_shipped = Path(path).parent == shipped.folder("schemas")
        return read(Path(path)) if is_shipped else read_with_files(path)

    patch = (
        pytest.MonkeyPatch()
    )  # for good, and before the modules of tests that read codebooks are loaded
    patch.setattr("coder.codebook.yaml_text.parse_yaml", parse_once)
    patch.setattr("coder.codebook.load.read_with_files", read_once)


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: half of a screen's test is waiting until the screen has come
    to rest.
    """
    return 2 * len(os.sched_getaffinity(0))


@pytest.fixture(scope="session", autouse=True)
def nobodys_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Who runs the tests keeps their own configuration to themselves."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("xdg")
        patch.setenv("XDG_CONFIG_HOME", str(home))
        yield home


@pytest.fixture(autouse=True)
def configuration_of_one_test(nobodys_configuration: Path) -> Iterator[None]:
    """What a test saves in the user's configuration is gone before the next; nobody is
    new to the screens.
    """
    folder = nobodys_configuration / "coder"
    folder.mkdir(exist_ok=True)
    (folder / "told").write_text("advice_tour_coder advice_tour_supervisor\n", "utf-8")
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def screens_are_waited_for() -> Iterator[None]:
    """A pilot goes on when the screen has come to rest, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("textual.pilot", "textual.app"):
            patch.setattr(f"{module}.wait_for_idle", at_rest)
        patch.setattr(
            "coder.tui.screens.coding_screen._DRAWN", 0
        )  # nobody looks at the first screen
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Each test opens its own database; compiling each statement for each takes a
    twentieth of all time.
    """
    compiled: dict[str, dict[Any, Any]] = {"sqlite": {}, "postgresql": {}}

    def connected(*words: Any, **settings: Any) -> Engine:
        engine = create_engine(*words, **settings)
        engine.update_execution_options(compiled_cache=compiled[engine.dialect.name])
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coder.store.engine.create_engine", connected)
        # A statement is kept with the dialect that it was compiled for, of which each
        # engine makes one.
        patch.setattr(
            DefaultDialect, "__eq__", lambda one, other: type(one) is type(other)
        )
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def styles_parsed_once() -> Iterator[None]:
    """Each test opens its own app; parsing the same style sheets for each takes a tenth
    of its time.
    """
    parse, parsed = Stylesheet._parse_rules, dict[Any, list[RuleSet]]()

    def parse_once(
        sheet: Stylesheet, css: str, read_from: Any, **how: Any
    ) -> list[RuleSet]:
        key = frozenset(sheet._variables.items()), css, read_from, *how.items()
        if key not in parsed:
            parsed[key] = parse(sheet, css, read_from, **how)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(scope="session")
def conflict_events() -> Codebook:
    """The shipped codebook."""
    return read_codebook(ROOT / "schemas" / "conflict_events.yaml")


@pytest.fixture(scope="session")
def codebook(conflict_events: Codebook) -> Codebook:
    """The shipped codebook, for tests that know no other."""
    return conflict_events


@pytest.fixture(scope="session")
def sample_articles() -> dict[str, Article]:
    """The five sample articles by id."""
    paths = sorted(SEEDS.glob("*.txt"))
    return {
        p.stem: Article(p.stem, p.read_bytes().decode("utf-8"), p.name) for p in paths
    }


@pytest.fixture(scope="session")
def sample_codings() -> list[Coding]:
    """The ten sample codings."""
    lines = [
        line
        for p in sorted((SEEDS / "codings").glob("*.jsonl"))
        for line in p.read_text().splitlines()
    ]
    return [to_coding(json.loads(line)) for line in lines]


def once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """A folder of that name, made by one process for all that test; never write in it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / name).exists():
            make(shared / f"{name}-half")
            (shared / f"{name}-half").rename(shared / name)
    return shared / name


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project's folder; copy it, never write in it."""
    from coder.service.review.review_queue import queue
    from coder.service.sample_project import make_demo

    def make(half: Path) -> None:
        project, *_ = make_demo(half / "project", lambda _: None)
        queue(project)  # counts what differs, as every review would begin with
        project.close()

    made = once(tmp_path_factory, "made", make)
    return Path(
        shutil.copytree(made / "project", tmp_path_factory.mktemp("demo") / "project")
    )


@pytest.fixture(scope="session")
def from_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the unpacked wheel; what is in it is the program as others install
    it.
    """

    def make(half: Path) -> None:
        half.mkdir()
        words = [
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
        ]
        subprocess.run(
            [sys.executable, *words, str(half), str(ROOT)],
            check=True,
            capture_output=True,
        )
        [wheel] = half.glob("*.whl")
        subprocess.run(
            [sys.executable, "-m", "zipfile", "-e", str(wheel), str(half)], check=True
        )

    return once(tmp_path_factory, "site", make)


@pytest.fixture
def demo_folder(made_demo: Path, tmp_path: Path) -> Path:
    """A copy of the sample project."""
    folder = tmp_path / "project"
    shutil.copytree(made_demo, folder)
    return folder


@pytest.fixture
def demo(demo_folder: Path) -> Iterator[Project]:
    """The copied sample project, open."""
    project = open_project(demo_folder)
    yield project
    project.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running PostgreSQL server."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once on each engine; on PostgreSQL as the owner of the tables
    to be.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/t.db"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as name:
        yield server.url(name, OWNER)


@pytest.fixture(scope="session")
def with_two_supervisors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project with the codings of two coders, and two supervisors,
    salma and rana; copy it, never write in it.
    """
    from coder.service.delivery.intake import import_files
    from coder.service.project.opened import create_project

    def make(half: Path) -> None:
        half.mkdir()
        made = create_project(half / "project", language="en")
        for coder in ("amal", "basim"):
            made.add_person(coder, "coder")
        for supervisor in ("salma", "rana"):
            made.add_person(supervisor, "supervisor")
        import_files(made, [*SEEDS.glob("*.txt"), *(SEEDS / "codings").glob("*.jsonl")])
        made.close()

    return once(tmp_path_factory, "supervised", make) / "project"


@pytest.fixture(scope="session")
def two_supervisors_on_server(
    postgres: Server,
    with_two_supervisors: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Path]]:
    """The same on PostgreSQL without logins: its database and folder, of which there
    are copies.
    """
    from tests.service.shared_demo import opened, restored

    copy = tmp_path_factory.mktemp("supervised") / "project"
    shutil.copytree(with_two_supervisors, copy)
    with postgres.database() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGUSER", OWNER)
        with opened(copy) as project:
            folder = restored(project, copy.parent, postgres.url(name, OWNER))
        yield name, folder


@pytest.fixture
def two_supervisors(
    postgres: Server,
    two_supervisors_on_server: tuple[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """The same with a login for each."""
    from tests.service.shared_demo import copied

    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database(copy_of=two_supervisors_on_server[0]) as name:
        yield copied(two_supervisors_on_server, name, tmp_path / "project")


@pytest.fixture
def run_coder(
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str, str]]:
    """Run a command in this process: exit code, stdout, stderr."""
    from coder.cli.main import main

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as exit_:  # argparse ends --help and --version so
            code = int(exit_.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def english_demo(demo_folder: Path) -> Iterator[Project]:
    """The sample project with its screens in English."""
    settings = demo_folder / "coder.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('language = "ar"', 'language = "en"'),
        "utf-8",
    )
    project = open_project(demo_folder)
    yield project
    project.close()


@pytest.fixture
def opened(demo: Project) -> Callable[..., AbstractAsyncContextManager[Any]]:
    """The coding screen, open on a sample article; see `Open` in
    tests/tui/coding_by_keys.py.
    """
    from coder.tui.app import CoderApp
    from coder.tui.screens.coding_screen import CodingScreen

    @asynccontextmanager
    async def run(
        article: str = "004", size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Any]:
        screen = CodingScreen(demo, "you", demo.article(article))
        app = CoderApp(lambda: screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield screen, pilot

    return run


@pytest.fixture
def in_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of many colours, and a configuration of one's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
