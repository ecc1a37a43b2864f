"""Installs the owner's functions and the tables' constraints in a PostgreSQL database.

Nobody may call a function until it is granted; see `coder.store.server.logins`. Source:
PostgreSQL documentation, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely".
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import Connection

from coder import storage_limits
from coder.model import END_OF_YEARS, FIRST_YEAR, STAGES
from coder.store import lessons, limits
from coder.store.server.hidden_tables import remove_statistics
from coder.store.tables import LATER, POSTGRES_TRIGGER, STATE, StateTable

READING = (
    *(
        "own_assignment()",
        "own_coding(text)",
        "own_codings()",
        "own_span(text)",
        "own_event(text)",
    ),
    *(
        "own_answer(text)",
        "own_journal(text)",
        "own_times()",
        "own_words(text)",
        "own_lessons(text, json)",
    ),
    *(
        "own_remark()",
        "own_aside()",
        "own_draft()",
        "gold_coding(text)",
        "gold_span(text)",
        "gold_event(text)",
        "gold_answer(text)",
    ),
    "team_role()",
)
WRITING = (
    "unclaimed_article(text)",
    "record_entry(text, text, text, text, integer, text)",
    "keep_draft(text, text, text)",
)
SUPERVISING = ("hold_journal()",)
_INNER = (
    "expect_sound(text, text[], boolean)",
    "expect_readable(json)",
    "current_article(text)",
    "training_gold(text)",
)
_INSTALLED = (*READING, *WRITING, *SUPERVISING, *_INNER)
SIGNATURES = (
    *_INSTALLED,
    "journal_append_only()",
)  # all functions of a database, including its trigger's

# The articles that a coder may claim: not assigned to them, without closed gold, not
# withdrawn. All codings are read, not gold alone through the index of coders, so that a
# claim does not tell how much gold there is.
FREE = """
FROM article a
LEFT JOIN (SELECT article, count(*) AS coders FROM assignment GROUP BY article) s ON s.article = a.id
WHERE NOT EXISTS (SELECT 1 FROM assignment mine WHERE mine.article = a.id AND mine.coder = {who})
    AND a.id NOT IN (SELECT g.article FROM coding g WHERE g.coder || '' = 'gold' AND g.status = 'submitted')
    AND NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.article = a.id)
"""
FEWEST_FIRST = "ORDER BY coalesce(s.coders, 0), a.id LIMIT 1"

# How the functions' queries find rows: by keys, one at a time. Other plans read rows of
# everybody, and some stop among them, so that a caller who chose the plan could count
# them. An index alone does not do either: whether its row has to be visited depends on
# when others changed rows beside it. The costs are PostgreSQL's defaults.
_PLANS = {
    **dict.fromkeys(("enable_indexscan", "enable_nestloop"), "on"),
    **dict.fromkeys(("enable_seqscan", "enable_bitmapscan"), "off"),
    "enable_indexonlyscan": "off",
    **dict.fromkeys(("enable_hashjoin", "enable_mergejoin"), "off"),
    **dict.fromkeys(("enable_material", "enable_memoize"), "off"),
    **dict.fromkeys(("from_collapse_limit", "join_collapse_limit"), "8"),
    "seq_page_cost": "1",
    "random_page_cost": "4",
    "cpu_tuple_cost": "0.01",
    "cpu_index_tuple_cost": "0.005",
    "cpu_operator_cost": "0.0025",
}

# The beginning of the body of each function that somebody may call. The server tells
# everybody which pages and rows a serializable transaction has read (`SIReadLock` in
# `pg_locks`): these would be of others, too.
_BEGIN = """BEGIN
    IF current_setting('transaction_isolation') = 'serializable' THEN
        RAISE invalid_transaction_state USING MESSAGE = 'a transaction at the level serializable is refused',
            HINT = 'Use the level read committed or repeatable read.';
    END IF;"""

_BODY = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(?.*?AS\s+\$\$(.*?)\$\$;", re.DOTALL
)
_HERE = Path(__file__).parent

# A limit on the depth and the numbers of values written by hand, so that Python can
# read them. SQLite converts a bare number (`storage_limits.unstorable_column`): a
# backup with a fraction would be restored with another value.
_VALUE = """({0} IS NULL OR (NOT jsonb_path_exists({0}::jsonb, '$.**{{16 to last}}')
    AND NOT jsonb_path_exists({0}::jsonb, '$.** ? (@.type() == "number" && @.abs() > 1.8e308)')
    AND CASE WHEN json_typeof({0}) = 'number'
        THEN {0}::text ~ '^-?[0-9]+$' AND abs({0}::text::numeric) < 9223372036854775808 ELSE true END))"""
_TEXTS = """{0} IS NOT NULL AND json_typeof({0}) = 'array'
    AND NOT jsonb_path_exists({0}::jsonb, 'strict $[*] ? (@.type() != "string")')"""
_MOMENT = rf"""at ~ '^\d{{4}}-\d\d-\d\dT([01]\d|2[0-3])(:[0-5]\d){{2}}(\.\d{{1,6}})?[+]00:00$'
    AND at >= '{FIRST_YEAR}' AND at < '{END_OF_YEARS}' AND at::timestamp IS NOT NULL"""
_POSITION = f'"position" BETWEEN 0 AND {storage_limits.LAST_POSITION}'
_CONSTRAINTS = {
    "coding": {"status": "status IN ('open', 'submitted')"},
    "assignment": {
        "position": _POSITION,
        "stage": f"stage IN {STAGES}",
    },
    "event": {"position": _POSITION},
    "metadata": {
        "fields": """json_typeof(fields) = 'object'
            AND NOT jsonb_path_exists(fields::jsonb, '$.* ? (@.type() != "string")')""",
    },
    "span": {
        "position": _POSITION,
        "stretch": """0 <= start AND start < "end" AND length(quote) = "end" - start""",
        "decision": "decision IN ('confirmed', 'edited', 'rejected')",
        "value": _VALUE.format("value"),
    },
    "answer": {
        "blank": "blank IN ('missing', 'not_stated', 'not_applicable')",
        "value": _VALUE.format("value"),
        "evidence": _TEXTS.format("evidence"),
        "taken_from": _TEXTS.format("taken_from"),
    },
    "remark": {
        "kind": "kind IN ('comment', 'flag', 'skip', 'question')",
        "stretch": f"""0 <= start AND start <= "end" AND "end" <= {storage_limits.LAST_POSITION}""",
        "at": _MOMENT,
        "by": "by <> '' AND id <> ''",
    },
    "draft": {"place": f"length(place) <= {storage_limits.LONGEST_NAME * 10}"},
    "journal": {
        "version": "version > 0",
        "at": _MOMENT,
        "what": "what <> '' AND person <> ''",
        "changes": "json_typeof(changes::json) = 'array'",
        "digest": "digest ~ '^[0-9a-f]{64}$'",
    },
}
# A foreign key has whoever writes a row lock the one that it refers to, and the server
# tells those who hold such a lock who else does (`pg_get_multixact_members`): a coder
# could see which article somebody is given or works on.
# `record_entry` looks for the article and the person instead, and nobody deletes either.
_FOREIGN_KEYS = """
SELECT conrelid::regclass, quote_ident(conname) FROM pg_constraint
WHERE contype = 'f' AND confrelid IN ('article'::regclass, 'person'::regclass)
"""
_VALIDATE = """
DO $$ BEGIN
    ALTER TABLE {table} VALIDATE CONSTRAINT {name};
EXCEPTION WHEN check_violation OR data_exception OR invalid_datetime_format THEN
    NULL;
END $$
"""


def install(connection: Connection) -> None:
    """Create or replace all functions and constraints, over the owner's connection.

    Some foreign keys are dropped, and the statistics of hidden tables are removed.

    Constraints apply to new rows; `coder verify` reports existing rows that violate
    one.
    """
    schema = _schema(connection)
    for script in _scripts(schema):
        # Percent signs have a meaning for the driver, as SQLAlchemy always passes
        # parameters.
        connection.exec_driver_sql(script.replace("%", "%%"))
    for signature in _INSTALLED:
        connection.exec_driver_sql(
            f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC"
        )
    remove_statistics(connection)
    for table, name in connection.exec_driver_sql(_FOREIGN_KEYS).fetchall():
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table, checks in _CONSTRAINTS.items():
        for name, condition in (checks | limits.conditions(table)).items():
            full = f"ck_{table}_{name}"
            connection.exec_driver_sql(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {full}"
            )
            rule = condition.replace("%", "%%")
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD CONSTRAINT {full} CHECK ({rule}) NOT VALID"
            )
            connection.exec_driver_sql(_VALIDATE.format(table=table, name=full))
    # Before PostgreSQL 15 everybody may create tables and functions there.
    connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")


def list_functions(connection: Connection) -> dict[str, tuple[str, set[str]]]:
    """Return name → (body, settings) of each function of this version; the trigger's
    has no settings.
    """
    schema = _schema(connection)
    settings = {f"{name}={value}" for name, value in _settings(schema).items()}
    found = dict[str, tuple[str, set[str]]]()
    for script in _scripts(schema):
        for name, body in _BODY.findall(script):
            found[name] = body, settings
    for name, body in _BODY.findall(POSTGRES_TRIGGER):
        found[name] = body, set()
    return found


def _schema(connection: Connection) -> str:
    return str(
        connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    )


def _settings(schema: str) -> dict[str, str]:
    """Return the settings under which every function runs, whatever its caller has set."""
    return {
        "search_path": f"{schema}, pg_temp",
        "client_min_messages": "warning",
        **_PLANS,
    }


def _scripts(schema: str) -> list[str]:
    settings = (f"SET {name} = {value}" for name, value in _settings(schema).items())
    definer = " ".join(("LANGUAGE plpgsql SECURITY DEFINER", *settings))
    parts = {
        "definer": definer,
        "reader": f"STABLE {definer}",
        "begin": _BEGIN,
        "free": FREE.format(who="who"),
        "fewest_first": FEWEST_FIRST,
        "own_words": lessons.OWN_WORDS,
        "own_lessons": lessons.OWN_LESSONS,
        "most_spans": storage_limits.MOST_SPANS,
        "most_events": storage_limits.MOST_EVENTS,
        "most_answers": storage_limits.MOST_ANSWERS,
        "most_remarks": storage_limits.MOST_REMARKS,
        "tables": "".join(
            _change(state) for state in STATE.values() if not state.unjournaled
        ),
    }
    return [
        (_HERE / f"{name}.sql").read_text("utf-8").format(**parts)
        for name in ("own", "claim", "record", "draft")
    ]


def _change(state: StateTable) -> str:
    """Return the branch of `record_entry` that applies a change to one table."""
    name = state.table.name
    columns = [
        column.name for column in state.table.columns if column.name not in state.key
    ]
    later = json.dumps(LATER.get(name, {}))
    parts = {
        "table": name,
        "later": later,
        "empty": f"json_populate_record(NULL::{name}, '{later}')",
        "matches": " AND ".join(
            f't."{column}" = key ->> {i}' for i, column in enumerate(state.key)
        ),
        "keys": ", ".join(f'r."{column}"' for column in state.key),
        "old_keys": ", ".join(f"old -> '{column}'" for column in state.key),
        "sets": ", ".join(f'"{c}" = r."{c}"' for c in columns or state.key),
    }
    return (_HERE / "table.sql").read_text("utf-8").format(**parts)
