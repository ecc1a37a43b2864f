"""The triggers that keep the journal append-only.

Migrations make them too: other triggers need other names, or old databases would have neither.
"""

from __future__ import annotations

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
SQLITE = {
    "journal_no_update": f"\nCREATE TRIGGER journal_no_update BEFORE UPDATE ON journal\n{_REFUSED}\n",
    "journal_no_delete": f"\nCREATE TRIGGER journal_no_delete BEFORE DELETE ON journal\n{_REFUSED}\n",
    # INSERT OR REPLACE deletes without asking the trigger on DELETE.
    "journal_no_replace": f"""
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE position = NEW.position
             OR (subject = NEW.subject AND version = NEW.version))
{_REFUSED}
""",
}
"""Every trigger of a SQLite database, by name."""

POSTGRES = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only();
"""
POSTGRES_ALWAYS = "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only"
"""No setting of a session switches the trigger off."""
