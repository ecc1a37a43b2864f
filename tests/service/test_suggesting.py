"""Reading articles on one core and on several, interrupted and taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.intake import take
from coder.service.learning import shown_to_all
from coder.service.project import Project, create_project
from coder.service.suggesting import suggest

TEXT = "قصفت القوات الأميركية بلدة البوكمال في {day} تشرين الأول 2023، ما أدى إلى مقتل {day} عناصر."
MANY = 30


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for day in range(1, MANY + 1):
        (folder / f"{day:02}.txt").write_text(TEXT.format(day=day), "utf-8")
    project = create_project(tmp_path / "project")
    take(project, [folder])
    yield project
    project.close()


def offered(project: Project) -> dict[str, list[object]]:
    return {
        f"{day:02}": list(shown_to_all(project, project.article(f"{day:02}"))) for day in range(1, MANY + 1)
    }


def test_several_cores_find_what_one_finds(project: Project) -> None:
    told: list[tuple[int, int]] = []
    assert suggest(project, cores=2, progress=lambda done, of: told.append((done, of))) == MANY
    assert told == [(n, MANY) for n in range(1, MANY + 1)]
    on_two = offered(project)
    assert all(len(found) >= 5 for found in on_two.values())
    assert suggest(project, again=True, cores=1) == MANY
    assert offered(project) == on_two


@pytest.mark.parametrize("cores", [1, 2])
def test_interrupted_work_goes_on_where_it_stopped(project: Project, cores: int) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suggest(project, cores=cores, progress=stop)
    assert suggest(project, cores=cores) == MANY - 7
    assert suggest(project, cores=cores) == 0
