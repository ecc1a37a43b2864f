"""The next article for a coder who asks for one: one that fewest have, and no two ask for the same at once.

An article whose gold is closed needs nobody any more; its gold may have taught who asks.
On SQLite a writer is alone. On PostgreSQL a coder may not see how often others have an article: a function
of the owner's looks for them, and keeps the article from other claims until the transaction ends.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

CLAIM = "unclaimed_article"
"""The function's name in PostgreSQL."""

_FREE = """
FROM article a
LEFT JOIN (SELECT article, count(*) AS coders FROM assignment GROUP BY article) s ON s.article = a.id
WHERE NOT EXISTS (SELECT 1 FROM assignment mine WHERE mine.article = a.id AND mine.coder = {who})
    AND NOT EXISTS (SELECT 1 FROM coding g WHERE g.id = a.id || '/gold' AND g.status = 'submitted')
"""
_ORDER = "ORDER BY coalesce(s.coders, 0), a.id LIMIT 1"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {CLAIM}(who text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
DECLARE
    patience int := 200;
    fewest bigint;
    chosen text;
    others bigint;
BEGIN
    IF who <> session_user AND EXISTS (SELECT FROM person p WHERE p.name = session_user AND p.role = 'coder')
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'a coder claims articles for nobody else';
    END IF;
    LOOP
        SELECT min(coalesce(s.coders, 0)) INTO fewest {_FREE.format(who="who")};
        EXIT WHEN fewest IS NULL;
        SELECT a.id, coalesce(s.coders, 0) INTO chosen, others {_FREE.format(who="who")}
            {_ORDER} FOR UPDATE OF a SKIP LOCKED;
        -- Somebody may have got it between the look and the lock; the next look sees that.
        CONTINUE WHEN others <> (SELECT count(*) FROM assignment s WHERE s.article = chosen);
        EXIT WHEN others = fewest;
        -- Those that fewest have are just being claimed: soon they are had by more, and the choice is fair.
        patience := patience - 1;
        EXIT WHEN patience < 0 AND chosen IS NOT NULL;
        IF patience < -1000 THEN
            RAISE lock_not_available USING MESSAGE = 'all articles that are left are just being claimed';
        END IF;
        PERFORM pg_sleep(0.005);
    END LOOP;
    RETURN chosen;
END $$
"""
_POSTGRES = text(f"SELECT {CLAIM}(:who)")
_SQLITE = text(f"SELECT a.id {_FREE.format(who=':who')} {_ORDER}")


def make_function(connection: Connection, schema: str) -> None:
    """The function in PostgreSQL; nobody may call it until it is granted. schema: quoted."""
    connection.exec_driver_sql(_FUNCTION.format(schema=schema))
    connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {CLAIM} FROM PUBLIC")


def unclaimed(connection: Connection, coder: str) -> str | None:
    """An article that the coder does not have and fewest others do, kept until the transaction ends.

    None when the coder has all that are not closed.
    """
    query = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    found: str | None = connection.execute(query, {"who": coder}).scalar()
    return found
