"""Checks of the environment that the program runs in: Python, packages, locale,
colours, configuration.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from msgspec import Struct

from coder.errors import CoderError
from coder.messages.catalogue import has, say
from coder.service.project import config as configuration
from coder.service.project.config import Config
from coder.store import schema_version
from coder.store.database_errors import translated
from coder.store.engine import connect, sqlite_path
from coder.store.unit_of_work import Store

_OLDEST_PYTHON = (3, 11)
_DISTRIBUTION = "arabic-event-coder"
State = Literal["ok", "note", "wrong"]


class Check(Struct, frozen=True):
    """The outcome of one check; `note` is worth knowing, `wrong` must be fixed. `hint`
    says how.
    """

    name: str
    state: State
    what: str
    hint: str = ""


def checks(
    folder: Path | None, environ: Mapping[str, str], encoding: str
) -> list[Check]:
    """Run all checks that need no terminal; folder: a project, None for the nearest one
    upward.
    """
    machine = [
        _python(),
        _packages(),
        _locale(environ, encoding),
        _colours(environ),
        _user_configuration(),
    ]
    return [*machine, *_project(folder)]


def _check(name: str, state: State, key: str, /, **values: object) -> Check:
    """Return a check worded by the English catalogue, with the key's hint if it has
    one.
    """
    hint = (
        say("en", f"project.{key}.hint", **values) if has(f"project.{key}.hint") else ""
    )
    return Check(name, state, say("en", f"project.{key}", **values), hint)


def _python() -> Check:
    found, oldest = (
        ".".join(map(str, version))
        for version in (sys.version_info[:3], _OLDEST_PYTHON)
    )
    if sys.version_info[:2] >= _OLDEST_PYTHON:
        return Check("python", "ok", found)
    return _check("python", "wrong", "python_old", found=found, oldest=oldest)


def _packages() -> Check:
    try:
        needed = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return _check("packages", "note", "runs_from_source", name=_DISTRIBUTION)
    installed = [f"coder {version(_DISTRIBUTION)}"]
    missing = list[str]()
    for name in (
        re.split(r"[^\w.-]", each)[0] for each in needed if "extra ==" not in each
    ):
        try:
            installed.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        names = ", ".join(missing)
        return _check(
            "packages", "wrong", "packages_missing", names=names, all=" ".join(missing)
        )
    return Check("packages", "ok", ", ".join(installed))


def _locale(environ: Mapping[str, str], encoding: str) -> Check:
    """Check the locale: terminals take their character set from these variables, too
    (POSIX, section 8.2).
    """
    name = next(
        (environ[each] for each in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(each)),
        "none",
    )
    if re.search("utf-?8", name, re.IGNORECASE) and re.fullmatch(
        "utf-?8", encoding, re.IGNORECASE
    ):
        return Check("locale", "ok", f"{name}, {encoding}")
    return _check("locale", "wrong", "locale", name=name, encoding=encoding)


def _colours(environ: Mapping[str, str]) -> Check:
    """Check how many colours the environment promises; few are fine, as every state has
    a sign as well.
    """
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR"):
        return _check("colours", "ok", "colours_unasked")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return _check("colours", "ok", "colours_millions")
    if "256color" in term:
        return Check("colours", "ok", "256")
    return _check(
        "colours", "note", "colours_none" if term in ("", "dumb") else "colours_16"
    )


def _user_configuration() -> Check:
    path = configuration.user_file()
    try:
        view = configuration.user_view()
    except CoderError as error:
        return Check("user", "wrong", str(error), error.hint)
    if not path.exists():
        return _check("user", "ok", "no_user_file", path=path)
    return Check("user", "ok", f"{path}: {_in_words(view)}")


def _project(folder: Path | None) -> list[Check]:
    try:
        folder_found = configuration.find(folder)
    except CoderError as error:
        return [
            Check(
                "project",
                "note" if folder is None else "wrong",
                error.message,
                error.hint,
            )
        ]
    try:
        config = configuration.read(folder_found)
    except CoderError as error:
        return [Check("project", "wrong", str(error), error.hint)]
    text = f"{folder_found / configuration.FILE}: {_in_words(config.view)}"
    return [Check("project", "ok", text), _database(config)]


def _database(config: Config) -> Check:
    """Check that a project's database can be reached, without upgrading its schema."""
    try:
        store = Store(connect(config.database_url))
        path = sqlite_path(store.engine)
        if path is not None and not path.is_file():
            return _check("database", "wrong", "no_database", path=path)
        with translated(), store.engine.connect() as connection:
            number = schema_version.of(connection)
        store.close()
    except CoderError as error:
        return Check("database", "wrong", str(error), error.hint)
    if number is None:
        return _check("database", "wrong", "empty_database", name=store.name)
    head = schema_version.HEAD
    if number == head:
        return _check("database", "ok", "schema", name=store.name, number=number)
    return _check(
        "database", "note", "schema_behind", name=store.name, number=number, head=head
    )


def _in_words(view: configuration.View) -> str:
    return f"terminal.mode {view.mode}, view.tashkeel {str(view.tashkeel).lower()}"
