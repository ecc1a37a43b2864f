"""The first schema: state, journal, and the triggers that keep the journal append-only."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

# In the order of code points, whatever the server's language.
_WORD = String().with_variant(Text(collation="C"), "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_ARTICLE = ["article.id"]
_CODING = ["coding.id"]

_APPEND_ONLY_SQLITE = """
CREATE TRIGGER journal_no_{verb} BEFORE {VERB} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
_APPEND_ONLY_POSTGRES = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only();
"""


def upgrade() -> None:
    """Make all tables in an empty database."""
    _whole_project()
    _of_an_article()
    _of_a_coding()
    _journal()


def _whole_project() -> None:
    op.create_table(
        "meta",
        Column("key", _WORD, nullable=False),
        Column("value", _WORD, nullable=False),
        PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "codebook",
        Column("ref", _WORD, nullable=False),
        Column("digest", _WORD, nullable=False),
        Column("body", _TEXT, nullable=False),
        PrimaryKeyConstraint("ref", name="pk_codebook"),
    )
    op.create_table(
        "article",
        Column("id", _WORD, nullable=False),
        Column("text", _TEXT, nullable=False),
        Column("text_sha256", _WORD, nullable=False),
        Column("source", _WORD, nullable=False),
        Column("boilerplate", JSON),
        PrimaryKeyConstraint("id", name="pk_article"),
    )
    op.create_table(
        "person",
        Column("name", _WORD, nullable=False),
        Column("role", _WORD, nullable=False),
        PrimaryKeyConstraint("name", name="pk_person"),
    )


def _of_an_article() -> None:
    op.create_table(
        "candidate",
        Column("article", _WORD, nullable=False),
        Column("id", _WORD, nullable=False),
        Column("position", Integer, nullable=False),
        Column("kind", _WORD, nullable=False),
        Column("start", Integer, nullable=False),
        Column("end", Integer, nullable=False),
        Column("quote", _WORD, nullable=False),
        Column("value", JSON),
        Column("origin", _WORD, nullable=False),
        Column("score", Float, nullable=False),
        PrimaryKeyConstraint("article", "id", name="pk_candidate"),
        ForeignKeyConstraint(["article"], _ARTICLE, name="fk_candidate_article_article"),
    )
    op.create_table(
        "suggested",
        Column("article", _WORD, nullable=False),
        Column("suggester", _WORD, nullable=False),
        PrimaryKeyConstraint("article", name="pk_suggested"),
        ForeignKeyConstraint(["article"], _ARTICLE, name="fk_suggested_article_article"),
    )
    op.create_table(
        "assignment",
        Column("article", _WORD, nullable=False),
        Column("coder", _WORD, nullable=False),
        Column("stage", _WORD, nullable=False),
        Column("position", Integer, nullable=False),
        PrimaryKeyConstraint("article", "coder", name="pk_assignment"),
        ForeignKeyConstraint(["article"], _ARTICLE, name="fk_assignment_article_article"),
        ForeignKeyConstraint(["coder"], ["person.name"], name="fk_assignment_coder_person"),
    )
    op.create_table(
        "coding",
        Column("id", _WORD, nullable=False),
        Column("article", _WORD, nullable=False),
        Column("coder", _WORD, nullable=False),
        Column("codebook", _WORD, nullable=False),
        Column("text_sha256", _WORD, nullable=False),
        Column("status", _WORD, nullable=False),
        PrimaryKeyConstraint("id", name="pk_coding"),
        UniqueConstraint("article", "coder", name="uq_coding_article_coder"),
        ForeignKeyConstraint(["article"], _ARTICLE, name="fk_coding_article_article"),
    )
    op.create_table(
        "cluster",
        Column("article", _WORD, nullable=False),
        Column("id", _WORD, nullable=False),
        Column("position", Integer, nullable=False),
        Column("members", JSON),
        Column("gold", _WORD, nullable=False),
        Column("rejected", _WORD, nullable=False),
        PrimaryKeyConstraint("article", "id", name="pk_cluster"),
        ForeignKeyConstraint(["article"], _ARTICLE, name="fk_cluster_article_article"),
    )


def _of_a_coding() -> None:
    op.create_table(
        "span",
        Column("coding", _WORD, nullable=False),
        Column("id", _WORD, nullable=False),
        Column("position", Integer, nullable=False),
        Column("kind", _WORD, nullable=False),
        Column("start", Integer, nullable=False),
        Column("end", Integer, nullable=False),
        Column("quote", _WORD, nullable=False),
        Column("value", JSON),
        Column("decision", _WORD),
        Column("candidate", _WORD, nullable=False),
        Column("reason", _WORD, nullable=False),
        PrimaryKeyConstraint("coding", "id", name="pk_span"),
        ForeignKeyConstraint(["coding"], _CODING, name="fk_span_coding_coding"),
    )
    op.create_table(
        "event",
        Column("coding", _WORD, nullable=False),
        Column("id", _WORD, nullable=False),
        Column("position", Integer, nullable=False),
        PrimaryKeyConstraint("coding", "id", name="pk_event"),
        ForeignKeyConstraint(["coding"], _CODING, name="fk_event_coding_coding"),
    )
    op.create_table(
        "answer",
        Column("coding", _WORD, nullable=False),
        Column("event", _WORD, nullable=False),
        Column("field", _WORD, nullable=False),
        Column("value", JSON),
        Column("blank", _WORD),
        Column("evidence", JSON),
        Column("comment", _WORD, nullable=False),
        Column("proposed", Boolean, nullable=False),
        Column("taken_from", JSON),
        Column("reason", _WORD, nullable=False),
        Column("by", _WORD, nullable=False),
        PrimaryKeyConstraint("coding", "event", "field", name="pk_answer"),
        ForeignKeyConstraint(["coding"], _CODING, name="fk_answer_coding_coding"),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        Column("position", Integer, Identity(), nullable=False),
        Column("subject", _WORD, nullable=False),
        Column("version", Integer, nullable=False),
        Column("at", _WORD, nullable=False),
        Column("person", _WORD, nullable=False),
        Column("what", _WORD, nullable=False),
        Column("undoes", Integer),
        Column("changes", _TEXT, nullable=False),
        Column("digest", _WORD, nullable=False),
        PrimaryKeyConstraint("position", name="pk_journal"),
        UniqueConstraint("subject", "version", name="uq_journal_subject_version"),
    )
    op.create_index("ix_journal_person", "journal", ["person"])
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_APPEND_ONLY_SQLITE.format(verb=verb, VERB=verb.upper()))
    else:
        op.execute(_APPEND_ONLY_POSTGRES)
