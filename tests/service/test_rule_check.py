"""The rules' findings: kept beside the project, made anew where a coding changes or it
is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.model import Answer, Blank
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.rule_check import check

SEEDS = Path(__file__).parent.parent.parent / "seeds"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project")
    for name in ("amal", "basim"):
        made.add_person(name, "coder")
    import_files(
        made,
        [*sorted(SEEDS.glob("*.txt")), *sorted((SEEDS / "codings").glob("*.jsonl"))],
    )
    yield made
    made.close()


def checked(project: Project, *, anew: bool = False) -> tuple[int, list[object]]:
    """How many codings were looked at, and what was found."""
    told: list[int] = []
    found = check(project, anew=anew, progress=lambda done, of: told.append(of))
    return max(told, default=0), list(found)


def test_only_a_coding_that_changed_is_looked_at_again(project: Project) -> None:
    first, found = checked(project)
    assert first > 1
    assert checked(project) == (0, found)
    with project.store.begin("amal") as work:
        coding = work.queries.codings()[0]
        work.save_coding(
            coding,
            coding.with_answer("relevance", Answer(blank=Blank.MISSING)),
            "value.set",
        )
    looked_at, now = checked(project)
    assert (looked_at, now != found) == (1, True)
    assert checked(project, anew=True) == (first, now)
