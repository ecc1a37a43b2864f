"""Places: gazetteer names with the head nouns in front of them, places known only by a
head noun, and sites and roads that are named after a town.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Lexicon, Place
from coder.model import Candidate, Json
from coder.suggest.article_words import Page, Tables, first_item
from coder.suggest.compiled_lexicon import PLACE
from coder.suggest.forms import ARTICLE, TANWIN
from coder.suggest.gazetteer import is_world, place_of
from coder.suggest.name_spans import (
    GUESS,
    LIKELY,
    Name,
    covered,
    general_verbs,
    is_common,
    nation_adjectives,
)
from coder.suggest.phrase import (
    first_of_construct,
    follows,
    is_definite,
    is_identifying,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import bare, heads, nouns, readings, verbs, word_set
from coder.text.normalize import fold_key
from coder.values.named import AROUND, place_value, precision_of

_NAMING = ("places", "naming")
_AROUND = ("places", "around")
_COMPASS = ("places", "compass")
_NAMESAKES = ("places", "namesakes")
_ROADS = ("places", "roads")
HEAD = "head of a place"
_GOVERNORATE = "محافظة"  # in front of the name in a lexicon
_SHORTEST_JOINED = 4  # letters of a name joined by و: shorter ones are mostly particles
_DASHES = frozenset("-–—/")

# kind of head noun → kinds of place it can denote: خليج عدن is not Aden, مطار حلب not
# Aleppo
_KINDS = {
    "town": ("city", "town"),
    "admin1": ("admin1",),
    "neighbourhood": ("neighbourhood", "town", "site"),
    "site": ("site", "base", "airport", "border_crossing"),
    "region": ("region", "sea", "river", "border_area", "country"),
}
_UNKNOWN_AREA = Place(id="", name=Label.same(""), kind="region")


def openings() -> Tables:
    """Return the nouns that can stand in front of a place's name."""
    return {HEAD: {*heads(*_NAMING), *nouns(*_COMPASS), *_lands()}}


@cache
def _single_heads() -> frozenset[str]:
    """Return the listed head nouns without their duals in construct state (جبلي)."""
    kinds = heads(*_NAMING).values()
    return frozenset(word for kind in kinds for word in word_set(*_NAMING, kind))


@cache
def _lands() -> frozenset[str]:
    """Return the nouns that are a place with a nation's adjective: الأراضي السورية."""
    return frozenset(ARTICLE + land for land in word_set("places", "lands"))


# ---------------------------------------------------------------- known names
def extend_place(page: Page, place: Name) -> Name:
    """Return a place with the head nouns in front (ريف، مدينة، شرق، شارع) and the
    adjectives of sites behind it.
    """
    first = place.first
    skipped = place.skipped
    group = place.group
    if not skipped:
        first = _first_head(page, place.first)
    if first != place.first:
        skipped, group = _read_head(page, first, group)
    last = place.last
    if place.group != "country":
        last = _last_site_adjective(page, last)
    behind = follows(page, last)
    if behind and _opens_name(page.words[last].text) and not is_stop(behind):
        last += 1  # دير ميماس, if the gazetteer has only the first word
    is_dual = page.words[first].text.endswith("ي")
    joined = follows(page, last)[1:]
    if is_dual and last > place.last and joined in word_set("places", "adjectives"):
        last += 1  # ريفي إدلب الجنوبي والشرقي
    if (first, last) == (place.first, place.last):
        return place
    return replace(place, first=first, last=last, skipped=skipped, group=group)


def _first_head(page: Page, first: int) -> int:
    """Return the index of the first head noun in front of a name that begins at first."""
    bearer = first_of_construct(page, first, _ROADS, (*_NAMESAKES, "elsewhere"))
    is_road = bearer < first and _is_road(page.words[bearer].text)
    if is_road and precedes(page, bearer) in word_set("places", "by_way"):
        return first  # عن طريق تركيا
    return first_of_construct(page, bearer, _NAMING, _AROUND, _COMPASS)


def _read_head(page: Page, first: int, group: str) -> tuple[int, str]:
    """Return the proclitics of the head noun at first, and the kind of place it makes
    of a place of that group.
    """
    for skipped, head in readings(page.words[first].text):
        if head in nouns(*_COMPASS):
            return skipped, "region"
        if head in nouns(*_AROUND):
            return skipped, "around"
        if head in heads(*_NAMING):
            return skipped, heads(*_NAMING)[head]
        if head in nouns(*_NAMESAKES) or _is_road(head):
            return skipped, "site"
    return 0, group


def _is_road(text: str) -> bool:
    return any(word in nouns(*_ROADS) for _, word in readings(text))


# ---------------------------------------------------------------- unlisted names
def find_headed_places(page: Page, known: Sequence[Name]) -> list[Name]:
    """Return the places that are not in the lexicon: a head noun and a name behind it
    (قرية الزيتون، شرق البلاد).
    """
    taken = covered(known)
    found: list[Name] = []
    for index, word_readings in page.opened(HEAD):
        behind = follows(page, index)
        if not behind or index in taken or index + 1 in taken:
            continue
        for skipped, head in word_readings:
            place = _read_headed(page, index, skipped, head)
            if place is not None:
                found.append(place)
                break
    return [*found, *_joined_places(page, [*known, *found], taken | covered(found))]


def _read_headed(page: Page, index: int, skipped: int, head: str) -> Name | None:
    """Return the place that a head noun and the words behind it name, None if they name
    none.
    """
    behind = follows(page, index)
    if head in nouns(*_COMPASS) and behind in word_set("places", "country_as_such"):
        return Name(
            PLACE, index, index + 1, skipped, "compass", group="region", score=LIKELY
        )
    if head in _lands() and is_definite(behind) and behind in nation_adjectives():
        joined = follows(page, index + 1)
        is_pair = joined[:1] == "و" and joined[1:] in nation_adjectives()
        last = index + 1 + is_pair  # الأراضي العراقية والسورية
        return Name(PLACE, index, last, skipped, "land", group="region", score=LIKELY)
    kind = heads(*_NAMING).get(head)
    if head == "وادي" and "أ" in page.raw(index):
        return None  # وأدى الهجوم
    if not kind or is_definite(head) or not _is_proper(page, index + 1, head):
        return None
    if _is_dual(head) and not _is_pair(page, index):
        return None  # طريق جبلي وعر
    last = _last_site_adjective(page, _last_of_proper(page, index + 1))
    origin = f"head:{head}"
    return extend_place(
        page, Name(PLACE, index, last, skipped, origin, group=kind, score=GUESS)
    )


def _is_pair(page: Page, index: int) -> bool:
    """Return whether two names joined by و stand behind a dual: جبلي الأكراد والتركمان."""
    return any(follows(page, at)[:1] == "و" for at in (index + 1, index + 2))


def _joined_places(
    page: Page, known: Sequence[Name], taken: set[int]
) -> Iterator[Name]:
    """Yield the names that share a plural head noun: قرى المعاين، والطلح، وكتاف."""
    ends = {name.first: name.last for name in known if name.kind == PLACE}
    for place in known:
        if place.kind != PLACE:
            continue
        front = page.words.texts[place.first : place.last]
        front[:1] = [text[place.skipped :] for text in front[:1]]
        if not any(map(_tells_of_several, front)):
            continue
        last = place.last
        while True:
            at = last + 1 + (page.words.texts[last + 1 : last + 2] == ["،"])
            if at in ends:
                last = ends[at]
                continue
            if at in taken or not _joins(page, last, at):
                break
            is_pair = _opens_name(page.words[at].text[1:]) and follows(page, at)
            last = at + 1 if is_pair else _last_of_proper(page, at)
            origin = f"joined:{front[0]}"
            yield Name(PLACE, at, last, 1, origin, group="town", score=GUESS)


def _tells_of_several(head: str) -> bool:
    """Return whether a noun in front of a name is for several places (ولايتي)."""
    return head in word_set("places", "several") or _is_dual(head)


def _is_dual(head: str) -> bool:
    """Return whether a noun is a listed one's dual in construct state (جبلي)."""
    is_listed = head in heads(*_NAMING)
    return is_listed and head[-1] == "ي" and head not in _single_heads()


def _joins(page: Page, last: int, at: int) -> bool:
    """Return whether و joins a place's name at a word; behind a comma it may open a
    clause.
    """
    if at >= len(page.words) or page.words[at].sentence != page.words[last].sentence:
        return False
    text = page.words[at].text
    name = text[1:]
    behind = follows(page, at)
    is_short = len(name) < _SHORTEST_JOINED and not _opens_name(name)
    if text[0] != "و" or is_short or is_stop(name) or name in general_verbs():
        return False
    if name in word_set("places", "adjectives") or name in nation_adjectives():
        return False
    is_separated = at > last + 1
    signs = page.words.texts[at + 1 : at + 2]
    ends = not behind and signs in ([], ["،"], ["."], ["\n"])
    return not is_separated or ends or behind in word_set("places", "locative")


def _opens_name(text: str) -> bool:  # a name of two words (كفر نوران)
    return text in word_set("places", "first_of_names")


def _last_site_adjective(page: Page, last: int) -> int:
    while follows(page, last) in word_set("places", "adjectives"):
        last += 1
    return last


def _last_of_proper(page: Page, last: int) -> int:
    """Return the last word of a name; of two words, the second has the article (ميس
    الجبل).
    """
    text = follows(page, last)
    if text in word_set("places", "inside_names") and follows(page, last + 1):
        return last + 2
    if text and _opens_name(page.words[last].text) and not is_stop(text):
        return last + 1
    if is_definite(page.words[last].text) or not is_definite(text):
        return last
    if is_identifying(text) or text in heads("actors", "group_heads"):
        return last
    if is_stop(text) or bare(text) in word_set("common"):
        return last
    return last + 1


def _is_proper(page: Page, index: int, head: str) -> bool:
    """Return whether the word behind a head noun is a name rather than an adjective or
    a particle.
    """
    text = page.words[index].text
    is_town = heads(*_NAMING).get(head) == "town"
    if _opens_name(text) and follows(page, index):
        return True
    if is_stop(text) or text in heads(*_NAMING) or text[0].isdigit() or len(text) < 3:
        return False
    if TANWIN in page.raw(index):
        return False  # بلدة مجدداً، جسر تماماً
    if not is_definite(text) and _is_adjective_of(page, index, head):
        return False
    if text.startswith("لل") or text.endswith("وا"):
        return False  # معسكر للجيش، قرية وأحرقوا
    if text[0] in "وب" and len(text) > 4:
        rest = text[1:]
        if is_definite(rest) or is_common(bare(rest)):
            return False  # in قرية وقتلوا the word opens a clause
    if text[0] == "ي" and (text in general_verbs() or text in verbs("standing_verbs")):
        return False  # منطقة يسيطرون عليها
    if text in word_set("common") and not is_town:
        return False  # مديرية الأمن, but مدينة السلام
    if text.endswith("ات") and not is_town:
        return False
    return not text.endswith(("ها", "هم")) and bare(text) not in word_set("common")


def _is_adjective_of(page: Page, index: int, head: str) -> bool:
    """Return whether an indefinite word describes the head noun in front of it."""
    text = page.words[index].text
    agrees = not head.endswith("ه") or text.endswith("ه")
    if agrees and is_identifying(text) and not page.raw(index).endswith("ى"):
        return True  # مدينة صناعية, but مدينة أفغوي and وادي بردى
    return head in word_set("places", "several") and text.endswith("ه")  # مناطق مفتوحة


# ---------------------------------------------------------------- namesakes of towns
def locate_namesakes(
    page: Page, places: Sequence[Name], lexicon: Lexicon
) -> list[Name]:
    """Return the places, those named after a town or a country with where they lie.

    A road takes all towns of its name (طريق دمشق - درعا الدولي). A site lies where the
    place behind it says (شارع حلب وسط إدلب). Without one, a camp or a hospital is taken
    to lie in the town of its name; where a street lies is unknown.
    """
    namesakes = _Namesakes(page, places, lexicon)
    located: list[Name] = []
    past = -1  # the last word of the road before
    for place in sorted(places, key=lambda n: (n.first, -n.last)):
        if place.first > past:
            name = namesakes.locate(place)
            past = name.last if name.last > place.last else past
            located.append(name)
    return located


class _Namesakes:
    """The places of a page, to find out where a site or road that bears a town's name
    lies.
    """

    def __init__(self, page: Page, places: Iterable[Name], lexicon: Lexicon) -> None:
        self._page = page
        self._lexicon = lexicon
        self._by_first = {place.first: place for place in places if place.ids}

    def locate(self, place: Name) -> Name:
        """Return a place with the area in which it lies if it is a town's namesake."""
        town = self._entry_of(place)
        if town is None:
            return place
        if _is_road(self._page.words[place.first].text[place.skipped :]):
            return self._read_road(place)
        if self._next_town(place) is not None:
            first = self._first_of_road(place)
            if first < place.first:
                road = replace(place, first=first, skipped=0, group="site")
                return self._read_road(road)
        if _has_head(self._page, place, (*_NAMESAKES, "elsewhere")):
            return self._put_within(place, self._area_behind(place) or _UNKNOWN_AREA)
        around = self._area_behind(place)
        if around is None or _holds(around, town):
            return place  # جامعة حلب في سوريا
        if place.group in ("site", "neighbourhood"):
            return self._put_within(place, around)
        body = readings_before(self._page, place.first)
        if not place.skipped and body & nouns(*_NAMESAKES, "bodies"):
            first = place.first - 1
            skipped, group = _read_head(self._page, first, place.group)
            whole = replace(place, first=first, skipped=skipped, group=group)
            return self._put_within(whole, around)
        return place

    def _put_within(self, site: Name, around: Place) -> Name:
        """Return a site that lies in an area, and is not what it is named after."""
        head = self._page.words[site.first].text[site.skipped :]
        return replace(site, ids=(), origin=f"head:{head}", within=around)

    def _entry_of(self, place: Name) -> Place | None:
        """Return the entry of a place's town or country, None for listed sites."""
        entry = place_of(place.ids[0], self._lexicon) if place.ids else None
        if entry is None or entry.kind in _KINDS.get(place.group, ("site",)):
            return None
        return entry

    def _first_of_road(self, place: Name) -> int:
        """Return the first word of a road with the article in front of a town (الطريق
        الدولي حلب - دمشق), or the town's first word.
        """
        index = place.first
        while precedes(self._page, index) in word_set("places", "adjectives"):
            index -= 1
        before = precedes(self._page, index)
        is_road = is_definite(before) and before in nouns(*_ROADS)
        return index - 1 if is_road and not place.skipped else place.first

    def _read_road(self, road: Name) -> Name:
        """Return a road with every town of its name; it lies in what they share."""
        towns = [self._entry_of(road)]
        last = road
        while (town := self._next_town(last)) is not None:
            towns.append(place_of(town.ids[0], self._lexicon))
            last = town
        end = _last_site_adjective(self._page, last.last)
        return self._put_within(replace(road, last=end), _common_area(towns))

    def _next_town(self, place: Name) -> Name | None:
        """Return the town behind a place, with a dash or nothing between them."""
        index = place.last + 1
        texts = self._page.words.texts[index : index + 1]
        if texts and texts[0] in _DASHES:
            index += 1
        town = self._by_first.get(index)
        return None if town is None or town.skipped else town

    def _area_behind(self, site: Name) -> Place | None:
        """Return the place that stands behind a site, with في, وسط or ب between them."""
        index = site.last + 1
        while follows(self._page, index - 1) in word_set("places", "locative"):
            if index in self._by_first:
                break  # شمال حلب
            index += 1
        behind = self._by_first.get(index)
        sentence = self._page.words[site.last].sentence
        if behind is None or self._page.words[index].sentence != sentence:
            return None
        is_where = (
            index > site.last + 1
            or behind.group == "region"
            or self._page.words[index].text[: behind.skipped] == "ب"
        )
        return place_of(behind.ids[0], self._lexicon) if is_where else None


def _has_head(page: Page, place: Name, table: tuple[str, ...]) -> bool:
    """Return whether a place's name has a head noun of a table, and no town's head."""
    texts = page.words.texts[place.first : place.last]
    texts[:1] = [text[place.skipped :] for text in texts[:1]]
    if any(heads(*_NAMING).get(text) == "town" for text in texts):
        return False  # كنيسة مدينة الرملة
    return not nouns(*table).isdisjoint(texts)


def _common_area(places: Sequence[Place | None]) -> Place:
    """Return the country, and the province if it is one, that all places lie in."""
    countries = {place.country if place else "" for place in places}
    provinces = {place.admin1 if place else "" for place in places}
    if len(countries) > 1:
        return _UNKNOWN_AREA
    province = provinces.pop() if len(provinces) == 1 else ""
    return replace(_UNKNOWN_AREA, country=countries.pop(), admin1=province)


def _holds(wide: Place, narrow: Place) -> bool:
    """Return whether a wide area is that in which a place lies."""
    is_same_province = not wide.admin1 or wide.admin1 == narrow.admin1
    return wide.country == narrow.country and is_same_province


# ---------------------------------------------------------------- values
def value_of_place(name: Name, quote: str, lexicon: Lexicon) -> Json:
    """Return the value of a place field: a list of one place, with what its gazetteer
    entry contains.
    """
    precision = precision_of(name.group)
    if name.within is not None:
        return [place_value(quote, name.within, precision, with_id=False)]
    place = place_of(name.ids[0], lexicon) if name.ids else None
    if place is None:
        return [place_value(quote, None, _around_or(precision, quote))]
    is_other = name.group in _KINDS and place.kind not in _KINDS[name.group]
    if is_world(place.id) and is_other and name.group != "admin1":
        return [place_value(quote, None, _around_or(precision, quote))]
    is_own_name = fold_key(place.name.ar) == fold_key(quote)  # منطقة الحزام الأخضر
    if not is_own_name:
        precision = _around_or(precision, quote)
    is_named = not is_world(place.id) and not is_other
    return [place_value(quote, place, precision, with_id=is_named)]


def _around_or(precision: str, quote: str) -> str:
    """Return the precision of a town's name, also if the lexicon lists it with ريف."""
    is_around = fold_key(quote).split()[0] in nouns(*_AROUND)
    if precision == precision_of("town") and is_around:
        return precision_of(AROUND)  # ريف البوكمال
    return precision


def read_cities_as_governorates(
    candidates: Sequence[Candidate], lexicon: Lexicon
) -> Iterator[Candidate]:
    """Yield the candidates; a city's bare name, beside other towns of its governorate,
    means the latter.

    So the coding guide has it for دير الزور (section 4): where towns inside it are
    named too.
    """
    places: dict[str, Place] = {}
    towns: dict[tuple[str, str], set[str]] = {}  # country and governorate → the towns
    for candidate in candidates:
        if candidate.kind != PLACE:
            continue
        place = lexicon.place(first_item(candidate).get("place_id", ""))
        if place is None:
            continue
        places[candidate.id] = place
        if place.kind in _KINDS["town"]:
            towns.setdefault((place.country, place.admin1), set()).add(place.id)
    for candidate in candidates:
        city = places.get(candidate.id)
        if city is None or city.kind not in _KINDS["town"]:
            yield candidate
            continue
        others = towns[city.country, city.admin1] - {city.id}
        wide = lexicon.place_index.only(f"{_GOVERNORATE} {candidate.quote}")
        if others and wide is not None:
            precision = precision_of(wide.kind)
            value: Json = [place_value(candidate.quote, wide, precision)]
            candidate = replace(candidate, value=value)
        yield candidate
