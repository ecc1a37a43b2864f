"""Words that tell a field's value, and counts of persons, as a codebook's lexicon lists them.

A word of `values` is offered as a span of the kinds that serve its field, with the value it tells. A count of
the persons of `counts` is one of those whom the words beside it befell (اعتقلت 30 متظاهراً), or else of those
who were there (آلاف المتظاهرين).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Candidate
from coder.suggest.article_words import Page, Tables
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import TRIGGER, VALUE, Match, inflected
from coder.suggest.forms import noun_forms
from coder.suggest.number_spans import counted_words, is_measure
from coder.suggest.phrase import follows
from coder.suggest.quantity import QUANTITIES, NumberWords, Quantity, quantity_at, with_trailing_modifier

_SCORE, _BEFELL, _ORIGIN = 0.75, "befell", "count:"
_REACH = 6  # words between a count of persons and the act that befell them


@dataclass(frozen=True)
class Counts:
    """Fields by the persons whom they count, and by the words for what befell these, in every form."""

    persons: Mapping[str, Set[str]]
    befell: Mapping[str, Set[str]]


def counts_of(lexicon: Lexicon) -> Counts:
    """The counts of persons that a lexicon asks for."""
    listed = lexicon.counts.items()
    persons = {name: {form.text for noun in c.persons for form in noun_forms(noun)} for name, c in listed}
    befell = {name: {form.text for form in inflected(c)} for name, c in listed if c.verbs or c.nouns}
    return Counts(persons, befell)


def openings(known: Counts) -> Tables:
    """The words that tell what befell persons."""
    return {_BEFELL: frozenset().union(*known.befell.values())} if known.befell else {}


# ---------------------------------------------------------------- candidates
def told_values(page: Page, matches: Iterable[Match], codebook: Codebook) -> Iterator[Candidate]:
    """The words of a page that tell a field's value, for each span kind that serves the field."""
    for match in matches:
        for told in {term.id for term in match.terms} if match.kind == VALUE else ():
            field, _, value = told.partition(":")
            at, origin = (match.start, match.stop), f"words:{told}"
            for kind in (k.id for k in codebook.span_kinds if field in k.fields and k.id != TRIGGER):
                yield page.candidate(kind, *at, value=[value], origin=origin, score=_SCORE)


def person_counts(
    page: Page, known: Counts, words: NumberWords, acts: Set[int], taken: Set[int]
) -> Iterator[Candidate]:
    """The counts of persons of a page. acts: words that are triggers; taken: of dates and other counts."""
    reached = -1
    begins = {i for table in QUANTITIES for i, _ in page.opened(table)} if known.persons else set()
    for index in sorted(begins - taken):
        quantity = quantity_at(page, index, words) if index > reached else None
        if quantity is None or quantity.value is None:
            continue
        if not taken.isdisjoint(range(quantity.first, quantity.last + 1)):
            continue
        counted = _with_persons(page, quantity, known, words)
        if counted is None and quantity.first - 1 in acts and not is_measure(page, quantity):
            counted = quantity  # احتشد عشرات الآلاف
        if counted is not None and (field := _field(page, counted, known)):
            reached = counted.last
            yield counted_words(page, counted, f"{_ORIGIN}{field}", _SCORE)


def _with_persons(page: Page, quantity: Quantity, known: Counts, words: NumberWords) -> Quantity | None:
    last, text = quantity.last, follows(page, quantity.last)
    if text == "من":
        last, text = last + 1, follows(page, last + 1)
    is_person = any(text in listed for listed in known.persons.values())  # آلاف المتظاهرين، العشرات من سكان
    return with_trailing_modifier(page, replace(quantity, last=last + 1), words) if is_person else None


def _field(page: Page, counted: Quantity, known: Counts) -> str:  # by what befell them, or who took part
    begin = page.words.in_sentence(page.words[counted.first].sentence).start
    within = range(max(begin, counted.first - _REACH), counted.first)
    near = {word for at, read in page.opened(_BEFELL) if at in within for _, word in read}
    befallen = next((name for name, forms in known.befell.items() if near & forms), "")
    return befallen or next((name for name in known.persons if name not in known.befell), "")


# ---------------------------------------------------------------- proposals
def told_of(clause: Clause, later: Sequence[Candidate], codebook: Codebook) -> dict[str, list[Candidate]]:
    """What the words of the trigger's sentence, or of one behind it without an act, tell of the fields."""
    here = [*clause.sentence.here, *later]
    found: dict[str, list[Candidate]] = {}
    for name in codebook.lexicon.values:
        told = [c for c in here if c.origin.startswith(f"words:{name}:")]
        once = {str(c.value): c for c in reversed(told)}
        found[name] = sorted(once.values(), key=lambda c: c.start)
    for name in codebook.lexicon.counts:
        counted = [c for c in here if c.origin == f"{_ORIGIN}{name}"]
        found[name] = [c for c in counted if clause.is_own(c)][:1] or counted[:1]
    return {name: candidates for name, candidates in found.items() if candidates}
