"""Numbers that count what an event field asks for: incidents, strikes, sites, killed,
injured.

A span covers modifier, number and counted noun; a dual noun is a number by itself. What
is counted follows from the noun, and for persons from the nearest word for death or
injury unless it is negated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import chain
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.article_words import Page, Tables
from coder.suggest.forms import ARTICLE, noun_forms, verb_forms
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.quantity import (
    QUANTITIES,
    NumberWords,
    Quantity,
    number_openings,
    number_words,
    quantity_at,
    with_trailing_modifier,
)
from coder.suggest.word_lists import all_forms, bare, nouns, readings, word_set, words
from coder.text.normalize import fold_key
from coder.values.numbers import dual_forms

NUMBER = "number"
DUAL, BEHIND, ONE, DEATH = (
    "dual",
    "numeral behind its noun",
    "one person",
    "death of somebody named",
)
LISTED = "listed"  # counted because a pack lists the noun
# what is counted → event field; the origin of the candidates is `number:<what is
# counted>`
FIELDS = {
    "incidents": "incident_count",
    "strikes": "strike_count",
    "sites": "site_count",
    "killed": "killed",
    "injured": "injured",
}
_BEHIND = {
    "واحد": 1,
    "واحده": 1,
    "اثنين": 2,
    "اثنان": 2,
    "اثنتين": 2,
    "اثنتان": 2,
}  # behind a noun
_WHOSE = {
    "ه": 1,
    "ها": 1,
    "هما": 2,
}  # enclitic pronoun of a word for death → number of persons (مقتلهما)
_DUAL_ENDS = (
    "تين",
    "تان",
    "يين",
    "يان",
    "اثنين",
    "اثنان",
)  # of agreeing words (طائرتين مسيّرتين)
_REACH_BACK, _REACH_ON = (
    12,
    8,
)  # words searched before and after counted persons for what happened to them
# words searched back for other acts done to persons, and for the negation of casualties
_OTHERS_BACK = 6
_LEFT, _TOLL = 4, 6  # words from خلّف to the one left behind, from حصيلة to the number
_PART = 4  # words from بينهم to the second part of what was counted
_DENIED = 4  # scope of a negation of nouns, in words
_ELSE = "else"  # the fate of persons who were neither killed nor injured
Casualties: TypeAlias = Mapping[
    str, str
]  # every form of the words for casualties → killed or injured
_Count: TypeAlias = tuple[Quantity, str]  # a quantity with what it counts


class Counted(Struct, frozen=True):
    """The number words, countable nouns (written form → what is counted) and words for
    casualties.
    """

    numbers: NumberWords
    nouns: Mapping[str, str]
    duals: Mapping[str, str]
    casualties: Casualties


def counted(
    lexicon: Lexicon, heads: Sequence[str] = (), units: Sequence[str] = ()
) -> Counted:
    """The counting words of a lexicon combined with the general word lists.

    heads, units: nouns of packs. Numbers of units count also where nobody was killed
    or injured.
    """
    counters, more = lexicon.numbers.counters, words()["counters"]
    groups = {
        "persons": (*counters.persons, *words()["persons"]),
        "sites": (*counters.sites, *more["sites"]),
        "strikes": (*counters.strikes, *more["strikes"]),
        "incidents": (*counters.incidents, *more["incidents"]),
        **_hurt(lexicon),
    }
    others = [noun for each in lexicon.counts.values() for noun in each.persons]
    known = {fold_key(noun) for noun in chain(others, *groups.values())}
    new = [noun for noun in heads if fold_key(noun) not in known]
    groups[LISTED] = (*new, *units)
    nouns: dict[str, str] = {}
    duals: dict[str, str] = {}
    for what, listed in groups.items():
        for noun in listed:
            nouns |= {form.text: what for form in noun_forms(noun)}
            may_be_person = what == LISTED and not noun.endswith("ة")
            of_person = may_be_person or what in ("persons", "injured")
            duals |= dict.fromkeys(dual_forms(noun, of_person=of_person), what)
    return Counted(number_words(lexicon), nouns, duals, casualty_forms(lexicon))


def casualty_forms(lexicon: Lexicon) -> dict[str, str]:
    """Every form of the words for casualties → killed or injured."""
    hurt = _hurt(lexicon)
    hurt["injured"] += [word for word in words()["hurting"] if " " not in word]
    casualties = {
        form.text: what
        for what, words_listed in hurt.items()
        for word in words_listed
        for form in (*noun_forms(word), *verb_forms(word))
    }
    casualties |= dict.fromkeys(word_set("dying"), "killed")
    return casualties | {
        word + "ا": what for word, what in casualties.items() if len(word) == 3
    }  # قُتلا


def _hurt(lexicon: Lexicon) -> dict[str, list[str]]:
    counters = lexicon.numbers.counters
    return {
        "injured": [word for word in counters.injured_words if " " not in word],
        "killed": [word for word in counters.killed_words if " " not in word],
    }


def openings(known: Counted) -> Tables:
    """The words that can begin a count, and numerals that follow their noun."""
    behind = (word + ending for word in _BEHIND for ending in ("", "ا"))
    persons = {
        f"{word}{ending}"
        for word in word_set("one_person")
        for ending in ("", "ا", "ي")
    }
    persons |= {ARTICLE + word for word in word_set("one_person")}
    duals = {*known.duals, *(noun for noun in known.nouns if noun.endswith("ين"))}
    tables = {
        DUAL: duals,
        BEHIND: behind,
        ONE: persons | word_set("one_more"),
        DEATH: _deaths(),
    }
    return {**number_openings(known.numbers), **tables}


@cache
def _deaths() -> Mapping[
    str, int
]:  # noun with the pronoun of who died → number of dead (مقتله، وفاتها)
    stems = (fold_key(noun.replace("ة", "ت")) for noun in words()["counting"]["deaths"])
    return {
        stem + pronoun: count for stem in stems for pronoun, count in _WHOSE.items()
    }


def numbers(page: Page, known: Counted, dated: Set[int]) -> list[Candidate]:
    """The counts of a page, in order; dated: indices of words in dates, which contain
    no counts.
    """
    counts: list[_Count] = []
    starts = {
        i for table in (*QUANTITIES, DUAL, ONE, DEATH) for i, _ in page.opened(table)
    }
    starts |= {i - 1 for i, _ in page.opened(BEHIND) if i}
    past = 0
    for index in sorted(starts - dated):
        count = _count_at(page, index, known, counts) if index >= past else None
        is_hurt = count is not None and count[1] in ("killed", "injured")
        if count and not (
            is_hurt and _is_denied(page, count[0].first, known.casualties)
        ):
            counts.append(count)
            past = count[0].last + 1
    return [
        counted_words(
            page, quantity, f"number:{what}", 0.5 if quantity.value is None else 0.9
        )
        for quantity, what in counts
    ]


def counted_words(
    page: Page, quantity: Quantity, origin: str, score: float
) -> Candidate:
    """The candidate that covers the words of a quantity, with its value."""
    start, stop = (
        page.words[quantity.first].start + quantity.skipped,
        page.words[quantity.last].stop,
    )
    return page.candidate(
        NUMBER, start, stop, value=quantity.value, origin=origin, score=score
    )


def is_measure(page: Page, quantity: Quantity) -> bool:
    """Whether a quantity measures time, length, weight or money, or is a number of
    times.
    """
    return follows(page, quantity.last) in word_set("counting", "units")


# ---------------------------------------------------------------- counts
def _count_at(
    page: Page, index: int, known: Counted, before: Sequence[_Count]
) -> _Count | None:
    if (
        index
        and page.words[index - 1].text in "-:"
        and page.words[index - 1].stop == page.words[index].start
    ):
        return None  # part of a designation (إف-15) or of a time of day (09:15)
    if quantity := quantity_at(page, index, known.numbers):
        count = _with_noun(page, quantity, known, before)
    else:
        count = (
            _dual_at(page, index, known)
            or _one_at(page, index, known)
            or _death_at(page, index)
        )
    if count is None or count[1] != "persons":
        return count
    what = _fate(page, count[0].first, count[0].last, known.casualties)
    return (count[0], what) if what else None


def _with_noun(
    page: Page, quantity: Quantity, known: Counted, before: Sequence[_Count]
) -> _Count | None:
    noun, front = _noun_behind(page, quantity, known), precedes(page, quantity.first)
    if noun is None:
        what = _bare_count(page, quantity, known, before)
        is_hurt = what in ("killed", "injured") and _counts_accusative(page, quantity)
        return (replace(quantity, last=quantity.last + is_hurt), what) if what else None
    last, what = noun
    if front in word_set("counting", "among") or (
        what == "persons" and _is_joined_part(page, quantity)
    ):
        return None
    quantity = replace(quantity, last=_last_of_noun(page, last, what, known))
    quantity = with_trailing_modifier(page, quantity, known.numbers)
    if (
        what == "persons"
        and front in word_set("counting", "with_him")
        and quantity.least is not None
    ):
        most = None if quantity.most is None else quantity.most + 1
        quantity = replace(quantity, least=quantity.least + 1, most=most)
    return quantity, what


def _counts_accusative(page: Page, quantity: Quantity) -> bool:  # مقتل ثلاثين مرتزقاً
    text, is_large = follows(page, quantity.last), (quantity.least or 0) > 10
    is_accusative = (
        len(text) > 3 and text.endswith("ا") and not text.endswith("وا")
    )  # not سقطوا
    return is_large and is_accusative and not (is_stop(text) or is_definite(text))


def _is_joined_part(page: Page, quantity: Quantity) -> bool:  # بينهم 13 طفلاً و8 سيدات
    before = page.words.between(quantity.first - _PART, quantity.first)
    front = page.words[quantity.first].text[: quantity.skipped] or precedes(
        page, quantity.first
    )
    if front != "و" or any(word.is_sign for word in before):
        return False
    return not word_set("counting", "among").isdisjoint(word.text for word in before)


def _dual_at(
    page: Page, index: int, known: Counted
) -> _Count | None:  # or a noun with واحد behind it
    following = follows(page, index)
    if precedes(page, index) in word_set("counting", "among"):
        return None
    for skipped, word in readings(page.words[index].text):
        # the fatha tells مواطنَين from the plural
        is_marked = word.endswith("ين") and "\u064eين" in page.raw(index)
        if what := known.duals.get(word) or (
            known.nouns.get(word[:-2]) if is_marked else None
        ):
            last = index + following.endswith(_DUAL_ENDS)
            return Quantity(index, last, skipped, 2, 2), what
        count = _BEHIND.get(following.removesuffix("ا"))
        if word in known.nouns and count and word not in known.casualties:
            quantity = Quantity(index, index + 1, skipped, count, count)
            return with_trailing_modifier(page, quantity, known.numbers), known.nouns[
                word
            ]
    return None


def _one_at(
    page: Page, index: int, known: Counted
) -> _Count | None:  # مقتل الجندي وإصابة آخر
    text = bare(page.words[index].text)
    is_pair = text[:-1] in word_set("one_person") and text[-1] in "اي"
    if is_pair and follows(page, index) in word_set("counting", "services"):
        return Quantity(index, index + 1, 0, 2, 2), "persons"  # ضابطا شرطة are two
    is_one = not word_set("one_person").isdisjoint((text, text.removesuffix("ا")))
    is_one = is_one or page.words[index].text in word_set("one_more")
    if not is_one or not precedes(page, index):
        return None
    if text != page.words[index].text and text in word_set("objects", "person_leader"):
        # a definite leader is identified, and others who died may be mentioned too
        return None
    what = _casualty(page, index - 1, known.casualties)
    in_front = _read_back(page, index, _LEFT)
    is_left = "بين" not in in_front[:1] and not all_forms("left_behind").isdisjoint(
        in_front
    )
    if is_left or not readings_before(page, index).isdisjoint(all_forms("one_fallen")):
        what = known.casualties.get(text.removesuffix("ا"), what)
    return (Quantity(index, index, 0, 1, 1), what) if what and what != _ELSE else None


def _death_at(page: Page, index: int) -> _Count | None:  # أدى إلى مقتلهما
    for skipped, word in readings(page.words[index].text):
        if count := _deaths().get(word):
            return Quantity(index, index, skipped, count, count), "killed"
    return None


def _noun_behind(
    page: Page, quantity: Quantity, known: Counted
) -> tuple[int, str] | None:
    at, text = quantity.last, follows(page, quantity.last)
    if text == "من":
        at, text = at + 1, follows(page, at + 1)
    if not text or text == "بجروح":
        return None  # in إصابة 10 بجروح the word is no counted noun
    stems = (
        text,
        *(text.removesuffix(p) for p in ("ها", "هم", "ه") if text.endswith(p)),
    )  # مقراتهم
    found = next(
        ((at + 1, known.nouns[stem]) for stem in stems if stem in known.nouns), None
    )
    is_group = (
        at > quantity.last and is_definite(text) and text.endswith("ين")
    )  # خمسة من المهاجمين
    return found or ((at + 1, "persons") if is_group else None)


def _last_of_noun(
    page: Page, last: int, what: str, known: Counted
) -> int:  # مقار ونقاط، عسكريا أمريكيا
    text = follows(page, last)
    is_joined = (
        text[:1] == "و" and known.nouns.get(text[1:]) == what and what != "persons"
    )
    if is_joined or text in nouns("counted_adjectives"):
        return last + 1
    if is_nisba(text) and not page.raw(last + 1).endswith("ى"):
        joined = follows(page, last + 1)
        return (
            last + 1 + (joined[:1] == "و" and is_nisba(joined[1:]))
        )  # قذيفة مدفعية وصاروخية
    return last


def _bare_count(
    page: Page, quantity: Quantity, known: Counted, before: Sequence[_Count]
) -> str | None:
    """What a number without a noun counts, according to the word in front or the
    previous number.
    """
    if is_measure(page, quantity):
        return None
    if precedes(page, quantity.first) and (
        what := _casualty(page, quantity.first - 1, known.casualties)
    ):
        return what if what != _ELSE else None
    if page.words[min(quantity.first + 1, quantity.last)].text.startswith("عدد"):
        near = _read_back(page, quantity.first, 4)  # غارات … فاق عددها الـ 15
        return next((known.nouns[word] for word in near if word in known.nouns), None)
    if "الي" in readings_before(page, quantity.first):
        near = _read_back(page, quantity.first, _TOLL)
        if not nouns("counting", "tolls").isdisjoint(
            near
        ):  # ارتفاع حصيلة القتلى إلى 31
            return next(
                (known.casualties[word] for word in near if word in known.casualties),
                None,
            )
    joined = page.words[quantity.first].text[0] == "و" and quantity.skipped
    if (
        joined
        and before
        and follows(page, quantity.last) in ("في", "من", "اخري", "اخرين")
    ):
        last, what = before[-1]
        if page.words[last.last].sentence == page.words[quantity.first].sentence:
            return what
    return None


# ---------------------------------------------------------------- what happened to counted persons
def _fate(
    page: Page, first: int, last: int, known: Casualties
) -> str | None:  # killed, injured or neither
    texts, within = page.words.texts, page.words.in_sentence(page.words[first].sentence)
    ignored = word_set("casualties", "not_of_counted_in_front")
    other_acts = all_forms("casualties", "others_befell")  # اعتقلت الشرطة ثلاثين شخصاً
    back = range(first - 1, max(within.start - 1, first - 1 - _REACH_BACK), -1)
    on = (
        i
        for i in range(last + 1, min(within.stop, last + 1 + _REACH_ON))
        if texts[i] not in ignored
    )
    for index in chain(back, on):
        what, is_near = _casualty(page, index, known), first - index <= _OTHERS_BACK
        if what or (is_near and not other_acts.isdisjoint(_read(texts[index]))):
            return None if what == _ELSE else what
    return None


def _casualty(
    page: Page, index: int, known: Casualties
) -> str | None:  # _ELSE if it is denied
    text = page.words[index].text
    what = next((known[w] for _, w in readings(text) if w in known), None)
    return _ELSE if what and _is_denied(page, index, known) else what


def _is_denied(
    page: Page, index: int, known: Casualties
) -> bool:  # لم يسقط أي قتيل، دون وقوع إصابات
    sentence = page.words[index].sentence
    for at in range(index - 1, max(-1, index - 2 - _OTHERS_BACK), -1):
        word = page.words[at]
        if (
            word.is_sign
            or word.sentence != sentence
            or word.text in word_set("negations", "ends")
        ):
            return False
        between = page.words.texts[at + 1 : index + 1]
        for _, text in readings(word.text):
            next_readings = set(_read(between[0]))
            if text in word_set("negations", "of_verbs"):
                hurt_or_fell = known.keys() | all_forms("negations", "falling")
                return bool(next_readings & hurt_or_fell) and all(
                    w[0] != "و" for w in between
                )
            if text in word_set("negations", "of_being"):
                return bool(
                    next_readings & known.keys()
                    or next_readings & word_set("negations", "being")
                )
            if text in word_set("negations", "of_nouns") or text in all_forms(
                "negations", "denying"
            ):
                return len(between) <= _DENIED
    return False


def _read_back(page: Page, index: int, reach: int) -> list[str]:
    """All readings of the words in front, the nearest first, with and without their
    article.
    """
    words_back = page.words[max(0, index - reach) : index][::-1]
    return [
        text
        for word in words_back
        if word.sentence == page.words[index].sentence
        for text in _read(word.text)
    ]


def _read(text: str) -> Iterator[str]:
    return (part for _, word in readings(text) for part in (word, bare(word)))
