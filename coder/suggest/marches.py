"""مسيرة without its shadda: a drone, a march or a course of things; what stands with it tells which."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from coder.suggest.article_words import Page
from coder.suggest.forms import SHADDA, noun_forms
from coder.suggest.openings import Tables
from coder.suggest.phrase import follows, precedes
from coder.suggest.word_lists import bare, nouns, readings, verb_set, word_set, words

MARCH, DRONE, COURSE = "march", "drone", "course"
_BEHIND, _IN_FRONT = 3, 6
"""Words within which an adjective of marches stands behind, and a verb of marches in front."""
_WHOSE = ("ه", "ها", "هم", "نا")


def openings() -> Tables:
    """The word in every form that is no drone by its letters."""
    forms = {form.text for form in noun_forms("مسيرة")}
    return {MARCH: forms | {f"مسيرت{pronoun}" for pronoun in _WHOSE}}


def senses(page: Page) -> dict[int, str]:
    """The indices of all such words: march, drone, or course of something (مسيرة السلام)."""
    return {index: _sense(page, index) for index, _ in page.opened(MARCH)}


def _sense(page: Page, index: int) -> str:
    if SHADDA in page.raw(index) or _is_machine(page, index):
        return DRONE
    if _is_march(page, index):
        return MARCH
    return COURSE if _is_course(page, index) else DRONE


def _is_machine(page: Page, index: int) -> bool:
    """Whether it is what flies or who made it (طائرة مسيرة)."""
    front = precedes(page, index)
    behind = follows(page, index)
    is_aircraft = front is not None and bool(_read(front.text) & nouns("marches", "aircraft"))
    return is_aircraft or (behind is not None and bare(behind.text) in word_set("marches", "of_drones"))


def _is_march(page: Page, index: int) -> bool:
    """Whether an adjective or purpose of marches stands behind, or a verb of marches in front."""
    sentence, texts = page.words[index].sentence, page.words
    for word in texts.between(index + 1, index + 1 + _BEHIND):
        if word.is_sign or word.sentence != sentence:
            break
        if bare(word.text) in _adjectives() or not _read(word.text).isdisjoint(_purposes()):
            return True
    ahead = [w for w in texts.between(index - _IN_FRONT, index) if w.sentence == sentence]
    if any(_read(word.text) & _striking() for word in ahead):
        return False
    for at, word in enumerate(reversed(ahead)):
        said = _read(word.text)
        if said & _moving():
            return True
        if said & _joining() and (at == 0 or ahead[-1].text in ("في", "الي") or _is_object(page, index)):
            return True
    in_sentence = page.words.in_sentence(sentence)
    return any(not _read(page.words[i].text).isdisjoint(nouns("marches", "crowds")) for i in in_sentence)


def _is_object(page: Page, index: int) -> bool:
    """Whether ب is written onto the word (شارك … بمسيرة)."""
    return page.words[index].text[0] == "ب"


def _is_course(page: Page, index: int) -> bool:
    text, behind = page.words[index].text, follows(page, index)
    if text.endswith(tuple(f"مسيرت{pronoun}" for pronoun in _WHOSE)):
        return True
    return behind is not None and behind.text in word_set("marches", "courses")


def _read(text: str) -> set[str]:
    """A written word without particles in front of it."""
    return {word for _, word in readings(text)}


@cache
def _adjectives() -> Set[str]:
    return {stem + end for stem in word_set("marches", "adjectives") for end in ("", "ه", "ات", "تين", "تان")}


@cache
def _purposes() -> Set[str]:
    return word_set("marches", "purposes") | verb_set(tuple(words()["marches"]["demanding"]))


@cache
def _moving() -> Set[str]:
    """What only people do to a march: verbs and their verbal nouns."""
    return verb_set(tuple(words()["marches"]["moving"])) | nouns("marches", "acts")


@cache
def _striking() -> Set[str]:
    return verb_set(tuple(words()["marches"]["striking"])) | nouns("marches", "strikes")


@cache
def _joining() -> Set[str]:
    """What is done to a march and to other things, with في or إلى between."""
    return verb_set(tuple(words()["marches"]["joining"])) | nouns("marches", "joiners")
