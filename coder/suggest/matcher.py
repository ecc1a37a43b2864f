"""Finds every listed form in a folded text, whole words only, with proclitics and pronouns left outside.

One pass of an automaton (Aho and Corasick 1975) over all forms, then a look at the letters around each hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import ahocorasick

from coder.suggest.forms import SHADDA, Back, Form, Front
from coder.text.normalize import Folded

_PRONOUNS = frozenset({"ه", "ها", "هم", "هما", "هن", "نا"})
_OBJECT_PRONOUNS = _PRONOUNS | {"ني", "ك", "كم"}
_LONGEST_PROCLITICS, _LONGEST_PRONOUN = 2, 3
_SHORT = 2  # forms of so many letters take only و in front (باب is no August), unless a shadda tells them
_SIGN = re.compile(r"[^\w ]")  # ends a word as a blank does


@dataclass(frozen=True, slots=True)
class Term:
    """What a form stands for: a span kind, an id in the codebook, the listed form."""

    kind: str
    id: str
    listed: str
    doubtful: bool = False  # it has other senses
    part: str = "noun"  # or "verb", for triggers


class Match(NamedTuple):
    """A form found at [start, stop) of the folded text, with all terms of one kind that it stands for."""

    start: int
    stop: int
    kind: str
    terms: tuple[Term, ...]


Groups = Sequence[tuple[str, tuple[Term, ...]]]  # the terms of a form by kind
Entry = tuple[tuple[Form, Term], ...]  # all that one written form stands for
# an entry's form, 1 if it is listed without a blank behind it, whether it is a phrase, its terms alone
_Met = tuple[str, int, bool, Groups]


class Matcher:
    """An automaton over the forms of many terms."""

    def __init__(self, entries: Iterable[tuple[Form, Term]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for entry in entries:
            form, _ = entry
            written = form.text + " " * (form.back is Back.NOTHING)
            others: Entry = self._automaton.get(written, ())
            if entry not in others:
                self._automaton.add_word(written, (*others, entry))
        if self._automaton:
            self._automaton.make_automaton()
        self._known: dict[tuple[int, str, str, bool], Groups] = {}
        self._met: dict[int, _Met] = {}

    def find(self, folded: Folded) -> list[Match]:
        """All matches in a text, in order; of overlapping ones of a kind only the longest."""
        if not self._automaton:
            return []
        text = f" {folded.text} "  # so that each hit has a character before and behind it
        parted = _SIGN.sub(" ", text)
        met = self._met
        found: list[Match] = []
        for last, entry in self._automaton.iter(parted):
            form, back, is_phrase, groups = met.get(id(entry)) or self._meet(entry)
            start, stop = last + back - len(form), last + back
            if parted[start - 1] != " " or parted[stop] != " ":
                groups, stop = self._attached(folded, text, start, stop, entry)
            if is_phrase and not text.startswith(form, start):
                continue  # a sign parts its words
            for kind, terms in groups:
                found.append(Match(start - 1, stop - 1, kind, terms))
        return longest(found)

    def _meet(self, entry: Entry) -> _Met:  # the automaton keeps the entry, and so its id
        form = entry[0][0]
        known = form.text, int(form.back is not Back.NOTHING), " " in form.text, _fitting(entry)
        return self._met.setdefault(id(entry), known)

    def _attached(self, folded: Folded, text: str, start: int, stop: int, entry: Entry) -> tuple[Groups, int]:
        """What a form at [start, stop) of the padded text stands for in its written word; where that ends."""
        begin, end = start, stop
        if not text[start - 1].isalpha() and not text[stop].isalpha():
            parts_number = text[stop].isdigit() and text[stop - 1].isdigit()
            return () if parts_number else self._meet(entry)[-1], stop
        while text[begin - 1].isalpha() and start - begin < _LONGEST_PROCLITICS:
            begin -= 1
        while text[end].isalpha() and end - stop < _LONGEST_PRONOUN:
            end += 1
        if text[begin - 1].isalpha() or text[end].isalpha():
            return (), stop
        # ة folds to ه but is no pronoun: ضربة is not ضرب + ه
        if stop < end and folded.stored[folded.span(stop - 1, stop)[0]] == "ة":
            return (), stop
        is_short = stop - start <= _SHORT
        has_shadda = is_short and SHADDA in folded.stored[slice(*folded.span(start - 1, stop - 1))]
        written = id(entry), text[begin:start], text[stop:end], has_shadda
        groups = self._known.get(written)
        if groups is None:
            groups = self._known[written] = _fitting(entry, *written[1:])
        return groups, end


def _fitting(entry: Entry, front: str = "", behind: str = "", has_shadda: bool = False) -> Groups:
    """The terms of a form with letters written onto it; has_shadda: the form is written with one."""
    found: dict[str, dict[Term, None]] = {}
    for form, term in entry:
        is_short = len(form.text) <= _SHORT and not has_shadda and form.front is not Front.LAM
        proclitics = ("", "و") if is_short else form.front.value
        pronouns = _OBJECT_PRONOUNS if form.front is Front.VERB else _PRONOUNS
        is_whole = behind in pronouns if behind else form.back is not Back.ONLY_PRONOUN
        if front in proclitics and is_whole and not (behind and form.back is Back.NOTHING):
            found.setdefault(term.kind, {})[term] = None
    return [(kind, tuple(terms)) for kind, terms in found.items()]


def longest(matches: Iterable[Match]) -> list[Match]:
    """The matches that no longer one of their kind overlaps, in order; of one stretch one with all terms."""
    of_kind: dict[str, list[Match]] = {}
    for match in matches:
        of_kind.setdefault(match.kind, []).append(match)
    kept: list[Match] = []
    for found in of_kind.values():
        found.sort(key=itemgetter(0, 1, 2))
        first = 0
        while first < len(found):
            end, stop = found[first].stop, first + 1
            while stop < len(found) and found[stop].start < end:  # it touches the ones in front
                end = max(end, found[stop].stop)
                stop += 1
            kept += found[first:stop] if stop == first + 1 else _strongest(found[first:stop])
            first = stop
    return sorted(kept, key=itemgetter(0, 1, 2))


def _strongest(rivals: Sequence[Match]) -> Iterator[Match]:  # the longest first, that leave each other alone
    merged: dict[tuple[int, int], Match] = {}
    for match in rivals:
        same = merged.get(match[:2])
        terms = match.terms if same is None else tuple(dict.fromkeys((*same.terms, *match.terms)))
        merged[match[:2]] = match._replace(terms=terms)
    taken: set[int] = set()
    for match in sorted(merged.values(), key=lambda m: (m.start - m.stop, m.start)):
        # a match no longer than the kept ones overlaps one of them only with its first or last letter
        if match.start not in taken and match.stop - 1 not in taken:
            yield match
            taken.update(range(match.start, match.stop))
