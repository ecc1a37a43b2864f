"""Every long job, killed at ten moments of its work."""

import random
from pathlib import Path

import pytest

from tests.support.killed_jobs import JOBS, killed, make


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("jobs")
    make(made, 120)
    return made


@pytest.mark.parametrize("job", JOBS)
def test_a_job_killed_at_any_moment_is_done_when_it_is_run_again(folder: Path, job: str) -> None:
    chance = random.Random(job)
    killed(folder, job, [chance.random() for _ in range(10)])
