"""Supervisors' decisions about learned terms, and the blind sample of assignments."""

from __future__ import annotations

from coder.store.migrations.new_table import json, new_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create two tables; nothing else changes."""
    parents = {"article": "article.id", "coder": "person.name"}
    new_table("blind", ["article", "coder"], key=["article", "coder"], parents=parents)
    new_table(
        "lexicon",
        ["kind", "folded", "text", json("value"), "decision"],
        key=["kind", "folded"],
    )
