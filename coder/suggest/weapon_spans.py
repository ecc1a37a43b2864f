"""Weapons, the means of an act, and words that claim or deny it: what needs nothing but its listed words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from coder.model import Candidate
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import CLAIM, OBJECT, WEAPON
from coder.suggest.matcher import Match
from coder.suggest.name_words import nation_adjectives
from coder.suggest.object_spans import STORE
from coder.suggest.phrase import follows, precedes
from coder.suggest.word_lists import readings, word_set

_STORED = 4
"""Words of a weapons store within which weapons are what it holds (مستودع أسلحة وذخائر)."""
_SCORE, _DOUBTFUL = 0.85, 0.3
_AIRCRAFT, _DRONE = "aircraft", "uav_armed"
_UNMANNED = re.compile("(?:ال)?مسيره?|(?:من )?دون طيار|بدون طيار|بلا طيار")


def weapons(page: Page, matches: Iterable[Match], media: Set[int]) -> Iterator[Candidate]:
    """The weapons of a page and its claims; a weapon in a store is what was hit and no means.

    media: indices of words in names of media (قناة المسيرة).
    """
    stored = set(media)
    for match in matches:
        if match.kind == OBJECT and any(t.id == STORE for t in match.terms):
            covered = page.words_in(match.start, match.stop)
            stored.update(range(covered[0] + 1, covered[-1] + _STORED))
    reached = 0  # behind a weapon of words that matched apart
    for match in matches:
        term, stop = min(match.terms, key=lambda t: t.doubtful), match.stop
        score = _SCORE - _DOUBTFUL * term.doubtful
        if match.kind == CLAIM:
            yield page.candidate(CLAIM, match.start, stop, origin=f"words:{term.id}", score=score)
        if match.kind != WEAPON or match.start < reached:
            continue
        covered = page.words_in(match.start, stop)
        if not stored.isdisjoint(covered) or _is_no_means(page, covered[0]):
            continue
        value = term.id
        if value == _AIRCRAFT and (last := _last_of_drone(page, covered[-1])):
            value, stop = _DRONE, page.words[last].stop
            reached = stop
        origin = f"lexicon:{value}"
        yield page.candidate(WEAPON, match.start, stop, value=[value], origin=origin, score=score)


def _last_of_drone(page: Page, last: int) -> int | None:
    """The end of an aircraft that flies without a pilot, its nation in between (طائرة تركية من دون طيار)."""
    if (word := follows(page, last)) is None or word.text not in nation_adjectives():
        return None
    ends = range(last + 2, last + 5)
    fits = (end for end in ends if _UNMANNED.fullmatch(" ".join(page.words.texts[last + 2 : end + 1])))
    return next(fits, None)


def _is_no_means(page: Page, first: int) -> bool:
    """Whether a weapon is the fire of a ceasefire, or is carried (حاملة طائرات)."""
    ahead = page.words.texts[max(0, first - 2) : first]
    if any(word in word_set("no_means", "ceasing") for text in ahead for _, word in readings(text)):
        return True
    before = precedes(page, first)
    return before is not None and before.text in word_set("no_means", "carriers")
