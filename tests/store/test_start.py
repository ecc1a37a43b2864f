"""A project is opened without loading what only some work on it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_opening_a_project_loads_no_migrations() -> None:
    program = "import sys, coder.service.project.opened; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "alembic" not in loaded
    assert "coder.store.tables" in loaded


def test_a_project_and_its_codebook_are_read_without_what_checks_files(
    demo_folder: Path,
) -> None:
    program = (
        "import sys; from pathlib import Path; from coder.service.project.opened import open_project;"
        f"open_project(Path({str(demo_folder)!r})).codebook;"
        "import coder.tui.app, coder.tui.screens.coding_screen, coder.tui.screens.review_waiting;"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert {"coder.codebook.authoring", "yaml"}.isdisjoint(loaded)
    assert {"coder.codebook.schema", "coder.tui.screens.coding_screen"} <= {*loaded}
