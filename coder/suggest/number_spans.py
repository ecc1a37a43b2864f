"""Numbers that count what an event asks for: a span covers modifier, number and counted
noun; a dual noun is a number by itself.

What is counted follows from the noun, or else from the nearest word for an act that is
counted, as the `counts` of the packs list them. A number that counts nothing asked for,
or what is said not to have happened, is no candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.pack_schema import Words
from coder.codebook.schema import Codebook
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
from coder.suggest.forms import ARTICLE, noun_forms
from coder.suggest.packs_in_use import CountWords, asked_counts, packs_of
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import (
    all_forms,
    bare,
    nouns,
    read_forms,
    read_stems,
    readings,
    word_set,
    words,
)
from coder.text.normalize import fold_key
from coder.values.numbers import Bounds, dual_forms

NUMBER = "number"
COUNTED = "number:"
"""In front of the slot in a number's origin."""
_DUAL = "dual"
_BEHIND = "numeral behind its noun"
_ONE = "one person"
_WITH_PRONOUN = "noun with the pronoun of whom it befell"
_DUAL_ENDINGS = ("تين", "تان", "يين", "يان")  # of adjectives (طائرتين مسيّرتين)
_PRONOUNS = ("ها", "هم", "ه")  # on a counted noun (مقراتهم)
_IN_FRONT = 12  # words between a word for an act and the number that it counts
_BEHIND_NUMBER = 8  # the same behind the number
_LEFT_BEHIND = 4  # words from خلّف to the one left behind
_THEIR = 4  # words from a noun to "their number"
_TOLL = 6  # words from حصيلة to the number
_PART = 4  # words from بينهم to the second part of what was counted
_DENIED = 6  # words that a negation reaches
_SCORE = 0.9
_SCORE_WITHOUT_VALUE = 0.5


class Counted(Struct, frozen=True):
    """The words for amounts, for what is counted, and for counted acts.

    nouns: forms of all nouns behind numbers. persons: forms of those for people. duals:
    written forms that mean two. behind: numeral behind its noun → its number.
    with_pronoun: noun with the pronoun of whom it befell (مقتلهما) → its slot and how
    many. asked: slots that the codebook's acts have. acts: forms of all words for
    counted acts.
    """

    numbers: AmountWords
    counts: Sequence[CountWords]
    nouns: Set[str]
    persons: Set[str]
    duals: Set[str]
    behind: Mapping[str, int]
    with_pronoun: Mapping[str, tuple[str, int]]
    asked: Set[str]
    acts: Set[str]


class _Count(Struct, frozen=True):
    """An amount with the noun that it counts, empty if that is not said.

    slot: what is counted, if that is known without looking around.
    """

    amount: Amount
    noun: str = ""
    slot: str = ""


def collect_counted(codebook: Codebook) -> Counted:
    """Return the counting words of a codebook's lexicon and packs."""
    packs = codebook.derived(packs_of)
    counters = codebook.lexicon.numbers.counters
    persons = [*counters.persons, *words()["persons"]]
    heads: list[str] = []
    duals = {dual for noun in persons for dual in dual_forms(noun, of_person=True)}
    for count in packs.pack.counts:
        befalls_persons = count.acts != Words()
        for noun in (*count.heads.nouns, *count.units.nouns):
            heads.append(noun)
            duals.update(dual_forms(noun, of_person=befalls_persons))
    numbers = collect_amount_words(codebook.lexicon)
    return Counted(
        numbers,
        packs.counts,
        _forms_of([*heads, *persons]),
        _forms_of(persons),
        duals,
        _list_behind(numbers),
        _list_with_pronoun(codebook),
        asked_counts(codebook),
        frozenset[str]().union(*(count.acts for count in packs.counts)),
    )


def _forms_of(listed: Iterable[str]) -> frozenset[str]:
    return frozenset(form.text for noun in listed for form in noun_forms(noun))


def _list_behind(numbers: AmountWords) -> dict[str, int]:
    """Return the numerals for one and two, which follow their noun (رجل واحد)."""
    found: dict[str, int] = {}
    for word in numbers.parts - word_set("counting", "one_of"):
        bounds = numbers.read(word)
        if bounds is not None and bounds.most in (1, 2):
            found |= {word: bounds.least, f"{word}ا": bounds.least}
    return found


def _list_with_pronoun(codebook: Codebook) -> dict[str, tuple[str, int]]:
    """Return the nouns for acts with the pronoun of one or two persons (مقتله)."""
    found: dict[str, tuple[str, int]] = {}
    for count in codebook.derived(packs_of).pack.counts:
        for noun in count.acts.nouns:
            stem = fold_key(noun.replace("ة", "ت"))
            for pronoun, number in words()["counting"]["pronouns"].items():
                found[stem + pronoun] = (count.slot, number)
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
        _WITH_PRONOUN: known.with_pronoun,
    }


def find_counts(page: Page, known: Counted, dated: Set[int]) -> list[Candidate]:
    """Return the counts of a page in order; dated: words of dates, which count nothing."""
    found = find_amounts(page, known.numbers, dated)
    by_start = {amount.first: amount for amount in found}
    starts = {
        i for table in (_DUAL, _ONE, _WITH_PRONOUN) for i, _ in page.opened(table)
    }
    starts |= {i - 1 for i, _ in page.opened(_BEHIND) if i}
    counts: list[tuple[_Count, str]] = []
    past = 0
    for index in sorted({*starts - dated, *by_start}):
        if index < past:
            continue
        amount = by_start.get(index)
        if amount is not None:
            count = _with_noun(page, amount, known)
        else:
            count = _count_without_number(page, index, known)
        if count is None:
            continue
        slot = count.slot or _slot_of(page, count, known)
        slot = slot or _slot_of_joined(page, count, counts)
        if slot in known.asked and not _is_denied(page, count.amount.first, known):
            counts.append((count, slot))
            past = count.amount.last + 1
    return [_candidate(page, count.amount, slot) for count, slot in counts]


def _candidate(page: Page, amount: Amount, slot: str) -> Candidate:
    score = _SCORE_WITHOUT_VALUE if amount.value is None else _SCORE
    start = page.words[amount.first].start + amount.skipped
    stop = page.words[amount.last].stop
    origin = f"{COUNTED}{slot}"
    return page.candidate(
        NUMBER, start, stop, value=amount.value, origin=origin, score=score
    )


# ---------------------------------------------------------------- what is counted
def _slot_of(page: Page, count: _Count, known: Counted) -> str:
    """Return what is counted: by the noun, else by the nearest word for an act, else by
    a count that needs no act; empty for nothing.
    """
    for each in known.counts:
        if count.noun in each.heads:
            return each.slot
    fitting = [
        each
        for each in known.counts
        if not count.noun or not each.units or count.noun in each.units
    ]
    slot = _slot_of_nearest_act(page, count, fitting, known)
    if slot or not count.noun:
        return slot
    without_act = (each.slot for each in fitting if each.units and not each.acts)
    return next(without_act, "")


def _slot_of_nearest_act(
    page: Page, count: _Count, fitting: Sequence[CountWords], known: Counted
) -> str:
    """Return the slot of the act whose word is nearest, those in front first.

    A number without a noun leaves the act to a number that stands nearer: قتل 3 و5.
    """
    sentence = page.words.in_sentence(page.words[count.amount.first].sentence)
    first = max(sentence.start, count.amount.first - _IN_FRONT)
    stop = min(sentence.stop, count.amount.last + 1 + _BEHIND_NUMBER)
    in_front = range(count.amount.first - 1, first - 1, -1)
    for index in (*in_front, *range(count.amount.last + 1, stop)):
        here = _acts_at(page, index)
        is_digits = page.words[index].text[0].isdigit()
        is_number = is_digits or not here.isdisjoint(known.numbers.parts)
        if is_number and not count.noun:
            return ""
        for each in fitting:
            if not each.acts.isdisjoint(here):
                return each.slot
    return ""


def _acts_at(page: Page, index: int) -> Set[str]:
    """Return the ways to read a word, also with the next one (القبض على)."""
    forms = read_stems(page.words[index].text)  # لقي 8 جنود مصرعهم
    forms |= {form.removesuffix("ا") for form in forms}  # قُتلا
    behind = follows(page, index)
    return forms | {f"{form} {behind}" for form in forms}


def _slot_of_joined(
    page: Page, count: _Count, before: Sequence[tuple[_Count, str]]
) -> str:
    """Return what the amount before counts (لعشر هجمات في العراق وثلاث في سورية)."""
    amount = count.amount
    front = page.words[amount.first].text[: amount.skipped]
    behind = follows(page, amount.last)
    if front[:1] != "و" or behind not in word_set("counting", "behind_joined"):
        return ""
    if count.noun or not before:
        return ""
    last, slot = before[-1]
    sentence_before = page.words[last.amount.last].sentence
    return slot if sentence_before == page.words[amount.first].sentence else ""


def _is_denied(page: Page, index: int, known: Counted) -> bool:
    """Return whether a negation in front denies what is counted (لم يسقط أي قتيل)."""
    sentence = page.words[index].sentence
    ends = word_set("negations", "ends")
    for at in range(index - 1, max(-1, index - 1 - _DENIED), -1):
        word = page.words[at]
        forms = set(read_forms(word.text))
        if word.is_sign or word.sentence != sentence or not forms.isdisjoint(ends):
            return False
        if _denies_nouns(forms):
            return True
        if not forms.isdisjoint(word_set("negations", "of_verbs")):
            return _denies_verb(page, at, index, known)
        if not forms.isdisjoint(word_set("negations", "of_being")):
            return _denies_being(page, at, known)
    return False


def _denies_nouns(forms: Set[str]) -> bool:
    """Return whether a word denies all nouns behind it: دون سقوط قتلى، نفى مقتل جنود."""
    denying = all_forms("negations", "denying")
    return not forms.isdisjoint(word_set("negations", "of_nouns") | denying)


def _denies_verb(page: Page, negation: int, index: int, known: Counted) -> bool:
    """Return whether لم denies a verb of falling or of a counted act, and no other
    clause begins before the number.
    """
    between = page.words.texts[negation + 1 : index]
    if any(text[0] == "و" for text in between):
        return False
    behind = set(read_forms(follows(page, negation)))
    falling = all_forms("negations", "falling")
    return not behind.isdisjoint(known.acts | falling)


def _denies_being(page: Page, negation: int, known: Counted) -> bool:
    """Return whether ليس denies that there is somebody: ليس هناك قتيل."""
    behind = set(read_forms(follows(page, negation)))
    return not behind.isdisjoint(known.acts | word_set("negations", "being"))


# ---------------------------------------------------------------- amounts with their noun
def _with_noun(page: Page, amount: Amount, known: Counted) -> _Count | None:
    """Add the counted noun to an amount.

    None if it counts a part of what was counted before (بينهم طفلان), measures, counts
    the noun in front (مناطق عدة), or repeats how many there were (الجنود الثلاثة).
    """
    front = precedes(page, amount.first)
    if front in word_set("counting", "among"):
        return None
    found = _find_noun(page, amount, known)
    if found is not None:
        last, noun = found
        is_head = any(noun in each.heads for each in known.counts)
        is_person = noun in known.persons and not is_head
        if is_person and _is_joined_part(page, amount):
            return None
        amount = replace(amount, last=_find_end_of_noun(page, last, noun, known))
        amount = with_modifier_behind(page, amount, known.numbers)
        if is_person and front in word_set("counting", "with_him"):
            amount = _add_one(amount)
        return _Count(amount, noun)
    is_adjective = page.words[amount.last].text in word_set("counting", "adjectives")
    if is_measure(page, amount) or is_adjective:
        return None
    noun = _their_noun(page, amount, known) or _noun_of_toll(page, amount, known)
    if not noun and is_definite(front) and is_definite(page.words[amount.first].text):
        return None  # الجنود الثلاثة
    if not noun and _has_accusative(page, amount):
        amount = replace(amount, last=amount.last + 1)
    return _Count(amount, noun)


def _find_noun(page: Page, amount: Amount, known: Counted) -> tuple[int, str] | None:
    """Return the index of the noun behind an amount, and the noun."""
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
            return at + 1, stem
    if is_of and is_definite(text) and text.endswith("ين"):  # خمسة من المهاجمين
        return at + 1, text
    return None


def _find_end_of_noun(page: Page, last: int, noun: str, known: Counted) -> int:
    """Return the index of the last word that belongs to a counted noun.

    That is a second noun (مقار ونقاط) or an adjective, itself perhaps with another
    (قذيفة مدفعية وصاروخية).
    """
    text = follows(page, last)
    if text in nouns("counted_adjectives"):
        return last + 1
    if text.startswith("و"):
        joined = text[1:]
        if any(noun in each.heads and joined in each.heads for each in known.counts):
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


def is_measure(page: Page, amount: Amount) -> bool:
    """Return whether an amount measures time, length, weight or money, or counts times."""
    return follows(page, amount.last) in word_set("counting", "units")


# ---------------------------------------------------------------- amounts without a noun
def _their_noun(page: Page, amount: Amount, known: Counted) -> str:
    """Return the noun in front of "their number" (غارات فاق عددها الـ 15)."""
    texts = page.words.texts[amount.first : amount.last + 1]
    if word_set("counting", "their_number").isdisjoint(texts):
        return ""
    near = _read_back(page, amount.first, _THEIR)
    return next((word for word in near if word in known.nouns), "")


def _noun_of_toll(page: Page, amount: Amount, known: Counted) -> str:
    """Return the noun of a toll that reached a number (ارتفاع حصيلة القتلى إلى 31)."""
    if "الي" not in readings_before(page, amount.first):
        return ""
    near = _read_back(page, amount.first, _TOLL)
    if nouns("counting", "tolls").isdisjoint(near):
        return ""
    return next((word for word in near if word in known.nouns), "")


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
        or _count_pair_of_service(page, index)
        or _count_one(page, index, known)
        or _count_with_pronoun(page, index, known)
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
    is_vocalised = "\u064eين" in page.raw(index)  # مواطنَين is no plural
    for skipped, word in readings(page.words[index].text):
        stem = word.removesuffix("ين")
        if word in known.duals:
            return _Count(_exactly(index, last, skipped, 2), word)
        if is_vocalised and stem != word and stem in known.nouns:
            return _Count(_exactly(index, last, skipped, 2), stem)
    return None


def _count_noun_with_numeral(page: Page, index: int, known: Counted) -> _Count | None:
    """Count a noun with one or two behind it (مدني واحد)."""
    count = known.behind.get(follows(page, index))
    if count is None or precedes(page, index) in word_set("counting", "among"):
        return None
    for skipped, word in readings(page.words[index].text):
        if word in known.nouns and word not in known.acts:  # not إصابة اثنين
            amount = _exactly(index, index + 1, skipped, count)
            amount = with_modifier_behind(page, amount, known.numbers)
            return _Count(amount, word)
    return None


def _count_pair_of_service(page: Page, index: int) -> _Count | None:
    """Count two men of a service, whose noun has lost its ن: ضابطا شرطة."""
    person = bare(page.words[index].text)
    is_pair = person[-1] in "اي" and person[:-1] in word_set("one_person")
    if not is_pair or follows(page, index) not in word_set("counting", "services"):
        return None
    return _Count(_exactly(index, index + 1, 0, 2), person[:-1])


def _count_one(page: Page, index: int, known: Counted) -> _Count | None:
    """Count one person whom an act left behind (خلّف قتيلاً), or who stands right
    behind a word for a counted act, which then tells the slot (مقتل الجندي).
    """
    text = page.words[index].text
    persons = word_set("one_person")
    noun = bare(text).removesuffix("ا")
    is_one = noun in persons or bare(text) in persons
    if not (is_one or text in word_set("one_more")) or not precedes(page, index):
        return None
    amount = _exactly(index, index, 0, 1)
    if _is_left_behind(page, index):
        return _Count(amount, noun)
    return _Count(amount) if known.acts & _acts_at(page, index - 1) else None


def _is_left_behind(page: Page, index: int) -> bool:
    """Return whether a word of falling or leaving stands in front (خلّف قتيلاً)."""
    if not readings_before(page, index).isdisjoint(all_forms("one_fallen")):
        return True
    in_front = _read_back(page, index, _LEFT_BEHIND)
    is_between = "بين" in in_front[:1]  # بين قتيل ومصاب
    return not is_between and not all_forms("left_behind").isdisjoint(in_front)


def _count_with_pronoun(page: Page, index: int, known: Counted) -> _Count | None:
    """Count those for whom a pronoun stands (أدى إلى مقتلهما), unless it was only
    attempted (محاولة اغتياله).
    """
    if precedes(page, index) in word_set("counting", "attempts"):
        return None
    for skipped, word in readings(page.words[index].text):
        if word in known.with_pronoun:
            slot, count = known.with_pronoun[word]
            return _Count(_exactly(index, index, skipped, count), word, slot)
    return None


def _read_back(page: Page, index: int, reach: int) -> list[str]:
    """Return all readings of the words in front, the nearest first."""
    sentence = page.words[index].sentence
    found: list[str] = []
    for word in reversed(page.words.between(index - reach, index)):
        if word.sentence == sentence:
            found += read_forms(word.text)
    return found
