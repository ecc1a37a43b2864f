"""Turns a codebook's lexicon into what the rules match with: one automaton over every form of every entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from coder.codebook.lexicon_schema import Lexicon, Trigger
from coder.codebook.schema import Codebook
from coder.suggest.forms import Back, Form, masdar_forms, name_forms, nisba_forms, noun_forms, verb_forms
from coder.suggest.gazetteer import world
from coder.suggest.matcher import Matcher, Term
from coder.suggest.phrase import is_nisba
from coder.suggest.word_lists import words
from coder.text.normalize import fold_key

TRIGGER, ACTOR, PLACE, WEAPON, OBJECT, CLAIM = "trigger", "actor", "place", "weapon", "object", "claim"
PERSON, ORGANISATION = "person", "organisation"
VALUE = "value"  # no span kind: words that tell a value; their id is the field's and the value's

Entries = Iterator[tuple[Term, Iterable[Form]]]


class Gap(NamedTuple):
    """The rest of a set phrase that other words may part (ألقت … باللوم), folded, and its event type."""

    rest: tuple[str, ...]
    type_id: str


@dataclass(frozen=True)
class Vocabulary:
    """A codebook's words, ready to match."""

    matcher: Matcher
    # forms of first words → the set phrases they open, those that end in a trigger of its own left out
    gaps: Mapping[str, tuple[Gap, ...]]
    single_triggers: Mapping[str, Term]  # triggers of one word: written form → its surest term
    # forms of the nouns that weapon phrases begin with (قذائف هاون), verbal nouns left out (إطلاق نار)
    weapon_heads: frozenset[str]


def vocabulary(codebook: Codebook) -> Vocabulary:
    """The vocabulary of a codebook revision."""
    triggers = [(term, list(forms)) for term, forms in _triggers(codebook)]
    single: dict[str, Term] = {}
    for term, forms in sorted(triggers, key=lambda entry: entry[0].doubtful):
        for form in forms:
            if " " not in form.text:
                single.setdefault(form.text, term)
    listed = chain(_names(codebook), _weapons(codebook.lexicon), triggers, _general(codebook))
    entries = ((form, term) for term, forms in listed for form in forms)
    verbs = (verb for listed in codebook.lexicon.triggers.values() for verb in listed.verbs)
    masdars = {form.text for verb in verbs for form in masdar_forms(verb)}
    heads = {form.text for head in _weapon_heads(codebook.lexicon) for form in noun_forms(head)}
    return Vocabulary(Matcher(entries), _gaps(codebook), single, frozenset(heads - masdars))


def _names(codebook: Codebook) -> Entries:  # then countries and cities that it does not list
    for kind, group in ((ACTOR, codebook.lexicon.actors), (PLACE, codebook.lexicon.places)):
        for entry in group:
            for name in entry.forms:
                yield Term(kind, entry.id, name, name in entry.ambiguous), name_forms(name)
        known = {fold_key(form) for entry in group for form in entry.forms}
        for place in world().values():
            for name in place.forms if kind == PLACE or place.kind == "country" else ():
                if fold_key(name) not in known:
                    is_doubtful = kind == ACTOR or name in place.ambiguous
                    yield Term(kind, place.id, name, is_doubtful), name_forms(name)


def _weapon_heads(lexicon: Lexicon) -> Iterator[str]:  # with no adjective behind them (قذائف هاون)
    for listed in (form for weapon in lexicon.weapons for form in (weapon.name.ar, *weapon.forms)):
        head, _, rest = listed.partition(" ")
        if rest and not is_nisba(fold_key(rest)):
            yield head


def _weapons(lexicon: Lexicon) -> Entries:
    """Weapons; of a trigger with the adjective of its means (هجمات صاروخية) only the adjective."""
    acts = {fold_key(n.split()[0]) for t in lexicon.triggers.values() for n in t.nouns}
    acts.difference_update(map(fold_key, _weapon_heads(lexicon)))
    for weapon in lexicon.weapons:
        for listed in (weapon.name.ar, *weapon.forms):
            term = Term(WEAPON, weapon.id, listed, listed in weapon.ambiguous)
            first, _, rest = listed.partition(" ")
            if rest and fold_key(first) in acts and is_nisba(fold_key(rest)):
                yield term, noun_forms(rest)
            else:
                adjectives = () if rest else nisba_forms(listed)
                yield term, chain([Form(fold_key(listed))], noun_forms(listed), adjectives)


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
            yield term, masdar_forms(verb)
            yield replace(term, part="verb"), _verb_phrase(verb)


def _verb_phrase(verb: str) -> Iterator[Form]:  # inflected in front of its rest
    first, _, rest = verb.partition(" ")
    for form in verb_forms(first):
        if not rest:
            yield form
        elif form.back is not Back.ONLY_PRONOUN:
            yield Form(f"{form.text} {fold_key(rest)}", form.front)


def _general(codebook: Codebook) -> Entries:
    """Objects, claims, organisations known the world over if there is a kind for them, words for values."""
    for value, nouns in words()["objects"].items():
        yield from ((Term(OBJECT, value, noun), noun_forms(noun)) for noun in nouns)
    for value, phrases in words()["claims"].items():
        yield from ((Term(CLAIM, value, phrase), [Form(fold_key(phrase))]) for phrase in phrases)
    for name in words()["organisations"]["known"] if codebook.kinds_for[ORGANISATION] else ():
        yield Term(ORGANISATION, name, name), name_forms(name)
    for field, values in codebook.lexicon.values.items():
        yield from ((Term(VALUE, f"{field}:{v}", v), inflected(listed)) for v, listed in values.items())


def inflected(listed: Trigger) -> Iterator[Form]:
    """Every form of listed verbs, of their verbal nouns, and of nouns and phrases."""
    for verb in listed.verbs:
        yield from (*_verb_phrase(verb), *masdar_forms(verb))
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
            if tail and not any(w.removesuffix("ا") in nouns for w in tail):
                for form in verb_forms(first):
                    gaps.setdefault(form.text, {})[Gap(tail, event_type.id)] = None
    return {text: tuple(found) for text, found in gaps.items()}
