"""A login role in PostgreSQL for each member of a team, and its rights.

A coder has no right on the tables that hold people's work: what is a coder's own is read and changed through
the owner's functions; see the files in `server`. A supervisor reads everything.

Passwords reach the server as `\\password` of psql sends them: hashed here, so that no log ever holds one.
Source: PostgreSQL documentation, CREATE ROLE and PQencryptPasswordConn.
"""

from __future__ import annotations

from typing import Any, LiteralString

from psycopg import Connection as Driver
from psycopg import sql
from sqlalchemy import Connection

from coder.errors import CoderError
from coder.store.server.functions import READING, SUPERVISING, WRITING

LONGEST = 63  # bytes in the name of a role (NAMEDATALEN - 1)
_FOUND = """
SELECT r.rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR r.oid = d.datdba OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
FROM pg_roles r, pg_database d WHERE r.rolname = %s AND d.datname = current_database()
"""
# Who owns the database, or is all-powerful, has no rights that could be given or taken.
_TEAM = """
SELECT p.name, CASE WHEN gone.person IS NULL THEN p.role ELSE '' END
FROM person p JOIN pg_roles r ON r.rolname = p.name LEFT JOIN retired gone ON gone.person = p.name
WHERE r.rolcanlogin AND NOT pg_has_role(r.oid, current_user, 'MEMBER') AND %(name)s IN ('', p.name)
"""
# What holds nobody's work, and everybody in the team may read whole.
_READABLE = ("alembic_version", "meta", "codebook", "article", "metadata", "candidate", "suggested", "person",
             "lexicon", "withdrawn", "retired")  # fmt: skip
_WORK = ("assignment", "blind", "coding", "span", "event", "answer", "cluster", "remark",
         "journal")  # fmt: skip
# Role in the team, "" for none → the rights on tables that its logins have, and the functions they may call.
ON_TABLES: dict[str, dict[LiteralString, tuple[str, ...]]] = {
    "coder": {"SELECT": _READABLE},
    "supervisor": {
        "SELECT": (*_READABLE, *_WORK),
        "INSERT": ("article", "codebook"),
        "INSERT, DELETE": ("candidate", "suggested"),
    },
    "": {},
}
ON_FUNCTIONS = {"coder": (*READING, *WRITING), "supervisor": (*READING, *WRITING, *SUPERVISING), "": ()}


def add_login(connection: Connection, name: str, role: str, password: str) -> None:
    """A login role of that name with the rights of `role`, in the connection's transaction.

    A role that the server has already keeps what it is; it gets the password, if there is one, and the
    rights. Raises CoderError for a name that the server cannot keep and for a role with powers of its own.
    """
    if len(name.encode("utf-8")) > LONGEST or name.startswith("pg_") or name in ("public", "none"):
        raise CoderError("store.no_login_name", name=name, most=LONGEST)
    driver: Any = connection.connection.driver_connection
    person = sql.Identifier(name)
    found = driver.execute(_FOUND, [name]).fetchone()
    if found is None:
        driver.execute(sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 20").format(person))
    elif found != (True, False):
        raise CoderError("store.login_taken", name=name)
    if password:
        hashed = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        driver.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(person, hashed.decode("ascii")))
    _grant(driver, person, role)


def grant_team(connection: Connection, name: str = "", *, nothing: bool = False) -> None:
    """Give every member of the team who has a login, or the one of that name, what they may have.

    That is what their role asks for, and nothing for who has retired, or where `nothing` is asked for.
    """
    driver: Any = connection.connection.driver_connection
    for person, role in driver.execute(_TEAM, {"name": name}).fetchall():
        _grant(driver, sql.Identifier(person), "" if nothing else role)


def _grant(driver: Driver[Any], person: sql.Identifier, role: str) -> None:
    """What the role in the team asks for, "" for none, and nothing else that the login had in this schema."""
    database = sql.Identifier(driver.info.dbname)
    [schema] = driver.execute("SELECT current_schema()").fetchone() or [""]
    where = sql.SQL("IN SCHEMA {} FROM {}").format(sql.Identifier(schema), person)
    for every in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        driver.execute(sql.SQL("REVOKE ALL ON ALL {} {}").format(sql.SQL(every), where))
    driver.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, person))
    if role:
        driver.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, person))
    for rights, tables in ON_TABLES[role].items():
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        driver.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), names, person))
    for function in ON_FUNCTIONS[role]:
        driver.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), person))
