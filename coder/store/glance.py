"""A first look into a SQLite project with the standard library alone, while the rest still loads.

It only reads, and gives None wherever anything is unusual: the real door says then what is wrong.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

_NEXT = """
SELECT a.article FROM assignment a LEFT JOIN coding c ON c.article = a.article AND c.coder = a.coder
WHERE a.coder = ? AND coalesce(c.status, 'open') <> 'submitted' ORDER BY a.position, a.article LIMIT 1
"""


def glance(url: str, coder: str, article: str | None) -> tuple[str, int] | None:
    """The text of the article that `coder` is about to open, and the code point where they left it.

    article: its id or the beginning of it; None for the next one of the coder's assignments.
    """
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not path.is_file():
        return None
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.1)
        try:
            return _look(connection, coder, article)
        finally:
            connection.close()
    except sqlite3.Error:
        return None


def _look(connection: sqlite3.Connection, coder: str, article: str | None) -> tuple[str, int] | None:
    if article is None:
        found = connection.execute(_NEXT, (coder,)).fetchall()
    else:
        query = "SELECT id FROM article WHERE id = ? OR substr(id, 1, ?) = ?"
        found = connection.execute(query, (article, len(article), article)).fetchall()
    if len(found) != 1:
        return None
    (article_id,) = found[0]
    (text,) = connection.execute("SELECT text FROM article WHERE id = ?", (article_id,)).fetchone()
    place = 'SELECT coalesce(max("start"), 0) FROM span WHERE coding = ?'
    (offset,) = connection.execute(place, (f"{article_id}/{coder}",)).fetchone()
    return text, offset
