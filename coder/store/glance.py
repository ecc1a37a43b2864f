"""A first look into a project's database with its driver alone, while the rest still loads.

It only reads, and gives None wherever anything is unusual: the real door says then what is wrong.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

Ask: TypeAlias = Callable[..., list[tuple[Any, ...]]]  # a query with `?` for each value that follows → rows

# Where the next article of a coder is found, and the last place in one that they have begun.
_NEXT = """SELECT a.article FROM assignment a
LEFT JOIN coding c ON c.article = a.article AND c.coder = a.coder
WHERE a.coder = ? AND coalesce(c.status, 'open') <> 'submitted'
AND a.article NOT IN (SELECT article FROM withdrawn)
ORDER BY a.article IN (SELECT article FROM remark WHERE coder = a.coder AND kind = 'skip'),
a.position, a.article LIMIT 1"""
_PLACE = """SELECT coalesce(max("start"), 0) FROM span WHERE coding = ? || '/' || ?"""
_NEXT_OF_LOGIN = """SELECT article FROM own_assignment() WHERE coder = ? AND status <> 'submitted'
AND article NOT IN (SELECT article FROM withdrawn)
ORDER BY article IN (SELECT article FROM own_remark() WHERE kind = 'skip'), "position", article LIMIT 1"""
_PLACE_OF_LOGIN = """SELECT coalesce(max("start"), 0) FROM own_span(?) WHERE ? = session_user"""


def glance(url: str, coder: str, article: str | None) -> tuple[str, int] | None:
    """The text of the article that `coder` is about to open, and the code point where they left it.

    article: its id or the beginning of it; None for the next one of the coder's assignments.
    """
    if url.startswith("postgresql"):
        return _on_server(f"postgresql://{url.partition('://')[2]}", coder, article)
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.1)) as file:
            return _look(lambda query, *of: file.execute(query, of).fetchall(), _NEXT, _PLACE, coder, article)
    except sqlite3.Error:
        return None


def _on_server(url: str, coder: str, article: str | None) -> tuple[str, int] | None:
    try:
        import psycopg
    except ModuleNotFoundError:
        return None
    try:
        with closing(psycopg.connect(url, user=coder, connect_timeout=2)) as server:

            def ask(query: str, *of: object) -> list[tuple[Any, ...]]:
                return server.execute(query.replace("?", "%s").encode(), of).fetchall()

            return _look(ask, _NEXT_OF_LOGIN, _PLACE_OF_LOGIN, coder, article)
    except psycopg.Error:
        return None


def _look(ask: Ask, next_: str, place: str, coder: str, article: str | None) -> tuple[str, int] | None:
    """next_: the query for the next article, which takes the coder; place: takes article and coder."""
    begun = "SELECT id FROM article WHERE id = ? OR substr(id, 1, ?) = ?"
    found = ask(next_, coder) if article is None else ask(begun, article, len(article), article)
    if len(found) != 1:
        return None
    [(article_id,)] = found
    [(text,)] = ask("SELECT text FROM article WHERE id = ?", article_id)
    [(offset,)] = ask(place, article_id, coder)
    return text, offset
