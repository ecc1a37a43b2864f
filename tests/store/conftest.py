"""What several tests of the store need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from blind_team import Team, at_work

from coder.store.replay import problems
from tests.support.postgres import Server


@pytest.fixture
def team(postgres: Server) -> Iterator[Team]:
    """A team's database on PostgreSQL after some work."""
    with at_work(postgres) as found:
        yield found


@pytest.fixture(scope="module")
def team_of_module(postgres: Server) -> Iterator[Team]:
    """The same, made once for those of a module's tests that only look, or are refused."""
    with at_work(postgres) as found:
        yield found
        with found.store.read() as queries:
            assert list(problems(queries)) == []


@pytest.fixture
def standing(team_of_module: Team) -> Iterator[Team]:
    """A team's database in which nothing is written."""
    with team_of_module.store.read() as queries:
        before = queries.last_position()
    yield team_of_module
    for each in team_of_module.connected:
        each.close()
    team_of_module.connected.clear()
    with team_of_module.store.read() as queries:
        assert queries.last_position() == before
