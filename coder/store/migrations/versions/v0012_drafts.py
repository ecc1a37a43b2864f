"""Comments that are being written are stored in the database."""

from __future__ import annotations

from sqlalchemy import Column

from coder.store.migrations.new_table import TEXT, new_table

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create one table."""
    text = Column("text", TEXT, nullable=False)
    new_table("draft", ["by", "place", text], key=["by", "place"])
