"""Who has which article open: told by the server, gone with the connection, and nothing to a coder."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.service.project.opened import Project, open_project
from tests.support.postgres import Server

ARTICLE_ID = "004_6bcea9cb8461aa4b"


def others(project: Project) -> dict[str, list[str]]:
    return project.store.whereabouts.others(["another", ARTICLE_ID])


def test_who_opens_an_article_is_in_it_until_they_leave_or_are_cut_off(
    two_supervisors: Path, postgres: Server
) -> None:
    salma, rana = (
        open_project(two_supervisors, person="salma"),
        open_project(two_supervisors, person="rana"),
    )
    assert others(rana) == {}
    salma.store.whereabouts.go(ARTICLE_ID)
    assert others(rana) == {ARTICLE_ID: ["salma"]} and others(salma) == {}
    salma.store.whereabouts.go("another")
    assert others(rana) == {"another": ["salma"]}
    salma.store.whereabouts.go("")
    assert others(rana) == {}
    salma.store.whereabouts.go(ARTICLE_ID)
    assert others(rana) == {ARTICLE_ID: ["salma"]}
    with postgres.connect("postgres", "postgres") as connection:
        cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'salma'"
        assert connection.execute(cut).fetchall()
    assert others(rana) == {}
    salma.close()
    salma = open_project(two_supervisors, person="salma")
    salma.store.whereabouts.go(ARTICLE_ID)
    assert others(rana) == {ARTICLE_ID: ["salma"]}
    salma.close()
    assert others(rana) == {}
    rana.close()


def test_a_coder_is_not_told_in_which_article_somebody_is(
    two_supervisors: Path, postgres: Server
) -> None:
    salma, amal = (
        open_project(two_supervisors, person="salma"),
        open_project(two_supervisors, person="amal"),
    )
    database = amal.store.engine.url.database
    assert database is not None
    names = []
    for article in (ARTICLE_ID, "another"):
        salma.store.whereabouts.go(article)
        with postgres.connect(database, "amal") as connection:
            query = (
                "SELECT application_name FROM pg_stat_activity WHERE usename = 'salma'"
            )
            [name] = [
                name
                for (name,) in connection.execute(query)
                if name.startswith("coder in ")
            ]
            names.append(name)
            with pytest.raises(Exception, match="permission denied"):
                connection.execute("SELECT digest FROM journal")
    assert names[0] != names[1] and ARTICLE_ID not in names[0]
    amal.close()
    salma.close()
