"""What is known of an article beside its text: title, outlet, day of publication, a project's own."""

from __future__ import annotations

from coder.store.migrations.new_table import json, new_table

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """One table more; nothing that was there changes."""
    new_table("metadata", ["article", json("fields")], key=["article"], parents={"article": "article.id"})
