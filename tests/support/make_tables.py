"""Compiles the columns of the tables in `coder/store/table_classes.py` for queries: make tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql, sqlite

from coder.store.table_classes import ROWS

FILE = Path(__file__).parents[2] / "coder" / "store" / "compiled_tables.json"
_TYPES = {
    ("VARCHAR", 'TEXT COLLATE "C"'): "string",
    ("TEXT", 'TEXT COLLATE "C"'): "text",
    ("JSON", "JSON"): "json",
    ("INTEGER", "BIGINT"): "place",
    ("INTEGER", "INTEGER"): "integer",
    ("BOOLEAN", "BOOLEAN"): "boolean",
    ("FLOAT", "FLOAT"): "float",
}
"""How columns are declared, by their types on SQLite and PostgreSQL."""


def compiled() -> str:
    """The text of the compiled file: the columns of each table, one per line."""
    tables = []
    for table in ROWS.tables.values():
        columns = ",\n".join(json.dumps(_column(column)) for column in table.columns)
        tables.append(f'"{table.name}": [\n{columns}\n]')
    return "{\n" + ",\n".join(tables) + "\n}\n"


def _column(column: Column[Any]) -> tuple[str, str, dict[str, Any]]:
    kind = _TYPES[
        tuple(column.type.compile(each.dialect()) for each in (sqlite, postgresql))
    ]
    assert (column.identity is not None) == (kind == "place"), column
    options: dict[str, Any] = {}
    if column.primary_key:
        options["primary_key"] = True
    elif not column.nullable:
        options["nullable"] = False
    if column.default is not None:
        options["default"] = column.default.arg
    return column.name, kind, options


if __name__ == "__main__":
    FILE.write_text(compiled(), "utf-8")
