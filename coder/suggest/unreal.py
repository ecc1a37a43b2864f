"""Triggers of acts that nobody says happened.

Acts are supposed (لو، إذا), asked about (هل) or nearly done (كاد): from such a word to the end of its clause
a verb, or a noun without the article, tells no event. What is taken as given there (بعد الهجوم) and what
stands in front (هدد بالرد إذا …) is left alone. And in articles about sport or markets attacks, battles and
falls are figures of speech: such an article is full of the words of its subject and has next to none of those
that war brings along. Whoever marks such an act by hand is free to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.article_words import Page, Tables, folded_range
from coder.suggest.phrase import is_definite, precedes, readings_before
from coder.suggest.word_lists import nouns, readings, verbs, word_set
from coder.text.normalize import fold

_SUPPOSING, _PHRASE, _NEARLY, _VERGE, _IF = "supposing", "supposing phrase", "nearly", "verge", "if"
_STOPS = frozenset("،,؛;")
_OWNED = ("ها", "هم", "هما", "نا")
_SUBJECTS = ("sport", "economy")
_LEAST, _SHARE, _TO_ONE = 4, 0.06, 4  # words of the subject, their part of all, so many to one grave word
_WORD = re.compile(r"[^\W\d_]+")
_PRONOUN = re.compile("(?<=...)(?:ها|هم|هما|ه)$")


# ---------------------------------------------------------------- supposed, asked about, nearly done
def openings() -> Tables:
    """The words behind which an act is unreal."""
    return {
        _SUPPOSING: word_set("unreal", "supposing"),
        _PHRASE: {phrase.split()[0] for phrase in word_set("unreal", "phrases")},
        _NEARLY: verbs("unreal", "nearly"),
        _VERGE: word_set("unreal", "verge"),
        _IF: word_set("unreal", "if_before_verb"),
    }


def happened(page: Page, triggers: Iterable[Candidate]) -> list[Candidate]:
    """The triggers without those that are only supposed, asked about or nearly done."""
    acts = {page.words_in(*folded_range(page, t))[0]: t for t in triggers}
    supposed = {i for first in _supposed(page, acts) for i in _clause(page, first)}
    dropped = {at for at in acts if at in supposed and not _is_given(page, at, acts[at])}
    for index, _ in page.opened(_NEARLY):
        dropped.update(_next(page, index + 1, acts))
    dropped.update(index + 1 for index, _ in page.opened(_VERGE))
    return [t for at, t in acts.items() if at not in dropped]


def _supposed(page: Page, acts: Mapping[int, Candidate]) -> Iterator[int]:
    for index, ((skipped, _), *_) in page.opened(_SUPPOSING):
        is_concession = skipped and precedes(page, index)  # نفى الهجوم ولو أنه …
        if not is_concession or page.words[index].text[0] == "ف":
            yield index + 1
    for index, ((_, first), *_) in page.opened(_PHRASE):
        if " ".join((first, *page.words.texts[index + 1 : index + 2])) in word_set("unreal", "phrases"):
            yield index + 2
    for index, _ in page.opened(_IF):
        act = acts.get(index + 1)
        if act and act.origin.startswith("verb:") and act.quote.endswith(("ت", "وا")):
            yield index + 1  # إن and a verb that ends as no noun does


def _clause(page: Page, first: int) -> range:  # up to a comma behind which و opens what is told again
    texts = page.words.texts
    stop = page.words.in_sentence(page.words[min(first, len(texts) - 1)].sentence).stop
    joined = (i for i in range(first, stop - 1) if texts[i] in _STOPS and texts[i + 1][0] == "و")
    return range(first, next(joined, stop))


def _is_given(page: Page, at: int, act: Candidate) -> bool:  # in a clause that supposes (بعد الهجوم)
    if act.origin.startswith("verb:"):
        return False
    text = page.words[at].text
    is_definite_act = any(is_definite(rest) for _, rest in readings(text)) or text.endswith(_OWNED)
    return is_definite_act or not readings_before(page, at).isdisjoint(word_set("unreal", "given"))


def _next(page: Page, first: int, acts: Mapping[int, Candidate]) -> Iterator[int]:  # only nearly done
    for at in _clause(page, first):
        if page.words[at].text in _STOPS:
            return
        if at in acts and (acts[at].origin.startswith("verb:") or page.words[at - 1].text == "علي"):
            yield at  # أوشك على اقتحام
            return


# ---------------------------------------------------------------- figures of speech
def held_back(article: Article, codebook: Codebook) -> str:
    """The subject for which a codebook's acts of war are not proposed in an article, empty if none."""
    borrowed = word_set("subjects", "borrowed")
    asks = any(kind.id in borrowed for kind in codebook.leaf_types())
    return _figurative(fold(article.text).text) if asks else ""


def real_acts(folded: str, triggers: list[Candidate]) -> list[Candidate]:
    """The triggers of a folded text, without acts of war if it is about sport or markets."""
    borrowed = word_set("subjects", "borrowed")
    if not any(t.value in borrowed for t in triggers) or not _figurative(folded):
        return triggers
    return [t for t in triggers if t.value not in borrowed]


def _figurative(folded: str) -> str:  # the subject: sport, economy or none
    texts = _WORD.findall(folded)
    kinds = Counter(map(_kind, texts))
    subject = max(_SUBJECTS, key=lambda s: kinds[s])
    least = max(_LEAST, _SHARE * len(texts), _TO_ONE * kinds["grave"])
    return subject if kinds[subject] >= least else ""


@lru_cache(1 << 16)
def _kind(text: str) -> str:  # a subject, war, or nothing
    listed = _listed()
    for _, rest in readings(text):
        if kind := listed.get(rest) or (rest[-1] in "هام" and listed.get(_PRONOUN.sub("", rest))):
            return kind
    return ""


@cache
def _listed() -> Mapping[str, str]:  # what speaks for war too speaks for nothing else
    return {text: kind for kind in (*_SUBJECTS, "grave") for text in nouns("subjects", kind)}
