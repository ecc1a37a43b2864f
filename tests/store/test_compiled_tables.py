"""The compiled tables are those of the classes, and a project is read without SQLModel and its mapper."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import MetaData

from coder.store.compiled_tables import METADATA
from coder.store.table_classes import ROWS
from tests.support.make_tables import FILE, compiled


def test_the_compiled_tables_are_up_to_date() -> None:
    assert FILE.read_text("utf-8") == compiled(), "make tables"


def test_they_have_the_columns_of_the_classes_in_order() -> None:
    def columns(metadata: MetaData) -> dict[str, list[tuple[object, ...]]]:
        return {
            table.name: [
                (c.name, c.primary_key, c.nullable, c.identity is None)
                for c in table.columns
            ]
            for table in metadata.tables.values()
        }

    assert columns(METADATA) == columns(ROWS)


def test_opening_a_project_loads_no_mapper() -> None:
    program = "import sys, coder.service.project.opened; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert {"sqlmodel", "sqlalchemy.orm"}.isdisjoint(loaded)
    assert "coder.store.compiled_tables" in loaded


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
    assert {"pydantic", "yaml"}.isdisjoint(loaded)
    assert {"coder.codebook.schema", "coder.tui.screens.coding_screen"} <= {*loaded}
