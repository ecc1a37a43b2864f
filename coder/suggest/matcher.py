"""Finds every listed form in a folded text, whole words only, with attached particles left outside.

One pass of an Aho-Corasick automaton over all forms (Aho and Corasick 1975), then a look at the letters
that are written together with each hit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ahocorasick

from coder.suggest.forms import SHADDA, Back, Form, Front
from coder.text.normalize import Folded

_NOUN_FRONTS = frozenset({"", *"وفبكل", *(c + p for c in "وف" for p in "بكل")})
_VERB_FRONTS = frozenset({"", *"وفل", "ول", "فل"})
_LAM_FRONTS = frozenset({"ل", "ول", "فل"})
_PRONOUNS = frozenset({"ه", "ها", "هم", "هما", "هن", "نا"})
_OBJECT_PRONOUNS = _PRONOUNS | {"ني", "ك", "كم"}
_SHORT = 2
"""Forms of this many letters take but و in front (باب is no August), unless a shadda tells them (بردّ)."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a form stands for: a span kind, an id in the codebook, the listed form.

    doubtful: it has other senses. part: `verb` or `noun` for triggers.
    """

    kind: str
    id: str
    listed: str
    doubtful: bool = False
    part: str = "noun"


@dataclass(frozen=True, slots=True)
class Match:
    """A form found at [start, stop) of the folded text, with all terms of one kind that it stands for."""

    start: int
    stop: int
    kind: str
    terms: tuple[Term, ...]


class Matcher:
    """An automaton over the forms of many terms."""

    def __init__(self, entries: Iterable[tuple[Form, Term]]) -> None:
        found: dict[str, dict[tuple[Form, Term], None]] = {}
        for form, term in entries:
            found.setdefault(form.text, {})[form, term] = None
        self._automaton = ahocorasick.Automaton()
        for text, payload in found.items():
            self._automaton.add_word(text, tuple(payload))
        if found:
            self._automaton.make_automaton()

    def find(self, folded: Folded) -> list[Match]:
        """All matches in a text, in order; of overlapping ones of a kind only the longest."""
        if not self._automaton:
            return []
        text = folded.text
        whole: dict[tuple[int, int, str], dict[Term, None]] = {}
        for last, payload in self._automaton.iter(text):
            for form, term in payload:
                start = last + 1 - len(form.text)
                stop = _end_of_word(folded, last + 1, form)
                if stop and _front_fits(folded, start, last + 1, form):
                    whole.setdefault((start, stop, term.kind), {})[term] = None
        return longest(Match(*where, tuple(terms)) for where, terms in whole.items())


def longest(matches: Iterable[Match]) -> list[Match]:
    """The matches that no longer match of their kind overlaps (of equal ones the first), in order."""
    kept: list[Match] = []
    covered: dict[str, set[int]] = {}
    for match in sorted(matches, key=lambda m: (m.start - m.stop, m.start)):
        taken = covered.setdefault(match.kind, set())
        # a match no longer than the kept ones overlaps one of them only with its first or last letter
        if match.start not in taken and match.stop - 1 not in taken:
            kept.append(match)
            taken.update(range(match.start, match.stop))
    return sorted(kept, key=lambda m: (m.start, m.stop, m.kind))


def _front_fits(folded: Folded, start: int, stop: int, form: Form) -> bool:
    """Whether only particles stand in front of the form at [start, stop) in its written word."""
    text, begin = folded.text, start
    while begin and text[begin - 1].isalpha():
        begin -= 1
    front = text[begin:start]
    if form.front is Front.LAM:
        return front in _LAM_FRONTS
    if len(form.text) <= _SHORT and SHADDA not in folded.stored[slice(*folded.span(start, stop))]:
        return front in ("", "و")
    return front in (_VERB_FRONTS if form.front is Front.VERB else _NOUN_FRONTS)


def _end_of_word(folded: Folded, stop: int, form: Form) -> int:
    """Where the written word ends if what follows the form may follow it, else 0."""
    text, end = folded.text, stop
    while end < len(text) and text[end].isalpha():
        end += 1
    behind = text[stop:end]
    if not behind:
        digits = text[stop - 1].isdigit() and text[stop : stop + 1].isdigit()
        return 0 if form.back is Back.ONLY_PRONOUN or digits else end
    pronouns = _OBJECT_PRONOUNS if form.front is Front.VERB else _PRONOUNS
    if form.back is Back.NOTHING or behind not in pronouns:
        return 0
    # ة folds to ه but is no pronoun: ضربة is not ضرب + ه
    return 0 if folded.stored[folded.span(stop, stop + 1)[0]] == "ة" else end
