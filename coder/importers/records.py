"""Articles as records: a line of JSON, or a row of a table, with the article's text and what is known of it.

A record without a text tells what is known of an article that comes, or came, from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from coder.errors import CoderError
from coder.foreign import from_json, to_json
from coder.importers.columns import ARTICLE, ID, OTHER, SHA256, SOURCE, TEXT, Columns, is_file, is_own
from coder.importers.registry import MOST_BYTES, Piece, Taken, json_in, opened
from coder.messages.catalogue import Message
from coder.model import METADATA, Article, Json

_LONGEST_ID = 200  # characters


def is_mine(path: Path) -> bool:
    """Whether JSON Lines hold records of articles, not the native format's; raises CoderError for no file."""
    keys = first_keys(path)
    return bool(keys) and not {"format", "article", "coder", "codebook"} & keys


def first_keys(path: Path) -> Set[str]:
    """The keys of the first object in a file of JSON Lines; none where there is no object."""
    try:
        with opened(path) as file:
            first = next((line for line in iter(lambda: file.readline(MOST_BYTES), b"") if line.strip()), b"")
        record = from_json(first.decode("utf-8-sig"))
    except ValueError:
        return frozenset()
    return record.keys() if isinstance(record, dict) else frozenset()


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article in a line, or what is known of one."""
    where = piece.where
    record = json_in(piece)
    if not isinstance(record, dict):
        raise CoderError("native.not_an_object", found=type(record).__name__, where=where)
    return of_record(record, columns, where, piece.path.name)


def row_piece(path: Path, number: int, row: Mapping[str, Any]) -> Piece:
    """A row of a table as a line of JSON that stands for it."""
    return Piece(path, f"{path}:{number}", to_json(row).encode("utf-8", "surrogatepass"), number, 1)


def of_record(record: Mapping[str, Json], columns: Columns, where: str, source: str) -> Taken:
    """What a record holds, by the names of its columns; where it stands, and in which file."""
    there = (*record,) if columns.given else ()
    if is_own(record):
        source, record = str(record[SOURCE] or ""), _own(record, where)
        columns = Columns({name: name for name in record})
    named = columns.named([*record])
    held: dict[str, str] = {}
    not_taken = [
        column for column, value in record.items() if column not in named and value not in (None, "")
    ]
    for column, name in named.items():
        value = record[column]
        if name == TEXT:
            if value is not None and not isinstance(value, str):
                raise CoderError("delivery.no_string", name=column, where=where)
            held[TEXT] = value or ""
        elif (word := _as_text(value)) is None:
            not_taken.append(column)
        elif word:
            held[name] = PurePath(word).stem if name == ID and is_file(column) else word
    id_, text, digest = held.pop(ID, ""), held.pop(TEXT, None), held.pop(SHA256, None)
    if len(id_) > _LONGEST_ID or any(c in id_ for c in "\0\n\r\u2028\u2029"):
        raise CoderError("delivery.bad_id", id=id_[:40], most=_LONGEST_ID, where=where)
    left = tuple(not_taken)
    if text is None:
        if not id_:
            raise CoderError("delivery.no_text_column", known=", ".join(record), where=where)
        return Taken(where, known=(id_, held), columns=there, left_columns=left)
    if not text.strip():
        return Taken(where, refused=Message("delivery.empty_text"), columns=there, left_columns=left)
    article = Article(id_ or _id_of(text), text, source, metadata=held)
    if digest not in (None, article.text_sha256):
        raise CoderError("native.altered_text", article=article.id, where=where)
    return Taken(where, article, columns=there, left_columns=left)


def _own(row: Mapping[str, Json], where: str) -> dict[str, Json]:
    """A row of the table of articles that this program writes, as a record."""
    try:
        other = from_json(str(row[OTHER] or "{}"))
    except ValueError as error:
        raise CoderError("native.not_json", problem=str(error), where=where) from None
    if not isinstance(other, dict):
        raise CoderError("native.not_an_object", found=type(other).__name__, where=where)
    known = {name: row[name] for name in (SHA256, *METADATA, TEXT) if name in row}
    return {ID: row[ARTICLE], **known, **other}


def _id_of(text: str) -> str:
    """An id for an article that came without one: the same text has the same, in whatever file it comes."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _as_text(value: Json) -> str | None:
    """A value as one text, "" for none; None for what is more than a text or a list of texts."""
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
            words = [_as_text(each) for each in value if not isinstance(each, list)]
            return "; ".join(filter(None, words)) if len(words) == len(value) and None not in words else None
    return None
