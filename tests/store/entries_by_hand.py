"""Journal entries as a coder who speaks SQL would give them to the server."""

from __future__ import annotations

import json
from typing import Any

from blind_team import ARTICLE


def entry(
    subject: str, *changes: dict[str, Any], person: str = "amal", **given: Any
) -> list[Any]:
    """What `record_entry` takes."""
    at = given.get("at", "2026-01-01T10:00:00.000+00:00")
    told = given.get("told", json.dumps(list(changes)))
    return [
        subject,
        at,
        person,
        given.get("what", "value.set"),
        given.get("undoes"),
        told,
    ]


def changed(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *key: str,
    table: str = "",
) -> Any:
    """One change; of an answer, unless told otherwise."""
    return {
        "table": table or "answer",
        "key": list(key),
        "before": before,
        "after": after,
    }


def answer(coding: str = "a1/amal", **given: Any) -> dict[str, Any]:
    """The row of an answer that the team has not given yet."""
    row = {
        "coding": coding,
        "event": "",
        "field": "mood",
        "value": "calm",
        "blank": None,
        "evidence": [],
    }
    more = {"comment": "", "proposed": False, "taken_from": [], "reason": "", "by": ""}
    return {**row, **more, **given}


NO_DAY = "2026-02-31T10:00:00+00:00"
RECORD = "SELECT made_version FROM record_entry(%s, %s, %s, %s, %s, %s)"
CLAIM = entry(
    "assignments:amal",
    changed(
        None,
        {"article": "a2", "coder": "amal", "stage": "production", "position": 1},
        *("a2", "amal"),
        table="assignment",
    ),
)
HEAD = {"article": "a1", "codebook": "c@1", "text_sha256": ARTICLE.text_sha256}
