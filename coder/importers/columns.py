"""Which part of an article a table column, a JSON key or a metadata line holds,
according to its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, field

from coder.errors import CoderError
from coder.model import METADATA

ID = "id"
TEXT = "text"
SHA256 = "text_sha256"
_FILES = ("file", "filename", "file_name")
USUAL_NAMES: Mapping[str, Mapping[str, Sequence[str]]]
USUAL_NAMES = tomllib.loads(
    Path(__file__).with_name("usual_names.toml").read_text("utf-8")
)
KNOWN_AS = USUAL_NAMES["columns"]


class Columns(Struct, frozen=True):
    """Which columns are read, and as what.

    given: name → column, as assigned by the user; own: further metadata names of the
    project. sheet: the sheet of a workbook that the user chose; "" for the first.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    sheet: str = ""

    def named(self, columns: Sequence[str]) -> dict[str, str]:
        """Column → name, for the columns that are read; assigned columns that do not
        exist are left out.
        """
        return _find_name(tuple(self.given.items()), self.own, tuple(columns))

    def expect(self, columns: Sequence[str], where: str) -> None:
        """Raise CoderError if a column that the user assigned is missing from a table."""
        for column in self.given.values():
            if column not in columns:
                known = ", ".join(columns)
                raise CoderError(
                    "delivery.no_such_column", column=column, known=known, where=where
                )


NO_COLUMNS = Columns()
ARTICLE = "article"
SOURCE = "source"
OTHER = "other"


def is_own(columns: Iterable[str]) -> bool:
    """Return whether these are the columns of this program's own `articles` table."""
    return {ARTICLE, SHA256, "characters", SOURCE, *METADATA, OTHER} <= {*columns}


def parse_columns(arguments: Iterable[str]) -> dict[str, str]:
    """Parse arguments `NAME=COLUMN` into name → column; raises CoderError for any other
    form.
    """
    columns = {}
    for argument in arguments:
        name, sign, column = argument.partition("=")
        if not sign or not name.strip().isidentifier() or not column:
            raise CoderError(
                "delivery.no_map", told=argument, known=", ".join((ID, TEXT, *METADATA))
            )
        columns[name.strip()] = column
    return columns


@lru_cache(500)
def _find_name(
    given: tuple[tuple[str, str], ...], own: frozenset[str], columns: tuple[str, ...]
) -> dict[str, str]:
    names = {column: name for name, column in given if column in columns}
    assigned = {name for name, _ in given}
    by_key = {_normalize(column): column for column in reversed(columns)}
    known = {name: (name.casefold(),) for name in sorted(own - KNOWN_AS.keys())}
    for name, keys in {**known, **KNOWN_AS}.items():
        found = [by_key[key] for key in keys if key in by_key]
        if found and name not in assigned and found[0] not in names:
            names[found[0]] = name
            assigned.add(name)
    return names


def is_file(column: str) -> bool:
    """Return whether a column identifies articles by their files' names."""
    return _normalize(column) in _FILES


def _normalize(column: str) -> str:
    return "_".join(column.strip().casefold().replace("-", " ").split())
