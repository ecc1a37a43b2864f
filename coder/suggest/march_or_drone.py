"""مسيرة without its shadda: a drone, a march or a course of things; what stands with it tells which."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from coder.suggest.article_words import Page, Tables
from coder.suggest.forms import SHADDA, noun_forms
from coder.suggest.phrase import follows, precedes
from coder.suggest.word_lists import all_forms, bare, nouns, readings, word_set

MARCH, DRONE, COURSE = "march", "drone", "course"
_BEHIND, _IN_FRONT = 3, 6
"""Words within which an adjective of marches stands behind, and a verb of marches in front."""
_WITH_PRONOUN = tuple(f"مسيرت{pronoun}" for pronoun in ("ه", "ها", "هم", "نا"))


def openings() -> Tables:
    """The word in every form that is no drone by its letters."""
    return {MARCH: {form.text for form in noun_forms("مسيرة")}.union(_WITH_PRONOUN)}


def senses(page: Page) -> dict[int, str]:
    """The indices of all such words: march, drone, or course of something (مسيرة السلام)."""
    return {index: _sense(page, index) for index, _ in page.opened(MARCH)}


def _sense(page: Page, index: int) -> str:
    before, behind = precedes(page, index), follows(page, index)
    if before is not None and not nouns("marches", "aircraft").isdisjoint(_read(before.text)):
        return DRONE  # طائرة مسيرة
    is_of_drones = behind is not None and bare(behind.text) in word_set("marches", "of_drones")
    if is_of_drones or SHADDA in page.raw(index):
        return DRONE
    if _is_march(page, index):
        return MARCH
    is_course = behind is not None and behind.text in word_set("marches", "courses")
    return COURSE if is_course or page.words[index].text.endswith(_WITH_PRONOUN) else DRONE


def _is_march(page: Page, index: int) -> bool:
    """Whether an adjective or purpose of marches stands behind, or a verb of marches in front."""
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
    """A written word, with proclitics and without."""
    return {word for _, word in readings(text)}


@cache
def _adjectives() -> Set[str]:
    return {stem + end for stem in word_set("marches", "adjectives") for end in ("", "ه", "ات", "تين", "تان")}
