"""Who has which article open: told by the server, gone with the connection, and nothing to a coder."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.delivery.intake import take
from coder.service.project.opened import Project, create_project, open_project
from tests.conftest import SEEDS
from tests.support.postgres import OWNER, Server
from tests.support.pseudo_terminal import PseudoTerminal

ARTICLE_ID = "004_6bcea9cb8461aa4b"


@pytest.fixture
def folder(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A team's project with the codings of two coders, and two supervisors."""
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        made = create_project(tmp_path / "project", database=postgres.url(name), language="en")
        for coder in ("amal", "basim"):
            made.add_person(coder, "coder")
        for supervisor in ("salma", "rana"):
            made.add_person(supervisor, "supervisor")
        take(made, [*SEEDS.glob("*.txt"), *(SEEDS / "codings").glob("*.jsonl")])
        made.close()
        yield tmp_path / "project"


def in_terminal(folder: Path, name: str, *words: str) -> PseudoTerminal:
    return PseudoTerminal(["-m", "coder", "review", "--as", name, "--project", str(folder), *words])


def others(project: Project) -> dict[str, list[str]]:
    return project.store.whereabouts.others(["another", ARTICLE_ID])


def test_who_opens_an_article_is_in_it_until_they_leave_or_are_cut_off(folder: Path) -> None:
    salma, rana = open_project(folder, person="salma"), open_project(folder, person="rana")
    assert others(rana) == {}
    salma.store.whereabouts.go(ARTICLE_ID)
    assert others(rana) == {ARTICLE_ID: ["salma"]} and others(salma) == {}
    salma.store.whereabouts.go("another")
    assert others(rana) == {"another": ["salma"]}
    salma.store.whereabouts.go("")
    assert others(rana) == {}
    salma.store.whereabouts.go(ARTICLE_ID)
    salma.close()
    assert others(rana) == {}
    rana.close()


def test_a_coder_is_not_told_in_which_article_somebody_is(folder: Path, postgres: Server) -> None:
    salma, amal = open_project(folder, person="salma"), open_project(folder, person="amal")
    database = amal.store.engine.url.database
    assert database is not None
    names = []
    for article in (ARTICLE_ID, "another"):
        salma.store.whereabouts.go(article)
        with postgres.connect(database, "amal") as connection:
            query = "SELECT application_name FROM pg_stat_activity WHERE usename = 'salma'"
            [name] = [name for (name,) in connection.execute(query) if name.startswith("coder in ")]
            names.append(name)
            with pytest.raises(Exception, match="permission denied"):
                connection.execute("SELECT digest FROM journal")
    assert names[0] != names[1] and ARTICLE_ID not in names[0]
    amal.close()
    salma.close()


def test_the_queue_and_who_opens_it_next_are_told_who_is_in_an_article(folder: Path) -> None:
    salma = in_terminal(folder, "salma", ARTICLE_ID)
    salma.wait_for("accept agreed")
    rana = in_terminal(folder, "rana")
    rana.wait_for("● salma")
    rana.press("004")
    rana.wait_for("● salma has it open now")
    rana.press("\r")
    rana.wait_for("salma has this article open too")
    os.kill(salma.pid, signal.SIGKILL)
    os.waitpid(salma.pid, 0)
    rana.press("q")
    rana.wait_for("differ 26")
    assert "● salma" not in "\n".join(rana.screen.display)
    rana.kill()
