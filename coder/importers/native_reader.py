"""The native format: a coding or an article's candidates a line, with the text where the line carries it."""

from __future__ import annotations

from coder.errors import CoderError
from coder.importers.columns import Columns
from coder.importers.registry import Piece, Taken, json_in
from coder.model import Article, Json
from coder.native import SUGGESTER, to_candidates, to_coding


def holds_article(piece: Piece) -> bool:
    """Whether a line may carry an article's text: mostly none does, and they need not be read for it."""
    return b'"text"' in piece.data or b"\\u" in piece.data  # the key, or what it may be written with


def taken(piece: Piece, columns: Columns) -> Taken:
    """The coding or the candidates in a line, and the article if it is there."""
    return taken_from(json_in(piece), piece.where, piece.path.name)


def taken_from(record: Json, where: str, source: str) -> Taken:
    """The same of a line's value."""
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
