"""`coder.open`, for other programs: what it does not read it refuses; docs/python.md has the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

import coder
from coder.errors import CoderError


@pytest.mark.parametrize("what", ["candidates", "gould"])
def test_what_is_not_read_is_refused(demo_folder: Path, what: str) -> None:
    with coder.open(demo_folder) as project:
        for read in (project.events, project.codings, lambda what: project.table("values", what)):
            with pytest.raises(CoderError, match=f"'{what}' is not read here") as refused:
                read(what)
            assert str(refused.value.hint) == "One of: gold, codings, proposals."
        assert all(list(project.events(what)) for what in ("gold", "codings", "proposals"))


def test_a_closed_project_is_not_read_any_more(demo_folder: Path) -> None:
    project = coder.open(demo_folder)
    events, articles = project.events(), project.articles()
    assert next(articles).id.startswith("000")
    project.close()
    project.close()
    for read in (lambda: next(articles), project.codings, lambda: list(events), lambda: project.codebook):
        with pytest.raises(CoderError, match="was closed"):
            read()
