"""The tables of the database, one class each, with named constraints; new databases are created from them.

Queries only need the columns: `make tables` compiles these to `compiled_tables`, which loads a tenth of a
second faster than SQLModel with SQLAlchemy's object-relational mapper.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import AutoString, Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
ROWS = SQLModel.metadata

# SQLite numbers rows automatically only in a column of type INTEGER, which has 64 bits there.
_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class _Table(SQLModel):
    """Base class; a table is named after its class, without `Row`."""

    model_config = {"defer_build": True}  # these classes do not validate rows

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805
        return cls.__name__.removesuffix("Row").lower()


def _later() -> Any:
    """Return a column added by a migration, which is "" in the rows that were there before."""
    return Field(default="", sa_column_kwargs={"server_default": ""})


def _json() -> Any:
    return Field(default=None, sa_column=sa.Column(sa.JSON(none_as_null=True)))


class MetaRow(_Table, table=True):
    key: str = Field(primary_key=True)
    value: str


class CodebookRow(_Table, table=True):
    # An immutable codebook revision with its lexicon, as JSON.
    ref: str = Field(primary_key=True)
    digest: str
    body: str = Field(sa_column=sa.Column(sa.Text, nullable=False))


class ArticleRow(_Table, table=True):
    # An article; its text never changes and is represented in the journal by its sha256.
    id: str = Field(primary_key=True)
    text: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    text_sha256: str
    source: str
    boilerplate: Any = _json()


class MetadataRow(_Table, table=True):
    # An article's metadata: name → text.
    article: str = Field(primary_key=True, foreign_key="article.id")
    fields: Any = _json()


class CandidateRow(_Table, table=True):
    # A candidate span; not journaled, as candidates can be recomputed.
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


class SuggestedRow(_Table, table=True):
    # The suggester has processed an article, possibly without finding anything.
    article: str = Field(primary_key=True, foreign_key="article.id")
    suggester: str


class PersonRow(_Table, table=True):
    name: str = Field(primary_key=True)
    role: str


class AssignmentRow(_Table, table=True):
    # Who codes which article, in which stage and order.
    __table_args__ = (sa.Index("ix_assignment_coder", "coder", "position", "article"),)
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True, foreign_key="person.name")
    stage: str
    position: int


class BlindRow(_Table, table=True):
    # An assignment of the blind sample: the coder sees no candidates in that article.
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True, foreign_key="person.name")


class WithdrawnRow(_Table, table=True):
    # An article is excluded from the project's work and figures; all work on it is kept.
    article: str = Field(primary_key=True, foreign_key="article.id")
    reason: str


class AsideRow(_Table, table=True):
    # One coder's coding is set aside, as a withdrawn article is; it is kept. Coders read only their own rows.
    __table_args__ = (sa.Index("ix_aside_coder", "coder", "article"),)
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True)
    reason: str


class RetiredRow(_Table, table=True):
    # A member has left the team; all their work is kept.
    person: str = Field(primary_key=True, foreign_key="person.name")


class LexiconRow(_Table, table=True):
    """A supervisor's decision about a term: `promoted` for everybody, or `vetoed`.

    Packets of earlier versions also have `taught`, learned from gold. folded: the text as it is matched.
    """

    kind: str = Field(primary_key=True)
    folded: str = Field(primary_key=True)
    text: str
    value: Any = _json()
    decision: str


class CodingRow(_Table, table=True):
    """The head of a coding; gold is the coding of the coder `gold`.

    The rows of its spans, events and answers refer to it by id, which ends in the coder's name.
    """

    __table_args__ = (
        sa.UniqueConstraint("article", "coder", name="uq_coding_article_coder"),
        sa.CheckConstraint("id = article || '/' || coder", name="id"),
        sa.Index("ix_coding_coder", "coder"),
    )
    id: str = Field(primary_key=True)
    article: str = Field(foreign_key="article.id")
    coder: str
    codebook: str
    text_sha256: str
    status: str
    source: str = _later()


class SpanRow(_Table, table=True):
    coding: str = Field(primary_key=True, foreign_key="coding.id")
    id: str = Field(primary_key=True)
    position: int
    kind: str
    start: int
    end: int
    quote: str
    value: Any = _json()
    decision: str | None = None
    candidate: str = ""
    reason: str = ""


class EventRow(_Table, table=True):
    coding: str = Field(primary_key=True, foreign_key="coding.id")
    id: str = Field(primary_key=True)
    position: int


class AnswerRow(_Table, table=True):
    # The answer to one field; `event` is empty for the fields of the article.
    coding: str = Field(primary_key=True, foreign_key="coding.id")
    event: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: Any = _json()
    blank: str | None = None
    evidence: Any = _json()
    comment: str = ""
    proposed: bool = False
    taken_from: Any = _json()
    reason: str = ""
    by: str = ""
    how: str = _later()
    applied_by: str = _later()


class ClusterRow(_Table, table=True):
    # Events of different coders that were aligned as the same event, and the decision about them.
    article: str = Field(primary_key=True, foreign_key="article.id")
    id: str = Field(primary_key=True)
    position: int
    members: Any = _json()
    gold: str = ""
    rejected: str = ""


class RemarkRow(_Table, table=True):
    """A remark about a coder's work on an article.

    coder: whose work it is about; by: its author. Event, field and offsets are empty if it is not about any.
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
    text: str = Field(sa_column=sa.Column(sa.Text, nullable=False))


class DraftRow(_Table, table=True):
    """A comment that somebody is writing; not journaled, as it is nothing until it is sent.

    by: its author, who alone may read it. place: what it is about, as JSON.
    """

    by: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    text: str = Field(sa_column=sa.Column(sa.Text, nullable=False))


class JournalRow(_Table, table=True):
    """A change: who did what to which subject, and the rows before and after.

    (subject, version) is unique, so that of two concurrent writers of a subject one fails.
    position orders the entries of a subject like version, and those of different subjects in the order in
    which they were begun; on PostgreSQL they may be committed in another order.
    digest chains the entries of a subject: it covers this entry and the previous digest.
    """

    __table_args__ = (
        sa.UniqueConstraint("subject", "version", name="uq_journal_subject_version"),
    )
    position: int | None = Field(
        default=None, sa_column=sa.Column(_LONG, sa.Identity(), primary_key=True)
    )
    subject: str
    version: int
    at: str
    person: str
    what: str
    undoes: int | None = None
    changes: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    digest: str


# PostgreSQL sorts by the server's locale by default, SQLite and Python by code points.
for _table in ROWS.tables.values():
    for _column in _table.columns:
        if isinstance(_column.type, sa.Text | AutoString):
            _column.type = _column.type.with_variant(
                sa.Text(collation="C"), "postgresql"
            )
