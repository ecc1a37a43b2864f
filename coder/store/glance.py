"""A quick look into a project's database with only its driver, while the rest of the program loads.

It only reads, and returns None whenever something is unusual: `Store.open` will report what is wrong.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

Ask: TypeAlias = Callable[
    ..., list[tuple[Any, ...]]
]  # (query with `?` placeholders, *values) → rows

# The next article of a coder, and the last offset that they reached in an article.
_NEXT = """SELECT a.article FROM assignment a
LEFT JOIN coding c ON c.article = a.article AND c.coder = a.coder
WHERE a.coder = ? AND coalesce(c.status, 'open') <> 'submitted'
AND a.article NOT IN (SELECT article FROM withdrawn)
AND a.article NOT IN (SELECT article FROM aside WHERE coder = a.coder)
ORDER BY a.article IN (SELECT article FROM remark WHERE coder = a.coder AND kind = 'skip'),
c.id IS NULL, a.position, a.article LIMIT 1"""
_PLACE = """SELECT coalesce(max("start"), 0) FROM span WHERE coding = ? || '/' || ?"""
_NEXT_OF_LOGIN = """SELECT article FROM own_assignment() WHERE coder = ? AND status <> 'submitted'
AND article NOT IN (SELECT article FROM withdrawn)
AND article NOT IN (SELECT article FROM own_aside())
ORDER BY article IN (SELECT article FROM own_remark() WHERE kind = 'skip'),
article NOT IN (SELECT article FROM own_codings()), "position", article LIMIT 1"""
_PLACE_OF_LOGIN = (
    """SELECT coalesce(max("start"), 0) FROM own_span(?) WHERE ? = session_user"""
)


def glance(url: str, coder: str, article: str | None) -> tuple[str, int] | None:
    """Return the text of the article that `coder` is about to open, and the offset that they had reached.

    article: its id or the beginning of it; None for the next one of the coder's assignments.
    """
    if url.startswith("postgresql"):
        return _on_server(f"postgresql://{url.partition('://')[2]}", coder, article)
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not path.is_file():
        return None
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.1)
        ) as file:
            return _look(
                lambda query, *of: file.execute(query, of).fetchall(),
                _NEXT,
                _PLACE,
                coder,
                article,
            )
    except sqlite3.Error:
        return None


def _on_server(url: str, coder: str, article: str | None) -> tuple[str, int] | None:
    try:
        import psycopg
    except ModuleNotFoundError:
        return None
    try:
        with closing(psycopg.connect(url, user=coder, connect_timeout=2)) as server:

            def ask(query: str, *values: object) -> list[tuple[Any, ...]]:
                return server.execute(
                    query.replace("?", "%s").encode(), values
                ).fetchall()

            return _look(ask, _NEXT_OF_LOGIN, _PLACE_OF_LOGIN, coder, article)
    except psycopg.Error:
        return None


def _look(
    ask: Ask, next_: str, place: str, coder: str, article: str | None
) -> tuple[str, int] | None:
    """next_: query for the next article of a coder; place: query for the offset, by article and coder."""
    by_prefix = "SELECT id FROM article WHERE id = ? OR substr(id, 1, ?) = ?"
    rows = (
        ask(next_, coder)
        if article is None
        else ask(by_prefix, article, len(article), article)
    )
    if len(rows) != 1:
        return None
    [(article_id,)] = rows
    [(text,)] = ask("SELECT text FROM article WHERE id = ?", article_id)
    [(offset,)] = ask(place, article_id, coder)
    return text, offset
