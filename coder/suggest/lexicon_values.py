"""Words that imply a field's value, and counts of persons, as listed in a codebook's
lexicon.

A word listed under `values` is proposed as a span of the kinds linked to its field,
with the implied value. A count of persons listed under `counts` belongs to the field
whose verbs or nouns stand beside it (اعتقلت 30 متظاهراً), or else to the field without
such words, for those present (آلاف المتظاهرين).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Candidate
from coder.suggest.amounts import (
    Amount,
    AmountWords,
    find_amounts,
    with_modifier_behind,
)
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import TRIGGER, VALUE, Match, inflected
from coder.suggest.forms import noun_forms
from coder.suggest.number_spans import counted_words, is_measure
from coder.suggest.phrase import follows

_SCORE = 0.75
_BEFELL = "befell"
_ORIGIN = "count:"
_REACH = 6  # words between an act and the count of persons affected by it


class Counts(Struct, frozen=True):
    """Field → forms of the nouns for the persons it counts, and of the words for acts
    done to them.
    """

    persons: Mapping[str, Set[str]]
    befell: Mapping[str, Set[str]]


def counts_of(lexicon: Lexicon) -> Counts:
    """The counts of persons listed in a lexicon."""
    entries = lexicon.counts.items()
    persons = {
        name: {form.text for noun in c.persons for form in noun_forms(noun)}
        for name, c in entries
    }
    befell = {
        name: {form.text for form in inflected(c)}
        for name, c in entries
        if c.verbs or c.nouns
    }
    return Counts(persons, befell)


def openings(known: Counts) -> Tables:
    """The words for acts done to persons."""
    return {_BEFELL: frozenset().union(*known.befell.values())} if known.befell else {}


# ---------------------------------------------------------------- candidates
def value_candidates(
    page: Page, matches: Iterable[Match], codebook: Codebook
) -> Iterator[Candidate]:
    """Yield the words of a page that imply a field's value, once per span kind linked
    to the field.
    """
    for match in matches:
        for term_id in {term.id for term in match.terms} if match.kind == VALUE else ():
            field, _, value = term_id.partition(":")
            stretch = (match.start, match.stop)
            origin = f"words:{term_id}"
            for kind in (
                k.id
                for k in codebook.span_kinds
                if field in k.fields and k.id != TRIGGER
            ):
                yield page.candidate(
                    kind, *stretch, value=[value], origin=origin, score=_SCORE
                )


def person_counts(
    page: Page, known: Counts, words: AmountWords, acts: Set[int], taken: Set[int]
) -> Iterator[Candidate]:
    """Yield the counts of persons. acts: indices of triggers; taken: of words in dates
    and other counts.
    """
    if not known.persons:
        return
    for amount in find_amounts(page, words, taken):
        if amount.value is None:
            continue
        if not taken.isdisjoint(range(amount.first, amount.last + 1)):
            continue
        counted = _with_persons(page, amount, known, words)
        is_of_act = amount.first - 1 in acts and not is_measure(page, amount)
        if counted is None and is_of_act:
            counted = amount  # احتشد عشرات الآلاف
        field = _field(page, counted, known) if counted is not None else ""
        if counted is not None and field:
            yield counted_words(page, counted, f"{_ORIGIN}{field}", _SCORE)


def _with_persons(
    page: Page, amount: Amount, known: Counts, words: AmountWords
) -> Amount | None:
    """Add the persons that an amount counts (آلاف المتظاهرين، العشرات من سكان)."""
    last = amount.last
    if follows(page, last) == "من":
        last += 1
    noun = follows(page, last)
    if not any(noun in listed for listed in known.persons.values()):
        return None
    return with_modifier_behind(page, replace(amount, last=last + 1), words)


def _field(
    page: Page, counted: Amount, known: Counts
) -> str:  # by the act beside the count
    begin = page.words.in_sentence(page.words[counted.first].sentence).start
    within = range(max(begin, counted.first - _REACH), counted.first)
    near = {
        word
        for at, word_readings in page.opened(_BEFELL)
        if at in within
        for _, word in word_readings
    }
    by_act = next((name for name, forms in known.befell.items() if near & forms), "")
    return by_act or next(
        (name for name in known.persons if name not in known.befell), ""
    )
