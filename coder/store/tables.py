"""What the database keeps: one class per table, constraints named.

`STATE` lists the tables whose rows the journal can rebuild, with their keys. Each row of them is a
plain dict here and in the journal; `convert` alone knows how rows and the model correspond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
METADATA: MetaData = SQLModel.metadata


# SQLite numbers its rows by itself only in a column of the type INTEGER, which there is as long.
_LONG = BigInteger().with_variant(Integer, "sqlite")


def _json() -> Any:
    return Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class MetaRow(SQLModel, table=True):
    """One fact about the database itself, such as its schema version."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class CodebookRow(SQLModel, table=True):
    """One immutable codebook revision with its lexicon, as JSON."""

    __tablename__ = "codebook"
    ref: str = Field(primary_key=True)
    digest: str
    body: str = Field(sa_column=Column(Text, nullable=False))


class ArticleRow(SQLModel, table=True):
    """One article; its text never changes and stays out of the journal, its sha256 stands for it."""

    __tablename__ = "article"
    id: str = Field(primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    text_sha256: str
    source: str
    boilerplate: Any = _json()


class CandidateRow(SQLModel, table=True):
    """One candidate span; candidates can be computed again and stay out of the journal."""

    __tablename__ = "candidate"
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


class SuggestedRow(SQLModel, table=True):
    """That the suggester has read an article, also when it found nothing."""

    __tablename__ = "suggested"
    article: str = Field(primary_key=True, foreign_key="article.id")
    suggester: str


class PersonRow(SQLModel, table=True):
    """One member of the team."""

    __tablename__ = "person"
    name: str = Field(primary_key=True)
    role: str


class AssignmentRow(SQLModel, table=True):
    """Who codes which article, in which stage and order."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_coder", "coder", "position", "article"),)
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True, foreign_key="person.name")
    stage: str
    position: int


class BlindRow(SQLModel, table=True):
    """An assignment of the blind sample: the coder sees no candidates in that article."""

    __tablename__ = "blind"
    article: str = Field(primary_key=True, foreign_key="article.id")
    coder: str = Field(primary_key=True, foreign_key="person.name")


class WithdrawnRow(SQLModel, table=True):
    """That an article is out of the project's work and figures, and why; all that was done stays."""

    __tablename__ = "withdrawn"
    article: str = Field(primary_key=True, foreign_key="article.id")
    reason: str


class RetiredRow(SQLModel, table=True):
    """That a member has left the team; all their work stays."""

    __tablename__ = "retired"
    person: str = Field(primary_key=True, foreign_key="person.name")


class LexiconRow(SQLModel, table=True):
    """What supervisors decided about a term: `promoted` for everybody, or `vetoed`.

    Packets of earlier versions also have what gold had `taught`. folded: the text under which it is matched.
    """

    __tablename__ = "lexicon"
    kind: str = Field(primary_key=True)
    folded: str = Field(primary_key=True)
    text: str
    value: Any = _json()
    decision: str


class CodingRow(SQLModel, table=True):
    """The head of one coding; gold is the coding of the coder `gold`.

    The rows of its spans, events and answers name it by its id; whose they are is read off the id's end.
    """

    __tablename__ = "coding"
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


class SpanRow(SQLModel, table=True):
    """One span of a coding, in its order."""

    __tablename__ = "span"
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


class EventRow(SQLModel, table=True):
    """One event of a coding, in its order."""

    __tablename__ = "event"
    coding: str = Field(primary_key=True, foreign_key="coding.id")
    id: str = Field(primary_key=True)
    position: int


class AnswerRow(SQLModel, table=True):
    """What one field holds; `event` is empty for the fields of the article."""

    __tablename__ = "answer"
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


class ClusterRow(SQLModel, table=True):
    """Events of different coders that are the same event, and what became of them."""

    __tablename__ = "cluster"
    article: str = Field(primary_key=True, foreign_key="article.id")
    id: str = Field(primary_key=True)
    position: int
    members: Any = _json()
    gold: str = ""
    rejected: str = ""


class JournalRow(SQLModel, table=True):
    """One change ever made: who did what to which subject, and the rows before and after.

    (subject, version) is unique, so that two writers of one subject clash instead of losing a change.
    position orders the entries of a subject like version, and those of different subjects as they were
    begun; on PostgreSQL they may be committed in another order.
    digest chains the entries of a subject: it covers this entry and the digest before it.
    """

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("subject", "version", name="uq_journal_subject_version"),)
    position: int | None = Field(default=None, sa_column=Column(_LONG, Identity(), primary_key=True))
    subject: str
    version: int
    at: str
    person: str
    what: str
    undoes: int | None = None
    changes: str = Field(sa_column=Column(Text, nullable=False))
    digest: str


def _order_by_code_points(metadata: MetaData) -> None:
    # PostgreSQL sorts by the server's language unless told otherwise; SQLite and Python never do.
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Text | AutoString):
                column.type = column.type.with_variant(Text(collation="C"), "postgresql")


_order_by_code_points(METADATA)


@dataclass(frozen=True, slots=True)
class StateTable:
    """A table that the journal can rebuild: its key columns, and columns left out of the journal."""

    table: Table
    key: tuple[str, ...]
    unjournaled: tuple[str, ...] = ()


def _state(row: type[SQLModel], *unjournaled: str) -> StateTable:
    table: Table = row.__table__  # type: ignore[attr-defined]
    return StateTable(table, tuple(c.name for c in table.primary_key.columns), unjournaled)


# In the order in which rows must be inserted (parents first).
STATE: dict[str, StateTable] = {
    s.table.name: s
    for s in (
        _state(CodebookRow, "body"),
        _state(ArticleRow, "text"),
        _state(PersonRow),
        _state(AssignmentRow),
        _state(BlindRow),
        _state(WithdrawnRow),
        _state(RetiredRow),
        _state(LexiconRow),
        _state(CodingRow),
        _state(SpanRow),
        _state(EventRow),
        _state(AnswerRow),
        _state(ClusterRow),
    )
}
