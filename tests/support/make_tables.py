"""Compiles the columns of the tables in `coder/store/table_classes.py` for queries: make tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql, sqlite

from coder.store.table_classes import ROWS

FILE = Path(__file__).parents[2] / "coder" / "store" / "compiled_tables.py"
_HEAD = '''"""The columns of all tables, for queries. Made from `table_classes` by `make tables`."""

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
'''
_TYPES = {
    ("VARCHAR", 'TEXT COLLATE "C"'): "_STRING",
    ("TEXT", 'TEXT COLLATE "C"'): "_TEXT",
    ("JSON", "JSON"): "_JSON",
    ("INTEGER", "BIGINT"): "_LONG",
    ("INTEGER", "INTEGER"): "Integer",
    ("BOOLEAN", "BOOLEAN"): "Boolean",
    ("FLOAT", "FLOAT"): "Float",
}
"""How columns are declared, by their types on SQLite and PostgreSQL."""


def compiled() -> str:
    """The text of the compiled module."""
    tables = []
    for table in ROWS.tables.values():
        columns = "".join(f"    {_column(column)},\n" for column in table.columns)
        tables.append(f'Table(\n    "{table.name}",\n    METADATA,\n{columns})\n')
    return _HEAD + "".join(tables)


def _column(column: Column[Any]) -> str:
    types = tuple(column.type.compile(each.dialect()) for each in (sqlite, postgresql))
    words = [f'"{column.name}"', _TYPES[types]]
    if column.identity is not None:
        words.append("Identity()")
    if column.primary_key:
        words.append("primary_key=True")
    elif not column.nullable:
        words.append("nullable=False")
    if column.default is not None:
        words.append(f"default={column.default.arg!r}".replace("'", '"'))
    return f"Column({', '.join(words)})"


if __name__ == "__main__":
    FILE.write_text(compiled(), "utf-8")
