"""Jobs that write, killed in the midst of it, a short run; `make soak` kills every job
at ten moments.
"""

from pathlib import Path

import pytest

from tests.support.killed_jobs import killed, make


@pytest.mark.parametrize("job", ["codings", "upgrade"])
def test_a_job_that_was_killed_is_done_when_it_is_run_again(
    tmp_path: Path, job: str
) -> None:
    make(tmp_path, 5, jobs=[job])
    killed(tmp_path, job, [0.8])
