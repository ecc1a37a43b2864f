"""Tables as the steps make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from alembic import op
from sqlalchemy import (
    JSON,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

# In the order of code points, whatever the server's language.
WORD = String().with_variant(Text(collation="C"), "postgresql")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
Columns: TypeAlias = list[str | Column[Any]]


def new_table(
    name: str,
    columns: Columns,
    key: Sequence[str],
    parents: Mapping[str, str] | None = None,
    unique: Sequence[str] = (),
) -> None:
    """Make a table; a column given by its name alone is a word that is never null.

    parents: column → the column of another table that has its values. unique: columns of which no two rows
    have the same values.
    """
    whole = [Column(each, WORD, nullable=False) if isinstance(each, str) else each for each in columns]
    rules: list[Constraint] = [PrimaryKeyConstraint(*key, name=f"pk_{name}")]
    if unique:
        rules.append(UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}"))
    for column, parent in (parents or {}).items():
        link = f"fk_{name}_{column}_{parent.partition('.')[0]}"
        rules.append(ForeignKeyConstraint([column], [parent], name=link))
    op.create_table(name, *whole, *rules)


def number(name: str) -> Column[Any]:
    """A column of whole numbers that are never null."""
    return Column(name, Integer, nullable=False)


def json(name: str) -> Column[Any]:
    """A column of JSON."""
    return Column(name, JSON)
