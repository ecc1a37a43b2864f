"""A codebook's lexicon compiled into one automaton that finds every form of every entry
in a folded text.

Only whole words match, with proclitics and enclitic pronouns left outside: one pass of
the automaton (Aho and Corasick 1975), then a check of the letters around each hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

import ahocorasick
from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon, Trigger
from coder.codebook.schema import Codebook
from coder.suggest import forms
from coder.suggest.article_words import non_overlapping
from coder.suggest.forms import (
    SHADDA,
    Back,
    Form,
    Front,
    name_forms,
    noun_forms,
    verb_forms,
)
from coder.suggest.gazetteer import capitals, common_words, world
from coder.suggest.phrase import is_nisba
from coder.suggest.word_lists import words
from coder.text.normalize import Folded, fold_key

TRIGGER = "trigger"
ACTOR = "actor"
PLACE = "place"
WEAPON = "weapon"
OBJECT = "object"
CLAIM = "claim"
PERSON = "person"
ORGANISATION = "organisation"
# not a span kind: words that imply a field's value; their id is "field:value"
VALUE = "value"


class Term(Struct, frozen=True):
    """The denotation of a form: a span kind, an id in the codebook, and the form listed
    there.
    """

    kind: str
    id: str
    listed: str
    doubtful: bool = False  # whether the form has other senses
    # whether the form, a name of the gazetteer, is mostly an ordinary word
    ordinary: bool = False
    part: str = "noun"  # part of speech of a trigger: "noun" or "verb"


class Match(NamedTuple):
    """A form found at [start, stop) of the folded text, with all terms of one kind that
    it denotes.
    """

    start: int
    stop: int
    kind: str
    terms: tuple[Term, ...]


Entries = Iterator[tuple[Term, Iterable[Form]]]
# the rest of a discontinuous set phrase (ألقت … باللوم), folded, and its event type
Gap = tuple[tuple[str, ...], str]


class Vocabulary(Struct, frozen=True):
    """A codebook's words, compiled for matching."""

    matcher: Matcher
    # form of a first word → the set phrases that begin with it
    gaps: Mapping[str, tuple[Gap, ...]]
    # one-word triggers: written form → its least ambiguous term
    single_triggers: Mapping[str, Term]
    # forms of the head nouns of weapon phrases (قذائف هاون) except verbal nouns (إطلاق
    # نار)
    weapon_heads: frozenset[str]
    # written form of a weapon of several words → its id
    weapon_phrases: Mapping[str, str]


def compile_vocabulary(codebook: Codebook) -> Vocabulary:
    """Return the vocabulary of a codebook revision."""
    triggers = [(term, list(written)) for term, written in _triggers(codebook)]
    weapons = [(term, list(written)) for term, written in _weapons(codebook.lexicon)]
    values = [(term, list(written)) for term, written in _values(codebook)]
    own_words: set[str] = set()
    for _, written in [*triggers, *weapons, *values]:
        own_words.update(form.text for form in written)
    single: dict[str, Term] = {}
    for term, written in sorted(triggers, key=lambda entry: entry[0].doubtful):
        for form in written:
            if " " not in form.text:
                single.setdefault(form.text, term)
    entries = chain(
        _names(codebook, own_words), weapons, triggers, _general(codebook), values
    )
    forms_and_terms = ((form, term) for term, written in entries for form in written)
    matcher = Matcher(forms_and_terms)
    phrases = {
        form.text: term.id
        for term, written in weapons
        for form in written
        if " " in form.text
    }
    heads = _forms_of_weapon_heads(codebook)
    return Vocabulary(matcher, _gaps(codebook), single, heads, phrases)


def _forms_of_weapon_heads(codebook: Codebook) -> frozenset[str]:
    found: set[str] = set()
    for head in _weapon_heads(codebook.lexicon):
        found.update(form.text for form in noun_forms(head))
    for trigger in codebook.lexicon.triggers.values():
        for verb in trigger.verbs:
            found.difference_update(form.text for form in forms.masdar_forms(verb))
    return frozenset(found)


def _names(codebook: Codebook, own_words: Set[str]) -> Entries:
    """Yield the codebook's actors and places, then the gazetteer's other names.

    own_words: the folded forms of the codebook's triggers, weapons and values, which
    are ordinary words even where a town bears the same name.
    """
    ordinary = common_words() | own_words
    for kind in (ACTOR, PLACE):
        lexicon = codebook.lexicon
        group = lexicon.actors if kind == ACTOR else lexicon.places
        known: set[str] = set()
        for entry in group:
            for name in entry.forms:
                known.add(fold_key(name))
                term = Term(kind, entry.id, name, name in entry.ambiguous)
                yield term, name_forms(name)
        for place in world().values():
            for name in place.forms:
                key = fold_key(name)
                can_act = place.kind == "country" or key in capitals()
                if key in known or (kind == ACTOR and not can_act):
                    continue
                is_ordinary = key in ordinary
                is_doubtful = kind == ACTOR or is_ordinary or name in place.ambiguous
                term = Term(kind, place.id, name, is_doubtful, is_ordinary)
                yield term, name_forms(name)


def _weapon_heads(lexicon: Lexicon) -> Iterator[str]:
    """Yield the head nouns not followed by an adjective: قذائف هاون."""
    for weapon in lexicon.weapons:
        for listed in (weapon.name.ar, *weapon.forms):
            head, _, rest = listed.partition(" ")
            if rest and not is_nisba(fold_key(rest)):
                yield head


def _weapons(lexicon: Lexicon) -> Entries:
    # if the head noun is a trigger (هجمات صاروخية), only the adjective denotes the
    # weapon
    acts = {fold_key(n.split()[0]) for t in lexicon.triggers.values() for n in t.nouns}
    acts.difference_update(map(fold_key, _weapon_heads(lexicon)))
    for weapon in lexicon.weapons:
        for listed in (weapon.name.ar, *weapon.forms):
            term = Term(WEAPON, weapon.id, listed, listed in weapon.ambiguous)
            first, _, rest = listed.partition(" ")
            if rest and fold_key(first) in acts and is_nisba(fold_key(rest)):
                yield term, noun_forms(rest)
            else:
                adjectives = () if rest else forms.nisba_forms(listed)
                yield (
                    term,
                    chain([Form(fold_key(listed))], noun_forms(listed), adjectives),
                )


def _triggers(codebook: Codebook) -> Entries:
    for event_type in codebook.leaf_types():
        listed = codebook.lexicon.triggers.get(event_type.triggers, Trigger())
        for noun in listed.nouns:
            if noun[0] != "ل" or noun[1:] not in listed.nouns:
                phrase = [Form(fold_key(noun))] if " " in noun else []
                term = Term(TRIGGER, event_type.id, noun, noun in listed.ambiguous)
                yield term, chain(phrase, noun_forms(noun))
        for verb in listed.verbs:
            term = Term(TRIGGER, event_type.id, verb, verb in listed.ambiguous)
            yield term, forms.masdar_forms(verb)
            yield replace(term, part="verb"), _verb_phrase(verb)


def _verb_phrase(verb: str) -> Iterator[Form]:
    """Yield the forms of a verb or of a phrase whose first word is one."""
    first, _, rest = verb.partition(" ")
    for form in verb_forms(first):
        if not rest or form.back is not Back.ONLY_PRONOUN:
            yield Form(f"{form.text} {fold_key(rest)}", form.front) if rest else form


def _general(codebook: Codebook) -> Entries:
    """Yield the program's own words for objects, claims and organisations."""
    for value, nouns in words()["objects"].items():
        for noun in nouns:
            yield Term(OBJECT, value, noun), noun_forms(noun)
    for value, phrases in words()["claims"].items():
        for phrase in phrases:
            yield Term(CLAIM, value, phrase), [Form(fold_key(phrase))]
    if codebook.kinds_for[ORGANISATION]:
        for name in words()["organisations"]["known"]:
            yield Term(ORGANISATION, name, name), name_forms(name)


def _values(codebook: Codebook) -> Entries:
    """Yield the codebook's words for the values of its fields."""
    for field, values in codebook.lexicon.values.items():
        for value, listed in values.items():
            yield Term(VALUE, f"{field}:{value}", value), inflected(listed)


def inflected(listed: Trigger) -> Iterator[Form]:
    """Yield every form of the listed verbs, their verbal nouns, and the listed nouns
    and phrases.
    """
    for verb in listed.verbs:
        yield from (*_verb_phrase(verb), *forms.masdar_forms(verb))
    for noun in listed.nouns:
        yield from (Form(fold_key(noun)), *noun_forms(noun))


def _gaps(codebook: Codebook) -> Mapping[str, tuple[Gap, ...]]:
    triggers = codebook.lexicon.triggers
    nouns = {fold_key(n) for t in triggers.values() for n in t.nouns}
    gaps: dict[str, dict[Gap, None]] = {}
    for event_type in codebook.leaf_types():
        for verb in triggers.get(event_type.triggers, Trigger()).verbs:
            first, *rest = verb.split()
            tail = tuple(map(fold_key, rest))
            # a phrase whose rest contains a trigger is found by that trigger
            if tail and not any(w.removesuffix("ا") in nouns for w in tail):
                for form in verb_forms(first):
                    gaps.setdefault(form.text, {})[tail, event_type.id] = None
    return {text: tuple(phrases) for text, phrases in gaps.items()}


# ---------------------------------------------------------------- matching
_PRONOUNS = frozenset({"ه", "ها", "هم", "هما", "هن", "نا"})
_OBJECT_PRONOUNS = _PRONOUNS | {"ني", "ك", "كم"}
_LONGEST_PROCLITICS = 2
_LONGEST_PRONOUN = 3
# forms this short take only the proclitic و, unless written with a shadda (باب is not ب
# + August)
_SHORT = 2
_SIGN = re.compile(r"[^\w ]")  # ends a word like a blank

Groups = Sequence[tuple[str, tuple[Term, ...]]]  # the terms of a form by kind
Entry = tuple[tuple[Form, Term], ...]  # everything that one written form denotes
# an entry's form, 1 if it is stored without a final blank, whether it is a phrase, its
# terms without clitics
_Details = tuple[str, int, bool, Groups]


class Matcher:
    """An automaton over the forms of many terms."""

    def __init__(self, entries: Iterable[tuple[Form, Term]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for form, term in entries:
            written = form.text + " " * (form.back is Back.NOTHING)
            others: Entry = self._automaton.get(written, ())
            if (form, term) not in others:
                self._automaton.add_word(written, (*others, (form, term)))
        if self._automaton:
            self._automaton.make_automaton()
        self._known: dict[tuple[int, str, str, bool], Groups] = {}
        self._details: dict[int, _Details] = {}

    def find(self, folded: Folded) -> list[Match]:
        """Return all matches in a text, in order; of overlapping ones of a kind only
        the longest.
        """
        if not self._automaton:
            return []
        text = f" {folded.text} "  # so that every hit has a character on both sides
        unsigned = _SIGN.sub(" ", text)
        details = self._details
        matches: list[Match] = []
        for last, entry in self._automaton.iter(unsigned):
            form, back, is_phrase, groups = details.get(id(entry)) or self._details_of(
                entry
            )
            stop = last + back
            start = stop - len(form)
            if unsigned[start - 1] != " " or unsigned[stop] != " ":
                groups, stop = self._attached(folded, text, start, stop, entry)
            if is_phrase and not text.startswith(form, start):
                continue  # a sign stands between its words
            for kind, terms in groups:
                matches.append(Match(start - 1, stop - 1, kind, terms))
        return longest(matches)

    def _details_of(
        self, entry: Entry
    ) -> _Details:  # the id stays valid as the automaton holds the entry
        form = entry[0][0]
        details = (
            form.text,
            int(form.back is not Back.NOTHING),
            " " in form.text,
            _fitting(entry),
        )
        return self._details.setdefault(id(entry), details)

    def _attached(
        self, folded: Folded, text: str, start: int, stop: int, entry: Entry
    ) -> tuple[Groups, int]:
        """Return what a form at [start, stop) of the padded text denotes with its
        clitics, and the match's end.
        """
        begin = start
        end = stop
        if not text[start - 1].isalpha() and not text[stop].isalpha():
            splits_number = text[stop].isdigit() and text[stop - 1].isdigit()
            return () if splits_number else self._details_of(entry)[-1], stop
        while text[begin - 1].isalpha() and start - begin < _LONGEST_PROCLITICS:
            begin -= 1
        while text[end].isalpha() and end - stop < _LONGEST_PRONOUN:
            end += 1
        if text[begin - 1].isalpha() or text[end].isalpha():
            return (), stop
        # ة folds to ه but is not a pronoun: ضربة is not ضرب + ه
        if stop < end and folded.stored[folded.span(stop - 1, stop)[0]] == "ة":
            return (), stop
        has_shadda = False
        if stop - start <= _SHORT:
            written = slice(*folded.span(start - 1, stop - 1))
            has_shadda = SHADDA in folded.stored[written]
        front = text[begin:start]
        behind = text[stop:end]
        key = (id(entry), front, behind, has_shadda)
        groups = self._known.get(key)
        if groups is None:
            groups = _fitting(entry, front, behind, has_shadda)
            self._known[key] = groups
        return groups, end


def _fitting(
    entry: Entry, front: str = "", behind: str = "", has_shadda: bool = False
) -> Groups:
    """Return the terms of an entry that take the clitics in front and behind."""
    by_kind: dict[str, dict[Term, None]] = {}
    for form, term in entry:
        is_short = len(form.text) <= _SHORT and not has_shadda
        takes_only_waw = is_short and form.front is not Front.LAM
        proclitics = ("", "و") if takes_only_waw else form.front.value
        pronouns = _OBJECT_PRONOUNS if form.front is Front.VERB else _PRONOUNS
        if behind:
            fits_behind = behind in pronouns and form.back is not Back.NOTHING
        else:
            fits_behind = form.back is not Back.ONLY_PRONOUN
        if front in proclitics and fits_behind:
            by_kind.setdefault(term.kind, {})[term] = None
    return [(kind, tuple(terms)) for kind, terms in by_kind.items()]


def longest(matches: Iterable[Match]) -> list[Match]:
    """Return the matches not overlapped by a longer one of their kind, in order, those
    of one stretch merged.
    """
    kept: list[Match] = []
    touching: list[Match] = []  # a run of matches, each overlapping an earlier one
    end = 0
    for match in sorted(matches, key=itemgetter(2, 0, 1)):
        if touching and (match.start >= end or match.kind != touching[0].kind):
            kept += touching if len(touching) == 1 else _strongest(touching)
            touching = []
            end = 0
        touching.append(match)
        end = max(end, match.stop)
    kept += _strongest(touching)
    return sorted(kept, key=itemgetter(0, 1, 2))


def _strongest(rivals: Sequence[Match]) -> Iterator[Match]:
    """Yield the matches that overlap no longer one, those of one stretch merged."""
    merged: dict[tuple[int, int], Match] = {}
    for match in rivals:
        stretch = match[:2]
        same = merged.get(stretch)
        if same is not None:
            terms = dict.fromkeys((*same.terms, *match.terms))
            match = match._replace(terms=tuple(terms))
        merged[stretch] = match
    longest_first = sorted(merged.values(), key=lambda m: (m.start - m.stop, m.start))
    return non_overlapping(longest_first)
