"""Names: the lexicon's actors and places on a page, which of the two a name is, and
word lists for names.

A country's name denotes its government or its territory depending on context; if
unclear, both are proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache, partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Actor, Lexicon, Place
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR, PLACE, Match
from coder.suggest.forms import ARTICLE, TANWIN, nation_forms
from coder.suggest.gazetteer import (
    WORD_SHAPE,
    is_world,
    large_cities,
    place_of,
    world,
)
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import (
    bare,
    heads,
    nouns,
    readings,
    verbs,
    word_set,
    words,
)
from coder.text.normalize import fold_key

SURE, LIKELY, GUESS = (
    0.95,
    0.75,
    0.55,
)  # scores: unambiguous, resolved by context, ambiguous
_COMMAS = frozenset("،,-")
# kinds of head nouns that show a town, and of places in which a town lies
_TOWN_HEADS = ("town", "admin1", "neighbourhood")
_AREAS = ("admin1", "region", "country")
_NO_WORD = -3  # no word is next to it
Opener = Literal["given", "foreign", "word", "surname", "compound"]
PERSONAL = (
    "official",
    "military",
    "named_person",
)  # kinds of title that a person's name can follow
_WEAK = re.compile(
    "[^اويه](?:[يو]ا|ا[يو])[^اويه]ه?"
)  # nouns of hollow roots: قيام، قائد

name_list = partial(
    word_set, "person_names"
)  # the folded words of a list in names.yaml
general_verbs = partial(
    verbs, "person_names", "verbs"
)  # every form of common verbs except those of saying


class Name(Struct, frozen=True):
    """A name covering the words first..last (inclusive) of a page."""

    kind: str
    first: int
    last: int
    skipped: int  # letters of proclitics on the first word
    origin: str
    ids: tuple[
        str, ...
    ] = ()  # lexicon entries; empty for names that are not in the lexicon
    group: str = ""  # the actor's class, the place's kind
    score: float = SURE
    within: Place | None = None  # where a site or road lies that bears a town's name

    @property
    def words(self) -> range:
        return range(self.first, self.last + 1)

    def stretch(self, page: Page) -> tuple[int, int]:
        """The folded offsets [start, stop) of the name, without proclitics."""
        return page.words[self.first].start + self.skipped, page.words[self.last].stop

    def quote(self, page: Page) -> str:
        """The name as it is written in the article."""
        return page.text[slice(*page.folded.span(*self.stretch(page)))]

    def contains(self, other: Name) -> bool:
        """Whether this name covers the other one and more."""
        is_wider = self.last - self.first > other.last - other.first
        return is_wider and self.first <= other.first and other.last <= self.last


def by_word(names: Iterable[Name]) -> Mapping[int, Sequence[Name]]:
    """Word index → the names that cover it."""
    found: dict[int, list[Name]] = {}
    for name in names:
        for index in name.words:
            found.setdefault(index, []).append(name)
    return found


def covered(names: Iterable[Name]) -> set[int]:
    """The indices of all words covered by names."""
    return {index for name in names for index in name.words}


def is_within(name: Name, wider: Mapping[int, Sequence[Name]]) -> bool:
    """Whether a name is inside a wider one; wider: word index → the names that cover
    it.
    """
    return any(other.contains(name) for other in wider.get(name.first, ()))


def widest(found: Iterable[Name], *, by_length: bool = False) -> list[Name]:
    """The names of one kind in order, of overlapping ones only the first (by_length:
    the longest).
    """
    kept: list[Name] = []
    taken: set[int] = set()
    for name in sorted(
        found,
        key=lambda n: (by_length * (n.first - n.last), n.first, -n.last, -n.score),
    ):
        if taken.isdisjoint(name.words):
            kept.append(name)
            taken.update(name.words)
    return sorted(kept, key=lambda n: n.first)


def is_city(match: Match, lexicon: Lexicon) -> bool:
    """Whether a match is a place that can begin a dateline: not a country, except in
    its capital's name.
    """
    if match.kind != PLACE or (place := place_of(match.terms[0].id, lexicon)) is None:
        return False
    return place.kind != "country" or fold_key(match.terms[0].listed) in word_set(
        "capitals"
    )


def listed(
    page: Page,
    matches: Iterable[Match],
    lexicon: Lexicon,
    lines: Sequence[tuple[int, int]] = (),
) -> list[Name]:
    """Return the actors and places of the lexicon and the gazetteer in text order.

    Names that are ordinary words where they stand are left out. lines: the datelines,
    in which no government acts.
    """
    dateline_spans = [
        (page.folded.index(start), page.folded.index(stop)) for start, stop in lines
    ]
    found: list[Name] = []
    in_dateline: set[Name] = set()
    for match in matches:
        if match.kind not in (ACTOR, PLACE):
            continue
        name = _read_match(page, match, lexicon)
        if any(start <= match.start < stop for start, stop in dateline_spans):
            in_dateline.add(name)
        found.append(name)
    places = _Places(page, [n for n in found if n.kind == PLACE], lexicon)
    names: list[Name] = []
    doubted: list[Name] = []
    for name in found:
        if name in in_dateline:
            if name.kind == PLACE or name.group not in ("government", "country"):
                names.append(name)
        elif _has_another_sense(page, name):
            continue
        elif name.kind == PLACE and places.is_unsure(name):
            if places.is_shown(name):
                names.append(replace(name, score=LIKELY))
            else:
                doubted.append(name)
        else:
            names.append(name)
        places.note_last(names)
    # a large city whose name is also a word counts if another mention in the article is
    # clearly the place
    known_places = {name.ids for name in names if name.kind == PLACE}
    names += [
        n
        for n in doubted
        if n.ids in known_places and fold_key(n.quote(page)) in large_cities()
    ]
    return sorted(names, key=lambda n: (n.first, n.last))


def _has_another_sense(page: Page, name: Name) -> bool:
    """Return whether the words around a listed name show that it names nobody and no
    place.
    """
    is_office = name.kind == PLACE and follows(page, name.last).startswith("باعمال")
    return (
        is_office  # القائم بأعمال
        or _is_nowhere(page, name)
        or _is_accusative_adjective(page, name)
        or _is_sector(page, name)
        or _describes_act(page, name)
    )


def _is_nowhere(page: Page, name: Name) -> bool:  # اقتادوه إلى جهة مجهولة
    is_reached = precedes(page, name.first) in word_set("places", "journey")
    return is_reached and fold_key(name.quote(page)) in word_set("actors", "nowhere")


def _is_sector(page: Page, name: Name) -> bool:  # القطاع العام
    is_bare = page.words[name.last].text.endswith("القطاع") and name.first == name.last
    return is_bare and follows(page, name.last) in word_set("places", "sectors")


def _is_accusative_adjective(page: Page, name: Name) -> bool:
    """Return whether a state's name is an adjective: طيراناً تركياً (a name has no
    tanwin).
    """
    is_state = name.group in ("government", "country") and name.first == name.last
    return (
        is_state
        and page.words[name.first].text[-1] == "ا"
        and TANWIN in page.raw(name.first)
    )


def _describes_act(page: Page, name: Name) -> bool:
    """Return whether an actor's name is the adjective of a document or an act: تصريح
    صحفي.
    """
    word = page.words[name.first].text
    if name.kind != ACTOR or name.first != name.last or name.skipped:
        return False
    noun = readings_before(page, name.first) & nouns("actors", "documents_and_acts")
    return is_nisba(word) and any(
        is_definite(each) == is_definite(word) for each in noun
    )


class _Places:
    """The places that matched on a page, and whether the unsure ones are meant."""

    def __init__(self, page: Page, places: Iterable[Name], lexicon: Lexicon) -> None:
        self._page = page
        self._lexicon = lexicon
        self._by_first = {name.first: name for name in places}
        self._last_word = _NO_WORD  # of the place found before

    def note_last(self, names: Sequence[Name]) -> None:
        """Remember where the last of the names found so far ends if it is a place."""
        if names and names[-1].kind == PLACE:
            self._last_word = names[-1].last

    def is_unsure(self, name: Name) -> bool:
        """Return whether a place is known only to the gazetteer, by a name that is also
        a word or a small town's.
        """
        return name.score < SURE and is_world(name.ids[0])

    def is_shown(self, name: Name) -> bool:
        """Return whether the words beside an unsure place show that it is meant."""
        word = self._page.words[name.first].text
        if word in word_set("common") and not is_definite(word):
            return False  # قاعدة جديدة
        if name.score <= GUESS:
            return self._is_shown_as_town(name)
        front = word[: name.skipped]
        if front == "ب" or self._is_joined(name):
            return True
        preceding = self._preceding(name)
        is_reached = (
            preceding & word_set("places", "journey")
            and fold_key(name.quote(self._page)) in large_cities()
        )
        return bool(is_reached or preceding & _place_signs())

    def _is_shown_as_town(self, name: Name) -> bool:
        """Return whether an ordinary word is a town's name here.

        It is behind a head (مدينة مدني), where its province or country follows (في مدني
        وسط السودان), and in a list of places (أم درمان ومدني وكسلا).
        """
        preceding = self._preceding(name)
        if any(heads("places", "naming").get(w) in _TOWN_HEADS for w in preceding):
            return True
        if preceding & word_set("places", "capital"):
            return True  # العاصمة سيول
        if self._is_joined(name):
            return self._is_list_end(name.last + 1)
        is_where = name.skipped and self._page.words[name.first].text[0] == "ب"
        is_where = is_where or bool(
            preceding & (word_set("places", "locative") | word_set("places", "journey"))
        )
        return is_where and self._lies_in(name)

    def _preceding(self, name: Name) -> Set[str]:
        return frozenset() if name.skipped else readings_before(self._page, name.first)

    def _is_joined(self, name: Name) -> bool:
        """Return whether a place continues a list of places: by و or behind a comma."""
        front = self._page.words[name.first].text[: name.skipped]
        if front == "و":
            return self._last_word == name.first - 1
        is_behind_comma = self._page.words[name.first - 1].text in _COMMAS
        return not front and is_behind_comma and self._last_word == name.first - 2

    def _is_list_end(self, index: int) -> bool:
        """Return whether a word ends a list of places or goes on with it by و."""
        texts = self._page.words.texts[index : index + 1]
        if texts in ([], ["."], ["\n"]):
            return True
        name = self._by_first.get(index)
        return name is not None and texts[0][0] == "و" and name.score > GUESS

    def _lies_in(self, name: Name) -> bool:
        """Return whether the province or country of a place stands right behind it."""
        index = name.last + 1
        text = follows(self._page, name.last)
        if text == "في" or text in word_set("places", "locative"):
            index += 1
            text = follows(self._page, name.last + 1)
        if not text:
            return False
        provinces = {
            word for word, kind in heads("places", "naming").items() if kind == "admin1"
        }
        if text in provinces or (text[0] == "ب" and text[1:] in provinces):
            return True
        area = self._by_first.get(index)
        if area is None or not area.ids or area.group not in _AREAS:
            return False
        around = place_of(area.ids[0], self._lexicon)
        town = place_of(name.ids[0], self._lexicon)
        return (
            around is not None and town is not None and (around.country == town.country)
        )


@cache
def _place_signs() -> Set[
    str
]:  # words that precede a place's name: قرية، ريف، شمال، في، بلدية
    tables = (
        nouns("places", table)
        for table in ("naming", "several", "around", "compass", "local")
    )
    return word_set("places", "locative").union(*tables)


def _read_match(page: Page, match: Match, lexicon: Lexicon) -> Name:
    """Return the name that a match of the lexicon or the gazetteer is."""
    first, last, skipped = page.located(match.start, match.stop)
    terms = sorted(match.terms, key=lambda t: t.doubtful)
    term = terms[0]
    actor, place = lexicon.actor(term.id), place_of(term.id, lexicon)
    if match.kind == ACTOR:
        group = actor.actor_class if actor else "government"
        if actor and term.doubtful and _is_anothers(page, last, actor):
            return Name(
                ACTOR, first, last + 1, skipped, "of another nation", (), group, LIKELY
            )
    else:
        group = place.kind if place else ""
    ids = tuple(dict.fromkeys(t.id for t in terms))
    score = LIKELY if term.doubtful else SURE
    if term.ordinary:
        score = GUESS
    return Name(
        match.kind, first, last, skipped, f"lexicon:{term.id}", ids, group, score
    )


def _is_anothers(page: Page, last: int, actor: Actor) -> bool:  # أمن الدولة المصري
    text = follows(page, last)
    if not is_definite(text) or page.is_separated(last):
        return False
    nation = bare(text).removesuffix("ه")
    own = {
        bare(w).removesuffix("ه")
        for form in actor.forms
        for w in fold_key(form).split()
    }
    return nation not in own and (
        nation in nation_words() or nation in word_set("actors", "empires")
    )


def is_newspaper(page: Page, place: Name, saying: Set[str]) -> bool:
    """Whether a place's name is a newspaper's: quoted, behind ل or a verb of saying
    (لـ«الشرق الأوسط»).
    """
    if not page.is_quoted(place.first, place.last):
        return False
    front = (
        page.words[place.first].text[: place.skipped]
        or page.words[place.first - 1].text
    )
    return any(
        word == "ل" or word in saying
        for word in (front, *(w for _, w in readings(front)))
    )


# ---------------------------------------------------------------- words of names
@cache
def name_openers() -> Mapping[str, Opener]:
    """Folded word that can begin a person's name → its kind."""
    given = name_list("given").union(
        "عبد" + tail for tail in name_list("tails") if tail.startswith(ARTICLE)
    )
    tables: dict[Opener, Set[str]] = {
        "surname": name_list("surnames"),
        "foreign": name_list("foreign"),
    }
    tables |= {
        "word": name_list("given_words"),
        "given": given,
        "compound": name_list("compounds"),
    }
    return {word: kind for kind, table in tables.items() for word in table}


@cache
def title_heads() -> frozenset[str]:
    """Every form of the titles that stand in front of a person's name."""
    return name_list("titles").union(
        *(nouns("people", "titles", kind) for kind in PERSONAL)
    )


@cache
def common_nouns() -> frozenset[str]:
    """Nouns that are not part of a name: common nouns, titles, head nouns of bodies and
    places, nations.
    """
    place_nouns = (nouns("places", table) for table in ("naming", "around", "compass"))
    bodies = (
        nouns("organisations", "heads")
        | nouns("actors", "group_heads")
        | nouns("persons")
    )
    found = name_list("common").union(
        title_heads(), nation_words(), bodies, *place_nouns
    )
    return found - name_list("given") - name_list("foreign")


def is_common(text: str) -> bool:
    """Whether a word (given without the article) is a noun or verb that is not part of
    a name.
    """
    return text in common_nouns() or (
        text in general_verbs() and text not in name_openers()
    )


def looks_foreign(text: str) -> bool:
    """Whether a word of four or more letters fits no pattern of Arabic nouns or verbs."""
    if len(text) < 4 or (len(text) < 6 and text.endswith("ا")) or _WEAK.fullmatch(text):
        return False
    after_proclitics = (
        rest for taken, rest in readings(text) if taken and len(rest) > 2
    )
    return not any(
        WORD_SHAPE.fullmatch(form)
        for form in (text, text.removesuffix("ا"), *after_proclitics)
    )


@cache
def nation_adjectives() -> frozenset[str]:
    """The nationality adjectives in every form."""
    return frozenset(
        form.text
        for nation in words()["actors"]["nations"]
        for form in nation_forms(nation)
    )


@cache
def nation_words() -> frozenset[str]:
    """The nationality adjectives without the article, including those derived from the
    names of countries.
    """
    countries = (
        bare(fold_key(p.name.ar)) for p in world().values() if p.kind == "country"
    )
    stems = {
        c.removesuffix("يا").removesuffix("ا").removesuffix("ه")
        for c in countries
        if " " not in c
    }
    regular = {
        stem + ending for stem in stems if len(stem) > 2 for ending in ("ي", "يه")
    }
    return (
        frozenset(text for text in nation_adjectives() if not is_definite(text))
        | regular
    )


def nation_of(word: str) -> str:
    """A nationality adjective as masculine singular without the article, in one
    spelling.
    """
    return re.sub("ي(?:ين|ون|تين|ه|ا)$", "ي", bare(word)).replace("امريك", "اميرك")
