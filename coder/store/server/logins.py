"""Login roles in PostgreSQL for the members of a team, and their rights.

A coder has no rights on the tables with people's work: coders read and change their own
through the owner's functions; see the files in `server`. A supervisor reads everything
but the drafts of others' comments.

Passwords are hashed here, as by `\\password` of psql, so that no log of the server ever
contains one. Source: PostgreSQL documentation, CREATE ROLE and PQencryptPasswordConn.
"""

from __future__ import annotations

from typing import Any, LiteralString

from psycopg import Connection as Driver
from psycopg import sql
from sqlalchemy import Connection

from coder.errors import CoderError
from coder.store.server.functions import READING, SUPERVISING, WRITING
from coder.store.server.hidden_tables import READABLE, SUPERVISED

LONGEST = 63  # bytes in the name of a role (NAMEDATALEN - 1)
_CAN_LOGIN_AND_HAS_POWERS = """
SELECT r.rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR r.oid = d.datdba OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
FROM pg_roles r, pg_database d WHERE r.rolname = %s AND d.datname = current_database()
"""
# Excludes the owner and superusers, whose rights can be neither granted nor revoked.
_TEAM = """
SELECT p.name, CASE WHEN gone.person IS NULL THEN p.role ELSE '' END
FROM person p JOIN pg_roles r ON r.rolname = p.name LEFT JOIN retired gone ON gone.person = p.name
WHERE r.rolcanlogin AND NOT pg_has_role(r.oid, current_user, 'MEMBER') AND %(name)s IN ('', p.name)
"""
# The right to read all columns of a table but not the system columns. These would tell
# a coder which rows others touch: an assignment and a coding set `xmax` of the article
# and of the person that they refer to.
COLUMNS = "SELECT (columns)"
# Role in the team, "" for none → rights on tables and functions that may be called.
ON_TABLES: dict[str, dict[LiteralString, tuple[str, ...]]] = {
    "coder": {COLUMNS: READABLE},
    "supervisor": {
        "SELECT": (*READABLE, *SUPERVISED),
        "INSERT": ("article", "codebook"),
        "INSERT, DELETE": ("candidate", "suggested"),
    },
    "": {},
}
ON_FUNCTIONS = {
    "coder": (*READING, *WRITING),
    "supervisor": (*READING, *WRITING, *SUPERVISING),
    "": (),
}


def add_login(connection: Connection, name: str, role: str, password: str) -> None:
    """Create a login role with the rights of `role`, in the connection's transaction.

    An existing role gets the password, if it is not empty, and the rights. Raises
    CoderError for a name that is impossible on the server, and for an existing role
    that cannot log in or has powers of its own.
    """
    if (
        len(name.encode("utf-8")) > LONGEST
        or name.startswith("pg_")
        or name in ("public", "none")
    ):
        raise CoderError("store.no_login_name", name=name, most=LONGEST)
    driver: Any = connection.connection.driver_connection
    person = sql.Identifier(name)
    existing = driver.execute(_CAN_LOGIN_AND_HAS_POWERS, [name]).fetchone()
    if existing is None:
        driver.execute(
            sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 20").format(person)
        )
    elif existing != (True, False):
        raise CoderError("store.login_taken", name=name)
    if password:
        hashed = driver.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        )
        driver.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(person, hashed.decode("ascii"))
        )
    _grant(driver, person, role)


def grant_team(
    connection: Connection, name: str = "", *, nothing: bool = False
) -> None:
    """Give every member of the team with a login, or only the one of that name, the
    rights of their role.

    Retired members get no rights, and with `nothing` nobody does.
    """
    driver: Any = connection.connection.driver_connection
    for person, role in driver.execute(_TEAM, {"name": name}).fetchall():
        _grant(driver, sql.Identifier(person), "" if nothing else role)


def _grant(driver: Driver[Any], person: sql.Identifier, role: str) -> None:
    """Replace the login's rights in this schema by those of the role in the team, ""
    for none.
    """
    database = sql.Identifier(driver.info.dbname)
    [schema] = driver.execute("SELECT current_schema()").fetchone() or [""]
    where = sql.SQL("IN SCHEMA {} FROM {}").format(sql.Identifier(schema), person)
    for every in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        driver.execute(sql.SQL("REVOKE ALL ON ALL {} {}").format(sql.SQL(every), where))
    driver.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, person)
    )
    if role:
        driver.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, person)
        )
    for rights, tables in ON_TABLES[role].items():
        for table in tables:
            words = _columns(driver, table) if rights == COLUMNS else sql.SQL(rights)
            driver.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    words, sql.Identifier(table), person
                )
            )
    for function in ON_FUNCTIONS[role]:
        driver.execute(
            sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(
                sql.SQL(function), person
            )
        )


def _columns(driver: Driver[Any], table: str) -> sql.Composed:
    """Return the right to read all columns of a table as GRANT takes it."""
    columns = driver.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [table],
    ).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns)
    return sql.SQL("SELECT ({})").format(names)
