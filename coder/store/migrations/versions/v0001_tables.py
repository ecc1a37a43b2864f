"""The first schema: state, journal, and the triggers that keep the journal append-only."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Float, Identity, Integer

from coder.store import append_only
from coder.store.migrations.new_table import TEXT, WORD, Columns, json, new_table, number

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables in an empty database."""
    _whole_project()
    _of_an_article()
    _of_a_coding()
    _journal()


def _whole_project() -> None:
    new_table("meta", ["key", "value"], key=["key"])
    new_table("codebook", ["ref", "digest", Column("body", TEXT, nullable=False)], key=["ref"])
    text = Column("text", TEXT, nullable=False)
    new_table("article", ["id", text, "text_sha256", "source", json("boilerplate")], key=["id"])
    new_table("person", ["name", "role"], key=["name"])


def _of_an_article() -> None:
    parent = {"article": "article.id"}
    place: Columns = [number("position"), "kind", number("start"), number("end"), "quote", json("value")]
    score = Column("score", Float, nullable=False)
    new_table("candidate", ["article", "id", *place, "origin", score], key=["article", "id"], parents=parent)
    new_table("suggested", ["article", "suggester"], key=["article"], parents=parent)
    new_table(
        "assignment",
        ["article", "coder", "stage", number("position")],
        key=["article", "coder"],
        parents={**parent, "coder": "person.name"},
    )
    new_table(
        "coding",
        ["id", "article", "coder", "codebook", "text_sha256", "status"],
        key=["id"],
        parents=parent,
        unique=["article", "coder"],
    )
    columns: Columns = ["article", "id", number("position"), json("members"), "gold", "rejected"]
    new_table("cluster", columns, key=["article", "id"], parents=parent)


def _of_a_coding() -> None:
    parent = {"coding": "coding.id"}
    place: Columns = [number("position"), "kind", number("start"), number("end"), "quote", json("value")]
    decision = Column("decision", WORD)
    columns: Columns = ["coding", "id", *place, decision, "candidate", "reason"]
    new_table("span", columns, key=["coding", "id"], parents=parent)
    new_table("event", ["coding", "id", number("position")], key=["coding", "id"], parents=parent)
    value: Columns = [json("value"), Column("blank", WORD), json("evidence"), "comment"]
    proposed = Column("proposed", Boolean, nullable=False)
    columns = ["coding", "event", "field", *value, proposed, json("taken_from"), "reason", "by"]
    new_table("answer", columns, key=["coding", "event", "field"], parents=parent)


def _journal() -> None:
    position = Column("position", Integer, Identity(), nullable=False)
    undoes = Column("undoes", Integer)
    changes = Column("changes", TEXT, nullable=False)
    entry: Columns = ["subject", number("version"), "at", "person", "what", undoes, changes, "digest"]
    new_table("journal", [position, *entry], key=["position"], unique=["subject", "version"])
    op.create_index("ix_journal_person", "journal", ["person"])
    if op.get_context().dialect.name == "sqlite":
        op.execute(append_only.SQLITE["journal_no_update"])
        op.execute(append_only.SQLITE["journal_no_delete"])
    else:
        op.execute(append_only.POSTGRES)
