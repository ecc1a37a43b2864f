"""Weapons, the means of an act; words that claim or deny it; target objects, nouns for what it can hit.

Objects grow to the phrase that says whose or which, and are offered where a trigger stands in the same
sentence: a base that is only mentioned was not hit. مسيرة without its shadda is a drone, a march or a course
of things; what stands with it tells which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache

from coder.model import Candidate
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import CLAIM, OBJECT, WEAPON, Match
from coder.suggest.forms import SHADDA, noun_forms
from coder.suggest.name_spans import Name, covered, nation_adjectives
from coder.suggest.phrase import follows, is_definite, last_adjective, precedes, readings_before
from coder.suggest.word_lists import all_forms, bare, heads, nouns, readings, verbs, word_set

MARCH, DRONE, COURSE = "march", "drone", "course"
_STORE = "weapons_store"  # the object whose weapons are what was hit and not the means
_STORED = 4  # words of such a store within which weapons are what it holds (مستودع أسلحة وذخائر)
_OBJECT_SCORE, _WEAPON_SCORE, _DOUBTFUL = 0.7, 0.85, 0.3
_AIRCRAFT, _UAV = "aircraft", "uav_armed"
_UNMANNED = re.compile("(?:ال)?مسيره?|(?:من )?دون طيار|بدون طيار|بلا طيار")
_NEAR_POINT = 5  # words in front of نقطة within which a verb says that something was one
_BEHIND, _IN_FRONT = 3, 6  # words within which an adjective of marches stands behind, a verb of them in front
_WITH_PRONOUN = tuple(f"مسيرت{pronoun}" for pronoun in ("ه", "ها", "هم", "نا"))


def weapons(page: Page, matches: Iterable[Match], media: Set[int]) -> Iterator[Candidate]:
    """The weapons of a page, none in a store, and its claims; media: words of their names (قناة المسيرة)."""
    stored = set(media)
    for match in matches:
        if match.kind == OBJECT and any(t.id == _STORE for t in match.terms):
            covered = page.words_in(match.start, match.stop)
            stored.update(range(covered[0] + 1, covered[-1] + _STORED))
    reached = 0  # behind a weapon of words that matched apart
    for match in matches:
        term, stop = min(match.terms, key=lambda t: t.doubtful), match.stop
        score = _WEAPON_SCORE - _DOUBTFUL * term.doubtful
        if match.kind == CLAIM:
            yield page.candidate(CLAIM, match.start, stop, origin=f"words:{term.id}", score=score)
        if match.kind != WEAPON or match.start < reached:
            continue
        covered = page.words_in(match.start, stop)
        if not stored.isdisjoint(covered) or _is_no_means(page, covered[0]):
            continue
        value = term.id
        if value == _AIRCRAFT and (last := _last_of_drone(page, covered[-1])):
            value, stop = _UAV, page.words[last].stop
            reached = stop
        origin = f"lexicon:{value}"
        yield page.candidate(WEAPON, match.start, stop, value=[value], origin=origin, score=score)


def _last_of_drone(page: Page, last: int) -> int | None:  # طائرة تركية من دون طيار
    if follows(page, last) not in nation_adjectives():
        return None
    ends = range(last + 2, last + 5)
    fits = (end for end in ends if _UNMANNED.fullmatch(" ".join(page.words.texts[last + 2 : end + 1])))
    return next(fits, None)


def _is_no_means(page: Page, first: int) -> bool:  # the fire of a ceasefire, or carried (حاملة طائرات)
    ahead = page.words.texts[max(0, first - 2) : first]
    is_ceasing = any(word in word_set("no_means", "ceasing") for text in ahead for _, word in readings(text))
    return is_ceasing or precedes(page, first) in word_set("no_means", "carriers")


# ---------------------------------------------------------------- target objects
def objects(
    page: Page, matches: Sequence[Match], actors: Sequence[Name], places: Sequence[Name], triggers: Set[int]
) -> Iterator[Candidate]:
    """The target objects of a page, in order, none inside a place's name; triggers: indices of words."""
    told, placed = {page.words[i].sentence for i in triggers}, covered(places)
    owners = {a.first: a for a in actors if not a.skipped}
    armed = {i for m in matches if m.kind == WEAPON for i in page.words_in(m.start, m.stop)}
    for match in matches:
        extent, term = page.words_in(match.start, match.stop), match.terms[0]
        first, last = extent[0], extent[-1]
        if match.kind != OBJECT or page.words[first].sentence not in told:
            continue
        if first in placed or (first in armed and term.id != _STORE):
            continue
        if page.words[first].text in heads("actors", "group_heads"):
            continue  # مزارعين are people
        text = page.words[last].text
        if text.endswith(("ه", "ها", "هم")) and "مقر" in text and (last + 1 in owners or last + 1 in placed):
            continue  # ومقره لندن: somebody's seat, which nobody hit
        if first == last and _is_point(page, first):
            continue
        is_for = page.folded.text.startswith("لم", match.start)
        if term.id == "medical" and (is_for or precedes(page, first) == "الي"):
            continue  # نقل إلى المستشفى: the hurt were brought there, it was not hit
        is_open = not is_definite(page.folded.text[match.start : match.stop])
        if is_open and last + 1 in owners and follows(page, last):
            last = owners[last + 1].last  # in construct behind the noun
        else:
            last = last_adjective(page, last, definite=not is_open)
            text = follows(page, last)
            is_part = is_open and text in word_set("common")
            last += is_part and text not in word_set("actors", "allegiance")
        stop, origin = page.words[last].stop, f"words:{term.listed}"
        yield page.candidate(OBJECT, match.start, stop, value=[term.id], origin=origin, score=_OBJECT_SCORE)


def _is_point(page: Page, at: int) -> bool:  # in time or thought (نقطة تحول), or said to be one
    word, behind = page.words[at], follows(page, at)
    if bare(word.text).removeprefix("ب") not in ("نقطه", "نقاط", "لنقطه"):
        return False
    if behind in word_set("points"):
        return True
    ahead = page.words.between(at - _NEAR_POINT, at)
    said = {text for w in ahead if w.sentence == word.sentence for text in (w.text, w.text.removeprefix("و"))}
    return word.text == "نقطه" and not said.isdisjoint(verbs("being"))


# ---------------------------------------------------------------- a drone or a march
def openings() -> Tables:
    """مسيرة in every form that is no drone by its letters."""
    return {MARCH: {form.text for form in noun_forms("مسيرة")}.union(_WITH_PRONOUN)}


def senses(page: Page) -> dict[int, str]:
    """The indices of all such words: march, drone, or course of something (مسيرة السلام)."""
    return {index: _sense(page, index) for index, _ in page.opened(MARCH)}


def _sense(page: Page, index: int) -> str:
    behind = follows(page, index)
    is_of_drones = bare(behind) in word_set("marches", "of_drones") or SHADDA in page.raw(index)
    if is_of_drones or readings_before(page, index) & nouns("marches", "aircraft"):
        return DRONE  # طائرة مسيرة
    if _is_march(page, index):
        return MARCH
    is_course = behind in word_set("marches", "courses")
    return COURSE if is_course or page.words[index].text.endswith(_WITH_PRONOUN) else DRONE


def _is_march(page: Page, index: int) -> bool:  # by an adjective or purpose behind, or a verb in front
    sentence, words = page.words[index].sentence, page.words
    for word in words.between(index + 1, index + 1 + _BEHIND):
        if word.is_sign or word.sentence != sentence:
            break
        if bare(word.text) in _adjectives() or _read(word.text) & all_forms("marches", "purposes"):
            return True
    ahead = [w for w in words.between(index - _IN_FRONT, index) if w.sentence == sentence]
    if any(_read(word.text) & all_forms("marches", "striking") for word in ahead):
        return False
    is_place = bool(ahead) and ahead[-1].text in ("في", "الي")
    is_object = is_place or words[index].text[0] == "ب"  # شارك … بمسيرة
    for at, word in enumerate(reversed(ahead)):
        said = _read(word.text)
        if said & all_forms("marches", "moving"):
            return True
        if said & all_forms("marches", "joining") and (at == 0 or is_object):
            return True
    crowds = nouns("marches", "crowds")
    return any(not crowds.isdisjoint(_read(words[i].text)) for i in words.in_sentence(sentence))


def _read(text: str) -> set[str]:
    return {word for _, word in readings(text)}


@cache
def _adjectives() -> Set[str]:
    return {stem + end for stem in word_set("marches", "adjectives") for end in ("", "ه", "ات", "تين", "تان")}
