"""Creation of tables in migrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op

# Sorted by code points, whatever the server's locale.
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
    """Create a table; a column given by name only is a string and not nullable.

    parents: column → `table.column` that it references. unique: columns of a unique
    constraint.
    """
    full = [
        sa.Column(each, WORD, nullable=False) if isinstance(each, str) else each
        for each in columns
    ]
    constraints: list[sa.Constraint] = [
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")
    ]
    if unique:
        constraints.append(
            sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}")
        )
    for column, parent in (parents or {}).items():
        foreign_key = f"fk_{name}_{column}_{parent.partition('.')[0]}"
        constraints.append(
            sa.ForeignKeyConstraint([column], [parent], name=foreign_key)
        )
    op.create_table(name, *full, *constraints)


def number(name: str) -> sa.Column[Any]:
    """Return an integer column that is not nullable."""
    return sa.Column(name, sa.Integer, nullable=False)


def json(name: str) -> sa.Column[Any]:
    """Return a JSON column."""
    return sa.Column(name, sa.JSON)
