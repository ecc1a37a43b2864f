"""The tables that can be rebuilt from the journal, and the triggers guarding the journal.

The tables themselves are declared in `table_classes`; `convert` converts their rows to the model.
"""

from typing import NamedTuple

import sqlalchemy as sa

from coder.store.compiled_tables import METADATA


class StateTable(NamedTuple):
    """A table that can be rebuilt from the journal, its key columns, and its columns not journaled."""

    table: sa.Table
    key: tuple[str, ...]
    unjournaled: tuple[str, ...]


# In the order in which rows must be inserted (parents first).
_JOURNALED = (
    "codebook article metadata person assignment blind withdrawn aside retired lexicon coding span event"
    " answer cluster remark"
)
_UNJOURNALED = {"codebook": ("body",), "article": ("text",)}
STATE = {
    name: StateTable(
        table, tuple(table.primary_key.columns.keys()), _UNJOURNALED.get(name, ())
    )
    for name, table in ((name, METADATA.tables[name]) for name in _JOURNALED.split())
}
LATER = {"coding": {"source": ""}, "answer": {"how": "", "applied_by": ""}}
"""Columns that tables got later, with the value of rows from before: entries do not state it."""
PRIVATE = ("draft",)
"""Tables whose rows only their author may read: no supervisor, no backup by one, no packet."""
CODING_TABLES = {
    "coding": "id",
    "span": "coding",
    "event": "coding",
    "answer": "coding",
}
"""The tables with a coding's rows, in the order in which these must be inserted, and the coding's column."""

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
# The triggers that keep the journal append-only, by name. Migrations use them too, so they must never change:
# a new trigger needs a new name and a migration.
SQLITE_TRIGGERS = {
    "journal_no_update": f"\nCREATE TRIGGER journal_no_update BEFORE UPDATE ON journal\n{_REFUSED}\n",
    "journal_no_delete": f"\nCREATE TRIGGER journal_no_delete BEFORE DELETE ON journal\n{_REFUSED}\n",
    # INSERT OR REPLACE deletes without firing the trigger on DELETE.
    "journal_no_replace": f"""
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE position = NEW.position
             OR (subject = NEW.subject AND version = NEW.version))
{_REFUSED}
""",
}
POSTGRES_TRIGGER = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only();
"""
POSTGRES_ALWAYS = "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only"  # whatever a session sets
