"""What an attack strikes that is no building or thing: armed men, or land and a town as
such.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.model import Candidate, Json
from coder.suggest.article_words import first_item
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, PLACE, TRIGGER
from coder.suggest.date_spans import DATE
from coder.suggest.word_lists import bare, nouns, word_set, words
from coder.text.normalize import fold_key


def struck(clause: Clause, forces: Sequence[Candidate]) -> list[Candidate]:
    """The forces that an attack hits, else the town, homes or land on which it falls
    (غارات على صنعاء).
    """
    if clause.trigger.value not in word_set("events", "attacks"):
        return []
    hit = [
        replace(c, value=[words()["events"]["men_hit"]])
        for c in forces
        if not _is_led(clause, c)
    ]
    return hit or [replace(c, value=[_kind_of_land(c)]) for c in _land(clause)]


def killed_by(clause: Clause) -> list[Candidate]:
    """The man whom an attack told of before is said to have hit: ضربة دمّرت منزلاً
    وقتلت القيادي.
    """
    trigger, verbs = clause.trigger, word_set("events", "hitting")
    if trigger.value not in word_set(
        "events", "attacks"
    ) or not trigger.origin.startswith("noun:"):
        return []
    behind = [c for c in clause.of_kind(TRIGGER) if c.start >= trigger.end]
    again = [
        c.start
        for c in behind
        if c.origin.startswith("noun:") and c.value in word_set("events", "attacks")
    ]
    ends = [
        c.end
        for c in behind
        if fold_key(c.quote) in verbs and c.start < min(again, default=c.end)
    ]
    hit = (
        a
        for a in clause.of_kind(ACTOR)
        if clause.sentence.adjoins(a.start, ends) and is_leader(a)
    )
    return sorted(hit, key=lambda a: a.start - a.end)[:1]


def with_leaders(
    clause: Clause, things: Sequence[Candidate], hit: Sequence[Candidate]
) -> list[Candidate]:
    """What was hit, and the leaders whom an attack was on."""
    if clause.trigger.value not in word_set("events", "attacks"):
        return list(things)
    leaders = [
        replace(c, value=[words()["events"]["leader_hit"]]) for c in hit if is_leader(c)
    ]
    others = (c for c in things if not any(a.start <= c.start < a.end for a in leaders))
    return sorted([*others, *leaders], key=lambda c: c.start)


def is_leader(actor: Candidate) -> bool:
    """Whether an actor is a leader with his name: القيادي في الحرس رضا موسوي."""
    title, *rest = fold_key(actor.quote).split()
    return bare(title) in word_set("events", "leaders") and len(rest) > 1


def _is_led(clause: Clause, force: Candidate) -> bool:  # مقتل قائد فيلق القدس
    in_front = map(bare, clause.before(force, 2).split())
    return not word_set("events", "leaders").isdisjoint(in_front)


def _kind_of_land(place: Candidate) -> Json:
    is_home = fold_key(place.quote).partition(" ")[0] in nouns("events", "homes")
    return words()["events"]["homes_hit" if is_home else "land_hit"]


def _land(clause: Clause) -> list[Candidate]:
    end = clause.trigger.end
    ends = {
        end,
        *(
            c.end
            for kind in (ACTOR, DATE)
            for c in clause.of_kind(kind)
            if c.start >= end
        ),
    }
    behind = (p for p in clause.of_kind(PLACE) if end <= p.start < clause.next)
    wide = (p for p in behind if first_item(p).get("precision") != "exact_site")
    hit = (
        p
        for p in wide
        if clause.before(p, 1) in word_set("roles", "towards")
        or clause.sentence.adjoins(p.start, ends)
    )
    return list(hit)[:1]
