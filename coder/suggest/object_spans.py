"""Target objects: nouns for what an act can hit, grown to the phrase that says whose or which.

They are offered where a trigger stands in the same sentence: a base that is only mentioned was not hit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache

from coder.model import Candidate
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import OBJECT, WEAPON
from coder.suggest.matcher import Match
from coder.suggest.name_spans import Name, covered
from coder.suggest.phrase import follows, is_definite, last_adjective, precedes
from coder.suggest.word_lists import bare, heads, verb_set, word_set, words

STORE = "weapons_store"
"""The object whose weapons are what was hit and not the means."""
_NEAR = 5
"""Words in front of نقطة within which a verb says that something was one."""
_SCORE = 0.7


def objects(
    page: Page, matches: Sequence[Match], actors: Sequence[Name], places: Sequence[Name], triggers: Set[int]
) -> list[Candidate]:
    """The target objects of a page, in order.

    Those inside a place's name are left out. triggers: indices of words that are triggers.
    """
    told = {page.words[i].sentence for i in triggers}
    placed = covered(places)
    owners = {a.first: a for a in actors if not a.skipped}
    armed = {i for m in matches if m.kind == WEAPON for i in page.words_in(m.start, m.stop)}
    made: list[Candidate] = []
    for match in matches:
        extent, term = page.words_in(match.start, match.stop), match.terms[0]
        first, last = extent[0], extent[-1]
        if match.kind != OBJECT or page.words[first].sentence not in told:
            continue
        if first in placed or (first in armed and term.id != STORE):
            continue
        if page.words[first].text in heads("actors", "group_heads"):
            continue  # مزارعين are people
        text = page.words[last].text
        if text.endswith(("ه", "ها", "هم")) and "مقر" in text and (last + 1 in owners or last + 1 in placed):
            continue  # ومقره لندن: somebody's seat, which nobody hit
        if first == last and _is_point(page, first):
            continue
        before, is_for = precedes(page, first), page.folded.text.startswith("لم", match.start)
        if term.id == "medical" and (is_for or (before is not None and before.text == "الي")):
            continue  # نقل إلى المستشفى: the hurt were brought there, it was not hit
        last = _grown(page, last, is_definite(page.folded.text[match.start : match.stop]), owners)
        stop, origin = page.words[last].stop, f"words:{term.listed}"
        made.append(page.candidate(OBJECT, match.start, stop, value=[term.id], origin=origin, score=_SCORE))
    return made


def _is_point(page: Page, at: int) -> bool:
    """Whether نقطة is one in time or thought (نقطة تحول), also as what something is said to be."""
    word, behind = page.words[at], follows(page, at)
    if bare(word.text).removeprefix("ب") not in ("نقطه", "نقاط", "لنقطه"):
        return False
    if behind is not None and behind.text in word_set("points"):
        return True
    ahead = page.words.between(at - _NEAR, at)
    return word.text == "نقطه" and any(w.sentence == word.sentence and w.text in _being() for w in ahead)


@cache
def _being() -> Set[str]:
    forms = verb_set(tuple(words()["being"]))
    return {front + form for form in forms for front in ("", "و")}


def _grown(page: Page, last: int, definite: bool, owners: Mapping[int, Name]) -> int:
    """The end of the phrase: adjectives, or the owner in construct behind the noun."""
    if not definite and last + 1 in owners and follows(page, last):
        return owners[last + 1].last
    grown = last_adjective(page, last, definite=definite)
    word = follows(page, grown)
    is_part = word is not None and not definite and word.text in word_set("common")
    return grown + 1 if word and is_part and word.text not in word_set("actors", "allegiance") else grown
