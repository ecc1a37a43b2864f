"""What supervisors decide about learned terms, and which assignments are the blind sample."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, ForeignKeyConstraint, PrimaryKeyConstraint, String, Text

revision = "0003"
down_revision = "0002"

_WORD = String().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Two tables more; nothing that was there changes."""
    op.create_table(
        "blind",
        Column("article", _WORD, nullable=False),
        Column("coder", _WORD, nullable=False),
        PrimaryKeyConstraint("article", "coder", name="pk_blind"),
        ForeignKeyConstraint(["article"], ["article.id"], name="fk_blind_article_article"),
        ForeignKeyConstraint(["coder"], ["person.name"], name="fk_blind_coder_person"),
    )
    op.create_table(
        "lexicon",
        Column("kind", _WORD, nullable=False),
        Column("folded", _WORD, nullable=False),
        Column("text", _WORD, nullable=False),
        Column("value", JSON),
        Column("decision", _WORD, nullable=False),
        PrimaryKeyConstraint("kind", "folded", name="pk_lexicon"),
    )
