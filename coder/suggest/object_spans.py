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
from coder.suggest.name_spans import Name
from coder.suggest.phrase import follows, is_definite, last_adjective, precedes
from coder.suggest.word_lists import bare, heads, verb_set, word_set, words

_POINTS = frozenset({"نقطه", "نقاط", "لنقطه"})
_NEAR = 5
"""Words in front of نقطة within which a verb says that something was one."""
STORE = "weapons_store"
"""The object whose weapons are what was hit and not the means."""
_MEDICAL = "medical"
_SCORE = 0.7


def objects(
    page: Page, matches: Sequence[Match], actors: Sequence[Name], places: Sequence[Name], triggers: Set[int]
) -> list[Candidate]:
    """The target objects of a page, in order.

    Those inside a place's name are left out. triggers: indices of words that are triggers.
    """
    told = {page.words[i].sentence for i in triggers}
    placed = {i for p in places for i in range(p.first, p.last + 1)}
    owners = {a.first: a for a in actors if not a.skipped}
    armed = {i for m in matches if m.kind == WEAPON for i in page.words_in(m.start, m.stop)}
    made: list[Candidate] = []
    for match in matches:
        covered = page.words_in(match.start, match.stop)
        if match.kind != OBJECT or page.words[covered[0]].sentence not in told:
            continue
        if covered[0] in placed or (covered[0] in armed and match.terms[0].id != STORE):
            continue
        if page.words[covered[0]].text in heads("actors", "group_heads"):
            continue  # مزارعين are people
        if _is_seat(page, covered[-1], owners, placed):
            continue
        if _is_point(page, covered[0], covered[-1]):
            continue
        if match.terms[0].id == _MEDICAL and _is_reached(page, match, covered[0]):
            continue
        last = _grown(page, covered[-1], is_definite(page.folded.text[match.start : match.stop]), owners)
        value = [match.terms[0].id]
        origin = f"words:{match.terms[0].listed}"
        stop = page.words[last].stop
        made.append(page.candidate(OBJECT, match.start, stop, value=value, origin=origin, score=_SCORE))
    return made


def _is_point(page: Page, first: int, last: int) -> bool:
    """Whether نقطة is one in time or thought (نقطة تحول), also as what something is said to be."""
    if first != last or bare(page.words[first].text).removeprefix("ب") not in _POINTS:
        return False
    behind = follows(page, last)
    if behind is not None and behind.text in word_set("points"):
        return True
    ahead = page.words.between(first - _NEAR, first)
    sentence = page.words[first].sentence
    is_said = any(w.sentence == sentence and w.text in _being() for w in ahead)
    return is_said and page.words[first].text == "نقطه"


@cache
def _being() -> Set[str]:
    forms = verb_set(tuple(words()["being"]))
    return {front + form for form in forms for front in ("", "و")}


def _is_seat(page: Page, last: int, owners: Mapping[int, Name], placed: Set[int]) -> bool:
    """Whether it but tells where somebody has his seat (ومقره لندن)."""
    is_owned = page.words[last].text.endswith(("ه", "ها", "هم")) and "مقر" in page.words[last].text
    return is_owned and (last + 1 in owners or last + 1 in placed)


def _is_reached(page: Page, match: Match, first: int) -> bool:
    """Whether the hurt were brought there (نقل إلى المستشفى): it was not hit."""
    before = precedes(page, first)
    return (before is not None and before.text == "الي") or page.folded.text[match.start : match.stop][
        :2
    ] == "لم"


def _grown(page: Page, last: int, definite: bool, owners: Mapping[int, Name]) -> int:
    """The end of the phrase: adjectives, or the owner in construct behind the noun."""
    if not definite and last + 1 in owners and follows(page, last):
        return owners[last + 1].last
    grown = last_adjective(page, last, definite=definite)
    word = follows(page, grown)
    is_part = word and not definite and word.text in word_set("common")
    return grown + 1 if word and is_part and word.text not in word_set("actors", "allegiance") else grown
