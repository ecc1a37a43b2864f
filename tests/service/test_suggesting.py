"""Reading articles on one core and on several, interrupted and taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.service.delivery.intake import import_files
from coder.service.learning.batch import suggest
from coder.service.learning.learned_terms import candidates_for_all
from coder.service.project.opened import Project, create_project
from coder.suggest import registry
from coder.suggest.registry import propose

TEXT = "قصفت القوات الأميركية بلدة البوكمال في {day} تشرين الأول 2023، ما أدى إلى مقتل {day} عناصر."
MANY = 30


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for day in range(1, MANY + 1):
        (folder / f"{day:02}.txt").write_text(TEXT.format(day=day), "utf-8")
    project = create_project(tmp_path / "project")
    import_files(project, [folder])
    yield project
    project.close()


def offered(project: Project) -> dict[str, list[object]]:
    return {
        f"{day:02}": list(candidates_for_all(project, project.article(f"{day:02}")))
        for day in range(1, MANY + 1)
    }


def test_several_cores_find_what_one_finds(project: Project) -> None:
    told: list[tuple[int, int]] = []
    assert (
        suggest(project, cores=2, progress=lambda done, of: told.append((done, of)))
        == MANY
    )
    assert told == [(n, MANY) for n in range(1, MANY + 1)]
    on_two = offered(project)
    assert all(len(found) >= 5 for found in on_two.values())
    assert suggest(project, again=True, cores=1) == MANY
    assert offered(project) == on_two


@pytest.mark.parametrize("cores", [1, 2])
def test_interrupted_work_goes_on_where_it_stopped(
    project: Project, cores: int
) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suggest(project, cores=cores, progress=stop)
    assert suggest(project, cores=cores) == MANY - 7
    assert suggest(project, cores=cores) == 0


def test_an_article_on_which_the_rules_fail_costs_no_other(
    project: Project,
    run_coder: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(article: Article, codebook: Codebook) -> list[Candidate]:
        return [] if 1 // (article.id != "07") else propose(article, codebook)

    monkeypatch.setattr(registry, "propose", failing)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    code, out, err = run_coder("suggest", "--project", project.config.folder)
    assert code == 1 and f"{MANY - 1} articles read" in out
    assert "'07'" in err and "ZeroDivisionError" in err and "Traceback" not in err
    monkeypatch.undo()
    assert suggest(project) == 1  # that one, as soon as the rules can read it
    assert run_coder("suggest", "--project", project.config.folder)[0] == 0


def at_work(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    listed = subprocess.run(
        ["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    )
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [
        words[-1]
        for words in lines
        if words[0] == str(group) and not words[1].startswith("Z")
    ]


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
)
def test_a_run_that_is_ended_leaves_no_process_behind(
    project: Project, number: int
) -> None:
    script = f"""
import signal
from pathlib import Path
from coder.service.project.opened import open_project
from coder.service.learning.batch import suggest
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as at a terminal, however the tests were started
signal.signal(signal.SIGINT, signal.default_int_handler)
if __name__ == "__main__":
    project = open_project(Path({str(project.config.folder)!r}))
    suggest(project, cores=2, progress=lambda done, of: (print(done, flush=True), input()))
"""
    path = project.config.folder / "run.py"
    path.write_text(script)
    run = subprocess.Popen(
        [sys.executable, path],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == b"1\n"
    assert len(at_work(run.pid)) >= 3
    run.send_signal(number)
    run.wait()
    for _ in range(300):
        if not (left := at_work(run.pid)):
            break
        time.sleep(0.1)
    assert not left
