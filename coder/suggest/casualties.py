"""Words that say that persons died or were hurt, with a number or without: مقتل امرأة
وإصابة زوجها.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from coder.codebook.schema import Codebook
from coder.suggest.forms import noun_forms
from coder.suggest.number_spans import FIELDS, casualty_forms
from coder.suggest.word_lists import PRONOUN, bare, readings
from coder.text.normalize import fold_key
from coder.text.segment import Extent, words


class CasualtyWord(NamedTuple):
    """A word at code points [start, end), and the event fields for the persons that it
    tells of.
    """

    start: int
    end: int
    fields: Set[str]


def casualty_words(
    text: str, stretches: Iterable[Extent], codebook: Codebook
) -> Iterator[CasualtyWord]:
    """Yield the words for dead or injured persons in stretches of a text, also where
    they are denied.
    """
    fields_of = codebook.derived(_fields_by_form)
    for first, last in stretches:
        for start, end in words(text[first:last]):
            found = frozenset[str]()
            for form in _possible_forms(fold_key(text[first + start : first + end])):
                found |= fields_of.get(form, frozenset())
            if found:
                yield CasualtyWord(first + start, first + end, found)


def _fields_by_form(codebook: Codebook) -> Mapping[str, frozenset[str]]:
    """Return the written forms of the words for casualties with the event fields that
    they belong to.
    """
    lexicon = codebook.lexicon
    forms = {
        form: frozenset({FIELDS[what]})
        for form, what in casualty_forms(lexicon).items()
    }
    either = frozenset({FIELDS["killed"], FIELDS["injured"]})
    for word in lexicon.numbers.counters.ambiguous_casualty_words:
        for form in noun_forms(word):
            forms.setdefault(form.text, either)
    return forms


def _possible_forms(word: str) -> set[str]:
    """Return a folded word without the proclitics, the article and the pronoun that it
    may have.
    """
    forms = {part for _, rest in readings(word) for part in (rest, bare(rest))}
    return forms | {PRONOUN.sub("", form) for form in forms}
