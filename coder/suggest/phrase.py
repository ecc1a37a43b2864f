"""Noun phrases: the neighbours of a word, and the words that belong to its phrase.

According to the codebook's `span_boundaries`, identifying adjectives and construct
chains are part of a span; relative clauses, comments and proclitics are not.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from coder.model import Candidate
from coder.suggest.article_words import Page
from coder.suggest.forms import ARTICLE
from coder.suggest.word_lists import PRONOUN, bare, heads, nouns, readings, word_set
from coder.text.normalize import fold_key

_NISBA = ("ي", "يه", "يا", "يين", "يون", "يتين", "يتان", "يان")


def follows(page: Page, index: int) -> str:
    """The word after the one at the index; empty before a sign or at the end of the
    sentence.
    """
    words = page.words
    if index + 1 >= len(words):
        return ""
    behind = words[index + 1]
    return (
        ""
        if behind.is_sign or behind.sentence != words[index].sentence
        else behind.text
    )


def precedes(page: Page, index: int) -> str:
    """The word before the one at the index; empty after a sign or at the start of the
    sentence.
    """
    if index == 0:
        return ""
    before = page.words[index - 1]
    return (
        ""
        if before.is_sign or before.sentence != page.words[index].sentence
        else before.text
    )


def readings_before(page: Page, index: int) -> Set[str]:
    """The preceding word with and without its proclitics; empty if there is none."""
    before = precedes(page, index)
    return {text for _, text in readings(before)} if before else frozenset()


def is_definite(text: str) -> bool:
    """Return whether a folded word has the article, including behind ل, where the
    article loses its alif.
    """
    return text.startswith((ARTICLE, "لل")) and len(text) > 3


def is_known(noun: Candidate) -> bool:
    """Return whether a noun points at what was told: الهجوم, إطلاق النار, إطلاقه."""
    is_someones = PRONOUN.search(
        noun.quote.split()[0]
    )  # as written: folded, غارة would end like غاره
    return bool(is_someones) or any(map(is_definite, fold_key(noun.quote).split()))


def is_stop(text: str) -> bool:
    """Return whether a noun phrase ends before this word."""
    return text in word_set("stops") or (
        text[:1] in "وف" and text[1:] in word_set("stops")
    )


def is_feminine(verb: str) -> bool:
    """Return whether a folded verb has a feminine subject (غادرت، تغادر)."""
    return verb.startswith("ت") or verb.endswith("ت")


def is_nisba(text: str) -> bool:
    """Return whether a folded word has the shape of a relational adjective (أميركي،
    عسكرية، عراقيين).
    """
    stem = bare(text)
    if len(stem) < 4 or not stem.endswith(_NISBA) or stem in _nouns_like_nisbas():
        return False
    if (
        text[1:3] == ARTICLE
        and text[0] in "وفبك"
        and not text.startswith(tuple(word_set("nisbas")))
    ):
        return False  # بالمدفعية is no adjective, but باليستية is
    is_participle = (
        len(stem) == 5 and stem[1] == "ا" and stem.endswith("يه")
    )  # عالية, موالية
    return not is_participle and not is_stop(text)


def without_title(quote: str) -> str:
    """A person's name without the title that a comma sets off in front of it (الباحث،
    وائل علوان).
    """
    title, _, name = quote.replace(",", "،").partition("،")
    return name.strip() if name.strip() and title.split()[0].startswith("ال") else quote


@cache
def _nouns_like_nisbas() -> frozenset[str]:  # قرية، آلية، شرقي
    return nouns("places", "compass") | nouns("places", "naming") | nouns("objects")


def is_identifying(text: str) -> bool:
    """Return whether a folded word is an adjective that identifies a group."""
    stem = bare(text)
    return is_nisba(text) or not word_set("actors", "adjectives").isdisjoint(
        (stem, stem.removesuffix("ا"))
    )


def last_adjective(page: Page, last: int, *, definite: bool) -> int:
    """The index of the last identifying adjective in an unbroken row behind `last`, or
    `last` itself.

    The adjectives of one noun agree in gender: in الشرطة المغربية الصحفي the last word
    is somebody else. They agree in case: مستوطنون فلسطينيين are two parties. One that
    does not agree with a noun describes what governs the noun: مهمة التحالف القتالية.
    """
    if definite and _describes_governor(page, last):
        return last
    while (
        (text := follows(page, last))
        and is_definite(text) == definite
        and is_identifying(text)
    ):
        before = page.words[last].text
        if is_identifying(before) and text.endswith("ه") != before.endswith("ه"):
            break
        if {before[-2:], text[-2:]} == {"ون", "ين"}:
            break
        is_head = text in heads("actors", "group_heads") or bare(text) in word_set(
            "actors", "allegiance"
        )
        # a verb in ى, a participle (مفاجئة)
        if is_head or page.raw(last + 1).endswith(("ى", "ئة")):
            break
        last += 1
    return last


def _describes_governor(page: Page, noun: int) -> bool:
    """Return whether the adjective behind a head noun with the article differs from it
    in gender.
    """
    text = page.words[noun].text
    adjective = follows(page, noun)
    head = next((rest for _, rest in readings(text) if is_definite(rest)), "")
    if not head or not is_nisba(adjective) or not is_definite(adjective):
        return False
    governor = readings_before(page, noun)
    if not governor or governor & (
        nouns("actors", "parts") | heads("actors", "group_heads").keys()
    ):
        return False
    if bare(head) in word_set("roles", "masculine"):
        return adjective.endswith("ه")
    is_feminine_head = head.endswith("ه") and head in heads("actors", "group_heads")
    return is_feminine_head and adjective.endswith("ي")


def first_of_construct(page: Page, first: int, *tables: tuple[str, ...]) -> int:
    """The index where a construct chain of indefinite nouns from the tables begins that
    ends at `first`.
    """
    while before := precedes(page, first):
        indefinite = (
            (n, word) for n, word in readings(before) if not is_definite(word)
        )
        proclitics = next(
            (n for n, word in indefinite if any(word in nouns(*t) for t in tables)),
            None,
        )
        if proclitics is None:
            break
        first -= 1
        if proclitics:
            break  # the phrase begins behind the proclitics
    return first
