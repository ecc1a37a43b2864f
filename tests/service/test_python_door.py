"""`coder.open`, for other programs: what it does not read it refuses; docs/python.md
has the rest.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import coder
from coder.errors import CoderError
from coder.service.delivery import releases
from coder.service.project.opened import Project


@pytest.mark.parametrize("what", ["candidates", "gould"])
def test_what_is_not_read_is_refused(demo_folder: Path, what: str) -> None:
    with coder.open(demo_folder) as project:
        for read in (
            project.events,
            project.codings,
            lambda what: project.table("values", what),
        ):
            with pytest.raises(CoderError, match=f"'{what}' cannot be read") as refused:
                read(what)
            assert str(refused.value.hint) == "Use one of: gold, codings, proposals."
        assert all(
            list(project.events(what)) for what in ("gold", "codings", "proposals")
        )


def test_a_closed_project_is_not_read_any_more(demo_folder: Path) -> None:
    project = coder.open(demo_folder)
    events, articles = project.events(), project.articles()
    assert next(articles).id.startswith("000")
    project.close()
    project.close()
    for read in (
        lambda: next(articles),
        project.codings,
        lambda: list(events),
        lambda: project.codebook,
    ):
        with pytest.raises(CoderError, match="has been closed"):
            read()


@pytest.mark.parametrize(
    ("what", "open_too"), [("codings", False), ("proposals", False), ("gold", True)]
)
def test_a_release_is_closed_gold_alone(
    demo: Project, what: str, open_too: bool
) -> None:
    releases.make(demo, "salma")
    with coder.open(demo.config.folder) as project:
        assert [*project.events(release=1)]
        for read in (project.events, project.codings, partial(project.table, "values")):
            with pytest.raises(
                CoderError,
                match="A release always contains exactly the gold that was closed",
            ):
                list(read(what=what, release=1, open_too=open_too))
