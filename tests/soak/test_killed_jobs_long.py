"""Every long job, killed at ten moments of its work."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.killed_jobs import JOBS, killed, make
from tests.support.postgres import OWNER, Server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("jobs")
    if request.param == "sqlite":
        make(made, 120)
        yield made
        return
    server = Server(fsync="on", full_page_writes="on")
    with pytest.MonkeyPatch.context() as patch, server.database() as name:
        patch.setenv("PGUSER", OWNER)
        make(made, 120, database=server.url(name))
        yield made
    server.remove()


@pytest.mark.parametrize("job", JOBS)
def test_a_job_killed_at_any_moment_is_done_when_it_is_run_again(
    folder: Path, job: str
) -> None:
    chance = random.Random(job)
    killed(folder, job, [chance.random() for _ in range(10)])
    print(f"\n{job}, killed ten times at work, its moments drawn with the seed {job!r}")
