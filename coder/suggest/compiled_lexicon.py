"""Turns a codebook's lexicon into what the rules match with: one automaton over every form of every entry.

Names take the spellings of the press, triggers and weapons are inflected by the rules of `forms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from coder.codebook.lexicon import Trigger
from coder.codebook.schema import Codebook
from coder.suggest.forms import Back, Form, masdar_forms, name_forms, nisba_forms, noun_forms, verb_forms
from coder.suggest.gazetteer import world_terms
from coder.suggest.matcher import Matcher, Term
from coder.suggest.phrase import is_nisba
from coder.suggest.word_lists import words
from coder.text.normalize import fold_key

TRIGGER, ACTOR, PLACE, WEAPON, OBJECT, CLAIM = "trigger", "actor", "place", "weapon", "object", "claim"
PERSON, ORGANISATION = "person", "organisation"
VALUE = "value"
"""Not a span kind: words that tell a field's value; the id of their entry is the field's and the value's."""
GAPPED = "gapped"
"""Not a span kind: the first word of a set phrase whose rest may stand further on (ألقت … باللوم)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A set phrase that other words may part: forms of its first word, then the folded rest."""

    rest: tuple[str, ...]
    type_id: str


@dataclass(frozen=True)
class Vocabulary:
    """A codebook's words, ready to match; built once for each revision."""

    matcher: Matcher
    gaps: dict[str, tuple[Gap, ...]]
    single_triggers: dict[str, Term]
    """triggers of one word: written form → its surest term"""
    weapon_heads: frozenset[str]
    """written forms of the nouns that weapon phrases begin with (قذائف هاون)"""

    def is_act(self, head: str) -> bool:
        """Whether the first word of a phrase is a trigger and no name of arms."""
        return head in self.single_triggers and head not in self.weapon_heads


_built: dict[str, Vocabulary] = {}


def vocabulary(codebook: Codebook) -> Vocabulary:
    """The vocabulary of a codebook revision, built when first asked for."""
    if codebook.digest not in _built:
        _built[codebook.digest] = _build(codebook)
    return _built[codebook.digest]


def _build(codebook: Codebook) -> Vocabulary:
    triggers = list(_triggers(codebook))
    bodies = _bodies() if codebook.kinds_for[ORGANISATION] else ()
    entries = chain(
        _names(codebook), bodies, _weapons(codebook), triggers, _objects(), _claims(), _values(codebook)
    )
    single: dict[str, Term] = {}
    for form, term in sorted(triggers, key=lambda entry: entry[1].doubtful):
        if " " not in form.text:
            single.setdefault(form.text, term)
    return Vocabulary(Matcher(entries), _gaps(codebook), single, _weapon_heads(codebook))


def _weapon_heads(codebook: Codebook) -> frozenset[str]:
    """The nouns that begin a weapon's name and are no verbal noun (قذائف هاون, but not إطلاق نار)."""
    lexicon = codebook.lexicon
    acts = {form.text for t in lexicon.triggers.values() for v in t.verbs for form in masdar_forms(v)}
    phrases = [f.partition(" ") for w in lexicon.weapons for f in (w.name.ar, *w.forms) if " " in f]
    heads = (first for first, _, rest in phrases if not is_nisba(fold_key(rest)))
    return frozenset(form.text for head in heads for form in noun_forms(head)) - acts


def _names(codebook: Codebook) -> Iterator[tuple[Form, Term]]:
    """The actors and places of the lexicon, then countries and cities that it does not list."""
    for kind, group in ((ACTOR, codebook.lexicon.actors), (PLACE, codebook.lexicon.places)):
        for entry in group:
            doubtful = set(entry.ambiguous)
            for listed in entry.forms:
                term = Term(kind, entry.id, listed, listed in doubtful)
                yield from ((form, term) for form in name_forms(listed))
        known = frozenset(fold_key(form) for entry in group for form in entry.forms)
        yield from world_terms(kind, known, countries_only=kind == ACTOR)


def _bodies() -> Iterator[tuple[Form, Term]]:
    """Organisations known the world over, for codebooks with a kind for them."""
    for name in words()["organisations"]["known"]:
        yield from ((form, Term(ORGANISATION, name, name)) for form in name_forms(name))


def _weapons(codebook: Codebook) -> Iterator[tuple[Form, Term]]:
    """Weapons; of a trigger with the adjective of its means (هجمات صاروخية) only the adjective."""
    lexicon = codebook.lexicon
    acts = {fold_key(n.split()[0]) for t in lexicon.triggers.values() for n in t.nouns}
    phrases = [f.partition(" ") for w in lexicon.weapons for f in (w.name.ar, *w.forms) if " " in f]
    acts -= {fold_key(first) for first, _, rest in phrases if not is_nisba(fold_key(rest))}
    for weapon in lexicon.weapons:
        for listed in (weapon.name.ar, *weapon.forms):
            term = Term(WEAPON, weapon.id, listed, listed in weapon.ambiguous)
            first, _, rest = listed.partition(" ")
            if rest and fold_key(first) in acts and is_nisba(fold_key(rest)):
                yield from ((form, term) for form in noun_forms(rest))
                continue
            yield Form(fold_key(listed)), term
            yield from ((form, term) for form in noun_forms(listed))
            if not rest:
                yield from ((form, term) for form in nisba_forms(listed))


def _triggers(codebook: Codebook) -> Iterator[tuple[Form, Term]]:
    for event_type in codebook.leaf_types():
        listed = codebook.lexicon.triggers.get(event_type.triggers)
        if listed is None:
            continue
        for noun in listed.nouns:
            if noun[0] == "ل" and noun[1:] in listed.nouns:
                continue
            term = Term(TRIGGER, event_type.id, noun, noun in listed.ambiguous)
            if " " in noun:
                yield Form(fold_key(noun)), term
            yield from ((form, term) for form in noun_forms(noun))
        for verb in listed.verbs:
            term = Term(TRIGGER, event_type.id, verb, verb in listed.ambiguous)
            yield from ((form, term) for form in masdar_forms(verb))
            yield from ((form, replace(term, part="verb")) for form in _verb_phrase(verb))


def _verb_phrase(verb: str) -> Iterator[Form]:
    """A verb, or a verb inflected in front of the rest of its set phrase."""
    first, _, rest = verb.partition(" ")
    for form in verb_forms(first):
        if not rest:
            yield form
        elif form.back is not Back.ONLY_PRONOUN:
            yield Form(f"{form.text} {fold_key(rest)}", form.front)


def _objects() -> Iterator[tuple[Form, Term]]:
    for value, nouns in words()["objects"].items():
        for noun in nouns:
            yield from ((form, Term(OBJECT, value, noun)) for form in noun_forms(noun))


def _claims() -> Iterator[tuple[Form, Term]]:
    for value, phrases in words()["claims"].items():
        for phrase in phrases:
            yield Form(fold_key(phrase)), Term(CLAIM, value, phrase)


def _values(codebook: Codebook) -> Iterator[tuple[Form, Term]]:
    for field, values in codebook.lexicon.values.items():
        for value, listed in values.items():
            yield from ((form, Term(VALUE, f"{field}:{value}", value)) for form in inflected(listed))


def inflected(listed: Trigger) -> Iterator[Form]:
    """Every form of listed verbs, of their verbal nouns, and of nouns and phrases."""
    for verb in listed.verbs:
        yield from (*_verb_phrase(verb), *masdar_forms(verb))
    for noun in listed.nouns:
        yield from (Form(fold_key(noun)), *noun_forms(noun))


def _gaps(codebook: Codebook) -> dict[str, tuple[Gap, ...]]:
    """Forms of first words → the set phrases they open, for phrases that end in no trigger of their own."""
    triggers = codebook.lexicon.triggers
    nouns = {fold_key(n) for t in triggers.values() for n in t.nouns}
    gaps: dict[str, dict[Gap, None]] = {}
    for event_type in codebook.leaf_types():
        for verb in triggers.get(event_type.triggers, Trigger()).verbs:
            first, *rest = verb.split()
            tail = tuple(map(fold_key, rest))
            if tail and not any(w.removesuffix("ا") in nouns for w in tail):
                for form in verb_forms(first):
                    gaps.setdefault(form.text, {})[Gap(tail, event_type.id)] = None
    return {text: tuple(found) for text, found in gaps.items()}
