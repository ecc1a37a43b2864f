"""What coders learn from gold no longer reveals its article and offsets."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Drop the functions that revealed them; their replacements are created with the
    policies.
    """
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS gold_lessons(text, text)")
        op.execute("DROP FUNCTION IF EXISTS gold_values(text, text, json)")
