"""What an attack strikes that is no building or thing: armed men, or land and a town as such."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.model import Candidate, Json
from coder.suggest.article_words import first_item
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, PLACE
from coder.suggest.date_spans import DATE
from coder.suggest.word_lists import bare, nouns, word_set, words
from coder.text.normalize import fold_key


def struck(clause: Clause, forces: Sequence[Candidate]) -> list[Candidate]:
    """The forces that an attack hits, else the town, homes or land on which it falls (غارات على صنعاء)."""
    if clause.trigger.value not in word_set("events", "attacks"):
        return []
    hit = [replace(c, value=[words()["events"]["men_hit"]]) for c in forces if not _is_led(clause, c)]
    return hit or [replace(c, value=[_kind_of_land(c)]) for c in _land(clause)]


def _is_led(clause: Clause, force: Candidate) -> bool:  # مقتل قائد فيلق القدس
    in_front = map(bare, clause.before(force, 2).split())
    return not word_set("events", "leaders").isdisjoint(in_front)


def _kind_of_land(place: Candidate) -> Json:
    is_home = fold_key(place.quote).partition(" ")[0] in nouns("events", "homes")
    return words()["events"]["homes_hit" if is_home else "land_hit"]


def _land(clause: Clause) -> list[Candidate]:
    end = clause.trigger.end
    ends = {end, *(c.end for kind in (ACTOR, DATE) for c in clause.of_kind(kind) if c.start >= end)}
    behind = (p for p in clause.of_kind(PLACE) if end <= p.start < clause.next)
    wide = (p for p in behind if first_item(p).get("precision") != "exact_site")
    hit = (
        p
        for p in wide
        if clause.before(p, 1) in word_set("roles", "towards") or clause.sentence.adjoins(p.start, ends)
    )
    return list(hit)[:1]
