"""`coder.toml`: a project's name, database, codebook and language."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coder.errors import CoderError

FILE = "coder.toml"
DEFAULT_DATABASE = "sqlite:///coder.db"
Language = Literal["ar", "en"]


@dataclass(frozen=True, slots=True)
class Config:
    """What `coder.toml` says; relative paths are relative to its folder."""

    folder: Path
    name: str
    database: str = DEFAULT_DATABASE
    codebook: str = "codebook.yaml"
    language: Language = "ar"

    @property
    def database_url(self) -> str:
        """The database with a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        if self.database.startswith(prefix) and not self.database.startswith("sqlite:////"):
            return prefix + str(self.folder.resolve() / self.database.removeprefix(prefix))
        return self.database


def read(folder: Path) -> Config:
    """The configuration in a project folder; raises CoderError that names file and line."""
    path = folder / FILE
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CoderError(f"It cannot be read: {error}.", hint="Check the file.", where=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise CoderError(f"It is not TOML: {error}.", hint="Mend that line.", where=str(path)) from None
    values: dict[str, str] = {}
    for key in ("name", "database", "codebook"):
        if key in table:
            values[key] = _text(table[key], key, path)
    language = _text(table.get("ui", {}).get("language", "ar"), "ui.language", path)
    if language not in ("ar", "en"):
        raise CoderError(f"ui.language is {language!r}.", hint="Write ar or en.", where=str(path))
    return Config(folder, **{"name": folder.name, **values}, language="en" if language == "en" else "ar")


def write(config: Config) -> None:
    """Make `coder.toml` anew."""
    lines = [
        f"name = {json.dumps(config.name, ensure_ascii=False)}",
        f"database = {json.dumps(config.database)}",
        f"codebook = {json.dumps(config.codebook)}",
        "",
        "[ui]",
        f'language = "{config.language}"  # ar or en',
        "",
    ]
    (config.folder / FILE).write_text("\n".join(lines), "utf-8")


def find(start: Path | None = None) -> Path:
    """The project folder: `CODER_PROJECT`, else the nearest folder upward that has a coder.toml."""
    if start is None and (named := os.environ.get("CODER_PROJECT")):
        start = Path(named)
        if not (start / FILE).is_file():
            raise CoderError(f"{start} holds no {FILE}.", hint="Set CODER_PROJECT to a project folder.")
        return start
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise CoderError(
        f"There is no project here: no {FILE} in {here} or above it.",
        hint="Go to a project folder, give --project DIR, or make one with `coder init DIR`.",
    )


def _text(value: object, key: str, path: Path) -> str:
    if not isinstance(value, str):
        raise CoderError(f"{key} is not a text.", hint='Write it in quotes: key = "value".', where=str(path))
    return value
