"""Places: gazetteer names with the head nouns in front of them, and places known only
by a head noun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
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
)
from coder.suggest.word_lists import bare, heads, nouns, readings, verbs, word_set
from coder.text.normalize import fold_key
from coder.values.named import AROUND, place_value, precision_of

_NAMING, _AROUND, _COMPASS = (
    ("places", "naming"),
    ("places", "around"),
    ("places", "compass"),
)
HEAD = "head of a place"
_GOVERNORATE = "محافظة"  # in front of the name in a lexicon

# kind of head noun → kinds of place it can denote: خليج عدن is not Aden, مطار حلب not
# Aleppo
_KINDS = {
    "town": ("city", "town"),
    "admin1": ("admin1",),
    "neighbourhood": ("neighbourhood", "town", "site"),
    "site": ("site", "base", "airport", "border_crossing"),
    "region": ("region", "sea", "river", "border_area", "country"),
}


def openings() -> Tables:
    """The nouns that can stand in front of a place's name."""
    return {HEAD: {*heads(*_NAMING), *nouns(*_COMPASS), *_lands()}}


@cache
def _lands() -> frozenset[
    str
]:  # nouns that are a place with a nationality adjective: الأراضي السورية
    return frozenset(ARTICLE + land for land in word_set("places", "lands"))


def grown_place(page: Page, place: Name) -> Name:
    """Extend a place by the head nouns in front (ريف، مدينة، شرق) and the adjectives of
    sites behind it.
    """
    first, skipped, group = place.first, place.skipped, place.group
    if not skipped:
        first = first_of_construct(page, first, _NAMING, _AROUND, _COMPASS)
    if first != place.first:
        naming, around, compass = nouns(*_NAMING), nouns(*_AROUND), nouns(*_COMPASS)
        word_readings = readings(page.words[first].text)
        skipped, head = next(
            (n, w)
            for n, w in word_readings
            if w in naming or w in around or w in compass
        )
        group = heads(*_NAMING).get(head, group)
        group = "region" if head in compass else "around" if head in around else group
    last = (
        place.last
        if place.group == "country"
        else _last_site_adjective(page, place.last)
    )
    behind = follows(page, last)
    if behind and _opens_name(page.words[last].text) and not is_stop(behind):
        last += 1  # دير ميماس, if the gazetteer has only the first word
    is_dual = page.words[first].text.endswith("ي")
    if (
        is_dual
        and last > place.last
        and follows(page, last)[1:] in word_set("places", "adjectives")
    ):
        last += 1  # ريفي إدلب الجنوبي والشرقي
    if (first, last) == (place.first, place.last):
        return place
    return replace(place, first=first, last=last, skipped=skipped, group=group)


def headed_places(page: Page, known: Sequence[Name]) -> list[Name]:
    """Places that are not in the lexicon: a head noun and a name behind it (قرية
    الزيتون، شرق البلاد).
    """
    taken, found = covered(known), list[Name]()
    for index, word_readings in page.opened(HEAD):
        behind = follows(page, index)
        if behind and index not in taken and index + 1 not in taken:
            places = (
                _headed(page, index, skipped, head, behind)
                for skipped, head in word_readings
            )
            found.extend(islice(filter(None, places), 1))
    return [*found, *_joined_places(page, [*known, *found], taken | covered(found))]


def _headed(
    page: Page, index: int, skipped: int, head: str, behind: str
) -> Name | None:
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
    last = _last_site_adjective(page, _last_of_proper(page, index + 1))
    return grown_place(
        page, Name(PLACE, index, last, skipped, f"head:{head}", group=kind, score=GUESS)
    )


def _joined_places(
    page: Page, known: Sequence[Name], taken: set[int]
) -> Iterator[Name]:
    ends = {
        n.first: n.last for n in known if n.kind == PLACE
    }  # of places that share a head noun
    for place in known:
        if place.kind != PLACE:
            continue
        front, last = page.words.texts[place.first : place.last], place.last
        front[:1] = [text[place.skipped :] for text in front[:1]]
        while not word_set("places", "several").isdisjoint(
            front
        ):  # قرى المعاين، والطلح، وكتاف
            at = last + 1 + (page.words.texts[last + 1 : last + 2] == ["،"])
            if at in ends:
                last = ends[at]
                continue
            if at in taken or not _joins(page, last, at):
                break
            is_pair = _opens_name(page.words[at].text[1:]) and follows(page, at)
            last = at + 1 if is_pair else _last_of_proper(page, at)
            yield Name(
                PLACE, at, last, 1, f"joined:{front[0]}", group="town", score=GUESS
            )


def _joins(
    page: Page, last: int, at: int
) -> bool:  # by و, which behind a comma must not open a clause
    if at >= len(page.words) or page.words[at].sentence != page.words[last].sentence:
        return False
    text, is_separated, behind = page.words[at].text, at > last + 1, follows(page, at)
    name = text[1:]
    is_short = len(name) < 4 and not _opens_name(name)
    if text[0] != "و" or is_short or is_stop(name) or name in general_verbs():
        return False
    if name in word_set("places", "adjectives") or name in nation_adjectives():
        return False
    ends = not behind and page.words.texts[at + 1 : at + 2] in (
        [],
        ["،"],
        ["."],
        ["\n"],
    )
    return not is_separated or ends or behind in word_set("places", "locative")


def place_of_name(name: Name, quote: str, lexicon: Lexicon) -> Json:
    """The value of a place field: a list of one place, with what its gazetteer entry
    contains.
    """
    place = place_of(name.ids[0], lexicon) if name.ids else None
    is_other = (
        place is not None
        and name.group in _KINDS
        and place.kind not in _KINDS[name.group]
    )
    if place is not None and is_world(place.id) and is_other:
        place = None  # e.g. a street named after a distant town
    is_named = place is not None and not is_world(place.id) and not is_other
    precision = precision_of(name.group)
    is_own_name = place is not None and fold_key(place.name.ar) == fold_key(
        quote
    )  # منطقة الحزام الأخضر
    is_around = fold_key(quote).split()[0] in nouns(*_AROUND) and not is_own_name
    if precision == precision_of("town") and is_around:
        precision = precision_of(
            AROUND
        )  # ريف البوكمال, also where the gazetteer lists it as the town's name
    return [place_value(quote, place, precision, with_id=is_named)]


def with_governorates(
    candidates: Sequence[Candidate], lexicon: Lexicon
) -> Iterator[Candidate]:
    """Yield the candidates; a city's bare name, beside other towns of its governorate,
    means the latter.

    So the coding guide has it for دير الزور (section 4): where towns inside it are
    named too.
    """
    places = {
        c.id: place
        for c in candidates
        if c.kind == PLACE
        and (place := lexicon.place(first_item(c).get("place_id", ""))) is not None
    }
    towns: dict[
        tuple[str, str], set[str]
    ] = {}  # country and governorate → the towns named
    for place in places.values():
        if place.kind in _KINDS["town"]:
            towns.setdefault((place.country, place.admin1), set()).add(place.id)
    for candidate in candidates:
        city = places.get(candidate.id)
        if city is not None and towns.get((city.country, city.admin1), set()) - {
            city.id
        }:
            wide = lexicon.place_index.only(f"{_GOVERNORATE} {candidate.quote}")
            if wide is not None and city.kind in _KINDS["town"]:
                value: Json = [
                    place_value(candidate.quote, wide, precision_of(wide.kind))
                ]
                candidate = replace(candidate, value=value)
        yield candidate


def _opens_name(text: str) -> bool:  # a name of two words (كفر نوران)
    return text in word_set("places", "first_of_names")


def _last_site_adjective(page: Page, last: int) -> int:
    while follows(page, last) in word_set("places", "adjectives"):
        last += 1
    return last


def _last_of_proper(
    page: Page, last: int
) -> int:  # of two words, the second with the article (ميس الجبل)
    text = follows(page, last)
    if text in word_set("places", "inside_names") and follows(page, last + 1):
        return last + 2
    if text and _opens_name(page.words[last].text) and not is_stop(text):
        return last + 1
    if is_definite(page.words[last].text) or not is_definite(text):
        return last
    is_other = is_identifying(text) or text in heads("actors", "group_heads")
    return (
        last
        if is_other or is_stop(text) or bare(text) in word_set("common")
        else last + 1
    )


def _is_proper(
    page: Page, index: int, head: str
) -> bool:  # rather than an adjective or a particle
    text = page.words[index].text
    if _opens_name(text) and follows(page, index):
        return True
    if is_stop(text) or text in heads(*_NAMING) or text[0].isdigit() or len(text) < 3:
        return False
    if TANWIN in page.raw(index):
        return False  # بلدة مجدداً، جسر تماماً
    agrees = not head.endswith("ه") or text.endswith(
        "ه"
    )  # مدينة صناعية, but مدينة أفغوي
    is_adjective = (
        agrees and is_identifying(text) and not page.raw(index).endswith("ى")
    )  # وادي بردى
    is_adjective |= head in word_set("places", "several") and text.endswith(
        "ه"
    )  # مناطق مفتوحة
    if (
        (is_adjective and not is_definite(text))
        or text.startswith("لل")
        or text.endswith("وا")
    ):
        return False  # معسكر للجيش، قرية وأحرقوا
    if (
        text[0] in "وب"
        and len(text) > 4
        and (is_definite(text[1:]) or is_common(bare(text[1:])))
    ):
        return False  # in قرية وقتلوا the word opens a clause
    if text[0] == "ي" and (text in general_verbs() or text in verbs("standing_verbs")):
        return False  # منطقة يسيطرون عليها
    if text in word_set("common") and heads(*_NAMING).get(head) != "town":
        return False  # مديرية الأمن, but مدينة السلام
    is_plural = text.endswith("ات") and heads(*_NAMING).get(head) != "town"
    return not (
        is_plural or text.endswith(("ها", "هم")) or bare(text) in word_set("common")
    )
