"""Noun phrases, word by word: what stands beside a word, and which words behind it still name the same thing.

By the codebook's `span_boundaries`: identifying adjectives and construct chains are inside, relative clauses,
comments and proclitics outside.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from coder.suggest.article_words import Page
from coder.suggest.forms import ARTICLE
from coder.suggest.word_lists import bare, heads, nouns, readings, word_set

_NISBA = ("ي", "يه", "يا", "يين", "يون", "يتين", "يتان", "يان")


def follows(page: Page, index: int) -> str:
    """The text of the word right behind the word at the index, empty at a sign or where the sentence ends."""
    words = page.words
    if index + 1 >= len(words):
        return ""
    behind = words[index + 1]
    return "" if behind.is_sign or behind.sentence != words[index].sentence else behind.text


def precedes(page: Page, index: int) -> str:
    """The text of the word right before the one at the index, empty at a sign or where a sentence begins."""
    if index == 0:
        return ""
    before = page.words[index - 1]
    return "" if before.is_sign or before.sentence != page.words[index].sentence else before.text


def readings_before(page: Page, index: int) -> Set[str]:
    """The word right in front with and without its proclitics; empty where there is none."""
    before = precedes(page, index)
    return {text for _, text in readings(before)} if before else frozenset()


def is_definite(text: str) -> bool:
    """Whether a folded word carries the article, also behind ل where its alif is gone."""
    return text.startswith((ARTICLE, "لل")) and len(text) > 3


def is_stop(text: str) -> bool:
    """Whether a noun phrase cannot go on over this word."""
    return text in word_set("stops") or (text[:1] in "وف" and text[1:] in word_set("stops"))


def is_nisba(text: str) -> bool:
    """Whether a folded word has the shape of a relational adjective (أميركي، عسكرية، عراقيين)."""
    stem = bare(text)
    if len(stem) < 4 or not stem.endswith(_NISBA) or text.startswith("وال") or stem in _nouns_like_nisbas():
        return False
    is_participle = len(stem) == 5 and stem[1] == "ا" and stem.endswith("يه")  # عالية, موالية
    return not is_participle and not is_stop(text)


@cache
def _nouns_like_nisbas() -> frozenset[str]:  # قرية، آلية، شرقي
    return nouns("places", "compass") | nouns("places", "naming") | nouns("objects")


def is_identifying(text: str) -> bool:
    """Whether a folded word is an adjective that tells which group is meant."""
    stem = bare(text)
    return is_nisba(text) or not word_set("actors", "adjectives").isdisjoint((stem, stem.removesuffix("ا")))


def last_adjective(page: Page, last: int, *, definite: bool) -> int:
    """The index of the last identifying adjective in unbroken line behind the word at `last`."""
    while (text := follows(page, last)) and is_definite(text) == definite and is_identifying(text):
        is_other = text in heads("actors", "group_heads") or bare(text) in word_set("actors", "allegiance")
        if is_other or page.raw(last + 1).endswith("ى"):  # the latter is a verb
            break
        last += 1
    return last


def first_of_construct(page: Page, first: int, *tables: tuple[str, ...]) -> int:
    """The first word of the unbroken chain of the tables' indefinite nouns that ends at the word `first`."""
    while before := precedes(page, first):
        indefinite = ((n, head) for n, head in readings(before) if not is_definite(head))
        proclitics = next((n for n, head in indefinite if any(head in nouns(*t) for t in tables)), None)
        if proclitics is None:
            break
        first -= 1
        if proclitics:
            break  # the phrase begins behind them
    return first
