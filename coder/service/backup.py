"""A whole project as one file, and a project made from such a file.

The file is a copy of the SQLite database, or a portable dump that any database takes; both carry
`coder.toml` and the codebook's files, and never the way to the database, which may be secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.service import config as configuration
from coder.service.config import FILE, Config
from coder.service.project import Project, open_project
from coder.store import dump, sqlite_copy
from coder.store.dump import Dump
from coder.store.engine import sqlite_path
from coder.store.storable import fault_in
from coder.store.whole_file import new_file

_FILES = "files"
_NAME = re.compile(r"[\w-][\w.-]*\.(?:toml|ya?ml)")
_DATABASE = re.compile(r"(?m)^[ \t]*database[ \t]*=.*$")


def backup(project: Project, out: Path, *, portable: bool = False) -> None:
    """The project as it is at this moment, as the new file `out`, while others go on working.

    A SQLite database is copied as it is unless `portable`; all others become a dump.
    """
    files = carried(project.config)
    path = sqlite_path(project.store.engine)
    if path is not None and not portable:
        sqlite_copy.copy(path, out, {_FILES: json.dumps(files, ensure_ascii=False)})
        return
    with new_file(out) as half, half.open("wb") as stream, project.store.read() as queries:
        queries.expect_all()
        dump.write(queries.connection, stream, {"kind": "backup", _FILES: files})


def restore(file: Path, folder: Path, database: str = configuration.DEFAULT_DATABASE) -> Project:
    """A project in `folder` with its data in `database`, both new or empty, from a backup.

    Nothing is left behind if that fails.
    """
    config = Config(folder, folder.resolve().name, database)
    if not file.is_file():
        expect_file(file)
        raise CoderError("There is no such file.", hint="Check the name.", where=str(file))
    with file.open("rb") as stream:
        if stream.read(len(sqlite_copy.MAGIC)) == sqlite_copy.MAGIC:
            return _from_copy(file, config)
        stream.seek(0)
        found = Dump(stream, str(file))
        if found.head.get("kind") != "backup":
            raise CoderError(
                "This is a dump, but no backup of a project.", hint="Give a file made with `coder backup`."
            )
        return placed(found, config, found.head.get(_FILES))


def carried(config: Config) -> dict[str, str]:
    """The project's own files, by name: `coder.toml` without its database, codebook and lexicon."""
    found = [path for path in sorted(config.folder.iterdir()) if _NAME.fullmatch(path.name)]
    files = {path.name: path.read_text("utf-8") for path in found if path.is_file()}
    return {**files, FILE: _with_database(files[FILE], configuration.DEFAULT_DATABASE)}


def placed(found: Dump, config: Config, files: Any) -> Project:
    """A project in a new or empty folder and database, from a dump and the files that go with it."""
    return _new_project(config, _trusted(files, found.where), lambda: dump.load(config.database_url, found))


def _from_copy(file: Path, config: Config) -> Project:
    target = _sqlite_file(config)
    if target is None:
        raise CoderError(
            "This backup is a copy of a SQLite database, which other databases cannot take.",
            hint="Restore it into a folder first, then use `coder backup FILE --portable` there.",
            where=str(file),
        )
    try:
        files = from_json(sqlite_copy.fact(file, _FILES) or "{}")
    except (TypeError, ValueError):
        files = None
    return _new_project(
        config, _trusted(files, str(file)), lambda: sqlite_copy.copy(file, target, {_FILES: None})
    )


def _trusted(files: Any, where: str) -> dict[str, str]:
    """The files that came with a project, if each is a text under a plain name."""
    if (
        not isinstance(files, dict)
        or not all(isinstance(text, str) for text in files.values())
        or fault_in(files)
    ):
        raise CoderError("Its list of files cannot be read.", hint="coder did not write it.", where=where)
    for name in files:
        if not _NAME.fullmatch(name):
            raise CoderError(
                f"It carries a file {name!r}.", hint="Do not trust it: coder did not write it.", where=where
            )
    return files


def _new_project(config: Config, files: Mapping[str, str], fill: Callable[[], object]) -> Project:
    """The project, once its database is filled and its files written. All goes again if anything fails."""
    folder = config.folder
    ours = [folder / name for name in {FILE, *files}]
    if (database := _sqlite_file(config)) is not None:
        ours += [database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))]
    if taken := [path for path in ours if path.exists()]:
        raise CoderError(
            f"{taken[0]} is there already; nothing is ever restored over a project.",
            hint="Give a new or empty folder: --project DIR",
        )
    made = [path for path in (folder, *folder.resolve().parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        fill()
        _write(config, files)
        return open_project(folder)
    except BaseException:
        for path in ours:
            path.unlink(missing_ok=True)
        for path in made:
            path.rmdir()
        raise


def _write(config: Config, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        if name != FILE:
            (config.folder / name).write_text(text, "utf-8")
    if FILE not in files:
        configuration.write(config)
        return
    (config.folder / FILE).write_text(_with_database(files[FILE], config.database), "utf-8")
    if configuration.read(config.folder).database != config.database:
        raise CoderError(
            f"The {FILE} in it names its database in a way that cannot be changed.",
            hint="Take a backup with a plain `database = …` line.",
        )


def _with_database(text: str, database: str) -> str:
    """A `coder.toml` with another database, or with one where it named none."""
    line = f"database = {json.dumps(database)}"
    text, found = _DATABASE.subn(lambda _: line, text, count=1)
    return text if found else f"{line}\n{text}"


def _sqlite_file(config: Config) -> Path | None:
    prefix = "sqlite:///"
    url = config.database_url
    return Path(url.removeprefix(prefix).partition("?")[0]) if url.startswith(prefix) else None
