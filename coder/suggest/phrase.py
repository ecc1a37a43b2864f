"""Reads a noun phrase word by word: the adjectives and complements that still name the same thing.

The boundary rules of the codebook (`span_boundaries`): identifying adjectives and construct chains are
inside, relative clauses, comments and attached particles are outside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from coder.suggest.article_words import Page, Word
from coder.suggest.forms import ARTICLE
from coder.suggest.word_lists import bare, heads, nouns, readings, word_set

_NISBA = ("ي", "يه", "يا", "يين", "يون", "يتين", "يتان", "يان")


def follows(page: Page, index: int) -> Word | None:
    """The word right behind the word at the index, None at a sign, a sentence end or the text's end."""
    words = page.words
    if index + 1 >= len(words):
        return None
    following = words[index + 1]
    return None if following.is_sign or following.sentence != words[index].sentence else following


def precedes(page: Page, index: int) -> Word | None:
    """The word right in front of the word at the index, None at a sign or a sentence beginning."""
    if index == 0:
        return None
    before = page.words[index - 1]
    return None if before.is_sign or before.sentence != page.words[index].sentence else before


def is_definite(text: str) -> bool:
    """Whether a folded word carries the article, also behind ل where its alif is gone."""
    return text.startswith((ARTICLE, "لل")) and len(text) > 3


def is_stop(text: str) -> bool:
    """Whether a noun phrase cannot go on over this word."""
    return text in word_set("stops") or (text[:1] in "وف" and text[1:] in word_set("stops"))


def is_nisba(text: str) -> bool:
    """Whether a folded word has the shape of a relational adjective (أميركي، عسكرية، عراقيين)."""
    stem = bare(text)
    participle = len(stem) == 5 and stem[1] == "ا" and stem.endswith("يه")  # عالية, موالية
    if participle or text.startswith("وال") or stem in _things():
        return False
    return len(stem) > 3 and stem.endswith(_NISBA) and not is_stop(text)


@cache
def _things() -> frozenset[str]:
    """Nouns that end like an adjective (قرية، آلية، شرقي)."""
    return nouns("places", "compass") | nouns("places", "naming") | nouns("objects")


def is_identifying(text: str) -> bool:
    """Whether a folded word is an adjective that tells which group is meant."""
    stem = bare(text)
    adjectives = word_set("actors", "adjectives")
    return is_nisba(text) or stem in adjectives or stem.removesuffix("ا") in adjectives


def last_adjective(page: Page, last: int, *, definite: bool) -> int:
    """The index of the last identifying adjective in unbroken line behind the word at `last`."""
    while (word := follows(page, last)) and is_definite(word.text) == definite and is_identifying(word.text):
        is_verb = page.raw(last + 1).endswith("ى")
        if is_verb or word.text in heads("actors", "group_heads") or bare(word.text) in _allegiance():
            break
        last += 1
    return last


def _allegiance() -> frozenset[str]:
    return word_set("actors", "allegiance")


def last_of_allegiance(page: Page, last: int, names: Callable[[int], int | None]) -> int:
    """The index where an allegiance behind the phrase ends (موالية لإيران، تدعمها), `last` if there is none.

    names: index of the first word of a known name → index of its last, None for any other word.
    """
    word = follows(page, last)
    if word is None:
        return last
    if word.text.removesuffix("ها") in ("تدعم", "تساند", "تمول"):
        return last + 1 if word.text.endswith("ها") else last
    if bare(word.text) not in word_set("actors", "allegiance") and word.text not in word_set(
        "actors", "whose"
    ):
        return last
    behind = last + 1
    complement = follows(page, behind)
    if complement and complement.text in ("من", "مع", "في"):
        behind += 1
        complement = follows(page, behind)
    if complement is None:
        return last
    if complement.text in ("لها", "له", "منها", "بها", "معها"):
        return last
    if (named := names(behind + 1)) is not None:
        return named
    return behind + 1 if is_definite(complement.text) else last


def first_of_construct(page: Page, first: int, *tables: tuple[str, ...]) -> int:
    """The index of the first word of an unbroken chain of heads in front of the word at `first`.

    tables: paths of head tables or word lists in `words.yaml`. A head with the article opens no construct.
    """
    while (word := precedes(page, first)) and (taken := head_reading(word.text, *tables)) is not None:
        first -= 1
        if taken:
            break  # a particle is attached to this head: the phrase begins here
    return first


def head_reading(text: str, *tables: tuple[str, ...]) -> int | None:
    """How many letters of particles stand in front of a head from the tables; None if it is no head."""
    for taken, word in readings(text):
        if not is_definite(word) and any(word in nouns(*table) for table in tables):
            return taken
    return None
