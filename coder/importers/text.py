"""Plain text: each file is one article, unchanged; its id is the file's name without
the ending.

The text may be preceded by metadata: lines of `key: value` between two lines of `---`,
or followed by a blank line. In the second form, all keys must be known names; if only
some are, the lines belong to the text, and this is reported.
"""

from __future__ import annotations

import re

from coder.errors import CoderError
from coder.importers.columns import Columns
from coder.importers.encodings import UTF8, encoding_of
from coder.importers.records import article_from_record
from coder.importers.registry import Piece, Taken, decode
from coder.messages.catalogue import Message

# Possessive (`*+`, `++`, `(?>`), or lines that are no metadata would be tried in every
# possible way.
_KEYED = r"[ \t]*+([^\W\d][\w \t-]{0,40}?)[ \t]*+:[ \t]*+(.*?)[ \t]*+\r?\n"
_FENCED = re.compile(
    r"---[ \t]*\r?\n((?:(?!---)[^\n]*\n)*?)---[ \t]*\r?\n(?:[ \t]*\r?\n)?"
)
_PLAIN = re.compile(rf"((?>{_KEYED})++)[ \t]*\r?\n")
_LINE = re.compile(_KEYED)
_MOST = 5000  # characters of metadata


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article in a text file."""
    encoding = encoding_of(piece.data)
    text = _read(piece, encoding)
    head, length, problem = _head(text, columns)
    record = {"id": piece.path.stem, **head, "text": text[length:]}
    article = article_from_record(record, columns, piece.where, piece.path.name)
    reported = "" if encoding.startswith(UTF8) else encoding
    return article._replace(encoding=reported, refused=article.refused or problem)


def _read(piece: Piece, encoding: str) -> str:
    if encoding.startswith(UTF8):
        return decode(piece)
    try:
        return piece.data.decode(encoding)
    except UnicodeDecodeError as error:
        line = piece.data.count(b"\n", 0, error.start) + 1
        where = f"{piece.path}:{line}"
        raise CoderError(
            "delivery.bad_bytes", encoding=encoding, problem=error.reason, where=where
        ) from None


def _head(text: str, columns: Columns) -> tuple[dict[str, str], int, Message | None]:
    """The metadata before a text, its length in characters, and a problem if only some
    keys are known.
    """
    if fenced := _FENCED.match(text[:_MOST]):
        return dict(_LINE.findall(fenced[1])), fenced.end(), None
    if plain := _PLAIN.match(text[:_MOST]):
        pairs = _LINE.findall(plain[1])
        named = columns.named([key for key, _ in pairs])
        known = [key in named and key.isascii() for key, _ in pairs]
        if all(known) and "text" not in named.values():
            return dict(pairs), plain.end(), None
        if any(known) and not all(known):
            line = known.index(False)
            return (
                {},
                0,
                Message("delivery.no_head", line=line + 1, name=pairs[line][0]),
            )
    return {}, 0, None
