"""The first schema: state, journal, and the triggers that keep the journal append-only."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Float, Identity, Integer

from coder.store.migrations.new_table import (
    TEXT,
    WORD,
    Columns,
    json,
    new_table,
    number,
)
from coder.store.tables import POSTGRES_TRIGGER, SQLITE_TRIGGERS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables in an empty database."""
    # Of the whole project.
    new_table("meta", ["key", "value"], key=["key"])
    new_table(
        "codebook", ["ref", "digest", Column("body", TEXT, nullable=False)], key=["ref"]
    )
    text = Column("text", TEXT, nullable=False)
    new_table(
        "article",
        ["id", text, "text_sha256", "source", json("boilerplate")],
        key=["id"],
    )
    new_table("person", ["name", "role"], key=["name"])

    # Of an article.
    of = {"article": "article.id"}
    score = Column("score", Float, nullable=False)
    new_table(
        "candidate",
        ["article", "id", *_place(), "origin", score],
        key=["article", "id"],
        parents=of,
    )
    new_table("suggested", ["article", "suggester"], key=["article"], parents=of)
    columns: Columns = ["article", "coder", "stage", number("position")]
    new_table(
        "assignment",
        columns,
        key=["article", "coder"],
        parents={**of, "coder": "person.name"},
    )
    columns = ["id", "article", "coder", "codebook", "text_sha256", "status"]
    new_table("coding", columns, key=["id"], parents=of, unique=["article", "coder"])
    columns = ["article", "id", number("position"), json("members"), "gold", "rejected"]
    new_table("cluster", columns, key=["article", "id"], parents=of)

    # Of a coding.
    of = {"coding": "coding.id"}
    columns = [
        "coding",
        "id",
        *_place(),
        Column("decision", WORD),
        "candidate",
        "reason",
    ]
    new_table("span", columns, key=["coding", "id"], parents=of)
    new_table(
        "event", ["coding", "id", number("position")], key=["coding", "id"], parents=of
    )
    value: Columns = [json("value"), Column("blank", WORD), json("evidence"), "comment"]
    proposed = Column("proposed", Boolean, nullable=False)
    columns = [
        "coding",
        "event",
        "field",
        *value,
        proposed,
        json("taken_from"),
        "reason",
        "by",
    ]
    new_table("answer", columns, key=["coding", "event", "field"], parents=of)

    position = Column("position", Integer, Identity(), nullable=False)
    changes = Column("changes", TEXT, nullable=False)
    columns = [
        position,
        "subject",
        number("version"),
        "at",
        "person",
        "what",
        Column("undoes", Integer),
    ]
    new_table(
        "journal",
        [*columns, changes, "digest"],
        key=["position"],
        unique=["subject", "version"],
    )
    op.create_index("ix_journal_person", "journal", ["person"])
    if op.get_context().dialect.name == "sqlite":
        op.execute(SQLITE_TRIGGERS["journal_no_update"])
        op.execute(SQLITE_TRIGGERS["journal_no_delete"])
    else:
        op.execute(POSTGRES_TRIGGER)


def _place() -> Columns:
    return [
        number("position"),
        "kind",
        number("start"),
        number("end"),
        "quote",
        json("value"),
    ]
