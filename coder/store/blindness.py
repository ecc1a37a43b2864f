"""Who may see and change what in a PostgreSQL database that a team shares: row-level security.

A coder sees the articles, candidates, codebook and team, and of assignments, codings and journal only
their own; they change their own open codings and add to the journal in their own name about their own
work. Supervisors see everything and write in their own name. The owner of the tables is bound by nothing
but the append-only journal. Names are those of the login roles (CURRENT_USER), roles stand in `person`.
Source: PostgreSQL documentation, section 5.9, Row Security Policies.
"""

from __future__ import annotations

from sqlalchemy import Connection

READABLE = ("alembic_version", "meta", "codebook", "article", "candidate", "suggested", "person")
"""What everybody in the team may read whole."""

CODINGS = ("coding", "span", "event", "answer")
"""What a coding is made of."""

ENTRY = ("subject", "version", "at", "person", "what", "undoes", "changes", "digest")
"""The columns of the journal that may be given; the position is the database's to choose."""

CLAIM = "unclaimed_article"
"""The function that finds the next article for a coder, who may not see how often others have it."""

# Evaluated once per statement. Spelled out in each policy: the tables in a policy are bound when it is
# made, while those in a function's text are looked up by whoever calls it, who could put others before.
_ME = "CURRENT_USER::text"
_SUPERVISOR = f"((SELECT p.role FROM person p WHERE p.name = {_ME}) = 'supervisor')"
_MINE = {
    "assignment": f"(coder = {_ME})",
    "coding": f"(coder = {_ME})",
    **dict.fromkeys(("span", "event", "answer"), f"(substring(coding from '[^/]*$') = {_ME})"),
}
_OPEN = {
    "coding": "(status = 'open')",
    **{
        name: f"(EXISTS (SELECT FROM coding c WHERE c.id = {name}.coding AND c.status = 'open'))"
        for name in ("span", "event", "answer")
    },
}
_MY_CODING = f"(starts_with(subject, 'coding:') AND substring(subject from '[^/]*$') = {_ME})"
_MY_ASSIGNMENTS = f"(subject = 'assignments:' || {_ME})"
# An entry about a coding changes rows of that coding, one about assignments rows of that coder.
_OF_THE_SUBJECT = f"""
NOT EXISTS (
    SELECT FROM json_array_elements(changes::json) AS c WHERE CASE
        WHEN {_MY_CODING} THEN c ->> 'table' NOT IN ('coding', 'span', 'event', 'answer')
            OR c -> 'key' ->> 0 IS DISTINCT FROM substr(subject, 8)
        ELSE c ->> 'table' <> 'assignment' OR c -> 'key' ->> 1 IS DISTINCT FROM {_ME}
    END
)
"""

_CLAIM_BODY = """
CREATE OR REPLACE FUNCTION {name}(who text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    chosen text;
    others bigint;
BEGIN
    IF who <> session_user AND EXISTS (SELECT FROM person p WHERE p.name = session_user AND p.role = 'coder')
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'a coder claims articles for nobody else';
    END IF;
    LOOP
        {look} FOR UPDATE OF a SKIP LOCKED;
        IF chosen IS NULL THEN  -- all that are left are just being claimed: wait for them
            {look} FOR UPDATE OF a;
        END IF;
        -- Somebody may have got it between the look and the lock; then the next look sees that.
        EXIT WHEN chosen IS NULL OR others = (SELECT count(*) FROM assignment s WHERE s.article = chosen);
    END LOOP;
    RETURN chosen;
END $$
"""
_LOOK = """
SELECT a.id, coalesce(s.coders, 0) INTO chosen, others FROM article a
LEFT JOIN (SELECT article, count(*) AS coders FROM assignment GROUP BY article) s ON s.article = a.id
WHERE NOT EXISTS (SELECT FROM assignment mine WHERE mine.article = a.id AND mine.coder = who)
ORDER BY 2, 1 LIMIT 1
"""


def protect(connection: Connection) -> None:
    """Put all policies in place; done when the tables are made and again after each change of the schema.

    The connection is the owner's. What people were granted stays.
    """
    for table in ("assignment", *CODINGS, "journal"):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table in ("assignment", *CODINGS):
        _policy(connection, table, "own_seen", "SELECT", using=_MINE[table])
        _policy(connection, table, "supervised", "ALL", using=_SUPERVISOR, check=_SUPERVISOR)
    _policy(connection, "assignment", "own_claimed", "INSERT", check=_MINE["assignment"])
    for table in CODINGS:
        # A coding's head may be made submitted; its parts belong to one that is open.
        inserted = _MINE[table] if table == "coding" else f"{_MINE[table]} AND {_OPEN[table]}"
        changed = f"{_MINE[table]} AND {_OPEN[table]}"
        _policy(connection, table, "own_made", "INSERT", check=inserted)
        _policy(connection, table, "own_changed", "UPDATE", using=changed, check=inserted)
        _policy(connection, table, "own_deleted", "DELETE", using=changed)
    seen = f"{_MY_CODING} OR {_MY_ASSIGNMENTS} OR subject = 'codebooks'"
    mine = f"person = {_ME} AND ({_MY_CODING} OR {_MY_ASSIGNMENTS}) AND {_OF_THE_SUBJECT}"
    _policy(connection, "journal", "own_seen", "SELECT", using=seen)
    _policy(connection, "journal", "own_made", "INSERT", check=mine)
    _policy(connection, "journal", "supervised", "SELECT", using=_SUPERVISOR)
    _policy(connection, "journal", "supervisor_made", "INSERT", check=f"{_SUPERVISOR} AND person = {_ME}")
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    connection.exec_driver_sql(_CLAIM_BODY.format(name=CLAIM, schema=schema, look=_LOOK))
    connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {CLAIM} FROM PUBLIC")
    # Before PostgreSQL 15 everybody may make tables and functions there.
    connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")


def _policy(
    connection: Connection, table: str, name: str, command: str, *, using: str = "", check: str = ""
) -> None:
    conditions = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    connection.exec_driver_sql(f"DROP POLICY IF EXISTS {name} ON {table}")
    connection.exec_driver_sql(f"CREATE POLICY {name} ON {table} FOR {command}{conditions}")
