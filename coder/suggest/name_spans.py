"""Actors and places of a page: found, grown to whole phrases, and told apart.

A country's name is its government or its territory; the words around it decide, and where they allow both
it is offered as both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from coder.codebook.lexicon import Actor, Lexicon
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR, PLACE
from coder.suggest.gazetteer import common_words, is_world, large_cities, place_of
from coder.suggest.matcher import Match
from coder.suggest.person_words import nation_words
from coder.suggest.phrase import follows, is_definite, precedes
from coder.suggest.word_lists import bare, heads, nouns, readings, verb_set, word_set, words
from coder.text.normalize import fold_key

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


def over(names: Iterable[Name]) -> Mapping[int, Sequence[Name]]:
    """Word → the names that stand over it."""
    found: dict[int, list[Name]] = {}
    for name in names:
        for index in range(name.first, name.last + 1):
            found.setdefault(index, []).append(name)
    return found


def is_within(name: Name, wider: Mapping[int, Sequence[Name]]) -> bool:
    """Whether a name stands inside a wider one; wider: those over each word."""
    return any(other.contains(name) for other in wider.get(name.first, ()))


def is_city(match: Match, lexicon: Lexicon) -> bool:
    """Whether a match is the name of a place with which a dateline can begin: no country."""
    place = place_of(match.terms[0].id, lexicon) if match.kind == PLACE else None
    if place is not None and place.kind == "country":
        return fold_key(match.terms[0].listed) in word_set("capitals")
    return place is not None


def listed(
    page: Page, matches: Iterable[Match], lexicon: Lexicon, lines: Sequence[tuple[int, int]] = ()
) -> list[Name]:
    """The lexicon's actors and places as they were matched, in order; no town that is but a common word.

    lines: datelines in code points; in them a name is a place and no government.
    """
    found: list[Name] = []
    lined = [(page.folded.index(start), page.folded.index(stop)) for start, stop in lines]
    doubted: list[Name] = []
    for match in matches:
        if match.kind in (ACTOR, PLACE):
            name = _listed(page, match, lexicon)
            if any(start <= match.start < stop for start, stop in lined):
                found += [name] if match.kind == PLACE or name.group not in _STATES else []
                continue
            following = follows(page, name.last)
            if name.kind == PLACE and following and following.text.startswith("باعمال"):
                continue  # القائم بأعمال is an office
            is_place = name.kind == ACTOR or not _is_unsure(name) or _is_placed(page, name, found)
            (found if is_place else doubted).append(name)
    return sorted([*found, *_placed_once(page, found, doubted)], key=lambda n: (n.first, n.last))


def _placed_once(page: Page, found: Iterable[Name], doubted: Iterable[Name]) -> list[Name]:
    """The large cities that are words besides where the article elsewhere shows that they are places."""
    shown = {name.ids for name in found if name.kind == PLACE}
    return [n for n in doubted if n.ids in shown and fold_key(n.quote(page)) in large_cities()]


def _is_unsure(name: Name) -> bool:
    """Whether only the gazetteer knows the name, and it is a common word or that of a small town."""
    return name.score < SURE and is_world(name.ids[0])


def _is_placed(page: Page, name: Name, before: Sequence[Name]) -> bool:
    """Whether what stands in front of a name makes it a place: a head, في, a place it is joined to."""
    text, word = page.words[name.first].text, precedes(page, name.first)
    front, is_common = text[: name.skipped], text[name.skipped :] in common_words()
    said = {reading for _, reading in readings(word.text)} if word and not front else set()
    if text in word_set("common") and not is_definite(text):
        return False  # قاعدة جديدة
    if is_common:
        return any(heads("places", "naming").get(reading) in _TOWNS for reading in said)
    last = next((n.last for n in reversed(before) if n.kind == PLACE), None)
    if last is not None and last == name.first - 1 and front == "و":
        return True
    if last is not None and last == name.first - 2 and not front and page.words[last + 1].text in _COMMAS:
        return True
    if said & word_set("places", "journey") and fold_key(name.quote(page)) in large_cities():
        return True
    return front == "ب" or bool(said & _place_signs())


_STATES = frozenset({"government", "country"})
_COMMAS = frozenset("،,-")
_TOWNS = frozenset({"town", "admin1", "neighbourhood"})


@cache
def _place_signs() -> Set[str]:
    """Words behind which a place is named: قرية، ريف، شمال، في، بلدية."""
    constructs = (nouns("places", table) for table in ("naming", "several", "around", "compass", "local"))
    return frozenset().union(word_set("places", "locative"), *constructs)


def _listed(page: Page, match: Match, lexicon: Lexicon) -> Name:
    covered = page.words_in(match.start, match.stop)
    terms = sorted(match.terms, key=lambda t: t.doubtful)
    actor, place = lexicon.actor(terms[0].id), place_of(terms[0].id, lexicon)
    if match.kind == ACTOR:
        group = actor.actor_class if actor else "government"
        if actor and terms[0].doubtful and _is_anothers(page, covered[-1], actor):
            skipped = match.start - page.words[covered[0]].start
            return Name(ACTOR, covered[0], covered[-1] + 1, skipped, "of another nation", (), group, LIKELY)
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


def _is_anothers(page: Page, last: int, actor: Actor) -> bool:
    """Whether a name that several nations' bodies have is another's here (أمن الدولة المصري)."""
    word = follows(page, last)
    if word is None or not is_definite(word.text) or page.is_parted(last):
        return False
    said = bare(word.text)
    own = {_masculine(bare(w)) for form in actor.forms for w in fold_key(form).split()}
    nations = nation_words() | word_set("actors", "empires")
    return _masculine(said) in nations and _masculine(said) not in own


def _masculine(nation: str) -> str:
    return nation.removesuffix("ه")


def widest(found: Iterable[Name]) -> list[Name]:
    """The names that no wider or surer one of their kind overlaps, in order."""
    kept: list[Name] = []
    for name in sorted(found, key=lambda n: (n.first, -n.last, -n.score)):
        if not kept or name.first > kept[-1].last:
            kept.append(name)
    return kept


def told_apart(
    page: Page, actors: Sequence[Name], places: Sequence[Name], verbs: Set[int], said: Set[int]
) -> list[Name]:
    """Actors and places without those inside a wider name and those that are only the other thing here.

    verbs: indices of words behind which a country acts even if no lexicon lists it as an actor. said: of
    those among them that say something of whom ب names (نددت بإيران, but هجوم ببغداد).
    """
    kept: list[Name] = []
    subjects: set[int] = set()
    stretches = {(n.first, n.last): n.group for n in places}
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
            standing = _standing(page, both[name.first, name.last], last_place, verbs | subjects, said)
            is_city = stretches[name.first, name.last] in _CITIES
            if is_city and len(standing) > 1 and _is_journey(page, name.first):
                standing = (PLACE,)
            if name.kind not in standing:
                continue
            name = replace(name, score=LIKELY if len(standing) == 1 else GUESS)
        if name.kind == PLACE:
            last_place = name.last
        elif name.first - 1 in verbs:
            subjects.add(name.last)  # behind it stands whom it acts on: اتهمت أذربيجان أرمينيا
        kept.append(name)
    return kept


def _is_city_here(page: Page, name: Name) -> bool:
    """Whether a government named by its capital, which no gazetteer knows, stands as the city (في الدوحة)."""
    before = precedes(page, name.first)
    locative = before is not None and before.text in word_set("places", "locative")
    return name.group == "government" and name.score < SURE and locative and not name.skipped


def _standing(page: Page, name: Name, last_place: int, verbs: Set[int], said_of: Set[int]) -> tuple[str, ...]:
    """Whether a name that is both stands as place, as actor or as either, by what is in front of it."""
    front = page.words[name.first].text[: name.skipped]
    before = precedes(page, name.first)
    if not name.ids:
        return (PLACE,)  # a group by its head alone (لواء), a place by its name
    if 0 <= last_place == name.first - 1 and front in ("و", "ف", ""):
        return (PLACE,)
    if 0 <= last_place == name.first - 1 and page.words[last_place].text in word_set("places", "adjectives"):
        return (PLACE,)  # الضاحية الجنوبية لبيروت
    if last_place == name.first - 2 and page.words[last_place + 1].text in _COMMAS and not front:
        return (PLACE,)
    if front.endswith("ب"):
        is_related = before is None or _relates(page, name.first)
        is_state = name.group in ("country", "government") and name.skipped == 1
        return (ACTOR,) if is_state and (is_related or name.first - 1 in said_of) else (PLACE,)
    if is_world(name.ids[0]):
        return (ACTOR,) if name.first - 1 in verbs else (PLACE,)
    if before is None or front:
        return (ACTOR,)
    said = {word for _, word in readings(before.text)}
    if said & word_set("places", "locative"):
        return (PLACE,)
    is_either = said & word_set("places", "towards") and not _relates(page, name.first - 1)
    return (ACTOR, PLACE) if is_either else (ACTOR,)


_CITIES = frozenset({"city", "town"})
_JOURNEY = 5
"""Words from a verb of going to the city that it leaves or reaches."""


def _is_journey(page: Page, city: int) -> bool:
    """Whether somebody goes to a city or comes from there: عاد من دمشق إلى بيروت."""
    before = precedes(page, city)
    if before is None or before.text not in word_set("places", "journey"):
        return False
    ahead = page.words[max(0, city - 1 - _JOURNEY) : city - 1]
    near = (word.text for word in ahead if word.sentence == page.words[city].sentence)
    return any(rest in _going() for text in near for _, rest in readings(text))


@cache
def _going() -> frozenset[str]:
    """Every form of the verbs and nouns of going."""
    listed = words()["places"]["going"]
    return verb_set(tuple(listed["verbs"])) | nouns("places", "going", "nouns")


def _relates(page: Page, index: int) -> bool:
    """Whether one of the two words in front relates to somebody (المدعومة من، علاقات وثيقة بـ)."""
    ahead = map(bare, page.words.texts[max(0, index - 2) : index])
    return any(word in word_set("actors", t) for word in ahead for t in ("related", "allegiance"))
