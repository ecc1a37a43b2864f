"""Corrected texts of articles are stored in the database."""

from __future__ import annotations

from sqlalchemy import Column

from coder.store.migrations.new_table import TEXT, json, new_table

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create one table."""
    text = Column("text", TEXT, nullable=False)
    reason = Column("reason", TEXT, nullable=False)
    new_table(
        "correction",
        ["article", "version", text, "text_sha256", json("boilerplate"), reason],
        key=["article", "version"],
        parents={"article": "article.id"},
    )
