"""Metadata of articles: title, outlet, day of publication, and a project's own."""

from __future__ import annotations

from coder.store.migrations.new_table import json, new_table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create one table; nothing else changes."""
    new_table(
        "metadata",
        ["article", json("fields")],
        key=["article"],
        parents={"article": "article.id"},
    )
