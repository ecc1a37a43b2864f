"""Limits on what a project can store: lengths, numbers of parts, and characters that a
database refuses.

The columns to which the lengths apply are listed in `store/limits.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from coder import foreign
from coder.messages.catalogue import Message
from coder.model import Coding, Json

LONGEST_NAME = 200  # characters of an id, a kind of span or a field
LONGEST_TEXT = 20_000  # characters of a comment, a remark or a reason
LONGEST_JSON = 30_000  # characters of a value or of a list of ids, as JSON
LAST_POSITION = 10**9  # of an assignment, a span or an event
MOST_SPANS = 5_000
MOST_EVENTS = 500
MOST_ANSWERS = 20_000  # in a coder's coding
MOST_REMARKS = 500  # about a coder's work on one article


def find_typed_problem(typed: Json) -> Message | None:
    """Return why a comment, remark or value is too long to be stored; None if it is
    not.
    """
    most = LONGEST_TEXT if isinstance(typed, str) else LONGEST_JSON
    length = json_length(typed)
    if length <= most:
        return None
    return Message("store.too_long", length=length, most=most)


def growth_problem(before: Coding, after: Coding) -> Message | None:
    """Return a message if a change leaves a coding with too many spans or events, else
    None.

    An imported coding may have too many, but gets no more of them.
    """
    counts = (
        ("spans", MOST_SPANS, len(before.spans), len(after.spans)),
        ("events", MOST_EVENTS, len(before.events), len(after.events)),
    )
    for what, most, earlier, now in counts:
        if now > max(most, earlier):
            return Message(f"store.too_many_{what}", most=most)
    return None


def json_length(value: Json) -> int:
    """Return the number of characters of a value as JSON; a text is counted as it is."""
    if value is None or isinstance(value, bool | float):
        return 0
    return len(value if isinstance(value, str) else foreign.to_json(value))


def unstorable(value: Any) -> Message | None:
    """Return what prevents one of the databases from storing a JSON value unchanged;
    None if nothing does.

    UTF-8 has no lone surrogates (Unicode 16.0, 3.9 D92), PostgreSQL's text no U+0000,
    JSON no infinity.
    """
    for part in _parts(value):
        if isinstance(part, float):
            if not math.isfinite(part):
                return Message("store.infinite", number=part)
        elif "\0" in part:
            return Message("store.null_character")
        else:
            try:
                part.encode("utf-8")
            except UnicodeEncodeError as error:
                return Message(
                    "store.half_character", code=f"{ord(part[error.start]):04X}"
                )
    return None


def is_plain(text: str) -> bool:
    """Return whether JSON text by `foreign.to_json` certainly contains nothing
    `unstorable`.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not any(each in text for each in ("\\u", "NaN", "Infinity"))


def unstorable_column(value: Any) -> Message | None:
    """Return what prevents one of the databases from storing a JSON column's value;
    None if nothing does.

    SQLite converts bare numbers, as a column of type JSON has numeric affinity
    (https://sqlite.org/datatype3.html, 3.1): 5.0 becomes 5, a long number loses its
    last digits.
    """
    if isinstance(value, float):
        return Message("store.bare_number", number=value)
    if isinstance(value, int) and abs(value) >= 2**63:
        return Message("store.long_number", number=value)
    return unstorable(value)


def _parts(value: Any) -> Iterator[str | float]:
    """Iterate over all texts, including keys, and floats in a JSON value."""
    if isinstance(value, str | float):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _parts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _parts(inner)
