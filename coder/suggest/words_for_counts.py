"""Words that tell of what a count asks for, with a number or without: مقتل امرأة وإصابة
زوجها.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from coder.codebook.schema import Codebook
from coder.suggest.field_proposals import field_of_slot
from coder.suggest.forms import noun_forms
from coder.suggest.packs_in_use import packs_of
from coder.suggest.word_lists import read_stems
from coder.text.normalize import fold_key
from coder.text.segment import Extent, words


class CountedWord(NamedTuple):
    """A word at code points [start, end), and the event fields for what it tells of."""

    start: int
    end: int
    fields: Set[str]


def words_for_counts(
    text: str, stretches: Iterable[Extent], codebook: Codebook
) -> Iterator[CountedWord]:
    """Yield the words for counted acts and for whom they befell in stretches of a text,
    also where they are denied: قتل، جريح.
    """
    fields_of = codebook.derived(_fields_by_form)
    for first, last in stretches:
        for start, end in words(text[first:last]):
            found = frozenset[str]()
            for form in read_stems(fold_key(text[first + start : first + end])):
                found |= fields_of.get(form, frozenset())
            if found:
                yield CountedWord(first + start, first + end, found)


def _fields_by_form(codebook: Codebook) -> Mapping[str, frozenset[str]]:
    """Return the written forms of the words of counts with acts → their fields.

    Words that can mean dead or hurt (ضحايا) tell of all that have nouns of their own.
    """
    found: dict[str, frozenset[str]] = {}
    either = frozenset[str]()
    for count in codebook.derived(packs_of).counts:
        field = field_of_slot(count.slot, codebook)
        if field and count.acts:
            either |= {field} if count.heads else set()
            for form in count.acts | count.heads:
                found[form] = found.get(form, frozenset()) | {field}
    for word in codebook.lexicon.numbers.counters.ambiguous_casualty_words:
        for noun in noun_forms(word):
            found.setdefault(noun.text, either)
    return found
