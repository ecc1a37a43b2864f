"""Remarks about a coder's work: comments with replies, flags, postponed articles."""

from __future__ import annotations

from sqlalchemy import Column

from coder.store.migrations.new_table import TEXT, Columns, new_table, number

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create one table; nothing else changes."""
    place: Columns = [
        "kind",
        "event",
        "field",
        number("start"),
        number("end"),
        "by",
        "at",
    ]
    columns = ["coder", "article", "id", *place, Column("text", TEXT, nullable=False)]
    new_table(
        "remark",
        columns,
        key=["coder", "article", "id"],
        parents={"article": "article.id"},
    )
