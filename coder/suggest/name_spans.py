"""Names: words that tell them, the lexicon's actors and places on a page, and which of the two a name is.

A country's name is its government or its territory as the words around it decide, or is offered as both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal

from coder.codebook.lexicon_schema import Actor, Lexicon
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR, PLACE, Match
from coder.suggest.forms import ARTICLE, nation_forms
from coder.suggest.gazetteer import WORD_SHAPE, common_words, is_world, large_cities, place_of, world
from coder.suggest.phrase import follows, is_definite, precedes, readings_before
from coder.suggest.word_lists import all_forms, bare, heads, nouns, readings, verbs, word_set, words
from coder.text.normalize import fold_key

SURE, LIKELY, GUESS = 0.95, 0.75, 0.55  # scores: one reading, one reading here of several, one of several
_COMMAS = frozenset("،,-")
_JOURNEY = 5  # words from a verb of going to the city that it leaves or reaches
Opener = Literal["given", "foreign", "word", "surname", "compound"]
PERSONAL = ("official", "military", "named_person")  # kinds of title behind which a person's name may stand
_WEAK = re.compile("[^اويه](?:[يو]ا|ا[يو])[^اويه]ه?")  # measures with a weak middle: قيام، قائد

name_list = partial(word_set, "person_names")  # the folded words of a table
general_verbs = partial(verbs, "person_names", "verbs")  # every form of the news' verbs but those of saying


@dataclass(frozen=True, slots=True)
class Name:
    """A name over the words first..last of a page."""

    kind: str
    first: int
    last: int
    skipped: int  # letters of proclitics in front of it
    origin: str
    ids: tuple[str, ...] = ()  # lexicon entries, none for a name no lexicon knows
    group: str = ""  # the actor's class, the place's kind
    score: float = SURE

    @property
    def words(self) -> range:
        return range(self.first, self.last + 1)

    def stretch(self, page: Page) -> tuple[int, int]:
        """The folded offsets of the name, proclitics left out."""
        return page.words[self.first].start + self.skipped, page.words[self.last].stop

    def quote(self, page: Page) -> str:
        """The name as it is written in the article."""
        return page.text[slice(*page.folded.span(*self.stretch(page)))]

    def contains(self, other: Name) -> bool:
        """Whether the other name stands inside this wider one."""
        is_wider = self.last - self.first > other.last - other.first
        return is_wider and self.first <= other.first and other.last <= self.last


def over(names: Iterable[Name]) -> Mapping[int, Sequence[Name]]:
    """Word → the names that stand over it."""
    found: dict[int, list[Name]] = {}
    for name in names:
        for index in name.words:
            found.setdefault(index, []).append(name)
    return found


def covered(names: Iterable[Name]) -> set[int]:
    """The indices of all words that names stand over."""
    return {index for name in names for index in name.words}


def is_within(name: Name, wider: Mapping[int, Sequence[Name]]) -> bool:
    """Whether a name stands inside a wider one; wider: those over each word."""
    return any(other.contains(name) for other in wider.get(name.first, ()))


def widest(found: Iterable[Name], *, by_length: bool = False) -> list[Name]:
    """The names of one kind that no other overlaps which begins earlier (by_length: is longer), in order."""
    kept: list[Name] = []
    taken: set[int] = set()
    for name in sorted(found, key=lambda n: (by_length * (n.first - n.last), n.first, -n.last, -n.score)):
        if taken.isdisjoint(name.words):
            kept.append(name)
            taken.update(name.words)
    return sorted(kept, key=lambda n: n.first)


def is_city(match: Match, lexicon: Lexicon) -> bool:
    """Whether a match is the name of a place with which a dateline can begin: no country."""
    place = place_of(match.terms[0].id, lexicon) if match.kind == PLACE else None
    is_country = place is not None and place.kind == "country"
    return place is not None and (not is_country or fold_key(match.terms[0].listed) in word_set("capitals"))


def listed(
    page: Page, matches: Iterable[Match], lexicon: Lexicon, lines: Sequence[tuple[int, int]] = ()
) -> list[Name]:
    """The lexicon's actors and places, no common words, in order; in lines (datelines) no governments."""
    found: list[Name] = []
    doubted: list[Name] = []
    lined = [(page.folded.index(start), page.folded.index(stop)) for start, stop in lines]
    for match in matches:
        if match.kind not in (ACTOR, PLACE):
            continue
        name = _listed(page, match, lexicon)
        is_place = name.kind == PLACE
        if any(start <= match.start < stop for start, stop in lined):
            if is_place or name.group not in ("government", "country"):
                found.append(name)
        elif not (is_place and follows(page, name.last).startswith("باعمال")):  # القائم بأعمال
            # only the gazetteer knows it, and it is a common word or the name of a small town
            is_unsure = is_place and name.score < SURE and is_world(name.ids[0])
            (doubted if is_unsure and not _is_placed(page, name, found) else found).append(name)
    # a large city that is a word besides counts where the article elsewhere shows that it is a place
    shown = {name.ids for name in found if name.kind == PLACE}
    found += [n for n in doubted if n.ids in shown and fold_key(n.quote(page)) in large_cities()]
    return sorted(found, key=lambda n: (n.first, n.last))


def _is_placed(page: Page, name: Name, before: Sequence[Name]) -> bool:  # behind a head noun, في or a place
    text = page.words[name.first].text
    front, is_common = text[: name.skipped], text[name.skipped :] in common_words()
    said = frozenset() if front else readings_before(page, name.first)
    if text in word_set("common") and not is_definite(text):
        return False  # قاعدة جديدة
    if is_common:
        return any(heads("places", "naming").get(w) in ("town", "admin1", "neighbourhood") for w in said)
    last = next((n.last for n in reversed(before) if n.kind == PLACE), -3)
    if front in ("ب", "و") and (front == "ب" or last == name.first - 1):
        return True
    if last == name.first - 2 and not front and page.words[last + 1].text in _COMMAS:
        return True
    is_reached = said & word_set("places", "journey") and fold_key(name.quote(page)) in large_cities()
    return bool(is_reached or said & _place_signs())


@cache
def _place_signs() -> Set[str]:  # قرية، ريف، شمال، في، بلدية: a place is named behind them
    tables = (nouns("places", table) for table in ("naming", "several", "around", "compass", "local"))
    return word_set("places", "locative").union(*tables)


def _listed(page: Page, match: Match, lexicon: Lexicon) -> Name:
    extent = page.words_in(match.start, match.stop)
    first, last = extent[0], extent[-1]
    skipped = match.start - page.words[first].start
    terms = sorted(match.terms, key=lambda t: t.doubtful)
    term = terms[0]
    actor, place = lexicon.actor(term.id), place_of(term.id, lexicon)
    if match.kind == ACTOR:
        group = actor.actor_class if actor else "government"
        if actor and term.doubtful and _is_anothers(page, last, actor):
            return Name(ACTOR, first, last + 1, skipped, "of another nation", (), group, LIKELY)
    else:
        group = place.kind if place else ""
    ids = tuple(dict.fromkeys(t.id for t in terms))
    score = LIKELY if term.doubtful else SURE
    return Name(match.kind, first, last, skipped, f"lexicon:{term.id}", ids, group, score)


def _is_anothers(page: Page, last: int, actor: Actor) -> bool:  # أمن الدولة المصري
    text = follows(page, last)
    if not is_definite(text) or page.is_parted(last):
        return False
    nation = bare(text).removesuffix("ه")
    own = {bare(w).removesuffix("ه") for form in actor.forms for w in fold_key(form).split()}
    return nation not in own and (nation in nation_words() or nation in word_set("actors", "empires"))


def told_apart(
    page: Page, actors: Sequence[Name], places: Sequence[Name], verbs: Set[int], said: Set[int]
) -> list[Name]:
    """Actors and places, each as what it is here, without those inside a wider name of the other kind.

    verbs: indices of words behind which a country acts even if no lexicon lists it as an actor. said: those
    of them whose object stands behind ب (نددت بإيران, while in هجوم ببغداد it is a place).
    """
    kept: list[Name] = []
    subjects: set[int] = set()
    place_groups = {(n.first, n.last): n.group for n in places}
    both = {(n.first, n.last): n for n in actors if (n.first, n.last) in place_groups}
    other = {ACTOR: {i: n for n in places for i in n.words}, PLACE: {i: n for n in actors for i in n.words}}
    last_place = -1
    for name in sorted((*actors, *places), key=lambda n: (n.first, n.last, n.kind)):
        extent, around = (name.first, name.last), other[name.kind].get(name.first)
        is_capital = name.kind == ACTOR and name.group == "government" and name.score < SURE
        if around is not None and around.contains(name):
            continue
        if extent in both:
            standing = _standing(page, both[extent], last_place, verbs | subjects, said)
            is_city = place_groups[extent] in ("city", "town")
            if is_city and len(standing) > 1 and _is_journey(page, name.first):
                standing = (PLACE,)
            if name.kind not in standing:
                continue
            name = replace(name, score=LIKELY if len(standing) == 1 else GUESS)
        elif is_capital and not name.skipped and precedes(page, name.first) in word_set("places", "locative"):
            # a government named by its capital, which no gazetteer knows, is the city (في الدوحة)
            name = replace(name, kind=PLACE, ids=(), group="town", score=GUESS)
        if name.kind == PLACE:
            last_place = name.last
        elif name.first - 1 in verbs:
            subjects.add(name.last)  # its object stands behind it: اتهمت أذربيجان أرمينيا
        kept.append(name)
    return kept


def _standing(page: Page, name: Name, last_place: int, verbs: Set[int], said_of: Set[int]) -> tuple[str, ...]:
    """Whether a name that is both stands as place, as actor or as either, by what is in front of it."""
    front = page.words[name.first].text[: name.skipped]
    before = precedes(page, name.first)
    is_next = 0 <= last_place == name.first - 1
    is_listed = last_place == name.first - 2 and not front and page.words[last_place + 1].text in _COMMAS
    if not name.ids or is_listed or (is_next and front in ("و", "ف", "")):
        return (PLACE,)  # a group by its head alone (لواء), a place by its name
    if is_next and page.words[last_place].text in word_set("places", "adjectives"):
        return (PLACE,)  # الضاحية الجنوبية لبيروت
    if front.endswith("ب"):
        is_related = not before or _relates(page, name.first)
        is_state = name.group in ("country", "government") and name.skipped == 1
        return (ACTOR,) if is_state and (is_related or name.first - 1 in said_of) else (PLACE,)
    if is_world(name.ids[0]):
        return (ACTOR,) if name.first - 1 in verbs else (PLACE,)
    if not before or front:
        return (ACTOR,)
    said = readings_before(page, name.first)
    if said & word_set("places", "locative"):
        return (PLACE,)
    is_either = said & word_set("places", "towards") and not _relates(page, name.first - 1)
    return (ACTOR, PLACE) if is_either else (ACTOR,)


def _is_journey(page: Page, city: int) -> bool:  # عاد من دمشق إلى بيروت
    if precedes(page, city) not in word_set("places", "journey"):
        return False
    ahead = page.words[max(0, city - 1 - _JOURNEY) : city - 1]
    near = (word.text for word in ahead if word.sentence == page.words[city].sentence)
    return any(rest in all_forms("places", "going") for text in near for _, rest in readings(text))


def _relates(page: Page, index: int) -> bool:  # المدعومة من، علاقات وثيقة بـ
    ahead = map(bare, page.words.texts[max(0, index - 2) : index])
    return any(word in word_set("actors", t) for word in ahead for t in ("related", "allegiance"))


# ---------------------------------------------------------------- what a single word says about a name
@cache
def name_openers() -> Mapping[str, Opener]:
    """What a word that can begin a name is, by its folded text."""
    given = name_list("given").union("عبد" + tail for tail in name_list("tails") if tail.startswith(ARTICLE))
    tables: dict[Opener, Set[str]] = {"surname": name_list("surnames"), "foreign": name_list("foreign")}
    tables |= {"word": name_list("given_words"), "given": given, "compound": name_list("compounds")}
    return {word: kind for kind, table in tables.items() for word in table}


@cache
def title_heads() -> frozenset[str]:
    """Every form of the nouns that stand in front of a person's name."""
    return name_list("titles").union(*(nouns("people", "titles", kind) for kind in PERSONAL))


@cache
def common_nouns() -> frozenset[str]:
    """Nouns that are no part of a name: common ones, titles, heads of bodies and places, nations."""
    named = (nouns("places", table) for table in ("naming", "around", "compass"))
    bodies = nouns("organisations", "heads") | nouns("actors", "group_heads") | nouns("persons")
    found = name_list("common").union(title_heads(), nation_words(), bodies, *named)
    return found - name_list("given") - name_list("foreign")


def is_common(text: str) -> bool:
    """Whether a word without the article is a noun or a verb that is no part of a name."""
    return text in common_nouns() or (text in general_verbs() and text not in name_openers())


def looks_foreign(text: str) -> bool:
    """Whether a word of four letters or more has no shape of an Arabic noun or verb."""
    if len(text) < 4 or (len(text) < 6 and text.endswith("ا")) or _WEAK.fullmatch(text):
        return False
    behind = (rest for taken, rest in readings(text) if taken and len(rest) > 2)
    return not any(WORD_SHAPE.fullmatch(way) for way in (text, text.removesuffix("ا"), *behind))


@cache
def nation_adjectives() -> frozenset[str]:
    """The adjectives of nations in every form."""
    return frozenset(form.text for nation in words()["actors"]["nations"] for form in nation_forms(nation))


@cache
def nation_words() -> frozenset[str]:
    """The adjectives of nations, without the article; regular ones are made from the countries' names."""
    countries = (bare(fold_key(p.name.ar)) for p in world().values() if p.kind == "country")
    stems = {c.removesuffix("يا").removesuffix("ا").removesuffix("ه") for c in countries if " " not in c}
    made = {stem + ending for stem in stems if len(stem) > 2 for ending in ("ي", "يه")}
    return frozenset(text for text in nation_adjectives() if not is_definite(text)) | made


def nation_of(word: str) -> str:
    """The adjective of a nation without article, gender and number, in one spelling."""
    return re.sub("ي(?:ين|ون|تين|ه|ا)$", "ي", bare(word)).replace("امريك", "اميرك")
