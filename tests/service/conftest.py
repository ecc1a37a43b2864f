"""What tests of what comes into a project share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.project.opened import Project, create_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A new project with one coder and no articles; many modules have one of their own."""
    made = create_project(tmp_path / "project")
    made.add_person("amal", "coder")
    yield made
    made.close()
