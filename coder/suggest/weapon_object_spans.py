"""Weapons (means of an act), words of claiming or denying it, and target objects (nouns
for what can be hit).

Objects are extended by the words that identify them, and are proposed only if a trigger
is in the same sentence, as a base that is merely mentioned was not hit. مسيرة without
its shadda means a drone, a march or a course of things, depending on the words around
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache

from coder.model import Candidate
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import CLAIM, OBJECT, WEAPON, Match
from coder.suggest.forms import SHADDA, noun_forms
from coder.suggest.name_spans import Name, covered
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_feminine,
    is_stop,
    last_adjective,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import (
    all_forms,
    bare,
    heads,
    noun_forms_of,
    nouns,
    readings,
    verbs,
    word_set,
    words,
)

MARCH = "marching"
DRONE = "drone"
COURSE = "course"
_VEHICLES = ("no_means", "vehicles")
_STORES = ("no_means", "stores")
# words behind a store of arms within which weapons are its content (مستودع أسلحة وذخائر)
_STORED = 4
_OBJECT_SCORE = 0.7
_WEAPON_SCORE = 0.85
_DOUBTFUL = 0.3
_INSIDE = 4  # words from the first to the last of a weapon with a word inside
_SUBJECT = 3
"""Words between a verb and the vehicle that it hits: دمّر الجيش السوري دبابة."""
_NEAR_POINT = 5
"""Words in front of نقطة among which a copula makes it a predicate."""
_BEHIND = 3
"""Words behind a march among which its adjective stands."""
_IN_FRONT = 6
"""Words in front of a march among which its verb stands."""
_WITH_PRONOUN = tuple(f"مسيرت{pronoun}" for pronoun in ("ه", "ها", "هم", "نا"))


def weapons(
    page: Page, matches: Iterable[Match], media: Set[int], phrases: Mapping[str, str]
) -> Iterator[Candidate]:
    """Yield the weapons of a page, except in stores and names of media (قناة المسيرة),
    and its claims.

    phrases: form of a weapon of several words → its id.
    """
    excluded = set(media)
    for match in matches:
        if match.kind == OBJECT and any(
            t.id in word_set(*_STORES) for t in match.terms
        ):
            extent = page.words_in(match.start, match.stop)
            excluded.update(range(extent[0] + 1, extent[-1] + _STORED))
    past = 0  # the end of a weapon whose words were matched separately
    excluded |= _vehicles_hit(page, matches)
    for match in matches:
        term = min(match.terms, key=lambda t: t.doubtful)
        stop = match.stop
        score = _WEAPON_SCORE - _DOUBTFUL * term.doubtful
        if match.kind == CLAIM:
            yield page.candidate(
                CLAIM, match.start, stop, origin=f"words:{term.id}", score=score
            )
        if match.kind != WEAPON or match.start < past:
            continue
        extent = page.words_in(match.start, stop)
        if not excluded.isdisjoint(extent) or _is_no_means(page, extent[0]):
            continue
        value = term.id
        whole = _with_word_inside(page, extent[0], phrases)
        if whole is not None and len(extent) == 1:
            last, value = whole
            stop = page.words[last].stop
            past = stop
        origin = f"lexicon:{value}"
        yield page.candidate(
            WEAPON, match.start, stop, value=[value], origin=origin, score=score
        )


def _with_word_inside(
    page: Page, first: int, phrases: Mapping[str, str]
) -> tuple[int, str] | None:
    """Return the last word and the id of a weapon of several words that has a word of
    its own inside: طائرة تركية من دون طيار.
    """
    texts = page.words.texts
    for _, head in readings(texts[first]):
        for last in range(first + _INSIDE, first + 1, -1):
            value = phrases.get(" ".join([head, *texts[first + 2 : last + 1]]))
            if value is not None:
                return last, value
    return None


def _is_no_means(
    page: Page, first: int
) -> bool:  # in "ceasefire" or "aircraft carrier" (حاملة طائرات)
    before = page.words.texts[max(0, first - 2) : first]
    is_ceasing = any(
        _readings_of(text) & word_set("no_means", "ceasing") for text in before
    )
    is_for = page.words[first].text[0] == "ل"
    is_served = is_for and bare(precedes(page, first)).removesuffix("ا") in word_set(
        "no_means", "serving"
    )
    return (
        is_ceasing
        or is_served
        or precedes(page, first) in word_set("no_means", "carriers")
    )


def _vehicles_hit(
    page: Page, matches: Iterable[Match]
) -> set[int]:  # indices of words: استهداف دبابة
    vehicles = (
        m for m in matches if m.kind == OBJECT and m.terms[0].id in word_set(*_VEHICLES)
    )
    firsts = (page.words_in(m.start, m.stop)[0] for m in vehicles)
    return {
        i
        for i in firsts
        if readings_before(page, i) & noun_forms_of("no_means", "hit")
        or _is_hit(page, i)
    }


def _is_hit(page: Page, vehicle: int) -> bool:
    """Return whether a vehicle is the object of a verb: its subject is between, or
    differs from it in gender.
    """
    for distance, before in enumerate(
        reversed(page.words[max(0, vehicle - _SUBJECT - 1) : vehicle])
    ):
        is_other = before.is_sign or before.sentence != page.words[vehicle].sentence
        if is_other or page.words[vehicle].text[0] in "وب" or is_stop(before.text):
            return False
        if found := _readings_of(before.text) & verbs("no_means", "hitting"):
            return distance > 0 or not any(map(is_feminine, found))  # ضربت دبابة الحي
    return False


# ---------------------------------------------------------------- target objects
def objects(
    page: Page,
    matches: Sequence[Match],
    actors: Sequence[Name],
    places: Sequence[Name],
    hitting: Set[int],
) -> Iterator[Candidate]:
    """Yield a page's target objects, in order, none inside a place's name.

    Only a site that bears a town's name is both (مدرسة بغداد).

    hitting: indices of the words for acts that can hit an object.
    """
    struck = {page.words[i].sentence for i in hitting}
    namesakes = {place.first: place for place in places if place.within is not None}
    placed = covered(place for place in places if place.within is None)
    owners = {a.first: a for a in actors if not a.skipped}
    weapon_words = {
        i for m in matches if m.kind == WEAPON for i in page.words_in(m.start, m.stop)
    }
    weapon_words -= _vehicles_hit(page, matches)
    for match in matches:
        extent = page.words_in(match.start, match.stop)
        term = match.terms[0]
        first = extent[0]
        last = extent[-1]
        if match.kind != OBJECT or page.words[first].sentence not in struck:
            continue
        if first in placed or (
            first in weapon_words and term.id not in word_set(*_STORES)
        ):
            continue
        if first in owners and owners[first].ids and owners[first].last > last:
            continue  # البيت الأبيض
        if page.words[first].text in heads("actors", "group_heads"):
            continue  # مزارعين are people
        text = page.words[last].text
        if (
            text.endswith(("ه", "ها", "هم"))
            and "مقر" in text
            and (last + 1 in owners or last + 1 in placed)
        ):
            continue  # ومقره لندن: a headquarters given as an address
        if first == last and _is_point(page, first):
            continue
        if first - 2 not in hitting and _is_under_way(page, first, term.listed):
            continue  # but قصف على طريق دمشق
        is_for = page.folded.text.startswith("لم", match.start)
        is_refuge = term.id in word_set("no_means", "refuges")
        if is_refuge and (is_for or precedes(page, first) == "الي"):
            continue  # نقل إلى المستشفى: where the injured were taken
        is_open = not is_definite(page.folded.text[match.start : match.stop])
        if first in namesakes:
            last = namesakes[first].last
        elif is_open and last + 1 in owners and follows(page, last):
            last = owners[last + 1].last  # in construct state
        else:
            last = last_adjective(page, last, definite=not is_open)
            text = follows(page, last)
            is_part = is_open and text in word_set("common")
            last += is_part and text not in word_set("actors", "allegiance")
        stop = page.words[last].stop
        origin = f"words:{term.listed}"
        yield page.candidate(
            OBJECT,
            match.start,
            stop,
            value=[term.id],
            origin=origin,
            score=_OBJECT_SCORE,
        )


def _is_under_way(
    page: Page, at: int, noun: str
) -> bool:  # على طريق دمشق، في طريقها، يستقلون سيارة
    before = readings_before(page, at)
    if noun in words()["under_way"]["ways"]:
        return bool(before & word_set("under_way", "along"))
    return bool(before & all_forms("under_way", "in_vehicles"))


def _is_point(page: Page, at: int) -> bool:  # figurative (نقطة تحول) or a predicate
    word = page.words[at]
    behind = follows(page, at)
    nouns_read = {bare(noun) for noun in _readings_of(word.text)}
    if nouns_read.isdisjoint(word_set("points", "nouns")):
        return False
    if behind in word_set("points", "behind"):
        return True
    before = page.words.between(at - _NEAR_POINT, at)
    near = (w.text for w in before if w.sentence == word.sentence)
    return word.text in word_set("points", "nouns") and any(
        {text, text.removeprefix("و")} & verbs("being") for text in near
    )


# ---------------------------------------------------------------- a drone or a march
def openings() -> Tables:
    """The forms of مسيرة that can mean a march, by table."""
    return {MARCH: {form.text for form in noun_forms("مسيرة")}.union(_WITH_PRONOUN)}


def senses(page: Page) -> dict[int, str]:
    """Index of each form of مسيرة → march, drone, or course of something (مسيرة
    السلام).
    """
    return {index: _sense(page, index) for index, _ in page.opened(MARCH)}


def _sense(page: Page, index: int) -> str:
    behind = follows(page, index)
    is_of_drones = bare(behind) in word_set(
        "marches", "of_drones"
    ) or SHADDA in page.raw(index)
    if is_of_drones or readings_before(page, index) & nouns("marches", "flying"):
        return DRONE  # طائرة مسيرة
    if _is_march(page, index):
        return MARCH
    is_course = behind in word_set("marches", "courses")
    return (
        COURSE if is_course or page.words[index].text.endswith(_WITH_PRONOUN) else DRONE
    )


def _is_march(
    page: Page, index: int
) -> bool:  # by an adjective or purpose behind, or a verb in front
    sentence = page.words[index].sentence
    words = page.words
    for word in words.between(index + 1, index + 1 + _BEHIND):
        if word.is_sign or word.sentence != sentence:
            break
        if bare(word.text) in _adjectives() or _readings_of(word.text) & all_forms(
            "marches", "purposes"
        ):
            return True
    before = [
        w for w in words.between(index - _IN_FRONT, index) if w.sentence == sentence
    ]
    if any(
        _readings_of(word.text) & all_forms("marches", "striking") for word in before
    ):
        return False
    is_place = bool(before) and before[-1].text in ("في", "الي")
    is_object = is_place or words[index].text[0] == "ب"  # شارك … بمسيرة
    for at, word in enumerate(reversed(before)):
        words_read = _readings_of(word.text)
        if words_read & all_forms("marches", "moving"):
            return True
        if words_read & all_forms("marches", "joining") and (at == 0 or is_object):
            return True
    crowds = nouns("marches", "crowds")
    return any(
        not crowds.isdisjoint(_readings_of(words[i].text))
        for i in words.in_sentence(sentence)
    )


def _readings_of(text: str) -> set[str]:
    return {word for _, word in readings(text)}


@cache
def _adjectives() -> Set[str]:
    return {
        stem + end
        for stem in word_set("marches", "adjectives")
        for end in ("", "ه", "ات", "تين", "تان")
    }
