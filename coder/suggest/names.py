"""Actors and places of a page: found, grown to whole phrases, and told apart.

A country's name is its government or its territory; the words around it decide, and where they allow both
it is offered as both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from coder.codebook.lexicon import Lexicon
from coder.suggest.gazetteer import place_of, world
from coder.suggest.lexicon import ACTOR, PLACE
from coder.suggest.matcher import Match
from coder.suggest.page import Page
from coder.suggest.phrase import precedes
from coder.suggest.words import readings, word_set

SURE, LIKELY, GUESS = 0.95, 0.75, 0.55
"""Scores: one reading, one reading here of several, one of several."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name over the words first..last of a page; skipped is the letters of particles in front of it.

    ids: lexicon entries, none for a name no lexicon knows. group: the actor's class, the place's kind.
    """

    kind: str
    first: int
    last: int
    skipped: int
    origin: str
    ids: tuple[str, ...] = ()
    group: str = ""
    score: float = SURE

    def stretch(self, page: Page) -> tuple[int, int]:
        """The folded offsets of the name, particles in front left out."""
        return page.words[self.first].start + self.skipped, page.words[self.last].stop

    def quote(self, page: Page) -> str:
        """The name as it is written in the article."""
        return page.text[slice(*page.folded.span(*self.stretch(page)))]

    def contains(self, other: Name) -> bool:
        """Whether the other name stands inside this wider one."""
        here, there = (self.first, self.last), (other.first, other.last)
        return here != there and self.first <= other.first and other.last <= self.last


def listed(page: Page, matches: Iterable[Match], lexicon: Lexicon) -> list[Name]:
    """The lexicon's actors and places as they were matched, in order."""
    return [_listed(page, m, lexicon) for m in matches if m.kind in (ACTOR, PLACE)]


def _listed(page: Page, match: Match, lexicon: Lexicon) -> Name:
    covered = page.words_in(match.start, match.stop)
    terms = sorted(match.terms, key=lambda t: t.doubtful)
    actor, place = lexicon.actor(terms[0].id), place_of(terms[0].id, lexicon)
    if match.kind == ACTOR:
        group = actor.actor_class if actor else "government"
    else:
        group = place.kind if place else ""
    return Name(
        match.kind,
        covered[0],
        covered[-1],
        match.start - page.words[covered[0]].start,
        f"lexicon:{terms[0].id}",
        tuple(dict.fromkeys(t.id for t in terms)),
        group,
        LIKELY if terms[0].doubtful else SURE,
    )


def widest(found: Iterable[Name]) -> list[Name]:
    """The names that no wider or surer one of their kind overlaps, in order."""
    kept: list[Name] = []
    for name in sorted(found, key=lambda n: (n.first, -n.last, -n.score)):
        if not kept or name.first > kept[-1].last:
            kept.append(name)
    return kept


def told_apart(page: Page, actors: Sequence[Name], places: Sequence[Name], verbs: Set[int]) -> list[Name]:
    """Actors and places without those inside a wider name and those that are only the other thing here.

    verbs: indices of words behind which a country acts even if no lexicon lists it as an actor.
    """
    kept: list[Name] = []
    stretches = {(n.first, n.last) for n in places}
    both = {(n.first, n.last): n for n in actors if (n.first, n.last) in stretches}
    over = {
        k: {i: n for n in ns for i in range(n.first, n.last + 1)}
        for k, ns in ((ACTOR, actors), (PLACE, places))
    }
    last_place = -1
    for name in sorted((*actors, *places), key=lambda n: (n.first, n.last, n.kind)):
        around = over[PLACE if name.kind == ACTOR else ACTOR].get(name.first)
        if around is not None and around.contains(name):
            continue
        if name.kind == ACTOR and (name.first, name.last) not in both and _is_city_here(page, name):
            kept.append(replace(name, kind=PLACE, ids=(), group="town", score=GUESS))
            last_place = name.last
            continue
        if (name.first, name.last) in both:
            standing = _standing(page, both[name.first, name.last], last_place, verbs)
            if name.kind not in standing:
                continue
            name = replace(name, score=LIKELY if len(standing) == 1 else GUESS)
        if name.kind == PLACE:
            last_place = name.last
        kept.append(name)
    return kept


def _is_city_here(page: Page, name: Name) -> bool:
    """Whether a government named by its capital, which no gazetteer knows, stands as the city (في الدوحة)."""
    before = precedes(page, name.first)
    locative = before is not None and before.text in word_set("places", "locative")
    return name.group == "government" and name.score < SURE and locative and not name.skipped


def _standing(page: Page, name: Name, last_place: int, verbs: Set[int]) -> tuple[str, ...]:
    """Whether a name that is both stands as place, as actor or as either, by what is in front of it."""
    front = page.words[name.first].text[: name.skipped]
    if front in ("و", "ف") and last_place == name.first - 1:
        return (PLACE,)
    if front.endswith("ب"):
        return (ACTOR,) if name.group in ("country", "government") and name.skipped == 1 else (PLACE,)
    before = precedes(page, name.first)
    if name.ids[0] in world():
        return (ACTOR,) if name.first - 1 in verbs else (PLACE,)
    if before is None or front:
        return (ACTOR,)
    if any(word in word_set("places", "locative") for _, word in readings(before.text)):
        return (PLACE,)
    return (ACTOR, PLACE) if before.text in word_set("places", "towards") else (ACTOR,)
