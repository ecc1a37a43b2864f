"""The tables that coders may not read, and why the server must keep no statistics of
them.

PostgreSQL plans a question before it checks the right to ask it. A plan depends on the
statistics of columns (the most frequent values, the bounds of a histogram), and a login
can have it printed, or see that the planner looked at the end of an index to correct a
bound. Without statistics the planner takes constants. Sources: PostgreSQL
documentation, "How the Planner Uses Statistics"; `get_variable_range` and
`get_actual_variable_range` in its `selfuncs.c`.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from coder.store.tables import METADATA, PRIVATE

# Tables without people's work, which everybody in the team may read.
READABLE = (
    "alembic_version",
    "meta",
    "codebook",
    "article",
    "correction",
    "metadata",
    "candidate",
    "suggested",
    "person",
    "lexicon",
    "withdrawn",
    "retired",
)
HIDDEN = tuple(name for name in METADATA.tables if name not in READABLE)
SUPERVISED = tuple(name for name in HIDDEN if name not in PRIVATE)
"""The tables with people's work that supervisors read, too."""

# What the server collects or keeps → the statement that ends it. SET STATISTICS keeps
# what was collected before; ALTER COLUMN … TYPE forgets it, and rewrites nothing if
# type and collation stay the same.
_OF_COLUMNS = """
WITH hidden AS (
    SELECT c.oid, c.relname, n.nspname, a.attnum, a.attname, a.attstattarget,
        format('ALTER TABLE %I ALTER COLUMN %I ', c.relname, a.attname) AS change,
        format_type(a.atttypid, a.atttypmod)
            || coalesce(' COLLATE ' || nullif(a.attcollation, 0)::regcollation, '') AS same_type
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = current_schema() AND c.relname = ANY (:tables) AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT relname || '.' || attname AS what, change || 'SET STATISTICS 0;' AS statement
FROM hidden WHERE attstattarget IS DISTINCT FROM 0
UNION ALL
SELECT relname || '.' || attname, change || 'TYPE ' || same_type || ';'
FROM hidden h WHERE EXISTS (
    SELECT FROM pg_stats s
    WHERE s.schemaname = h.nspname AND s.tablename = h.relname AND s.attname = h.attname)
"""
_OF_OTHERS = """
SELECT s.stxname AS what, format('DROP STATISTICS %I.%I;', n.nspname, s.stxname) AS statement
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace JOIN pg_class c ON c.oid = s.stxrelid
WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname = ANY (:tables)
UNION ALL
SELECT of_index.relname, format('DROP INDEX %I;', of_index.relname)
FROM pg_index i JOIN pg_class of_index ON of_index.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
WHERE i.indexprs IS NOT NULL
    AND c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname = ANY (:tables)
"""


def remove_statistics(connection: Connection) -> None:
    """Have the server forget the statistics of hidden columns, and collect none, over
    the owner's connection.
    """
    for _, statement in _find(connection, _OF_COLUMNS):
        connection.exec_driver_sql(statement)


def statistics(connection: Connection) -> list[tuple[str, str]]:
    """Return what the server keeps statistics of that it should not, with the statement
    that ends it.
    """
    return _find(connection, _OF_COLUMNS) + _find(connection, _OF_OTHERS)


def _find(connection: Connection, query: str) -> list[tuple[str, str]]:
    rows = connection.execute(text(query), {"tables": list(HIDDEN)})
    return [(row.what, row.statement) for row in rows]
