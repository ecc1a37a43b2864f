"""A project gets an identity, which links packets to it; a coding's id must consist of
article and coder.

Before, `meta` contained the schema's number; from here on Alembic's own table does.
INSERT OR REPLACE no longer bypasses the journal's triggers.
"""

from __future__ import annotations

import uuid

from alembic import op
from sqlalchemy import column, table, update

from coder.store.tables import POSTGRES_ALWAYS, SQLITE_TRIGGERS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Replace the schema's number in `meta` by the identity; an empty database has
    neither.
    """
    meta = table("meta", column("key"), column("value"))
    op.execute(
        update(meta)
        .where(meta.c.key == "schema")
        .values(key="project", value=uuid.uuid4().hex)
    )
    with op.batch_alter_table("coding") as coding:
        coding.create_check_constraint(
            op.f("ck_coding_id"), "id = article || '/' || coder"
        )
    op.drop_index("ix_journal_person", "journal")
    op.create_index(
        "ix_assignment_coder", "assignment", ["coder", "position", "article"]
    )
    sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(SQLITE_TRIGGERS["journal_no_replace"] if sqlite else POSTGRES_ALWAYS)
