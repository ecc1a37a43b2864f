"""The columns of all tables, for queries, from a file that `make tables` makes from `table_classes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()
_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (sa.String().with_variant(sa.Text(collation="C"), "postgresql"),),
    "text": (sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),),
    "json": (sa.JSON(none_as_null=True),),
    "place": (sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity()),
    "integer": (sa.Integer,),
    "boolean": (sa.Boolean,),
    "float": (sa.Float,),
}

for _name, _columns in json.loads(
    Path(__file__).with_suffix(".json").read_text("utf-8")
).items():
    sa.Table(
        _name,
        METADATA,
        *(
            sa.Column(name, *_TYPES[kind], **options)
            for name, kind, options in _columns
        ),
    )
