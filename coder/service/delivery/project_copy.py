"""Backs up a whole project to one file, and restores a project from such a file.

The file is a copy of the SQLite database, or a portable dump that any database accepts.
Both include
`coder.toml` and the codebook's files, but never the database URL, which may contain a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.service.project import config as configuration
from coder.service.project.config import FILE, Config
from coder.service.project.opened import Project, open_project, project_files
from coder.service.project.output_paths import refuse_own
from coder.storage_limits import unstorable
from coder.store import dump, schema_version, sqlite_file
from coder.store.dump import Dump
from coder.store.engine import file_of, sqlite_path
from coder.store.whole_file import new_file


class _End(NamedTuple):
    """The last entry of a project's journal, and the project's identity."""

    identity: str
    position: int
    subject: str
    version: int
    digest: str


_FILES = "files"
_DATABASE = re.compile(r"(?m)^[ \t]*database[ \t]*=.*$")


def backup(project: Project, out: Path, *, portable: bool = False) -> None:
    """Write the project to the new file `out`: a copy of the SQLite database, or a
    dump.
    """
    refuse_own(out, project.config.folder)
    files = _texts(project.config)
    if (path := sqlite_path(project.store.engine)) and not portable:
        carried_files = {_FILES: json.dumps(files, ensure_ascii=False)}
        sqlite_file.copy(path, out, carried_files, project.config.file_mode)
        return
    with (
        new_file(out, mode=project.config.file_mode) as draft,
        draft.open("wb") as stream,
        project.store.read() as queries,
    ):
        queries.expect_all()
        dump.write(queries.connection, stream, {"kind": "backup", _FILES: files})


def restore(
    file: Path, folder: Path, database: str = configuration.DEFAULT_DATABASE
) -> Project:
    """Restore a backup into `folder` and `database`, both new or empty; a failure
    leaves nothing behind.
    """
    config = Config(folder.resolve(), folder.resolve().name, database)
    _expect_backup(file)
    with file.open("rb") as stream:
        if stream.read(len(sqlite_file.MAGIC)) != sqlite_file.MAGIC:
            stream.seek(0)
            source = Dump(stream, str(file))
            if source.head.get("kind") != "backup":
                raise CoderError("project.no_backup")
            return place(source, config, source.head.get(_FILES))
    if file_of(config.database_url) is None:
        raise CoderError("project.backup_of_sqlite", where=str(file))
    try:
        files = from_json(sqlite_file.fact(file, _FILES) or "{}")
    except (TypeError, ValueError):
        files = None

    def fill(url: str) -> None:
        from coder.store import schema_upgrade

        if (target := file_of(url)) is not None:
            sqlite_file.copy_into(file, target, {_FILES: None})
        schema_upgrade.expect_known(schema_version.at(url), str(file))

    return _new_project(config, files, str(file), fill)


def find_earlier_restore(
    file: Path, folder: Path, database: str = configuration.DEFAULT_DATABASE
) -> Project | None:
    """Return the project that an earlier restore of the backup made there, None if
    there is none.

    A restore that was killed after it had made the project has nothing left to do.
    """
    folder = folder.resolve()  # a spelling may name folders that are not there
    if not (folder / FILE).is_file():
        return None
    _expect_backup(file)
    try:
        end = _end_of(file)
        project = open_project(folder)
    except CoderError:
        return None  # `restore` says what is wrong
    there = Config(folder, "", database).database_url
    if project.config.database_url == there and _ends(project, end):
        return project
    project.close()
    return None


def _expect_backup(file: Path) -> None:
    """Raise CoderError unless there is a file to read."""
    expect_file(file)
    if not file.is_file():
        raise CoderError("project.no_such_file", where=str(file))


def _ends(project: Project, end: _End) -> bool:
    """Return whether a project's journal ends there."""
    with project.store.read() as queries:
        is_same = queries.fact(schema_version.IDENTITY) == end.identity
        is_last = queries.last_position() == end.position
        has_entry = queries.has_entry(end.subject, end.version, end.digest)
        return is_same and is_last and has_entry


def _end_of_dump(source: Dump) -> _End:
    identity = ""
    last: dict[str, Any] = {}
    try:
        for table, row in source.rows():
            if table == "meta" and row["key"] == schema_version.IDENTITY:
                identity = row["value"]
            elif table == "journal":
                last = max(last, row, key=lambda each: each.get("position", 0))
        return _End(identity, *(last[name] for name in _End._fields[1:]))
    except (LookupError, TypeError):
        raise CoderError("project.no_backup") from None


def _end_of(file: Path) -> _End:
    with file.open("rb") as stream:
        if stream.read(len(sqlite_file.MAGIC)) != sqlite_file.MAGIC:
            stream.seek(0)
            return _end_of_dump(Dump(stream, str(file)))
    identity = sqlite_file.fact(file, schema_version.IDENTITY)
    return _End(identity, *sqlite_file.last_entry(file))


def _texts(config: Config) -> dict[str, str]:
    """Return file name → text: `coder.toml` with the default database, codebook and
    lexicon.
    """
    files = {
        path.name: path.read_text("utf-8")
        for path in configuration.texts(config.folder)
    }
    return {**files, FILE: _with_database(files[FILE], configuration.DEFAULT_DATABASE)}


def place(source: Dump, config: Config, files: Any) -> Project:
    """Create a project in a new or empty folder and database from a dump and its files."""
    from coder.store import schema_upgrade  # loads Alembic, needed only here

    return _new_project(
        config, files, source.where, lambda url: schema_upgrade.load(url, source)
    )


def _new_project(
    config: Config, files: Any, where: str, fill: Callable[[str], None]
) -> Project:
    """Create a project: write its files (texts under plain names), then fill its
    database, all or nothing.
    """
    are_texts = isinstance(files, dict) and all(
        isinstance(text, str) for text in files.values()
    )
    if not are_texts or unstorable(files):
        raise CoderError("project.files_unreadable", where=where)
    if strangers := [name for name in files if not configuration.TEXT.fullmatch(name)]:
        raise CoderError("project.strange_file", name=strangers[0], where=where)
    settings = (
        _with_database(files[FILE], config.database)
        if FILE in files
        else configuration.text(config)
    )
    contents = {
        name: text.encode("utf-8") for name, text in {**files, FILE: settings}.items()
    }
    config = replace(config, group=configuration.opens_to_group(settings))
    with project_files(config, contents) as url:
        if configuration.read(config.folder).database != config.database:
            raise CoderError("project.database_fixed", file=FILE)
        fill(url)
    return open_project(config.folder)


def _with_database(text: str, database: str) -> str:
    """Return the text of a `coder.toml` with its database replaced or added."""
    line = f"database = {json.dumps(database)}"
    text, replaced = _DATABASE.subn(lambda _: line, text, count=1)
    return text if replaced else f"{line}\n{text}"
