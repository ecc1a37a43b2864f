"""Listed names: the actors and places of the lexicon and of the gazetteer on a page.

A country's name denotes its government or its territory depending on context; both are
returned, and `names_as_actors` decides. Names that are ordinary words are left out
unless the words around them show that they are meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from functools import cache

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Actor, Lexicon
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR, PLACE, Match
from coder.suggest.forms import TANWIN
from coder.suggest.gazetteer import is_world, large_cities, place_of
from coder.suggest.name_spans import GUESS, LIKELY, SURE, Name, nation_words
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import bare, heads, nouns, readings, word_set
from coder.text.normalize import fold_key

_COMMAS = frozenset("،,-–—")
# kinds of head nouns that show a town, and of places in which a town lies
_TOWN_HEADS = ("town", "admin1", "neighbourhood")
_AREAS = ("admin1", "region", "country")
_NO_WORD = -3  # no word is next to it
_STATE = ("rulers", "country")


def is_city(match: Match, lexicon: Lexicon) -> bool:
    """Return whether a match is a place that can begin a dateline: not a country,
    except in its capital's name.
    """
    if match.kind != PLACE:
        return False
    place = place_of(match.terms[0].id, lexicon)
    if place is None:
        return False
    is_capital = fold_key(match.terms[0].listed) in word_set("capitals")
    return place.kind != "country" or is_capital


def find_listed_names(
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
            if name.kind == PLACE or name.group not in _STATE:
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
    is_state = name.group in _STATE and name.first == name.last
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
        if text in _province_heads() or (
            text[0] == "ب" and text[1:] in _province_heads()
        ):
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
def _province_heads() -> Set[str]:
    """Return the nouns in front of a province's name: محافظة، ولاية."""
    kinds = heads("places", "naming")
    return frozenset(noun for noun, kind in kinds.items() if kind == "admin1")


@cache
def _place_signs() -> Set[str]:
    """Return the words that precede a place's name: قرية، ريف، شمال، في، بلدية."""
    found = word_set("places", "locative")
    for table in ("naming", "several", "around", "compass", "local"):
        found |= nouns("places", table)
    return found


def _read_match(page: Page, match: Match, lexicon: Lexicon) -> Name:
    """Return the name that a match of the lexicon or the gazetteer is."""
    first, last, skipped = page.located(match.start, match.stop)
    terms = sorted(match.terms, key=lambda each: each.doubtful)
    term = terms[0]
    if match.kind == ACTOR:
        actor = lexicon.actor(term.id)
        group = actor.actor_class if actor else "rulers"
        if actor and term.doubtful and _is_anothers(page, last, actor):
            origin = "of another nation"
            return Name(ACTOR, first, last + 1, skipped, origin, (), group, LIKELY)
    else:
        place = place_of(term.id, lexicon)
        group = place.kind if place else ""
    score = SURE
    if term.ordinary:
        score = GUESS
    elif term.doubtful:
        score = LIKELY
    ids = tuple(dict.fromkeys(each.id for each in terms))
    origin = f"lexicon:{term.id}"
    return Name(match.kind, first, last, skipped, origin, ids, group, score)


def _is_anothers(page: Page, last: int, actor: Actor) -> bool:
    """Return whether a nation's adjective makes a name another body's: أمن الدولة
    المصري.
    """
    text = follows(page, last)
    if not is_definite(text) or page.is_separated(last):
        return False
    nation = bare(text).removesuffix("ه")
    words = " ".join(map(fold_key, actor.forms)).split()
    if nation in {bare(word).removesuffix("ه") for word in words}:
        return False
    return nation in nation_words() or nation in word_set("actors", "empires")


def is_newspaper(page: Page, place: Name, saying: Set[str]) -> bool:
    """Return whether a place's name is a newspaper's: quoted, behind ل or a verb of
    saying (لـ«الشرق الأوسط»).
    """
    if not page.is_quoted(place.first, place.last):
        return False
    front = page.words[place.first].text[: place.skipped]
    front = front or page.words[place.first - 1].text
    found = {front, *(word for _, word in readings(front))}
    return "ل" in found or not found.isdisjoint(saying)
