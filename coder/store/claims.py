"""The next article for a coder who asks for one: one that fewest have, and no two ask for the same at once.

On SQLite a writer is alone. On PostgreSQL a coder may not see how often others have an article: a function
of the owner's looks for them, and keeps the article from other claims until the transaction ends.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

CLAIM = "unclaimed_article"
"""The function's name in PostgreSQL."""

_FROM = """
FROM article a
LEFT JOIN (SELECT article, count(*) AS coders FROM assignment GROUP BY article) s ON s.article = a.id
WHERE NOT EXISTS (SELECT 1 FROM assignment mine WHERE mine.article = a.id AND mine.coder = {who})
ORDER BY coalesce(s.coders, 0), a.id LIMIT 1
"""
_LOOK = f"SELECT a.id, coalesce(s.coders, 0) INTO chosen, others {_FROM.format(who='who')} FOR UPDATE OF a"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {CLAIM}(who text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
DECLARE
    chosen text;
    others bigint;
BEGIN
    IF who <> session_user AND EXISTS (SELECT FROM person p WHERE p.name = session_user AND p.role = 'coder')
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'a coder claims articles for nobody else';
    END IF;
    LOOP
        {_LOOK} SKIP LOCKED;
        IF chosen IS NULL THEN  -- all that are left are just being claimed: wait for them
            {_LOOK};
        END IF;
        -- Somebody may have got it between the look and the lock; then the next look sees that.
        EXIT WHEN chosen IS NULL OR others = (SELECT count(*) FROM assignment s WHERE s.article = chosen);
    END LOOP;
    RETURN chosen;
END $$
"""
_POSTGRES = text(f"SELECT {CLAIM}(:who)")
_SQLITE = text(f"SELECT a.id {_FROM.format(who=':who')}")


def make_function(connection: Connection, schema: str) -> None:
    """The function in PostgreSQL; nobody may call it until it is granted. schema: quoted."""
    connection.exec_driver_sql(_FUNCTION.format(schema=schema))
    connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {CLAIM} FROM PUBLIC")


def unclaimed(connection: Connection, coder: str) -> str | None:
    """An article that the coder does not have and fewest others do, kept until the transaction ends.

    None when the coder has them all.
    """
    query = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    found: str | None = connection.execute(query, {"who": coder}).scalar()
    return found
