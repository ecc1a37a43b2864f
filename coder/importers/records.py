"""Articles as records: a line of JSON or a row of a table, with the article's text and
metadata.

A record without a text is metadata for an article that is imported from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from coder.errors import CoderError
from coder.foreign import from_json, to_json
from coder.importers.columns import (
    ARTICLE,
    ID,
    OTHER,
    SHA256,
    SOURCE,
    TEXT,
    Columns,
    is_file,
    is_own,
)
from coder.importers.registry import Piece, Taken, json_in, opened
from coder.messages.catalogue import Message
from coder.model import METADATA, Article, Json
from coder.size_limits import expect_article, read_limited_lines

LABELS = frozenset({"label", "labels", "entities"})
"""The keys under which doccano has annotations."""
_LONGEST_ID = 200  # characters
_UNTYPEABLE = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")


def is_mine(path: Path) -> bool:
    """Return whether JSON Lines hold articles, not native records; raises CoderError if
    the file cannot be read.
    """
    keys = first_keys(path)
    return bool(keys) and not {"format", "article", "coder", "codebook"} & keys


def first_keys(path: Path) -> Set[str]:
    """The keys of the first line's object in a JSON Lines file; empty if the line is
    not an object.
    """
    try:
        with opened(path) as file:
            lines = read_limited_lines(file, str(path))
            first = next((line for line in lines if line.strip()), b"")
        record = from_json(first.decode("utf-8-sig"))
    except ValueError:
        return frozenset()
    return record.keys() if isinstance(record, dict) else frozenset()


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article or the article's metadata in a line."""
    where = piece.where
    record = json_in(piece)
    if not isinstance(record, dict):
        raise CoderError(
            "native.not_an_object", found=type(record).__name__, where=where
        )
    if "data" not in columns.given.values():
        record = with_text(record)
    return article_from_record(record, columns, where, piece.path.name)


def with_text(record: Mapping[str, Json]) -> Mapping[str, Json]:
    """Rename the key `data` of a doccano record to `text`, as doccano 1.5 called it.

    Records of doccano have labels; in others, `data` may be anything, in Italian a
    date.
    """
    if "data" not in record or TEXT in record or not LABELS & record.keys():
        return record
    return {TEXT if key == "data" else key: value for key, value in record.items()}


def row_piece(path: Path, number: int, row: Mapping[str, Any]) -> Piece:
    """A table row as a piece of JSON."""
    return Piece(
        path,
        f"{path}:{number}",
        to_json(row).encode("utf-8", "surrogatepass"),
        number,
        1,
    )


def article_from_record(
    record: Mapping[str, Json], columns: Columns, where: str, source: str
) -> Taken:
    """The article or metadata in a record, by its column names; `source` is the file's
    name.

    Raises CoderError if the id or a text is invalid, or the text does not have the
    record's hash.
    """
    reported = (*record,) if columns.given else ()
    if is_own(record):
        source = str(record[SOURCE] or "")
        record = _own(record, where)
        columns = Columns({name: name for name in record})
    named = columns.named([*record])
    values: dict[str, str] = {}
    ignored = []
    for column, value in record.items():
        if column not in named and value not in (None, ""):
            ignored.append(column)
    for column, name in named.items():
        value = record[column]
        if name == TEXT:
            if value is not None and not isinstance(value, str):
                raise CoderError("delivery.no_string", name=column, where=where)
            values[TEXT] = value or ""
            continue
        words = _as_text(value)
        if words is None:
            ignored.append(column)
        elif words and name == ID and is_file(column):
            values[ID] = PurePath(words).stem
        elif words:
            values[name] = words
    id_ = values.pop(ID, "")
    text = values.pop(TEXT, None)
    digest = values.pop(SHA256, None)
    expect_id(id_, where)
    expect_article(text or "", values, where)
    result = Taken(where, columns=reported, left_columns=tuple(ignored))
    if text is None:
        if not id_:
            raise CoderError(
                "delivery.no_text_column", known=", ".join(record), where=where
            )
        return result._replace(known=(id_, values))
    if not text.strip():
        return result._replace(refused=Message("delivery.empty_text"))
    article = Article(id_ or _id_of(text), text, source, metadata=values)
    if digest not in (None, article.text_sha256):
        raise CoderError("native.altered_text", article=article.id, where=where)
    return result._replace(article=article)


def expect_id(id_: str, where: str) -> None:
    """Raise CoderError if an id cannot be typed in a command or be part of a file's
    name.

    Words that begin with a hyphen are options in a command.
    """
    if len(id_) > _LONGEST_ID or id_.startswith("-") or _UNTYPEABLE.search(id_):
        raise CoderError("delivery.bad_id", id=id_[:40], most=_LONGEST_ID, where=where)


def _own(row: Mapping[str, Json], where: str) -> dict[str, Json]:
    """Convert a row of this program's own `articles` table into a record."""
    try:
        other = from_json(str(row[OTHER] or "{}"))
    except ValueError as error:
        raise CoderError("native.not_json", problem=str(error), where=where) from None
    if not isinstance(other, dict):
        raise CoderError(
            "native.not_an_object", found=type(other).__name__, where=where
        )
    known = {name: row[name] for name in (SHA256, *METADATA, TEXT) if name in row}
    return {ID: row[ARTICLE], **known, **other}


def _id_of(text: str) -> str:
    """An id for an article without one, derived from its text, so that it is the same
    in every file.
    """
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _as_text(value: Json) -> str | None:
    """A value as one string, "" for null; None if it is neither a scalar nor a flat
    list of scalars.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            words = []
            for item in value:
                word = None if isinstance(item, list) else _as_text(item)
                if word is None:
                    return None
                if word:
                    words.append(word)
            return "; ".join(words)
    return None
