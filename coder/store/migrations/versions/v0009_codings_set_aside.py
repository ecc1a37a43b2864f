"""One coding can be set aside; on PostgreSQL all columns that coders write have limits.

Functions and constraints are created, and rights granted again, after all migrations.
"""

from __future__ import annotations

from alembic import op

from coder.store.migrations.new_table import new_table

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create one table, and remove the earlier form of a function."""
    new_table(
        "aside",
        ["article", "coder", "reason"],
        key=["article", "coder"],
        parents={"article": "article.id"},
    )
    op.create_index("ix_aside_coder", "aside", ["coder", "article"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS expect_sound(text, text[])")
