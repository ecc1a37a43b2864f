"""What befell counted persons: killed, injured, something else, or nothing, where a negation says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from functools import cache

from coder.suggest.article_words import Page
from coder.suggest.forms import masdar_forms
from coder.suggest.word_lists import bare, nouns, readings, verb_set, word_set, words

_LIVES = "بحياه"
"""It tells of the dead behind it (أودت بحياة ثلاثة), never of those in front (لاجئون يتمتعون بحياة كريمة)."""
_OTHERS = frozenset({"قتلي", "جرحي", "ضحايا"})
"""Behind a count they are other people: شيّع آلاف … قتلى الغارات."""
_REACH_BACK, _REACH_ON = 12, 8
"""Words to look back and on for the word that says what befell counted persons."""
_TAKEN_BACK = 6
"""Words to look back for what else was done to them; a negation and its casualties stand as near."""
_DENIED = 4
ELSE = "else"
"""What befell persons who were neither killed nor injured."""

Casualties = Mapping[str, str]
"""Every form of the words for casualties: killed or injured."""


def fate(page: Page, first: int, last: int, known: Casualties) -> str | None:
    """Whether the persons counted over the words first..last were killed or injured."""
    sentence = page.words[first].sentence
    for index in range(first - 1, max(-1, first - 1 - _REACH_BACK), -1):
        if page.words[index].sentence != sentence:
            break
        what = casualty(page, index, known)
        if what or (first - index <= _TAKEN_BACK and _is_taken(page, index)):
            return None if what == ELSE else what
    for index in range(last + 1, min(len(page.words), last + 1 + _REACH_ON)):
        if page.words[index].sentence != sentence:
            break
        if page.words[index].text in (*_OTHERS, _LIVES):
            continue
        if what := casualty(page, index, known):
            return None if what == ELSE else what
        if _is_taken(page, index):
            return None
    return None


def casualty(page: Page, index: int, known: Casualties) -> str | None:
    """What a word says befell somebody, None if nothing; ELSE where it is said not to have happened."""
    text = page.words[index].text
    what = next((known[w] for _, w in readings(text) if bare(w) and w in known), None)
    return ELSE if what and is_denied(page, index, known) else what


def is_denied(page: Page, index: int, known: Casualties) -> bool:
    """Whether a casualty or a count of them is behind a negation (لم يسقط أي قتيل، دون وقوع إصابات)."""
    sentence = page.words[index].sentence
    for at in range(index - 1, max(-1, index - 2 - _TAKEN_BACK), -1):
        word = page.words[at]
        if word.is_sign or word.sentence != sentence or word.text in word_set("negations", "ends"):
            return False
        between = page.words.texts[at + 1 : index + 1]
        for _, text in readings(word.text):
            if text in word_set("negations", "of_verbs"):
                governed = set(_read(between[0]))
                is_one_clause = all(w[0] != "و" for w in between)
                return is_one_clause and bool(governed & _falling() or governed & known.keys())
            if text in word_set("negations", "of_nouns"):
                return len(between) <= _DENIED
            if text in word_set("negations", "of_being"):
                governed = set(_read(between[0]))
                return bool(governed & known.keys() or governed & word_set("negations", "being"))
            if text in _denying():
                return len(between) <= _DENIED
    return False


def _is_taken(page: Page, index: int) -> bool:
    """Whether a word says that something else was done to persons (اعتقلت الشرطة ثلاثين شخصاً)."""
    return not _taking().isdisjoint(_read(page.words[index].text))


def _read(text: str) -> Iterator[str]:
    return (part for _, word in readings(text) for part in (word, bare(word)))


@cache
def _taking() -> Set[str]:
    verbs = words()["fates"]["taking"]
    acts = {form.text for verb in verbs for form in masdar_forms(verb)}
    return verb_set(tuple(verbs)) | acts | nouns("fates", "taken")


@cache
def _falling() -> Set[str]:
    return verb_set(tuple(words()["negations"]["falling"])) | word_set("negations", "jussives")


@cache
def _denying() -> Set[str]:
    return verb_set(tuple(words()["negations"]["denying"])) | word_set("negations", "denials")
