"""What befell counted persons: killed, injured, something else, or nothing, where a negation says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coder.suggest.article_words import Page
from coder.suggest.word_lists import all_forms, bare, readings, word_set

_REACH_BACK, _REACH_ON = 12, 8
"""Words to look back and on for the word that says what befell counted persons."""
_OTHERS_BACK = 6
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
        if what or (first - index <= _OTHERS_BACK and _befell_others(page, index)):
            return None if what == ELSE else what
    for index in range(last + 1, min(len(page.words), last + 1 + _REACH_ON)):
        if page.words[index].sentence != sentence:
            break
        if page.words[index].text in word_set("casualties", "not_of_counted_in_front"):
            continue
        what = casualty(page, index, known)
        if what or _befell_others(page, index):
            return None if what == ELSE else what
    return None


def casualty(page: Page, index: int, known: Casualties) -> str | None:
    """What a word says befell somebody, None if nothing; ELSE where it is said not to have happened."""
    text = page.words[index].text
    what = next((known[w] for _, w in readings(text) if bare(w) and w in known), None)
    return ELSE if what and is_denied(page, index, known) else what


def is_denied(page: Page, index: int, known: Casualties) -> bool:
    """Whether a casualty or a count of them is behind a negation (لم يسقط أي قتيل، دون وقوع إصابات)."""
    sentence = page.words[index].sentence
    for at in range(index - 1, max(-1, index - 2 - _OTHERS_BACK), -1):
        word = page.words[at]
        if word.is_sign or word.sentence != sentence or word.text in word_set("negations", "ends"):
            return False
        between = page.words.texts[at + 1 : index + 1]
        for _, text in readings(word.text):
            governed = set(_read(between[0]))
            if text in word_set("negations", "of_verbs"):
                is_told = governed & known.keys() or governed & all_forms("negations", "falling")
                return bool(is_told) and all(w[0] != "و" for w in between)
            if text in word_set("negations", "of_being"):
                return bool(governed & known.keys() or governed & word_set("negations", "being"))
            if text in word_set("negations", "of_nouns") or text in all_forms("negations", "denying"):
                return len(between) <= _DENIED
    return False


def _befell_others(page: Page, index: int) -> bool:
    """Whether a word says that something else was done to persons (اعتقلت الشرطة ثلاثين شخصاً)."""
    return not all_forms("casualties", "others_befell").isdisjoint(_read(page.words[index].text))


def _read(text: str) -> Iterator[str]:
    return (part for _, word in readings(text) for part in (word, bare(word)))
