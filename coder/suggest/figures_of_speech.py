"""Filter out acts of war in articles about sport or markets, where they are figures of
speech.

Such an article has many words of its subject and hardly any of war. Coders can still
mark the acts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.word_lists import PRONOUN, nouns, readings, word_set
from coder.text.normalize import fold

_SUBJECTS = ("sport", "economy")
# A figurative article needs this many words of its subject, this share of all words,
# and this ratio to war's.
_LEAST = 4
_SHARE = 0.06
_TO_ONE = 4
_WORD = re.compile(r"[^\W\d_]+")


def held_back(article: Article, codebook: Codebook) -> str:
    """The article's subject (sport, economy) because of which no acts of war are
    proposed; empty if none.
    """
    figurative = word_set("subjects", "borrowed")
    has_borrowed = any(kind.id in figurative for kind in codebook.leaf_types())
    return _figurative(fold(article.text).text) if has_borrowed else ""


def without_figurative(folded: str, triggers: list[Candidate]) -> list[Candidate]:
    """The triggers without acts of war if the folded text is about sport or markets."""
    figurative = word_set("subjects", "borrowed")
    if not any(t.value in figurative for t in triggers) or not _figurative(folded):
        return triggers
    return [t for t in triggers if t.value not in figurative]


def _figurative(folded: str) -> str:  # sport, economy or empty
    texts = _WORD.findall(folded)
    kinds = Counter(map(_subject_of, texts))
    subject = max(_SUBJECTS, key=lambda s: kinds[s])
    threshold = max(_LEAST, _SHARE * len(texts), _TO_ONE * kinds["grave"])
    return subject if kinds[subject] >= threshold else ""


@lru_cache(1 << 16)
def _subject_of(text: str) -> str:  # a subject, "grave" or empty
    listed = _subject_words()
    for _, rest in readings(text):
        if kind := listed.get(rest) or (
            rest[-1] in "هام" and listed.get(PRONOUN.sub("", rest))
        ):
            return kind
    return ""


@cache
def _subject_words() -> Mapping[
    str, str
]:  # word → subject; war ("grave") takes precedence
    return {
        text: kind for kind in (*_SUBJECTS, "grave") for text in nouns("subjects", kind)
    }
