"""Who may see and change what in a PostgreSQL database that a team shares: row-level security.

A coder sees the articles, candidates, codebook, lexicon and team, and of assignments, codings and journal
only their own; they change their own open codings and add to the journal in their own name about their own
work. Supervisors see everything and write in their own name. The owner of the tables is bound by nothing
but the append-only journal. Names are those of the login roles (CURRENT_USER), roles stand in `person`.
Source: PostgreSQL documentation, section 5.9, Row Security Policies.
"""

from __future__ import annotations

from sqlalchemy import Connection

from coder.store import claims, lessons

READABLE = ("alembic_version", "meta", "codebook", "article", "candidate", "suggested", "person", "lexicon")
"""What everybody in the team may read whole."""

CODINGS = ("coding", "span", "event", "answer")
"""What a coding is made of."""

ENTRY = ("subject", "version", "at", "person", "what", "undoes", "changes", "digest")
"""The columns of the journal that may be given; the position is the database's to choose."""

# Evaluated once per statement. Spelled out in each policy: the tables in a policy are bound when it is
# made, while those in a function's text are looked up by whoever calls it, who could put others before.
_ME = "CURRENT_USER::text"
_SUPERVISOR = f"((SELECT p.role FROM person p WHERE p.name = {_ME}) = 'supervisor')"
_MINE = {
    "assignment": f"(coder = {_ME})",
    "blind": f"(coder = {_ME})",
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


def protect(connection: Connection) -> None:
    """Put all policies in place: when the tables are made, and before anybody is let in.

    The connection is the owner's. What people were granted stays.
    """
    for table in ("assignment", "blind", *CODINGS, "journal"):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table in ("assignment", "blind", *CODINGS):
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
    claims.make_function(connection, schema)
    lessons.make_functions(connection, schema)
    # Before PostgreSQL 15 everybody may make tables and functions there.
    connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")


def _policy(
    connection: Connection, table: str, name: str, command: str, *, using: str = "", check: str = ""
) -> None:
    conditions = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    connection.exec_driver_sql(f"DROP POLICY IF EXISTS {name} ON {table}")
    connection.exec_driver_sql(f"CREATE POLICY {name} ON {table} FOR {command}{conditions}")
