"""What several tests of the store need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from blind_team import Team, at_work

from tests.support.postgres import Server


@pytest.fixture
def team(postgres: Server) -> Iterator[Team]:
    """A team's database on PostgreSQL after some work."""
    with at_work(postgres) as found:
        yield found
