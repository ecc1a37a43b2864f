"""The native format: a coding or an article's candidates a line, with the text where the line carries it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coder.errors import CoderError
from coder.foreign import from_json
from coder.importers.registry import Taken, decoded
from coder.model import Article
from coder.native import SUGGESTER, to_candidates, to_coding


def read(path: Path) -> Iterator[Taken]:
    """The codings and candidates in a JSON Lines file; blank lines are passed over."""
    for number, line in enumerate(decoded(path).split("\n"), start=1):
        if line.strip():
            yield _taken(line, f"{path}:{number}", path.name)


def articles(path: Path) -> Iterator[Taken]:
    """What the lines hold that may carry an article's text; the others, mostly all, are not read."""
    for number, line in enumerate(decoded(path).split("\n"), start=1):
        if '"text"' in line or "\\u" in line:  # the key, or what it may be written with
            yield _taken(line, f"{path}:{number}", path.name)


def _taken(line: str, where: str, source: str) -> Taken:
    try:
        record = from_json(line)
    except ValueError as error:
        raise CoderError("native.not_json", problem=str(error), where=where) from None
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
