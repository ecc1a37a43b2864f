"""A whole project as one file, and a project made from such a file.

The file is a copy of the SQLite database, or a portable dump that any database takes; both carry
`coder.toml` and the codebook's files, and never the way to the database, which may be secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.service.project import config as configuration
from coder.service.project.config import FILE, Config
from coder.service.project.opened import Project, founding, open_project
from coder.service.project.output_paths import refuse_own
from coder.store import dump, schema_version, sqlite_file
from coder.store.data_problems import unstorable
from coder.store.dump import Dump
from coder.store.engine import file_of, sqlite_path
from coder.store.whole_file import new_file

_FILES = "files"
_DATABASE = re.compile(r"(?m)^[ \t]*database[ \t]*=.*$")


def backup(project: Project, out: Path, *, portable: bool = False) -> None:
    """The project as it is now, as the new file `out`: a copy of a SQLite database, or a dump."""
    refuse_own(out, project.config.folder)
    files = carried(project.config)
    if (path := sqlite_path(project.store.engine)) and not portable:
        sqlite_file.copy(path, out, {_FILES: json.dumps(files, ensure_ascii=False)})
        return
    with new_file(out) as half, half.open("wb") as stream, project.store.read() as queries:
        queries.expect_all()
        dump.write(queries.connection, stream, {"kind": "backup", _FILES: files})


def restore(file: Path, folder: Path, database: str = configuration.DEFAULT_DATABASE) -> Project:
    """A project in `folder` and `database`, new or empty, from a backup; nothing is left if that fails."""
    config = Config(folder.resolve(), folder.resolve().name, database)
    if not file.is_file():
        expect_file(file)
        raise CoderError("project.no_such_file", where=str(file))
    with file.open("rb") as stream:
        if stream.read(len(sqlite_file.MAGIC)) != sqlite_file.MAGIC:
            stream.seek(0)
            found = Dump(stream, str(file))
            if found.head.get("kind") != "backup":
                raise CoderError("project.no_backup")
            return placed(found, config, found.head.get(_FILES))
    if file_of(config.database_url) is None:
        raise CoderError("project.backup_of_sqlite", where=str(file))
    try:
        files = from_json(sqlite_file.fact(file, _FILES) or "{}")
    except (TypeError, ValueError):
        files = None

    def fill(url: str) -> None:
        from coder.store import schema_upgrade

        if (target := file_of(url)) is not None:
            sqlite_file.copy(file, target, {_FILES: None})
        schema_upgrade.expect_known(schema_version.at(url), str(file))

    return _new_project(config, files, str(file), fill)


def carried(config: Config) -> dict[str, str]:
    """The project's own files, by name: `coder.toml` without its database, codebook and lexicon."""
    files = {path.name: path.read_text("utf-8") for path in configuration.texts(config.folder)}
    return {**files, FILE: _with_database(files[FILE], configuration.DEFAULT_DATABASE)}


def placed(found: Dump, config: Config, files: Any) -> Project:
    """A project in a new or empty folder and database, from a dump and the files that go with it."""
    from coder.store import schema_upgrade  # Alembic: needed here only

    return _new_project(config, files, found.where, lambda url: schema_upgrade.load(url, found))


def _new_project(config: Config, files: Any, where: str, fill: Callable[[str], None]) -> Project:
    """The project, once its files (texts under plain names) are written and its database filled, or none."""
    are_texts = isinstance(files, dict) and all(isinstance(text, str) for text in files.values())
    if not are_texts or unstorable(files):
        raise CoderError("project.files_unreadable", where=where)
    if strangers := [name for name in files if not configuration.TEXT.fullmatch(name)]:
        raise CoderError("project.strange_file", name=strangers[0], where=where)
    settings = _with_database(files[FILE], config.database) if FILE in files else configuration.text(config)
    contents = {name: text.encode("utf-8") for name, text in {**files, FILE: settings}.items()}
    with founding(config, contents) as url:
        if configuration.read(config.folder).database != config.database:
            raise CoderError("project.database_fixed", file=FILE)
        fill(url)
    return open_project(config.folder)


def _with_database(text: str, database: str) -> str:
    """A `coder.toml` with another database, or with one where it named none."""
    line = f"database = {json.dumps(database)}"
    text, found = _DATABASE.subn(lambda _: line, text, count=1)
    return text if found else f"{line}\n{text}"
