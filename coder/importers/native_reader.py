"""The native format: each line is a coding or an article's candidates, with or without the article's text."""

from __future__ import annotations

from coder.errors import CoderError
from coder.importers.columns import Columns
from coder.importers.registry import Piece, Taken, json_in
from coder.model import Article, Json
from coder.native import SUGGESTER, to_candidates, to_coding


def holds_article(piece: Piece) -> bool:
    """Whether a line may contain an article's text; most lines do not, and need not be parsed for it."""
    return b'"text"' in piece.data or b"\\u" in piece.data  # the key, possibly written with escapes


def taken(piece: Piece, columns: Columns) -> Taken:
    """The coding or candidates in a line, and the article if its text is there."""
    return taken_from(json_in(piece), piece.where, piece.path.name)


def taken_from(record: Json, where: str, source: str) -> Taken:
    """The coding or candidates in a parsed line, and the article if its text is there."""
    try:
        coding = to_coding(record)
        candidates = to_candidates(record) if coding.coder == SUGGESTER else None
    except CoderError as error:
        error.where = f"{where}: {error.where}"
        raise
    head = record["article"]
    if "text" not in head:
        return Taken(where, None, coding, candidates)
    article = Article(id=head["id"], text=str(head["text"]), source=source)
    if article.text_sha256 != head["text_sha256"]:
        raise CoderError("native.altered_text", article=article.id, where=where)
    return Taken(where, article, coding, candidates)
