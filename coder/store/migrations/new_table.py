"""Tables as the steps make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op

# In the order of code points, whatever the server's language.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WORD = sa.String().with_variant(sa.Text(collation="C"), "postgresql")
Columns: TypeAlias = list[str | sa.Column[Any]]


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
    whole = [sa.Column(each, WORD, nullable=False) if isinstance(each, str) else each for each in columns]
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")]
    if unique:
        rules.append(sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}"))
    for column, parent in (parents or {}).items():
        link = f"fk_{name}_{column}_{parent.partition('.')[0]}"
        rules.append(sa.ForeignKeyConstraint([column], [parent], name=link))
    op.create_table(name, *whole, *rules)


def number(name: str) -> sa.Column[Any]:
    """A column of whole numbers that are never null."""
    return sa.Column(name, sa.Integer, nullable=False)


def json(name: str) -> sa.Column[Any]:
    """A column of JSON."""
    return sa.Column(name, sa.JSON)
