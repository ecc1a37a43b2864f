"""What both databases can keep and give back unchanged; the rest is refused before anything is written.

UTF-8 has no lone surrogates (Unicode 16.0, 3.9 D92), PostgreSQL's text no U+0000, JSON no infinite number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from coder.errors import CoderError
from coder.store.journal import Change


def refuse_unstorable(changes: Iterable[Change]) -> None:
    """Raises CoderError for the first value that cannot be stored."""
    for change in changes:
        for name, value in (change.after or {}).items():
            if what := _bare(value) or fault_in(value):
                raise CoderError(
                    f"The {name} of this {change.table} holds {what}, which cannot be stored.",
                    hint="Nothing was written. Take it out, then try again.",
                )


def fault_in(value: Any) -> str:
    """What in a JSON value cannot be stored, in words; "" where everything can."""
    return next((what for part in _parts(value) if (what := _fault(part))), "")


def _bare(value: Any) -> str:
    # SQLite makes numbers of its own of these, as a column called JSON has numeric affinity
    # (https://sqlite.org/datatype3.html, 3.1): 5.0 becomes 5, a long one loses its last digits.
    if isinstance(value, float):
        return f"the bare number {value}"
    return f"the long number {value}" if isinstance(value, int) and abs(value) >= 2**63 else ""


def _parts(value: Any) -> Iterator[str | float]:
    """All texts and numbers in a JSON value, keys among them."""
    if isinstance(value, str | float):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _parts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _parts(inner)


def _fault(part: str | float) -> str:
    if isinstance(part, float):
        return "" if math.isfinite(part) else f"the number {part}"
    if "\0" in part:
        return "the character U+0000"
    try:
        part.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"half a character (U+{ord(part[error.start]):04X})"
    return ""
