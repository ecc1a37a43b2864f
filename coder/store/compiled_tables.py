"""The columns of all tables, for queries, from a file that `make tables` makes from `table_classes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (String().with_variant(Text(collation="C"), "postgresql"),),
    "text": (Text().with_variant(Text(collation="C"), "postgresql"),),
    "json": (JSON(none_as_null=True),),
    "place": (BigInteger().with_variant(Integer, "sqlite"), Identity()),
    "integer": (Integer,),
    "boolean": (Boolean,),
    "float": (Float,),
}

for _name, _columns in json.loads(Path(__file__).with_suffix(".json").read_text("utf-8")).items():
    Table(_name, METADATA, *(Column(name, *_TYPES[kind], **options) for name, kind, options in _columns))
