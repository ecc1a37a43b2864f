"""Patterns over the items of a sentence, around an act.

A pattern is written as elements with blanks between them, on the model of spaCy's
Matcher (https://spacy.io/usage/rule-based-matching):

    @:verb .. ACTOR:!accusative=agent

`@` is the act itself. Every other element tests one item. A word in Arabic letters is
that word, folded; any other name is a label: a kind of span in capitals, a list of
words in small letters, or what is known of the form (`verb`, `definite`). `:` joins
tests that must all hold, `!` negates one, `|` separates alternatives. `?`, `*` and `+`
behind an element repeat it as in regular expressions. `=slot` names the slot that the
item fills. Gaps take as few items as they can: `..` up to fifteen that are neither parties
nor acts nor open a clause, `...` up to thirty that are no acts and open no clause,
`....` up to thirty that are no verbs of acts. `^` is the start of the
sentence, or the item behind a word of the lists `clause-opener` and `pause`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from coder.model import Candidate
from coder.text.normalize import fold_key

PARTY, ACT = "ACTOR", "TRIGGER"
JOINED = "joined"
OPENER, PAUSE, STOP = "clause-opener", "pause", "stop"
LONGEST_GAP = 15
_ELEMENT = re.compile(r"(?P<tests>[^=?*+]+)(?P<repeat>[?*+])?(?:=(?P<slot>[\w-]+))?")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


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


class Test(NamedTuple):
    """What one alternative of an element asks of an item."""

    text: str
    needed: frozenset[str]
    excluded: frozenset[str]
    kind: str = ""
    """The last kind of span that is asked for: the one that fills the element's slot."""

    def holds(self, item: Item) -> bool:
        """Return whether an item passes."""
        if self.text and self.text != item.text:
            return False
        return self.needed <= item.labels and self.excluded.isdisjoint(item.labels)


class Element(Struct, frozen=True):
    """One element of a pattern: least and most repetitions of items that pass a test.

    gap: whether it takes as few items as it can.
    """

    tests: tuple[Test, ...]
    least: int = 1
    most: int = 1
    slot: str = ""
    gap: bool = False
    is_start: bool = False

    def holds(self, item: Item) -> bool:
        """Return whether an item passes one of the tests."""
        return any(test.holds(item) for test in self.tests)


class Pattern(NamedTuple):
    """The elements in front of the act (nearest first), its own tests, those behind."""

    before: tuple[Element, ...]
    act: Element
    behind: tuple[Element, ...]


class Filled(NamedTuple):
    """A slot, the item that fills it, and the kind of span that was asked for."""

    slot: str
    item: Item
    kind: str


_NO_ACTS = Test("", frozenset(), frozenset({STOP, ACT}))
_NO_CLAUSES = Test("", frozenset(), frozenset({STOP, ACT, OPENER}))
GAPS = {
    "..": Element(
        (Test("", frozenset(), frozenset({PARTY, ACT, OPENER, STOP})),),
        0,
        LONGEST_GAP,
        gap=True,
    ),
    "...": Element((_NO_CLAUSES,), 0, 2 * LONGEST_GAP, gap=True),
    "....": Element(
        (_NO_ACTS, Test("", frozenset({ACT, "noun"}), frozenset())),
        0,
        2 * LONGEST_GAP,
        gap=True,
    ),
}


@lru_cache(1 << 12)
def parse_pattern(written: str) -> Pattern:
    """Parse a pattern; raises ValueError with what is wrong in it."""
    parts = written.split()
    acts = [at for at, part in enumerate(parts) if part.startswith("@")]
    if len(acts) != 1:
        raise ValueError(f"one @ is needed, found {len(acts)}")
    at = acts[0]
    own = parts[at][1:].removeprefix(":") or "*"
    before = tuple(_parse_element(part) for part in reversed(parts[:at]))
    behind = tuple(_parse_element(part) for part in parts[at + 1 :])
    return Pattern(before, _parse_element(own), behind)


def _parse_element(written: str) -> Element:
    if written in GAPS:
        return GAPS[written]
    if written == "^":
        return Element((), 0, 0, is_start=True)
    if written == "*":
        return Element((Test("", frozenset(), frozenset()),))
    parts = _ELEMENT.fullmatch(written)
    if parts is None:
        raise ValueError(f"unreadable element {written!r}")
    tests = tuple(map(_parse_test, parts["tests"].split("|")))
    least = 0 if parts["repeat"] in ("?", "*") else 1
    most = LONGEST_GAP if parts["repeat"] in ("*", "+") else 1
    return Element(tests, least, most, parts["slot"] or "")


def _parse_test(written: str) -> Test:
    text = ""
    needed = set[str]()
    excluded = set[str]()
    kind = ""
    for name in written.split(":"):
        if _ARABIC.search(name):
            text = fold_key(name)
        elif name.startswith("!"):
            excluded.add(name[1:])
        else:
            needed.add(name)
            kind = name if name.isupper() else kind
    return Test(text, frozenset(needed), frozenset(excluded), kind)


def labels_in(pattern: Pattern) -> Iterator[str]:
    """Yield the labels that a pattern asks for, for checking."""
    for element in (*pattern.before, pattern.act, *pattern.behind):
        for test in element.tests:
            yield from test.needed
            yield from test.excluded


def needed_labels(pattern: Pattern) -> frozenset[str]:
    """Return labels that some items of a sentence must have for a pattern to match."""
    needed = set[str]()
    for element in (*pattern.before, pattern.act, *pattern.behind):
        if element.least and len(element.tests) == 1:
            needed |= element.tests[0].needed
    return frozenset(needed)


def match_pattern(
    pattern: Pattern, items: Sequence[Item], at: int
) -> list[Filled] | None:
    """Match a pattern around the item at an index; return its slots, None without a
    match.
    """
    if not pattern.act.holds(items[at]):
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
    element, rest = elements[0], elements[1:]
    if element.is_start:
        return _match(rest, items, at, step) if _is_start(items, at) else None
    stop = at
    taken = 0
    ends = [at] if element.least == 0 else []
    while taken < element.most and 0 <= stop < len(items):
        if not element.holds(items[stop]):
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
    passed = next(test for test in element.tests if test.holds(item))
    return [Filled(element.slot, item, passed.kind)]
