"""Match patterns over the items of a sentence, around an act.

How patterns are written stands in `codebook/pattern_language.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from coder.codebook.pattern_language import OPENER, PAUSE, Element, Pattern
from coder.model import Candidate

JOINED = "joined"


class Item(NamedTuple):
    """One word, sign, proclitic or span of a sentence.

    text: folded. start, end: code points of the article. labels: what patterns can ask
    for. spans: kind in capitals → the candidate.
    """

    text: str
    start: int
    end: int
    labels: Set[str]
    spans: Mapping[str, Candidate]


class Filled(NamedTuple):
    """A slot, the item that fills it, and the kind of span that was asked for."""

    slot: str
    item: Item
    kind: str


def match_pattern(
    pattern: Pattern, items: Sequence[Item], at: int
) -> list[Filled] | None:
    """Match a pattern around the item at an index; return its slots, None without a
    match.
    """
    if not pattern.act.holds(items[at].text, items[at].labels):
        return None
    behind = _match(pattern.behind, items, at + 1, 1)
    if behind is None:
        return None
    before = _match(pattern.before, items, at - 1, -1)
    if before is None:
        return None
    return [*before, *_fill(pattern.act, items[at]), *behind]


def _match(
    elements: Sequence[Element], items: Sequence[Item], at: int, step: int
) -> list[Filled] | None:
    """Match elements from an index on, in one direction."""
    if not elements:
        return []
    element = elements[0]
    rest = elements[1:]
    if element.is_start:
        return _match(rest, items, at, step) if _is_start(items, at) else None
    stop = at
    taken = 0
    ends = [at] if element.least == 0 else []
    while taken < element.most and 0 <= stop < len(items):
        if not element.holds(items[stop].text, items[stop].labels):
            break
        stop += step
        taken += 1
        if taken >= element.least:
            ends.append(stop)
    for end in ends if element.gap else reversed(ends):
        for beyond in dict.fromkeys((_skip_joined(items, end, step), end)):
            found = _match(rest, items, beyond, step)
            if found is not None:
                own = _fill(element, items[end - step]) if end != at else []
                return [*own, *found]
    return None


def _is_start(items: Sequence[Item], at: int) -> bool:
    """Return whether a clause starts behind an index, also with «و» or «ف»."""
    if at >= 0 and items[at].text in ("و", "ف"):
        at -= 1
    return at < 0 or not {OPENER, PAUSE}.isdisjoint(items[at].labels)


def _skip_joined(items: Sequence[Item], at: int, step: int) -> int:
    """Return the index behind all that is joined to the item just matched."""
    if step > 0:
        while at < len(items) and JOINED in items[at].labels:
            at += 1
    else:
        while at >= 0 and JOINED in items[at + 1].labels:
            at -= 1
    return at


def _fill(element: Element, item: Item) -> list[Filled]:
    if not element.slot:
        return []
    passed = next(test for test in element.tests if test.holds(item.text, item.labels))
    return [Filled(element.slot, item, passed.kind)]
