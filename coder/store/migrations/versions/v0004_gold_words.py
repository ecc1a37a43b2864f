"""What coders learn from gold says no more where in which article it stands."""

from __future__ import annotations

from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """The functions that said so go; those that take their place are made with the policies."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS gold_lessons(text, text)")
        op.execute("DROP FUNCTION IF EXISTS gold_values(text, text, json)")
