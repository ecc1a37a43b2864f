"""Articles about sport or markets: their attacks, battles and falls are figures of speech.

Such an article is full of the words of its subject and has next to none of those that war brings along. Its
acts of war are not proposed; who marks one by hand is free to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.word_lists import nouns, readings, word_set
from coder.text.normalize import fold

_LEAST, _SHARE, _TO_ONE = 4, 0.06, 4
"""So many words of the subject, so large a part of all words, and so many to one grave word."""
_SUBJECTS = ("sport", "economy")
_WORD = re.compile(r"[^\W\d_]+")
_PRONOUN = re.compile("(?<=...)(?:ها|هم|هما|ه)$")


def held_back(article: Article, codebook: Codebook) -> str:
    """The subject for which a codebook's acts of war are not proposed in an article, empty if none."""
    borrowed = word_set("subjects", "borrowed")
    asks = any(kind.id in borrowed for kind in codebook.leaf_types())
    return figurative(fold(article.text).text) if asks else ""


def real_acts(folded: str, triggers: list[Candidate]) -> list[Candidate]:
    """The triggers of a folded text, without acts of war if it is about sport or markets."""
    borrowed = word_set("subjects", "borrowed")
    if not any(t.value in borrowed for t in triggers) or not figurative(folded):
        return triggers
    return [t for t in triggers if t.value not in borrowed]


def figurative(folded: str) -> str:
    """The subject that makes acts of war in a folded text figures of speech: sport, economy or none."""
    texts = _WORD.findall(folded)
    kinds = Counter(map(_kind, texts))
    subject = max(_SUBJECTS, key=lambda s: kinds[s])
    least = max(_LEAST, _SHARE * len(texts), _TO_ONE * kinds["grave"])
    return subject if kinds[subject] >= least else ""


@lru_cache(1 << 16)
def _kind(text: str) -> str:
    """What a word speaks for: a subject, war, or nothing."""
    listed = _listed()
    for _, rest in readings(text):
        kind = listed.get(rest) or (listed.get(_PRONOUN.sub("", rest)) if rest[-1] in "هام" else None)
        if kind:
            return kind
    return ""


@cache
def _listed() -> Mapping[str, str]:
    """Word → what it speaks for; what speaks for war too speaks for nothing else."""
    return {text: kind for kind in (*_SUBJECTS, "grave") for text in nouns("subjects", kind)}
