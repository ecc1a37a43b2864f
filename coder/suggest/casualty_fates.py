"""The fate of counted persons: killed, injured, something else, or denied.

The nearest word for death or injury decides, unless it is negated or a word for another
act stands nearer (اعتقلت الشرطة ثلاثين شخصاً).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from coder.suggest.article_words import Page
from coder.suggest.word_lists import all_forms, bare, readings, word_set

Casualties: TypeAlias = Mapping[str, str]
"""Every form of the words for casualties → killed or injured."""
ELSE = "else"
"""The fate of persons who were neither killed nor injured."""
_REACH_BACK = 12  # words searched before counted persons for what happened to them
_REACH_ON = 8  # words searched behind them
_OTHERS_BACK = 6  # words searched back for other acts, and for a negation
_DENIED = 4  # words that a negation of nouns reaches


def find_fate(page: Page, first: int, last: int, known: Casualties) -> str | None:
    """Return whether the persons at words first..last were killed or injured, or None."""
    texts = page.words.texts
    sentence = page.words.in_sentence(page.words[first].sentence)
    other_acts = all_forms("casualties", "others_befell")
    ignored = word_set("casualties", "not_of_counted_in_front")
    back = range(first - 1, max(sentence.start, first - _REACH_BACK) - 1, -1)
    on = range(last + 1, min(sentence.stop, last + 1 + _REACH_ON))
    for index in (*back, *(index for index in on if texts[index] not in ignored)):
        fate = read_casualty(page, index, known)
        if fate is not None:
            return None if fate == ELSE else fate
        is_near = first - index <= _OTHERS_BACK
        if is_near and not other_acts.isdisjoint(read_forms(texts[index])):
            return None
    return None


def read_casualty(page: Page, index: int, known: Casualties) -> str | None:
    """Return what a word for a casualty says, `ELSE` if it is denied; None for others."""
    for _, word in readings(page.words[index].text):
        if word in known:
            return ELSE if is_denied(page, index, known) else known[word]
    return None


def is_denied(page: Page, index: int, known: Casualties) -> bool:
    """Return whether a negation in front denies a word (لم يسقط أي قتيل)."""
    texts = page.words.texts
    sentence = page.words[index].sentence
    for at in range(index - 1, max(-1, index - 2 - _OTHERS_BACK), -1):
        word = page.words[at]
        if word.is_sign or word.sentence != sentence:
            return False
        if word.text in word_set("negations", "ends"):
            return False
        is_reached = _reach_of_negation(word.text, texts[at + 1 : index + 1], known)
        if is_reached is not None:
            return is_reached
    return False


def _reach_of_negation(
    text: str, between: Sequence[str], known: Casualties
) -> bool | None:
    """Return whether a negation reaches over the words behind it; None if it is none.

    between: the words from the one behind it up to the word in question.
    """
    behind = set(read_forms(between[0]))
    for _, word in readings(text):
        if word in word_set("negations", "of_verbs"):  # لم يسقط أي قتيل
            denied = known.keys() | all_forms("negations", "falling")
            has_next_clause = any(each[0] == "و" for each in between)
            return not behind.isdisjoint(denied) and not has_next_clause
        if word in word_set("negations", "of_being"):  # ليس هناك قتيل
            denied = known.keys() | word_set("negations", "being")
            return not behind.isdisjoint(denied)
        is_of_noun = word in word_set("negations", "of_nouns")
        if is_of_noun or word in all_forms("negations", "denying"):  # دون سقوط قتلى
            return len(between) <= _DENIED
    return None


def read_forms(text: str) -> Iterator[str]:
    """Yield a word without its proclitics, with and without its article."""
    for _, word in readings(text):
        yield word
        yield bare(word)
