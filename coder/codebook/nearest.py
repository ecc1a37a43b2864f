"""Find the known name nearest to an unknown one (difflib; Ratcliff and Obershelp 1988)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from coder.grouping import grouped
from coder.messages.catalogue import Message

# among more names, only those with the same first letter and about the same length are
# compared
MANY = 1000
MAX_COMPARED = 100
SHOWN = 40  # maximum number of names in a message


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most similar to the given one, None if none is similar."""
    names = tuple(known)
    if len(names) > MANY:
        names = _with_same_letter_and_length(name, names)[:MAX_COMPARED]
    similar = get_close_matches(name, names, n=1, cutoff=0.6)
    return similar[0] if similar else None


def _with_same_letter_and_length(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    same_letter = _by_first_letter(names).get(name[:1], ())
    return tuple(each for each in same_letter if abs(len(each) - len(name)) <= 1)


@lru_cache(maxsize=4)
def _by_first_letter(names: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    return grouped((each[:1], each) for each in names)


def did_you_mean(name: str, known: Iterable[str]) -> Message | str:
    """`Did you mean “…”?`, or "" if no known name is similar."""
    guess = nearest(name, known)
    return Message("codebook.did_you_mean", name=guess) if guess else ""


def unknown(noun: str, name: str, known: Iterable[str], *, of: str = "") -> Message:
    """`unknown event field “x”; did you mean “y”?`, or with the known names if none is
    similar.

    noun: a `codebook.noun_…` of the catalogue; of: what the name would be a part of.
    """
    known = list(known)
    what = Message(f"codebook.noun_{noun}", of=of)
    guess = nearest(name, known)
    if guess:
        return Message("codebook.unknown_like", what=what, name=name, guess=guess)
    if not known:
        return Message("codebook.unknown_of_none", what=what, name=name)
    listed: Message | str = ", ".join(known[:SHOWN])
    more = len(known) - SHOWN
    if more > 0:
        listed = Message("codebook.and_more", names=listed, more=more)
    return Message("codebook.unknown", what=what, name=name, known=listed)
