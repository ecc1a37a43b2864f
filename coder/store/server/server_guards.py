"""Checks that triggers, functions and rights inside PostgreSQL are as this program
created them.

Sources: PostgreSQL documentation, "System Catalogs", "Access Privilege Inquiry
Functions".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from coder.messages.catalogue import Message
from coder.store.data_problems import DataProblem
from coder.store.server import functions, hidden_tables
from coder.store.server.logins import COLUMNS, ON_FUNCTIONS, ON_TABLES
from coder.store.tables import METADATA

_TABLES = sorted({*METADATA.tables, "alembic_version"})
_GUARD = "journal_append_only"
_GUARD_DEFINITION = f"""CREATE TRIGGER {_GUARD} BEFORE DELETE OR UPDATE OR TRUNCATE ON journal \
FOR EACH STATEMENT EXECUTE FUNCTION {_GUARD}()"""
_HERE = "quote_ident(current_schema())::regnamespace"
_TRIGGERS = text(f"""
SELECT t.tgname AS name, c.relname AS table, t.tgisinternal AS internal, t.tgenabled::text AS enabled,
    pg_get_triggerdef(t.oid, true) AS definition
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = {_HERE} AND c.relname = ANY (:tables) ORDER BY c.relname, t.tgname
""")
_RULES = text("""
SELECT rulename AS name, tablename AS table FROM pg_rules
WHERE schemaname = current_schema() AND tablename = ANY (:tables) ORDER BY tablename, rulename
""")
_OWNER = "(SELECT relowner FROM pg_class WHERE oid = 'journal'::regclass)"
_FUNCTIONS = text(f"""
SELECT p.proname AS name, p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS signature,
    p.prosrc AS body, p.prosecdef AS definer, coalesce(p.proconfig, ARRAY[]::text[]) AS settings,
    l.lanname = 'plpgsql' AND p.proowner = {_OWNER} AS ours
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = {_HERE} ORDER BY 2
""")
_RIGHTS = text(Path(__file__).with_name("rights.sql").read_text("utf-8"))
_ALL_RIGHTS = (
    "SELECT",
    COLUMNS,
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
)
_ANEW = Message("store.mend_anew")


def problems(connection: Connection) -> Iterator[DataProblem]:
    """Yield triggers, rules and functions that are missing, altered or foreign, and
    what tells coders too much.

    Rights beyond a role, and statistics of hidden tables.
    """
    for part in (_triggers, _functions, _rights, _statistics):
        yield from part(connection)


def _triggers(connection: Connection) -> Iterator[DataProblem]:
    guarded = False
    for row in connection.execute(_TRIGGERS, {"tables": _TABLES}):
        expected = "A" if row.name == _GUARD else "O"
        if row.name == _GUARD and row.definition == _GUARD_DEFINITION:
            guarded = True
        elif not row.internal:
            yield _foreign("trigger", row)
            continue
        if row.enabled != expected:
            kind = "ALWAYS TRIGGER" if expected == "A" else "TRIGGER"
            mend = _in_psql(f'ALTER TABLE {row.table} ENABLE {kind} "{row.name}";')
            yield DataProblem(
                "trigger", f"{row.table}/{row.name}", Message("store.trigger_off"), mend
            )
    if not guarded:
        yield DataProblem(
            "trigger", f"journal/{_GUARD}", Message("store.trigger_missing"), _ANEW
        )
    for row in connection.execute(_RULES, {"tables": _TABLES}):
        yield _foreign("rule", row)


def _foreign(kind: str, row: Any) -> DataProblem:
    mend = Message(
        "store.mend_foreign",
        statement=f'DROP {kind.upper()} "{row.name}" ON {row.table};',
    )
    what = Message(f"store.foreign_{kind}", table=row.table)
    return DataProblem(kind, f"{row.table}/{row.name}", what, mend)


def _functions(connection: Connection) -> Iterator[DataProblem]:
    made = functions.list_functions(connection)
    for row in connection.execute(_FUNCTIONS):
        if row.name not in {
            signature.partition("(")[0] for signature in functions.SIGNATURES
        }:
            continue  # possibly of an extension
        if row.signature not in functions.SIGNATURES:
            mend = _in_psql(f"DROP FUNCTION {row.signature};")
            yield DataProblem(
                "function", row.signature, Message("store.foreign_function"), mend
            )
            continue
        body, settings = made.pop(row.name)
        same = row.body.split() == body.split() and set(row.settings) == settings
        if not (same and row.ours and row.definer == bool(settings)):
            yield DataProblem(
                "function", row.signature, Message("store.function_altered"), _ANEW
            )
    for name in made:
        yield DataProblem("function", name, Message("store.function_missing"), _ANEW)


def _statistics(connection: Connection) -> Iterator[DataProblem]:
    for what, statement in hidden_tables.statistics(connection):
        yield DataProblem(
            "statistics", what, Message("store.statistics_kept"), _in_psql(statement)
        )


def _in_psql(statement: str) -> Message:
    return Message("store.mend_in_psql", statement=statement)


def _rights(connection: Connection) -> Iterator[DataProblem]:
    parameters = {
        "tables": _TABLES,
        "rights": _rights_to_check(connection),
        "functions": [s for s in functions.SIGNATURES if s != f"{_GUARD}()"],
    }
    allowed = set[tuple[str, str, str]]()
    for role, signatures in ON_FUNCTIONS.items():
        allowed.update(product([role], ["EXECUTE"], signatures))
    for role, granted in ON_TABLES.items():
        for rights, tables in granted.items():
            allowed.update(product([role], rights.split(", "), tables))
            if rights == "SELECT":
                allowed.update(product([role], [COLUMNS], tables))
    excess: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in connection.execute(_RIGHTS, parameters):
        if (row.role, row.right, row.of) not in allowed:
            excess[row.name, row.role][row.of].append(row.right)
    for (name, role), rights_on in excess.items():
        told = "; ".join(f"{', '.join(each)} on {of}" for of, each in rights_on.items())
        key = "store.right_of_role" if role else "store.right_of_retired"
        what = Message(key, role=role, told=told)
        yield DataProblem("right", name, what, Message("store.mend_rights"))


def _rights_to_check(connection: Connection) -> list[str]:
    """Return the rights on tables that this version of PostgreSQL knows."""
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    if int(version) < 170000:
        return list(_ALL_RIGHTS)
    return [*_ALL_RIGHTS, "MAINTAIN"]  # which allows a login to lock a table
