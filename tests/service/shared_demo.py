"""The sample project on either engine, on PostgreSQL with a login for each member of
the team.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coder.service.delivery.project_copy import backup, restore
from coder.service.project.opened import Project, open_project
from tests.support.postgres import OWNER


def shared(
    demo: Project, folder: Path, database_url: str, patch: pytest.MonkeyPatch
) -> Path:
    """The sample project's copy in the database, in a folder of its own; the owner
    opens it by default.
    """
    patch.setenv("PGUSER", OWNER)
    return with_logins(restored(demo, folder, database_url))


def restored(demo: Project, folder: Path, database_url: str) -> Path:
    """The same without logins, and for the owner alone."""
    copy = folder / "copy"
    backup(demo, copy, portable=True)
    restore(copy, folder / "shared", database_url.replace(f"{OWNER}@", "")).close()
    return folder / "shared"


def copied(original: tuple[str, Path], name: str, folder: Path) -> Path:
    """A copy of a project on PostgreSQL, with logins: of its folder, for a copy of its
    database.
    """
    database, project = original
    shutil.copytree(project, folder)
    settings = (folder / "coder.toml").read_text("utf-8")
    (folder / "coder.toml").write_text(
        settings.replace(f"/{database}?", f"/{name}?"), "utf-8"
    )
    return with_logins(folder)


def with_logins(folder: Path) -> Path:
    """The project with a login for each of its people, if its database has logins."""
    with opened(folder) as project:
        if project.store.has_logins:
            for person in project.people():
                project.add_person(person.name, person.role)
    return folder


@contextmanager
def opened(folder: Path, person: str = "") -> Iterator[Project]:
    """The project as somebody's own program has it open, by default the owner's."""
    project = open_project(folder, person=person)
    try:
        yield project
    finally:
        project.close()
