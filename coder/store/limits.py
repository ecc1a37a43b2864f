"""Limits on the columns that coders write, for both databases: names, texts and values.

The program refuses a row that exceeds a limit before it writes. PostgreSQL enforces the
same limits for every login (`server.functions`). `coder verify` names stored rows that
exceed one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from coder.messages.catalogue import Message
from coder.model import GOLD, HOW
from coder.storage_limits import LONGEST_JSON, LONGEST_NAME, LONGEST_TEXT, json_length

# Controls and what changes the order of letters around a name; both regular expressions
# read it alike.
_NOT_IN_NAMES = (
    r"\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
)
_NAMES = {
    "span": ("id", "kind"),
    "event": ("id",),
    "answer": ("field",),
    "remark": ("id", "by"),
}
_NAMES_OR_EMPTY = {
    "span": ("candidate",),
    "answer": ("event", "by", "how", "applied_by"),
    "remark": ("event", "field"),
}
_TEXTS = {
    "coding": ("source",),
    "span": ("reason",),
    "answer": ("comment", "reason"),
    "remark": ("text",),
    "draft": ("text",),
    "journal": ("what",),
}
_JSON = {"span": ("value",), "answer": ("value", "evidence", "taken_from")}

_OF_GOLD = f"/{GOLD}"  # ends the id of a gold coding

_IS_NAME = re.compile(f"[^{_NOT_IN_NAMES}]{{1,{LONGEST_NAME}}}")


def limit_problem(table: str, row: Mapping[str, Any]) -> Message | None:
    """Return which limit a row exceeds; None if it exceeds none.

    JSON columns hold their values or, as the driver takes them, these as text.
    """
    for column in _NAMES.get(table, ()):
        if not _IS_NAME.fullmatch(row[column]):
            return _no_name(column, row[column])
    for column in _NAMES_OR_EMPTY.get(table, ()):
        name = row.get(column)
        if name and not _IS_NAME.fullmatch(name):
            return _no_name(column, name)
    for column in _TEXTS.get(table, ()):
        length = len(row.get(column) or "")
        if length > LONGEST_TEXT:
            return _too_long(column, length, LONGEST_TEXT)
    for column in _JSON.get(table, ()):
        length = json_length(row.get(column))
        if length > LONGEST_JSON:
            return _too_long(column, length, LONGEST_JSON)
    return _answer_problem(row) if table == "answer" else None


def conditions(table: str) -> dict[str, str]:
    """Return name → condition of the constraints with which PostgreSQL enforces the
    limits of a table.
    """
    names = [_name_condition(column, least=1) for column in _NAMES.get(table, ())]
    names += [
        _name_condition(column, least=0) for column in _NAMES_OR_EMPTY.get(table, ())
    ]
    lengths = [
        f'length("{column}") <= {LONGEST_TEXT}' for column in _TEXTS.get(table, ())
    ]
    lengths += [
        f'("{column}" IS NULL OR length("{column}"::text) <= {LONGEST_JSON})'
        for column in _JSON.get(table, ())
    ]
    parts = {"names": names, "lengths": lengths}
    if table == "answer":
        parts["one"] = ["(value IS NULL OR blank IS NULL)"]
        parts["how"] = [
            f"(how = '' OR (how IN {HOW} AND right(coding, {len(_OF_GOLD)}) = '{_OF_GOLD}'))"
        ]
    return {name: " AND ".join(each) for name, each in parts.items() if each}


def _answer_problem(row: Mapping[str, Any]) -> Message | None:
    """Return what no answer is: a value that is blank, or one of a coder that tells how
    gold came about.
    """
    if row.get("value") is not None and row.get("blank"):
        return Message("store.value_and_blank", blank=row["blank"])
    how = row.get("how")
    if how and (how not in HOW or not row["coding"].endswith(_OF_GOLD)):
        return Message("store.how_of_gold", how=f"{how!a:.40}")
    return None


def _no_name(column: str, value: str) -> Message:
    return Message(
        "store.no_plain_name", column=column, most=LONGEST_NAME, value=f"{value!a:.40}"
    )


def _too_long(column: str, length: int, most: int) -> Message:
    return Message("store.long_column", column=column, length=length, most=most)


def _name_condition(column: str, *, least: int) -> str:
    return f"\"{column}\" ~ '^[^{_NOT_IN_NAMES}]{{{least},{LONGEST_NAME}}}$'"
