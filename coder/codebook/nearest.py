"""The nearest known name to one that is not known, for error messages.

Source: difflib, Ratcliff and Obershelp 1988.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

MANY = 1000
"""Of more names than this, only those that begin with the same letter and are about as long are looked at."""
LOOKED_AT = 100


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, None if none is like it."""
    names: Sequence[str] = tuple(known)
    if len(names) > MANY:
        same_letter = _by_first_letter(tuple(names)).get(name[:1], ())
        names = [each for each in same_letter if abs(len(each) - len(name)) <= 1][:LOOKED_AT]
    found = get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


@lru_cache(maxsize=4)
def _by_first_letter(names: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    groups: dict[str, list[str]] = {}
    for each in names:
        groups.setdefault(each[:1], []).append(each)
    return groups


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean “…”?`, or nothing if no known name is like this one."""
    found = nearest(name, known)
    return f"Did you mean “{found}”?" if found else ""
