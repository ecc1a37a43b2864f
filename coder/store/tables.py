"""The tables of the database, what the journal says of them, and the triggers guarding the journal.

New databases are created from these declarations; older ones get the same tables from the migrations. Every
constraint has a name, so that a migration can change it. `convert` converts rows to the model.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# PostgreSQL sorts by the server's locale by default, SQLite and Python by code points.
_WORD = String().with_variant(Text(collation="C"), "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_JSON = JSON(none_as_null=True)
# SQLite numbers rows automatically only in a column of type INTEGER, which has 64 bits there.
_LONG = BigInteger().with_variant(Integer, "sqlite")


def _key(name: str, parent: str = "") -> Column[str]:
    """Return a column of the primary key; parent: `table.column` that it refers to."""
    if parent:
        return Column(name, _WORD, ForeignKey(parent), primary_key=True)
    return Column(name, _WORD, primary_key=True)


def _word(name: str) -> Column[str]:
    return Column(name, _WORD, nullable=False)


def _later_word(name: str) -> Column[str]:
    """Return a column added by a migration, which is "" in the rows that were there before."""
    return Column(name, _WORD, nullable=False, server_default="")


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


# ---------------------------------------------------------------- the project
META = Table("meta", METADATA, _key("key"), _word("value"))

# An immutable codebook revision with its lexicon, as JSON.
CODEBOOK = Table("codebook", METADATA, _key("ref"), _word("digest"), _text("body"))

# An article. Its text never changes; the journal has the text's sha256 instead.
ARTICLE = Table(
    "article",
    METADATA,
    _key("id"),
    _text("text"),
    _word("text_sha256"),
    _word("source"),
    Column("boilerplate", _JSON),
)

# An article's metadata: name → text.
ARTICLE_METADATA = Table(
    "metadata", METADATA, _key("article", "article.id"), Column("fields", _JSON)
)

# A candidate span; not journaled, as candidates can be recomputed.
CANDIDATE = Table(
    "candidate",
    METADATA,
    _key("article", "article.id"),
    _key("id"),
    _number("position"),
    _word("kind"),
    _number("start"),
    _number("end"),
    _word("quote"),
    Column("value", _JSON),
    _word("origin"),
    Column("score", Float, nullable=False),
)

# The suggester has processed an article, possibly without finding anything.
SUGGESTED = Table(
    "suggested", METADATA, _key("article", "article.id"), _word("suggester")
)

# ---------------------------------------------------------------- the team
PERSON = Table("person", METADATA, _key("name"), _word("role"))

# Who codes which article, in which stage and order.
ASSIGNMENT = Table(
    "assignment",
    METADATA,
    _key("article", "article.id"),
    _key("coder", "person.name"),
    _word("stage"),
    _number("position"),
    Index("ix_assignment_coder", "coder", "position", "article"),
)

# An assignment of the blind sample: the coder sees no candidates in that article.
BLIND = Table(
    "blind", METADATA, _key("article", "article.id"), _key("coder", "person.name")
)

# An article is excluded from the project's work and figures; all work on it is kept.
WITHDRAWN = Table("withdrawn", METADATA, _key("article", "article.id"), _word("reason"))

# One coder's coding is set aside, as a withdrawn article is; it is kept. Coders read only their own rows.
ASIDE = Table(
    "aside",
    METADATA,
    _key("article", "article.id"),
    _key("coder"),
    _word("reason"),
    Index("ix_aside_coder", "coder", "article"),
)

# A member has left the team; all their work is kept.
RETIRED = Table("retired", METADATA, _key("person", "person.name"))

# A supervisor's decision about a term: `promoted` for everybody, or `vetoed`. Packets of earlier versions also
# have `taught`, learned from gold. folded: the text as it is matched.
LEXICON = Table(
    "lexicon",
    METADATA,
    _key("kind"),
    _key("folded"),
    _word("text"),
    Column("value", _JSON),
    _word("decision"),
)

# ---------------------------------------------------------------- the work on articles
# The head of a coding; gold is the coding of the coder `gold`. The rows of its spans, events and answers refer
# to it by id, which ends in the coder's name.
CODING = Table(
    "coding",
    METADATA,
    _key("id"),
    Column("article", _WORD, ForeignKey("article.id"), nullable=False),
    _word("coder"),
    _word("codebook"),
    _word("text_sha256"),
    _word("status"),
    _later_word("source"),
    UniqueConstraint("article", "coder", name="uq_coding_article_coder"),
    CheckConstraint("id = article || '/' || coder", name="id"),
    Index("ix_coding_coder", "coder"),
)

SPAN = Table(
    "span",
    METADATA,
    _key("coding", "coding.id"),
    _key("id"),
    _number("position"),
    _word("kind"),
    _number("start"),
    _number("end"),
    _word("quote"),
    Column("value", _JSON),
    Column("decision", _WORD),
    _word("candidate"),
    _word("reason"),
)

EVENT = Table(
    "event",
    METADATA,
    _key("coding", "coding.id"),
    _key("id"),
    _number("position"),
)

# The answer to one field; `event` is empty for the fields of the article.
ANSWER = Table(
    "answer",
    METADATA,
    _key("coding", "coding.id"),
    _key("event"),
    _key("field"),
    Column("value", _JSON),
    Column("blank", _WORD),
    Column("evidence", _JSON),
    _word("comment"),
    Column("proposed", Boolean, nullable=False),
    Column("taken_from", _JSON),
    _word("reason"),
    _word("by"),
    _later_word("how"),
    _later_word("applied_by"),
)

# Events of different coders that were aligned as the same event, and the decision about them.
CLUSTER = Table(
    "cluster",
    METADATA,
    _key("article", "article.id"),
    _key("id"),
    _number("position"),
    Column("members", _JSON),
    _word("gold"),
    _word("rejected"),
)

# A remark about a coder's work on an article. coder: whose work it is about; by: its author. Event, field and
# offsets are empty if it is not about any.
REMARK = Table(
    "remark",
    METADATA,
    _key("coder"),
    _key("article", "article.id"),
    _key("id"),
    _word("kind"),
    _word("event"),
    _word("field"),
    _number("start"),
    _number("end"),
    _word("by"),
    _word("at"),
    _text("text"),
)

# A comment that somebody is writing; not journaled, as it is nothing until it is sent. by: its author, who alone
# may read it. place: what it is about, as JSON.
DRAFT = Table("draft", METADATA, _key("by"), _key("place"), _text("text"))

# ---------------------------------------------------------------- the journal
# A change: who did what to which subject, and the rows before and after.
# (subject, version) is unique, so that of two concurrent writers of a subject one fails.
# position orders the entries of a subject like version, and those of different subjects in the order in which
# they were begun; on PostgreSQL they may be committed in another order.
# digest chains the entries of a subject: it covers this entry and the previous digest.
JOURNAL = Table(
    "journal",
    METADATA,
    Column("position", _LONG, Identity(), primary_key=True),
    _word("subject"),
    _number("version"),
    _word("at"),
    _word("person"),
    _word("what"),
    Column("undoes", Integer),
    _text("changes"),
    _word("digest"),
    UniqueConstraint("subject", "version", name="uq_journal_subject_version"),
)


class StateTable(NamedTuple):
    """A table that can be rebuilt from the journal, its key columns, and its columns not journaled."""

    table: Table
    key: tuple[str, ...]
    unjournaled: tuple[str, ...]


# In the order in which rows must be inserted (parents first).
_JOURNALED = (
    CODEBOOK,
    ARTICLE,
    ARTICLE_METADATA,
    PERSON,
    ASSIGNMENT,
    BLIND,
    WITHDRAWN,
    ASIDE,
    RETIRED,
    LEXICON,
    CODING,
    SPAN,
    EVENT,
    ANSWER,
    CLUSTER,
    REMARK,
)
_UNJOURNALED = {"codebook": ("body",), "article": ("text",)}
STATE = {
    table.name: StateTable(
        table,
        tuple(table.primary_key.columns.keys()),
        _UNJOURNALED.get(table.name, ()),
    )
    for table in _JOURNALED
}
LATER = {"coding": {"source": ""}, "answer": {"how": "", "applied_by": ""}}
"""Columns that tables got later, with the value of rows from before: entries do not state it."""
PRIVATE = ("draft",)
"""Tables whose rows only their author may read: no supervisor, no backup by one, no packet."""
CODING_TABLES = {
    "coding": "id",
    "span": "coding",
    "event": "coding",
    "answer": "coding",
}
"""The tables with a coding's rows, in the order in which these must be inserted, and the coding's column."""

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
# The triggers that keep the journal append-only, by name. Migrations use them too, so they must never change:
# a new trigger needs a new name and a migration.
SQLITE_TRIGGERS = {
    "journal_no_update": f"\nCREATE TRIGGER journal_no_update BEFORE UPDATE ON journal\n{_REFUSED}\n",
    "journal_no_delete": f"\nCREATE TRIGGER journal_no_delete BEFORE DELETE ON journal\n{_REFUSED}\n",
    # INSERT OR REPLACE deletes without firing the trigger on DELETE.
    "journal_no_replace": f"""
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE position = NEW.position
             OR (subject = NEW.subject AND version = NEW.version))
{_REFUSED}
""",
}
POSTGRES_TRIGGER = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only();
"""
POSTGRES_ALWAYS = "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only"  # whatever a session sets
