"""The columns of all tables, for queries. Made from `table_classes` by `make tables`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()
_STRING = String().with_variant(Text(collation="C"), "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_JSON = JSON(none_as_null=True)
_LONG = BigInteger().with_variant(Integer, "sqlite")
Table(
    "meta",
    METADATA,
    Column("key", _STRING, primary_key=True),
    Column("value", _STRING, nullable=False),
)
Table(
    "codebook",
    METADATA,
    Column("ref", _STRING, primary_key=True),
    Column("digest", _STRING, nullable=False),
    Column("body", _TEXT, nullable=False),
)
Table(
    "article",
    METADATA,
    Column("id", _STRING, primary_key=True),
    Column("text", _TEXT, nullable=False),
    Column("text_sha256", _STRING, nullable=False),
    Column("source", _STRING, nullable=False),
    Column("boilerplate", _JSON),
)
Table(
    "metadata",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("fields", _JSON),
)
Table(
    "candidate",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("id", _STRING, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", _STRING, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", _STRING, nullable=False),
    Column("value", _JSON),
    Column("origin", _STRING, nullable=False),
    Column("score", Float, nullable=False),
)
Table(
    "suggested",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("suggester", _STRING, nullable=False),
)
Table(
    "person",
    METADATA,
    Column("name", _STRING, primary_key=True),
    Column("role", _STRING, nullable=False),
)
Table(
    "assignment",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("coder", _STRING, primary_key=True),
    Column("stage", _STRING, nullable=False),
    Column("position", Integer, nullable=False),
)
Table(
    "blind",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("coder", _STRING, primary_key=True),
)
Table(
    "withdrawn",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("reason", _STRING, nullable=False),
)
Table(
    "retired",
    METADATA,
    Column("person", _STRING, primary_key=True),
)
Table(
    "lexicon",
    METADATA,
    Column("kind", _STRING, primary_key=True),
    Column("folded", _STRING, primary_key=True),
    Column("text", _STRING, nullable=False),
    Column("value", _JSON),
    Column("decision", _STRING, nullable=False),
)
Table(
    "coding",
    METADATA,
    Column("id", _STRING, primary_key=True),
    Column("article", _STRING, nullable=False),
    Column("coder", _STRING, nullable=False),
    Column("codebook", _STRING, nullable=False),
    Column("text_sha256", _STRING, nullable=False),
    Column("status", _STRING, nullable=False),
)
Table(
    "span",
    METADATA,
    Column("coding", _STRING, primary_key=True),
    Column("id", _STRING, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", _STRING, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", _STRING, nullable=False),
    Column("value", _JSON),
    Column("decision", _STRING),
    Column("candidate", _STRING, nullable=False, default=""),
    Column("reason", _STRING, nullable=False, default=""),
)
Table(
    "event",
    METADATA,
    Column("coding", _STRING, primary_key=True),
    Column("id", _STRING, primary_key=True),
    Column("position", Integer, nullable=False),
)
Table(
    "answer",
    METADATA,
    Column("coding", _STRING, primary_key=True),
    Column("event", _STRING, primary_key=True),
    Column("field", _STRING, primary_key=True),
    Column("value", _JSON),
    Column("blank", _STRING),
    Column("evidence", _JSON),
    Column("comment", _STRING, nullable=False, default=""),
    Column("proposed", Boolean, nullable=False, default=False),
    Column("taken_from", _JSON),
    Column("reason", _STRING, nullable=False, default=""),
    Column("by", _STRING, nullable=False, default=""),
)
Table(
    "cluster",
    METADATA,
    Column("article", _STRING, primary_key=True),
    Column("id", _STRING, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("members", _JSON),
    Column("gold", _STRING, nullable=False, default=""),
    Column("rejected", _STRING, nullable=False, default=""),
)
Table(
    "remark",
    METADATA,
    Column("coder", _STRING, primary_key=True),
    Column("article", _STRING, primary_key=True),
    Column("id", _STRING, primary_key=True),
    Column("kind", _STRING, nullable=False),
    Column("event", _STRING, nullable=False),
    Column("field", _STRING, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("by", _STRING, nullable=False),
    Column("at", _STRING, nullable=False),
    Column("text", _TEXT, nullable=False),
)
Table(
    "journal",
    METADATA,
    Column("position", _LONG, Identity(), primary_key=True),
    Column("subject", _STRING, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", _STRING, nullable=False),
    Column("person", _STRING, nullable=False),
    Column("what", _STRING, nullable=False),
    Column("undoes", Integer),
    Column("changes", _TEXT, nullable=False),
    Column("digest", _STRING, nullable=False),
)
