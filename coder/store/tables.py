"""The tables of the database, what the journal says of them, and the triggers guarding
the journal.

New databases are created from these classes; older ones get the same tables from the
migrations. Every constraint has a name, so that a migration can change it. `convert`
converts rows to the model.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlmodel import AutoString, Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows automatically only in a column of type INTEGER, which has 64 bits
# there.
_LONG = BigInteger().with_variant(Integer, "sqlite")


class _Row(SQLModel):
    """Base class of the tables: each is named after its class."""

    metadata = METADATA
    # No row is validated by these classes, so pydantic need not prepare for it.
    model_config = {"defer_build": True}
    __table__: ClassVar[Table]


def _text() -> Any:
    """Return a column for texts of any length."""
    return Field(sa_column=Column(Text, nullable=False))


def _json() -> Any:
    """Return a column for a JSON value, which may be absent."""
    return Field(sa_column=Column(JSON(none_as_null=True)))


def _later_word() -> Any:
    """Return a column added by a migration, which is "" in the rows that were there
    before.
    """
    return Field(sa_column_kwargs={"server_default": ""})


# ---------------------------------------------------------------- the project
class Meta(_Row, table=True):
    """A fact about the database itself, such as the project's unique id."""

    key: str = Field(primary_key=True)
    value: str


class Codebook(_Row, table=True):
    """An immutable codebook revision with its lexicon, as JSON."""

    ref: str = Field(primary_key=True)
    digest: str
    body: str = _text()


class Article(_Row, table=True):
    """An article with the first version of its text, which never changes; the journal
    has the text's sha256 instead.
    """

    id: str = Field(primary_key=True)
    text: str = _text()
    text_sha256: str
    source: str
    boilerplate: Any = _json()


class Correction(_Row, table=True):
    """A later version of an article's text; version: its number, from 2, as a key of
    the journal.
    """

    article: str = Field(primary_key=True, foreign_key="article.id")
    version: str = Field(primary_key=True)
    text: str = _text()
    text_sha256: str
    boilerplate: Any = _json()
    reason: str = _text()


class ArticleMetadata(_Row, table=True):
    """An article's metadata: name → text."""

    __tablename__ = "metadata"
    article: str = Field(primary_key=True, foreign_key="article.id")
    fields: Any = _json()


class Candidate(_Row, table=True):
    """A candidate span; not journaled, as candidates can be recomputed."""

    article: str = Field(primary_key=True, foreign_key="article.id")
    id: str = Field(primary_key=True)
    position: int
    kind: str
    start: int
    end: int
    quote: str
    value: Any = _json()
    origin: str
    score: float


class Suggested(_Row, table=True):
    """The suggester has processed an article, possibly without finding anything."""

    article: str = Field(primary_key=True, foreign_key="article.id")
    suggester: str


# ---------------------------------------------------------------- the team
class Person(_Row, table=True):
    """A member of the team."""

    name: str = Field(primary_key=True)
    role: str


class Assignment(_Row, table=True):
    """Who codes which article, in which stage and order."""

    __table_args__ = (Index("ix_assignment_coder", "coder", "position", "article"),)
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True, foreign_key="person.name")
    stage: str
    position: int


class Blind(_Row, table=True):
    """An assignment of the blind sample: the coder sees no candidates in that article."""

    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True, foreign_key="person.name")


class Withdrawn(_Row, table=True):
    """An article that is excluded from the project's work and figures; all work on it
    is kept.
    """

    article: str = Field(primary_key=True, foreign_key="article.id")
    reason: str


class Aside(_Row, table=True):
    """One coder's coding that is set aside, as a withdrawn article is. It is kept.

    Coders read only their own rows.
    """

    __table_args__ = (Index("ix_aside_coder", "coder", "article"),)
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True)
    reason: str


class Retired(_Row, table=True):
    """A member who has left the team; all their work is kept."""

    person: str = Field(primary_key=True, foreign_key="person.name")


class Lexicon(_Row, table=True):
    """A supervisor's decision about a term: `promoted` for everybody, or `vetoed`.

    Packets of earlier versions also have `taught`, learned from gold. folded: the text
    as it is matched.
    """

    kind: str = Field(primary_key=True)
    folded: str = Field(primary_key=True)
    text: str
    value: Any = _json()
    decision: str


# ---------------------------------------------------------------- the work on articles
class Coding(_Row, table=True):
    """The head of a coding; gold is the coding of the coder `gold`.

    The rows of its spans, events and answers refer to it by id, which ends in the
    coder's name.
    """

    __table_args__ = (
        UniqueConstraint("article", "coder", name="uq_coding_article_coder"),
        CheckConstraint("id = article || '/' || coder", name="id"),
        Index("ix_coding_coder", "coder"),
    )
    id: str = Field(primary_key=True)
    article: str = Field(foreign_key="article.id")
    coder: str
    codebook: str
    text_sha256: str
    status: str
    source: str = _later_word()


class Span(_Row, table=True):
    """A span of a coding."""

    coding: str = Field(primary_key=True, foreign_key="coding.id")
    id: str = Field(primary_key=True)
    position: int
    kind: str
    start: int
    end: int
    quote: str
    value: Any = _json()
    decision: str | None
    candidate: str
    reason: str


class Event(_Row, table=True):
    """An event of a coding."""

    coding: str = Field(primary_key=True, foreign_key="coding.id")
    id: str = Field(primary_key=True)
    position: int


class Answer(_Row, table=True):
    """The answer to one field; `event` is empty for the fields of the article."""

    coding: str = Field(primary_key=True, foreign_key="coding.id")
    event: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: Any = _json()
    blank: str | None
    evidence: Any = _json()
    comment: str
    proposed: bool
    taken_from: Any = _json()
    reason: str
    by: str
    how: str = _later_word()
    applied_by: str = _later_word()


class Cluster(_Row, table=True):
    """Events of different coders that were aligned as the same event, and the decision
    about them.
    """

    article: str = Field(primary_key=True, foreign_key="article.id")
    id: str = Field(primary_key=True)
    position: int
    members: Any = _json()
    gold: str
    rejected: str


class Remark(_Row, table=True):
    """A remark about a coder's work on an article.

    coder: whose work it is about; by: its author. Event, field and offsets are empty if
    it is not about any.
    """

    coder: str = Field(primary_key=True)
    article: str = Field(primary_key=True, foreign_key="article.id")
    id: str = Field(primary_key=True)
    kind: str
    event: str
    field: str
    start: int
    end: int
    by: str
    at: str
    text: str = _text()


class Draft(_Row, table=True):
    """A comment that somebody is writing; not journaled, as it is nothing until it is
    sent.

    by: its author, who alone may read it. place: what it is about, as JSON.
    """

    by: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    text: str = _text()


# ---------------------------------------------------------------- the journal
class Journal(_Row, table=True):
    """A change: who did what to which subject, and the rows before and after.

    (subject, version) is unique, so that of two concurrent writers of a subject one
    fails. position orders the entries of a subject like version, and those of different
    subjects in the order in which they were begun; on PostgreSQL they may be committed
    in another order. digest chains the entries of a subject: it covers this entry and
    the previous digest.
    """

    __table_args__ = (
        UniqueConstraint("subject", "version", name="uq_journal_subject_version"),
    )
    position: int = Field(sa_column=Column(_LONG, Identity(), primary_key=True))
    subject: str
    version: int
    at: str
    person: str
    what: str
    undoes: int | None
    changes: str = _text()
    digest: str


# PostgreSQL sorts by the server's locale by default, SQLite and Python by code points.
_BY_CODE_POINTS = Text(collation="C")
for _table in METADATA.tables.values():
    for _column in _table.columns:
        if isinstance(_column.type, Text | AutoString):
            _column.type = _column.type.with_variant(_BY_CODE_POINTS, "postgresql")

# The tables, for queries.
META = Meta.__table__
CODEBOOK = Codebook.__table__
ARTICLE = Article.__table__
CORRECTION = Correction.__table__
ARTICLE_METADATA = ArticleMetadata.__table__
CANDIDATE = Candidate.__table__
SUGGESTED = Suggested.__table__
PERSON = Person.__table__
ASSIGNMENT = Assignment.__table__
BLIND = Blind.__table__
WITHDRAWN = Withdrawn.__table__
ASIDE = Aside.__table__
RETIRED = Retired.__table__
LEXICON = Lexicon.__table__
CODING = Coding.__table__
SPAN = Span.__table__
EVENT = Event.__table__
ANSWER = Answer.__table__
CLUSTER = Cluster.__table__
REMARK = Remark.__table__
DRAFT = Draft.__table__
JOURNAL = Journal.__table__


class StateTable(NamedTuple):
    """A table that can be rebuilt from the journal, its key columns, and its columns
    not journaled.
    """

    table: Table
    key: tuple[str, ...]
    unjournaled: tuple[str, ...]


# In the order in which rows must be inserted (parents first).
_JOURNALED = (
    CODEBOOK,
    ARTICLE,
    CORRECTION,
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
"""Columns that tables got later, with the value of rows from before: entries do not
state it.
"""
PRIVATE = ("draft",)
"""Tables whose rows only their author may read: no supervisor, no backup by one, no
packet.
"""
CODING_TABLES = {
    "coding": "id",
    "span": "coding",
    "event": "coding",
    "answer": "coding",
}
"""The tables with a coding's rows, in the order in which these must be inserted, and
the coding's column.
"""

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
# The triggers that keep the journal append-only, by name. Migrations use them too, so
# they must never change: a new trigger needs a new name and a migration.
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
# whatever a session sets
POSTGRES_ALWAYS = "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only"
