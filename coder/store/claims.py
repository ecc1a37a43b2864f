"""The next article for a coder who asks for one: one that fewest have, and no two ask for the same at once.

An article whose gold is closed, or that was withdrawn, needs nobody any more.
On SQLite a writer is alone. On PostgreSQL a coder may not see how often others have an article: a function
of the owner's looks for them, and keeps the article from other claims until the transaction ends.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

FREE = """
FROM article a
LEFT JOIN (SELECT article, count(*) AS coders FROM assignment GROUP BY article) s ON s.article = a.id
WHERE NOT EXISTS (SELECT 1 FROM assignment mine WHERE mine.article = a.id AND mine.coder = {who})
    AND a.id NOT IN (SELECT g.article FROM coding g WHERE g.coder = 'gold' AND g.status = 'submitted')
    AND NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.article = a.id)
"""
FEWEST_FIRST = "ORDER BY coalesce(s.coders, 0), a.id LIMIT 1"
_POSTGRES = text("SELECT unclaimed_article(:who)")
_SQLITE = text(f"SELECT a.id {FREE.format(who=':who')} {FEWEST_FIRST}")


def unclaimed(connection: Connection, coder: str) -> str | None:
    """An article that the coder does not have and fewest others do, kept until the transaction ends.

    None when the coder has all that are not closed.
    """
    query = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    found: str | None = connection.execute(query, {"who": coder}).scalar()
    return found
