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
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from coder.messages.catalogue import Message
from coder.text.normalize import fold_key

PARTY = "ACTOR"
ACT = "TRIGGER"
OPENER = "clause-opener"
PAUSE = "pause"
STOP = "stop"
LONGEST_GAP = 15
FORM_LABELS = (
    "verb",
    "noun",
    "verb-like",
    "passive",
    "definite",
    "accusative",
    "nominative",
    "feminine",
    "masculine",
    "future",
    "ends-feminine",
    "with-pronoun",
    "word",
    "stop",
    "joined",
    "aside",
)
"""What is known of a word by its letters and its neighbours."""
CLASS_LABEL = "class-"
"""In front of the class of an actor. In front of a value of another span, such as
`place-country`, stands its kind.
"""
_ELEMENT = re.compile(r"(?P<tests>[^=?*+]+)(?P<repeat>[?*+])?(?:=(?P<slot>[\w-]+))?")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


class PatternError(ValueError):
    """A pattern that cannot be read; what: why, for its author."""

    def __init__(self, what: Message) -> None:
        super().__init__(what.en)
        self.what = what


class Test(NamedTuple):
    """What one alternative of an element asks of an item."""

    text: str
    needed: frozenset[str]
    excluded: frozenset[str]
    kind: str = ""
    """The last kind of span that is asked for: the one that fills the element's slot."""

    def holds(self, text: str, labels: Set[str]) -> bool:
        """Return whether an item of this folded text with these labels passes."""
        if self.text and self.text != text:
            return False
        return self.needed <= labels and self.excluded.isdisjoint(labels)


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

    def holds(self, text: str, labels: Set[str]) -> bool:
        """Return whether an item passes one of the tests."""
        return any(test.holds(text, labels) for test in self.tests)


class Pattern(NamedTuple):
    """The elements in front of the act (nearest first), its own tests, those behind."""

    before: tuple[Element, ...]
    act: Element
    behind: tuple[Element, ...]


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
    """Parse a pattern; raises PatternError with what is wrong in it."""
    parts = written.split()
    acts = [at for at, part in enumerate(parts) if part.startswith("@")]
    if len(acts) != 1:
        raise PatternError(Message("codebook.pattern_needs_act", found=len(acts)))
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
        raise PatternError(Message("codebook.pattern_element", element=written))
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


def slots_in(pattern: Pattern) -> Iterator[str]:
    """Yield the slots that a pattern fills."""
    for element in (*pattern.before, pattern.act, *pattern.behind):
        if element.slot:
            yield element.slot


def labels_in(pattern: Pattern) -> Iterator[str]:
    """Yield the labels that a pattern asks for, for checking."""
    for element in (*pattern.before, pattern.act, *pattern.behind):
        for test in () if element.gap else element.tests:
            yield from test.needed
            yield from test.excluded


def needed_labels(pattern: Pattern) -> frozenset[str]:
    """Return labels that some items of a sentence must have for a pattern to match."""
    needed = set[str]()
    for element in (*pattern.before, pattern.act, *pattern.behind):
        if element.least and len(element.tests) == 1:
            needed |= element.tests[0].needed
    return frozenset(needed)
