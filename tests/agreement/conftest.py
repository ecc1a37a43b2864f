"""The data behind the agreement of the sample project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coder.cli.main import main


@pytest.fixture(scope="session")
def folder(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of the sample project, made once, as they are only read."""
    place = tmp_path_factory.mktemp("data")
    shutil.copytree(made_demo, place / "project")
    assert (
        main(
            [
                "agree",
                "--data",
                str(place / "data"),
                "--project",
                str(place / "project"),
            ]
        )
        == 0
    )
    return place / "data"
