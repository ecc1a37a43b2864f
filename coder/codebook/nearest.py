"""The nearest known name to one that is not known, for error messages.

Source: difflib, Ratcliff and Obershelp 1988.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, None if none is like it."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean “…”?`, or nothing if no known name is like this one."""
    found = nearest(name, known)
    return f"Did you mean “{found}”?" if found else ""
