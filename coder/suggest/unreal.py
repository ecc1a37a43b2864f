"""Filter out triggers of acts that are not reported as having happened.

Acts can be hypothetical (لو، إذا), asked about (هل) or nearly done (كاد): from such a
word to the end of its clause, verbs and indefinite nouns are not triggers; nor is what
is only feared (مخاوف من رد). Presupposed acts (بعد الهجوم) and acts in front of the
word (هدد بالرد إذا …) are kept. In articles about sport or markets, attacks, battles
and falls are figures of speech: such articles have many words of their subject and
hardly any of war. Coders can still mark the acts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.article_words import Page, Tables
from coder.suggest.phrase import follows, is_definite, precedes, readings_before
from coder.suggest.word_lists import PRONOUN, nouns, readings, verbs, word_set
from coder.text.normalize import fold

_SUPPOSING, _PHRASE, _NEARLY, _VERGE, _IF = (
    "supposing",
    "supposing phrase",
    "nearly",
    "verge",
    "if",
)
_FEARED = "feared"
# words from a fear to the من in front of what is feared: مخاوف سكان المدينة من هجوم
_WHO_FEARS = 4
_STOPS = frozenset("،,؛;")
_OWNED = ("ها", "هم", "هما", "نا")
_SUBJECTS = ("sport", "economy")
# a figurative article needs this many words of its subject, this share of all words,
# and this ratio to war's
_LEAST, _SHARE, _TO_ONE = 4, 0.06, 4
_WORD = re.compile(r"[^\W\d_]+")


# ---------------------------------------------------------------- hypothetical, asked about, nearly done
def openings() -> Tables:
    """The words after which an act is unreal."""
    return {
        _SUPPOSING: word_set("unreal", "supposing"),
        _PHRASE: {phrase.split()[0] for phrase in word_set("unreal", "phrases")},
        _NEARLY: verbs("unreal", "nearly"),
        _VERGE: word_set("unreal", "verge"),
        _IF: word_set("unreal", "if_before_verb"),
        _FEARED: word_set("unreal", "feared"),
    }


def happened(page: Page, triggers: Iterable[Candidate]) -> list[Candidate]:
    """The triggers without those that are hypothetical, asked about or nearly done."""
    acts = {page.words_of(t)[0]: t for t in triggers}
    hypothetical = {
        i for first in _hypothetical_starts(page, acts) for i in _clause(page, first)
    }
    removed = {
        at
        for at in acts
        if at in hypothetical and not _is_presupposed(page, at, acts[at])
    }
    for index, _ in page.opened(_NEARLY):
        removed.update(_nearly_done(page, index + 1, acts))
    removed.update(index + 1 for index, _ in page.opened(_VERGE))
    removed.update(
        at
        for index, _ in page.opened(_FEARED)
        if (at := _feared(page, index)) is not None
    )
    return [t for at, t in acts.items() if at not in removed]


def _hypothetical_starts(page: Page, acts: Mapping[int, Candidate]) -> Iterator[int]:
    for index, ((skipped, _), *_) in page.opened(_SUPPOSING):
        is_concession = skipped and precedes(page, index)  # نفى الهجوم ولو أنه …
        if not is_concession or page.words[index].text[0] == "ف":
            yield index + 1
    for index, ((_, first), *_) in page.opened(_PHRASE):
        if " ".join((first, *page.words.texts[index + 1 : index + 2])) in word_set(
            "unreal", "phrases"
        ):
            yield index + 2
    for index, _ in page.opened(_IF):
        act = acts.get(index + 1)
        is_that = "أ" in page.raw(index) or precedes(page, index) in word_set(
            "unreal", "given"
        )
        if (
            act
            and not is_that
            and act.origin.startswith("verb:")
            and act.quote.endswith(("ت", "وا"))
        ):
            yield index + 1  # إن and a clearly verbal form, but not بعد أن قصفت


def _clause(
    page: Page, first: int
) -> range:  # up to a comma followed by و, which resumes the report
    texts = page.words.texts
    stop = page.words.in_sentence(page.words[min(first, len(texts) - 1)].sentence).stop
    resumptions = (
        i
        for i in range(first, stop - 1)
        if texts[i] in _STOPS and texts[i + 1][0] == "و"
    )
    return range(first, next(resumptions, stop))


def _is_presupposed(
    page: Page, at: int, act: Candidate
) -> bool:  # inside such a clause (بعد الهجوم)
    if act.origin.startswith("verb:"):
        return False
    text = page.words[at].text
    is_definite_act = any(
        is_definite(rest) for _, rest in readings(text)
    ) or text.endswith(_OWNED)
    return is_definite_act or not readings_before(page, at).isdisjoint(
        word_set("unreal", "given")
    )


def _nearly_done(
    page: Page, first: int, acts: Mapping[int, Candidate]
) -> Iterator[int]:  # at most one
    for at in _clause(page, first):
        if page.words[at].text in _STOPS:
            return
        if at in acts and (
            acts[at].origin.startswith("verb:") or page.words[at - 1].text == "علي"
        ):
            yield at  # أوشك على اقتحام
            return


def _feared(page: Page, index: int) -> int | None:
    """The index of what is feared: the word behind من, if it has no article."""
    texts, sentence = (
        page.words.texts,
        page.words.in_sentence(page.words[index].sentence),
    )
    if texts[index].endswith("تحسبا") and follows(page, index).startswith("ل"):
        return index + 1  # تحسباً لهجوم
    for at in range(index + 1, min(index + 1 + _WHO_FEARS, sentence.stop - 1)):
        if page.words[at].is_sign:
            break
        if texts[at] == "من":
            return None if is_definite(texts[at + 1]) else at + 1
    return None


# ---------------------------------------------------------------- figures of speech
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
