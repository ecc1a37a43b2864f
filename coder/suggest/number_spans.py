"""Numbers that count what an event field asks for: incidents, strikes, sites, killed,
injured.

A span covers modifier, number and counted noun; a dual noun is a number by itself. What
is counted follows from the noun, and for persons from what happened to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache
from itertools import chain
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest import amounts
from coder.suggest.amounts import (
    Amount,
    AmountWords,
    collect_amount_words,
    find_amounts,
    with_modifier_behind,
)
from coder.suggest.article_words import Page, Tables
from coder.suggest.casualty_fates import (
    ELSE,
    Casualties,
    find_fate,
    is_denied,
    read_casualty,
    read_forms,
)
from coder.suggest.forms import ARTICLE, noun_forms, verb_forms
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import all_forms, bare, nouns, readings, word_set, words
from coder.text.normalize import fold_key
from coder.values.numbers import Bounds, dual_forms

NUMBER = "number"
FIELDS = {
    "incidents": "incident_count",
    "strikes": "strike_count",
    "sites": "site_count",
    "killed": "killed",
    "injured": "injured",
}
"""What is counted → event field; a candidate's origin is `number:<what is counted>`."""
_HURT = frozenset({"killed", "injured"})
_PERSONS = "persons"
_LISTED = "listed"  # because a pack lists the noun
_DUAL = "dual"
_BEHIND = "numeral behind its noun"
_ONE = "one person"
_DEATH = "death of somebody named"
_DUAL_ENDINGS = ("تين", "تان", "يين", "يان")  # of adjectives (طائرتين مسيّرتين)
_PRONOUNS = ("ها", "هم", "ه")  # on a counted noun (مقراتهم)
_LEFT_BEHIND = 4  # words from خلّف to the one left behind
_TOLL = 6  # words from حصيلة to the number
_PART = 4  # words from بينهم to the second part of what was counted
_SCORE = 0.9
_SCORE_WITHOUT_VALUE = 0.5

_Count: TypeAlias = tuple[Amount, str]
"""An amount with what it counts."""


class Counted(Struct, frozen=True):
    """The words for amounts, for what is counted, and for casualties.

    nouns, duals: written form → what is counted. behind: numeral behind its noun → its
    number.
    """

    numbers: AmountWords
    nouns: Mapping[str, str]
    duals: Mapping[str, str]
    behind: Mapping[str, int]
    casualties: Casualties


def collect_counted(
    lexicon: Lexicon, heads: Sequence[str] = (), units: Sequence[str] = ()
) -> Counted:
    """Return the counting words of a lexicon with those of the general word lists.

    heads, units: nouns of packs. Units are counted also where nobody was killed or
    injured.
    """
    counters = lexicon.numbers.counters
    more = words()["counters"]
    groups = {
        _PERSONS: [*counters.persons, *words()["persons"]],
        "sites": [*counters.sites, *more["sites"]],
        "strikes": [*counters.strikes, *more["strikes"]],
        "incidents": [*counters.incidents, *more["incidents"]],
        **_list_hurt(lexicon),
    }
    others = [noun for each in lexicon.counts.values() for noun in each.persons]
    known = {fold_key(noun) for noun in chain(others, *groups.values())}
    new = [noun for noun in heads if fold_key(noun) not in known]
    groups[_LISTED] = [*new, *units]
    forms: dict[str, str] = {}
    duals: dict[str, str] = {}
    for what, listed in groups.items():
        for noun in listed:
            may_be_person = what == _LISTED and not noun.endswith("ة")
            of_person = may_be_person or what in (_PERSONS, "injured")
            forms |= {form.text: what for form in noun_forms(noun)}
            duals |= dict.fromkeys(dual_forms(noun, of_person=of_person), what)
    numbers = collect_amount_words(lexicon)
    return Counted(
        numbers, forms, duals, _list_behind(numbers), casualty_forms(lexicon)
    )


def casualty_forms(lexicon: Lexicon) -> dict[str, str]:
    """Return every form of the words for casualties → killed or injured."""
    hurt = _list_hurt(lexicon)
    hurt["injured"] += [word for word in words()["hurting"] if " " not in word]
    casualties: dict[str, str] = {}
    for what, listed in hurt.items():
        for word in listed:
            forms = chain(noun_forms(word), verb_forms(word))
            casualties |= {form.text: what for form in forms}
    casualties |= dict.fromkeys(word_set("dying"), "killed")
    two = {word + "ا": what for word, what in casualties.items() if len(word) == 3}
    return casualties | two  # قُتلا


def _list_hurt(lexicon: Lexicon) -> dict[str, list[str]]:
    counters = lexicon.numbers.counters
    return {
        "injured": [word for word in counters.injured_words if " " not in word],
        "killed": [word for word in counters.killed_words if " " not in word],
    }


def _list_behind(numbers: AmountWords) -> dict[str, int]:
    """Return the numerals for one and two, which follow their noun (رجل واحد)."""
    found: dict[str, int] = {}
    for word in numbers.parts - word_set("counting", "one_of"):
        bounds = numbers.read(word)
        if bounds is not None and bounds.most in (1, 2):
            found |= {word: bounds.least, f"{word}ا": bounds.least}
    return found


def openings(known: Counted) -> Tables:
    """Return the words that can begin a count, and numerals that follow their noun."""
    persons = word_set("one_person")
    one = {word + ending for word in persons for ending in ("", "ا", "ي")}
    one |= {ARTICLE + word for word in persons}
    plurals_or_duals = (noun for noun in known.nouns if noun.endswith("ين"))
    return {
        **amounts.openings(known.numbers),
        _DUAL: {*known.duals, *plurals_or_duals},
        _BEHIND: known.behind,
        _ONE: one | word_set("one_more"),
        _DEATH: _deaths(),
    }


@cache
def _deaths() -> Mapping[str, int]:
    """Return noun with the pronoun of who died → number of dead (مقتله، وفاتها)."""
    counting = words()["counting"]
    stems = [fold_key(noun.replace("ة", "ت")) for noun in counting["deaths"]]
    found: dict[str, int] = {}
    for pronoun, count in counting["pronouns"].items():
        found |= {stem + pronoun: count for stem in stems}
    return found


def find_counts(page: Page, known: Counted, dated: Set[int]) -> list[Candidate]:
    """Return the counts of a page in order; dated: words of dates, which count nothing."""
    found = find_amounts(page, known.numbers, dated)
    by_start = {amount.first: amount for amount in found}
    starts = {i for table in (_DUAL, _ONE, _DEATH) for i, _ in page.opened(table)}
    starts |= {i - 1 for i, _ in page.opened(_BEHIND) if i}
    counts: list[_Count] = []
    past = 0
    for index in sorted({*starts - dated, *by_start}):
        if index < past:
            continue
        amount = by_start.get(index)
        if amount is not None:
            count = _with_noun(page, amount, known, counts)
        else:
            count = _count_without_number(page, index, known)
        count = count and _with_fate(page, count, known.casualties)
        if count is not None:
            counts.append(count)
            past = count[0].last + 1
    return [_candidate(page, amount, what) for amount, what in counts]


def _candidate(page: Page, amount: Amount, what: str) -> Candidate:
    score = _SCORE_WITHOUT_VALUE if amount.value is None else _SCORE
    return counted_words(page, amount, f"number:{what}", score)


def counted_words(page: Page, amount: Amount, origin: str, score: float) -> Candidate:
    """Return the candidate that covers the words of an amount, with its value."""
    start = page.words[amount.first].start + amount.skipped
    stop = page.words[amount.last].stop
    return page.candidate(
        NUMBER, start, stop, value=amount.value, origin=origin, score=score
    )


def is_measure(page: Page, amount: Amount) -> bool:
    """Return whether an amount measures time, length, weight or money, or counts times."""
    return follows(page, amount.last) in word_set("counting", "units")


def _with_fate(page: Page, count: _Count, known: Casualties) -> _Count | None:
    """Decide whether counted persons were killed or injured; None if neither."""
    amount, what = count
    if what == _PERSONS:
        fate = find_fate(page, amount.first, amount.last, known)
        if fate is None:
            return None
        what = fate
    if what in _HURT and is_denied(page, amount.first, known):
        return None
    return amount, what


# ---------------------------------------------------------------- amounts with their noun
def _with_noun(
    page: Page, amount: Amount, known: Counted, before: Sequence[_Count]
) -> _Count | None:
    """Add the counted noun to an amount, or find what it counts without one."""
    noun = _find_noun(page, amount, known)
    if noun is None:
        return _without_noun(page, amount, known, before)
    last, what = noun
    front = precedes(page, amount.first)
    if front in word_set("counting", "among"):
        return None
    if what == _PERSONS and _is_joined_part(page, amount):
        return None
    amount = replace(amount, last=_find_end_of_noun(page, last, what, known))
    amount = with_modifier_behind(page, amount, known.numbers)
    if what == _PERSONS and front in word_set("counting", "with_him"):
        amount = _add_one(amount)
    return amount, what


def _find_noun(page: Page, amount: Amount, known: Counted) -> tuple[int, str] | None:
    """Return the index of the noun behind an amount and what it counts."""
    at = amount.last
    is_of = follows(page, at) == "من"
    if is_of:
        at += 1
    text = follows(page, at)
    if not text or text in word_set("counting", "no_nouns"):
        return None
    stems = [text.removesuffix(each) for each in _PRONOUNS if text.endswith(each)]
    for stem in (text, *stems):
        if stem in known.nouns:
            return at + 1, known.nouns[stem]
    if is_of and is_definite(text) and text.endswith("ين"):  # خمسة من المهاجمين
        return at + 1, _PERSONS
    return None


def _find_end_of_noun(page: Page, last: int, what: str, known: Counted) -> int:
    """Return the index of the last word that belongs to a counted noun.

    That is a second noun (مقار ونقاط) or an adjective, itself perhaps with another
    (قذيفة مدفعية وصاروخية).
    """
    text = follows(page, last)
    if text in nouns("counted_adjectives"):
        return last + 1
    if what != _PERSONS and text[:1] == "و" and known.nouns.get(text[1:]) == what:
        return last + 1
    if not is_nisba(text) or page.raw(last + 1).endswith("ى"):  # أخرى
        return last
    joined = follows(page, last + 1)
    if joined[:1] == "و" and is_nisba(joined[1:]):
        return last + 2
    return last + 1


def _is_joined_part(page: Page, amount: Amount) -> bool:
    """Return whether an amount is the second part of others (بينهم 13 طفلاً و8 سيدات)."""
    front = page.words[amount.first].text[: amount.skipped]
    if (front or precedes(page, amount.first)) != "و":
        return False
    before = page.words.between(amount.first - _PART, amount.first)
    if any(word.is_sign for word in before):
        return False
    return any(word.text in word_set("counting", "among") for word in before)


def _add_one(amount: Amount) -> Amount:
    """Add somebody who was named before (ومعه بعض القيادات)."""
    if amount.bounds is None:
        return amount
    least, most, approx = amount.bounds
    most = None if most is None else most + 1
    return replace(amount, bounds=Bounds(least + 1, most, approx))


# ---------------------------------------------------------------- amounts without a noun
def _without_noun(
    page: Page, amount: Amount, known: Counted, before: Sequence[_Count]
) -> _Count | None:
    """Return what an amount without a known noun counts."""
    if is_measure(page, amount):
        return None
    what = (
        _read_casualty_in_front(page, amount, known)
        or _read_their_number(page, amount, known)
        or _read_toll(page, amount, known)
        or _read_joined(page, amount, before)
    )
    if what is None or what == ELSE:
        return None
    if what in _HURT and _has_accusative(page, amount):
        amount = replace(amount, last=amount.last + 1)
    return amount, what


def _read_casualty_in_front(page: Page, amount: Amount, known: Counted) -> str | None:
    """Read what is counted from the word in front (إصابة 15 آخرين)."""
    if not precedes(page, amount.first):
        return None
    return read_casualty(page, amount.first - 1, known.casualties)


def _read_their_number(page: Page, amount: Amount, known: Counted) -> str | None:
    """Read it from the noun in front of "their number" (غارات فاق عددها الـ 15)."""
    texts = page.words.texts[amount.first : amount.last + 1]
    if word_set("counting", "their_number").isdisjoint(texts):
        return None
    near = _read_back(page, amount.first, _LEFT_BEHIND)
    return next((known.nouns[word] for word in near if word in known.nouns), None)


def _read_toll(page: Page, amount: Amount, known: Counted) -> str | None:
    """Read it from the toll that reached the number (ارتفاع حصيلة القتلى إلى 31)."""
    if "الي" not in readings_before(page, amount.first):
        return None
    near = _read_back(page, amount.first, _TOLL)
    if nouns("counting", "tolls").isdisjoint(near):
        return None
    known_near = (word for word in near if word in known.casualties)
    return next((known.casualties[word] for word in known_near), None)


def _read_joined(page: Page, amount: Amount, before: Sequence[_Count]) -> str | None:
    """Take what the amount before counts (لعشر هجمات في العراق وثلاث في سورية)."""
    front = page.words[amount.first].text[: amount.skipped]
    behind = follows(page, amount.last)
    if front[:1] != "و" or behind not in word_set("counting", "behind_joined"):
        return None
    if not before:
        return None
    last, what = before[-1]
    first_sentence = page.words[last.last].sentence
    return what if first_sentence == page.words[amount.first].sentence else None


def _has_accusative(page: Page, amount: Amount) -> bool:
    """Return whether an unknown noun in the accusative follows (مقتل ثلاثين مرتزقاً)."""
    if amount.bounds is None or amount.bounds.least <= 10:
        return False
    text = follows(page, amount.last)
    if len(text) <= 3 or not text.endswith("ا") or text.endswith("وا"):
        return False
    return not is_stop(text) and not is_definite(text)


# ---------------------------------------------------------------- counts without a number
def _count_without_number(page: Page, index: int, known: Counted) -> _Count | None:
    return (
        _count_dual(page, index, known)
        or _count_noun_with_numeral(page, index, known)
        or _count_one(page, index, known)
        or _count_death(page, index)
    )


def _exactly(first: int, last: int, skipped: int, count: int) -> Amount:
    return Amount(first, last, skipped, str(count), Bounds(count, count))


def _count_dual(page: Page, index: int, known: Counted) -> _Count | None:
    """Count a dual noun, with an adjective or numeral that agrees (شرطيين اثنين)."""
    if precedes(page, index) in word_set("counting", "among"):
        return None
    behind = follows(page, index)
    is_agreeing = behind.endswith(_DUAL_ENDINGS) or known.behind.get(behind) == 2
    last = index + 1 if is_agreeing else index
    for skipped, word in readings(page.words[index].text):
        what = known.duals.get(word)
        if what is None and word.endswith("ين") and "\u064eين" in page.raw(index):
            what = known.nouns.get(word[:-2])  # the fatha tells مواطنَين from the plural
        if what is not None:
            return _exactly(index, last, skipped, 2), what
    return None


def _count_noun_with_numeral(page: Page, index: int, known: Counted) -> _Count | None:
    """Count a noun with one or two behind it (مدني واحد)."""
    count = known.behind.get(follows(page, index))
    if count is None or precedes(page, index) in word_set("counting", "among"):
        return None
    for skipped, word in readings(page.words[index].text):
        if word in known.nouns and word not in known.casualties:
            amount = _exactly(index, index + 1, skipped, count)
            amount = with_modifier_behind(page, amount, known.numbers)
            return amount, known.nouns[word]
    return None


def _count_one(page: Page, index: int, known: Counted) -> _Count | None:
    """Count one person behind a word for a casualty (مقتل الجندي وإصابة آخر)."""
    text = page.words[index].text
    person = bare(text)
    persons = word_set("one_person")
    is_pair = person[:-1] in persons and person[-1] in "اي"
    if is_pair and follows(page, index) in word_set("counting", "services"):
        return _exactly(index, index + 1, 0, 2), _PERSONS  # ضابطا شرطة
    is_one = not persons.isdisjoint((person, person.removesuffix("ا")))
    if not is_one and text not in word_set("one_more"):
        return None
    if not precedes(page, index):
        return None
    if person != text and person in word_set("objects", "person_leader"):
        return None  # he is named, and others who died may be told of too
    what = read_casualty(page, index - 1, known.casualties)
    if _is_left_behind(page, index):
        what = known.casualties.get(person.removesuffix("ا"), what)
    if what is None or what == ELSE:
        return None
    return _exactly(index, index, 0, 1), what


def _is_left_behind(page: Page, index: int) -> bool:
    """Return whether a word of falling or leaving stands in front (خلّف قتيلاً)."""
    if not readings_before(page, index).isdisjoint(all_forms("one_fallen")):
        return True
    in_front = _read_back(page, index, _LEFT_BEHIND)
    is_between = "بين" in in_front[:1]  # بين قتيل ومصاب
    return not is_between and not all_forms("left_behind").isdisjoint(in_front)


def _count_death(page: Page, index: int) -> _Count | None:
    """Count those for whom a pronoun stands (أدى إلى مقتلهما)."""
    for skipped, word in readings(page.words[index].text):
        count = _deaths().get(word)
        if count is not None:
            return _exactly(index, index, skipped, count), "killed"
    return None


def _read_back(page: Page, index: int, reach: int) -> list[str]:
    """Return all readings of the words in front, the nearest first."""
    sentence = page.words[index].sentence
    found: list[str] = []
    for word in reversed(page.words.between(index - reach, index)):
        if word.sentence == sentence:
            found += read_forms(word.text)
    return found
