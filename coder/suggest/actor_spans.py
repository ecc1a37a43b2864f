"""Actors: lexicon names extended to the whole noun phrase, and groups and people that
are not in the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache

from msgspec.structs import replace

from coder.model import Json
from coder.suggest import phrase
from coder.suggest.amounts import AMOUNTS
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import ACTOR
from coder.suggest.gazetteer import is_world
from coder.suggest.name_spans import GUESS, LIKELY, Name, covered, nation_adjectives
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_identifying,
    is_stop,
    last_adjective,
    precedes,
    readings_before,
    without_title,
)
from coder.suggest.word_lists import bare, heads, nouns, readings, word_set

_PARTS = ("actors", "parts")
_GROUPS = ("actors", "group_heads")
_ARMS = ("actors", "arms")
# refers to the country's army; القوات and other nouns for forces leave open whose they
# are
_ARMY = "الجيش"
_PEOPLE = ("ون", "ين")  # endings of nouns for several people
_PLURALS = ("ون", "ين", "ات", "ه")  # endings of the adjectives of several people
# a referring noun (الجماعة) is an actor if a trigger stands within this many words
_NEAR = 3
_QUOTED = re.compile('["«“”]([^"«»“”\\n]{3,40})["»“”]')
_LONGEST_QUOTED = 5  # maximum number of words of a name in quotation marks
_LONGEST_KNOWN = 4  # the same of a body known by name
GROUP = "group"
NAMED = "named group"
INSTITUTION = "institution"
ARMS = "arms"
POINTER = "pointer"
COUNTED = "counted people"


def openings() -> Tables:
    """Return the words that can begin the name of an actor, by table."""
    groups = _group_classes()
    return {
        INSTITUTION: heads("actors", "institutions"),
        ARMS: nouns(*_ARMS),
        GROUP: groups,
        NAMED: _peoples() | nouns("actors", "naming"),
        POINTER: {*groups, *_owned()},
        COUNTED: _counted(),
    }


@cache
def _group_classes() -> Mapping[str, str]:
    """Return every form of the nouns for groups and people → their class."""
    described = dict.fromkeys(nouns("actors", "described_people"), "people")
    return {**described, **heads(*_GROUPS)}


def value_of_actor(page: Page, name: Name) -> Json:
    """Return an actor field's value: a list of one id or one name with its class; None
    if the class is unknown.
    """
    if name.ids and not is_world(name.ids[0]):
        return [name.ids[0]]
    if not name.group:
        return None
    quote = name.quote(page)
    if name.group == "person":
        named = without_title(quote)
    else:
        named = restore_alif(page, name, quote)
    return [{"name": named, "class": name.group}]


def restore_alif(page: Page, name: Name, quote: str) -> str:
    """Return the name as it stands alone: behind ل the article has no alif (للجيشين:
    الجيشين; but للجنة: لجنة).
    """
    word = page.words[name.first].text
    front = word[: name.skipped]
    rest = word[name.skipped :]
    has_own_lam = rest in heads(*_GROUPS) or rest in heads("actors", "institutions")
    is_behind_lam = front.endswith("ل") and rest.startswith("ل") and len(rest) > 3
    return f"ا{quote}" if is_behind_lam and not has_own_lam else quote


# ---------------------------------------------------------------- known names
def extend_actor(page: Page, actor: Name, ends: Mapping[int, Name]) -> Name:
    """Return an actor with the nouns for its parts and its allegiance.

    ends: known names by the index of their first word, from which their ends are read.
    """
    head = page.words[actor.first].text[actor.skipped :]
    if bare(head) in word_set("actors", "plural_heads"):
        last = _last_of_group(page, actor.first, actor.last, is_definite(head), ends)
        actor = _read_members(page, replace(actor, last=last), ends)
    return _add_count(page, _add_parts(page, actor))


def _add_parts(page: Page, actor: Name) -> Name:
    """Return an actor with the nouns in front of it for its parts: قوات حرس الحدود."""
    if actor.skipped or actor.group == "person":
        return actor
    first = phrase.first_of_construct(page, actor.first, _PARTS)
    if page.words[first].text in word_set("organisations", "led_by"):
        first += 1  # بقيادة الحرس: the name begins with the next word
    if first == actor.first:
        return actor
    skipped = next(
        n for n, word in readings(page.words[first].text) if word in nouns(*_PARTS)
    )
    return replace(actor, first=first, skipped=skipped)


def _add_count(page: Page, people: Name) -> Name:
    """Return people with the words for how many they are: عشرات الفلسطينيين."""
    if people.group not in ("people", "unknown"):
        return people
    while not people.skipped:
        before = precedes(page, people.first)
        word_readings = readings(before) if before else ()
        words = word_set("actors", "counts")
        counts = [skipped for skipped, word in word_readings if word in words]
        if not counts:
            break
        people = replace(people, first=people.first - 1, skipped=counts[0])
    return people


def _read_members(page: Page, men: Name, ends: Mapping[int, Name]) -> Name:
    """Give men who belong to a known group its entry: عناصر تابعة لتنظيم الدولة."""
    head = page.words[men.first].text[men.skipped :]
    texts = map(bare, page.words.texts[men.first : men.last])
    belongs = not word_set("actors", "belonging").isdisjoint(texts)
    if not belongs or bare(head) not in word_set("actors", "members"):
        return men
    for group in ends.values():
        is_complement = group.first > men.first and group.last == men.last
        if is_complement and group.kind == ACTOR and group.group != "rulers":
            return replace(men, ids=group.ids, group=group.group, origin=group.origin)
    return men


def _last_of_group(
    page: Page, first: int, last: int, definite: bool, ends: Mapping[int, Name]
) -> int:
    """Return the last word of a group with its adjectives, its allegiance or, if its
    noun is indefinite, its country.
    """
    last = last_adjective(page, last, definite=definite)
    grown = _last_of_allegiance(page, last, ends)
    if grown > last:
        return grown
    head = bare(page.words[first].text)
    if definite or head not in word_set("actors", "plural_heads"):
        return last
    country = ends.get(last + 2)
    if (
        follows(page, last) == "في"
        and country is not None
        and country.group == "country"
    ):
        return country.last
    return last


def _last_of_allegiance(page: Page, last: int, ends: Mapping[int, Name]) -> int:
    """Return the last word of an allegiance behind a group: موالية لإيران، تدعمها."""
    text = follows(page, last)
    if text.removesuffix("ها") in word_set("groups", "backing"):
        return last + 1 if text.endswith("ها") else last
    is_allegiance = bare(text) in word_set("actors", "allegiance")
    if not is_allegiance and text not in word_set("actors", "whose"):
        return last
    at = last + 2
    complement = follows(page, last + 1)
    if complement in word_set("groups", "allegiance_prepositions"):
        at += 1
        complement = follows(page, at - 1)
    if not complement or complement in word_set("groups", "of_one_before"):
        return last
    if at in ends:
        return ends[at].last
    return at if is_definite(complement) else last


# ---------------------------------------------------------------- unlisted names
def add_unlisted(
    page: Page,
    actors: Sequence[Name],
    places: Sequence[Name],
    ends: Mapping[int, Name],
    triggers: Set[int],
) -> list[Name]:
    """Return the actors and the unlisted groups that overlap no other name.

    ends: known names by first word. triggers: indices of the words of triggers.
    """
    taken = covered(actors)
    placed = covered(places)
    found = [
        name
        for name in _find_headed_groups(page, taken | placed, ends)
        if name.group != "people" or _is_beside(page, name, triggers)
    ]
    taken |= covered(found)
    for find in (
        _find_institutions,
        _find_quoted_groups,
        _find_named_groups,
        _find_armed_nations,
        _find_counted_people,
    ):
        more = [_add_parts(page, name) for name in find(page, taken)]
        taken |= covered(more)
        found += more
    found += _find_referring_groups(page, taken | placed, triggers)
    return [*actors, *(_add_count(page, name) for name in found)]


def _is_beside(page: Page, name: Name, triggers: Set[int]) -> bool:
    """Return whether a trigger stands beside a name, or in its sentence if the name is
    people behind على or ضد.
    """
    sentence = page.words[name.first].sentence
    is_patient = precedes(page, name.first) in word_set("roles", "patient")
    if is_patient and name.group == "people":
        return not triggers.isdisjoint(page.words.in_sentence(sentence))
    near = [*range(name.first - _NEAR, name.first)]
    near += range(name.last + 1, name.last + 1 + _NEAR)
    beside = [index for index in near if index in triggers]
    return any(page.words[index].sentence == sentence for index in beside)


def _find_headed_groups(
    page: Page, taken: Set[int], ends: Mapping[int, Name]
) -> Iterator[Name]:
    """Yield groups named by a noun and what describes it: عناصر الشرطة، عائلات نازحة."""
    for index, ((skipped, head), *_) in page.opened(GROUP):
        if index in taken or is_stop(page.words[index].text):
            continue
        if head in word_set("groups", "prepositions"):
            continue
        is_office = bare(head) in word_set("groups", "offices")
        if is_office and "وزير" in precedes(page, index):
            continue  # وزير الخارجية
        group = _group_classes()[head]
        body = _body_behind(page, index, head)
        if index + 1 in taken and group == "fighters":
            body = ""  # كتائب "المقاومة الإسلامية"
        last = _skip_portfolio(page, index + 1) if body else index
        if group == "people":
            last = _last_of_civilians(page, index, head)
            last = _last_of_allegiance(page, last, ends)
        else:
            definite = is_definite(head)
            last = last_adjective(page, last, definite=definite or bool(body))
            last = _last_of_group(page, index, last, definite, ends)
        is_civil = bare(page.words[last].text) in word_set("actors", "civil")
        if last == index or (group == "army" and is_civil):
            continue
        if body in word_set("groups", "order"):
            group = "police"
        elif last == index + 1 and heads(*_GROUPS).get(body) == "fighters":
            group = ""  # عناصر التنظيم refers to a group named earlier
        origin = f"head:{bare(head)}"
        name = Name(ACTOR, index, last, skipped, origin, group=group, score=LIKELY)
        yield _read_members(page, name, ends)


def _body_behind(page: Page, index: int, head: str) -> str:
    """Return the body in construct behind a group's noun (عناصر الشرطة), or an empty
    string.
    """
    is_construct = not is_definite(head) and not _is_plural(head)
    body = follows(page, index)  # not in متظاهرون الشرطة
    return body if is_construct and body in word_set("actors", "bodies") else ""


def _is_plural(head: str) -> bool:
    return head.endswith(_PEOPLE) or head in word_set("groups", "of_several")


def _last_of_civilians(page: Page, index: int, head: str) -> int:
    """Return the last word of people with their work or an adjective in the plural."""
    last = index
    if follows(page, index) in word_set("actors", "occupations"):
        last += 1  # رعاة أغنام
    while adjective := follows(page, last):
        endings = {page.words[last].text[-2:], adjective[-2:]}
        is_plural = adjective.endswith(_PLURALS) and is_identifying(adjective)
        is_of_people = bare(adjective) in word_set("actors", "adjectives_of_people")
        if is_definite(adjective) != is_definite(head) or endings == {"ون", "ين"}:
            break  # مستوطنون فلسطينيين are two parties
        if not (is_plural or is_of_people) or adjective in heads(*_GROUPS):
            break
        last += 1
    return last


def _find_institutions(page: Page, taken: Set[int]) -> Iterator[Name]:
    """Yield institutions named by what they are for: وزارة الدفاع التركية."""
    for index, word_readings in page.opened(INSTITUTION):
        at = index + 1
        purpose = follows(page, index)
        if purpose in word_set("groups", "tasks"):
            purpose = follows(page, at)
            at += 1
        if taken & {index, index + 1} or not is_definite(purpose) or is_stop(purpose):
            continue
        is_arms = page.words[index].text.endswith("سلاح")
        if is_arms and purpose not in word_set("actors", "branches"):
            continue  # سلاح المقاومة
        last = last_adjective(page, _skip_portfolio(page, at), definite=True)
        if follows(page, last) in nation_adjectives():
            last += 1  # سلاح المدفعية السوداني
        for skipped, head in word_readings:
            if is_definite(head):
                continue
            group = heads("actors", "institutions")[head]
            origin = f"head:{head}"
            yield Name(ACTOR, index, last, skipped, origin, group=group, score=GUESS)
            break


def _skip_portfolio(page: Page, last: int) -> int:
    """Return the last word of what an institution is for, with a second portfolio:
    وزارة الخارجية والمغتربين.
    """
    has_second = follows(page, last)[1:] in word_set("groups", "portfolios")
    return last + 1 if has_second else last


def _find_quoted_groups(page: Page, taken: Set[int]) -> Iterator[Name]:
    """Yield groups whose name is in quotation marks: جماعة "أولياء الدم"."""
    for quoted in _QUOTED.finditer(page.text):
        start = page.folded.index(quoted.start(1))
        stop = page.folded.index(quoted.end(1))
        named = page.words_in(start, stop) if start < stop else range(0)
        if not 0 < len(named) <= _LONGEST_QUOTED or not taken.isdisjoint(named):
            continue
        beside = named[0] - 1
        at = beside
        while at > 0 and page.words[at].text in word_set("groups", "called"):
            at -= 1
        for skipped, head in readings(page.words[at].text) if at >= 0 else ():
            group = heads(*_GROUPS).get(head)
            if group not in word_set("groups", "quoted") or is_definite(head):
                continue
            first = at if at == beside else named[0]
            front = skipped if at == beside else 0
            yield Name(
                ACTOR, first, named[-1], front, "quoted", group=group, score=LIKELY
            )
            break


def _find_named_groups(page: Page, taken: Set[int]) -> Iterator[Name]:
    """Yield peoples, and groups named by the word behind their noun: كتيبة طولكرم،
    الفرقة الرابعة.
    """
    for index, word_readings in page.opened(NAMED):
        for skipped, head in word_readings if index not in taken else ():
            name = _read_named_group(page, index, skipped, head, taken)
            if name is not None:
                yield name
                break


def _read_named_group(
    page: Page, index: int, skipped: int, head: str, taken: Set[int]
) -> Name | None:
    """Return the people or the named group that begins with a noun, or None."""
    if head in _peoples() and not _describes(page, index, taken):
        return Name(ACTOR, index, index, skipped, "people", group="people", score=GUESS)
    last = index
    group = heads("actors", "naming").get(head, "")
    if is_definite(head):
        number = follows(page, index).removesuffix("ه")
        has_numbers = bare(head) in word_set("actors", "numbered")
        if (has_numbers and number.isdigit()) or number in word_set("ordinals"):
            last = index + 1
            group = "army"
    elif index + 1 not in taken:
        last = _last_of_known_body(page, index, head)
        if last == index:
            last = _last_of_name(page, index)
    if last == index:
        return None
    origin = f"head:{head}"
    return Name(ACTOR, index, last, skipped, origin, group=group, score=GUESS)


def _describes(page: Page, index: int, taken: Set[int]) -> bool:
    """Return whether a nation's adjective belongs to the plural noun before it: مسؤولون
    أميركيون.
    """
    noun = precedes(page, index)
    adjective = page.words[index].text
    is_noun = index - 1 in taken or noun in nouns("people", "titles")
    return (
        is_noun
        and noun[-2:] == adjective[-2:]
        and is_definite(noun) == is_definite(adjective)
    )


@cache
def _peoples() -> frozenset[str]:
    """Return the plurals of nationality adjectives (السوريين، فلسطينيون)."""
    plurals = ("يين", "يون")
    return frozenset(text for text in nation_adjectives() if text.endswith(plurals))


def _last_of_known_body(page: Page, index: int, head: str) -> int:
    """Return the last word of a body known by name (حركة فتح), or its noun's index."""
    known = word_set("organisations", "known")
    for size in range(_LONGEST_KNOWN, 1, -1):
        texts = [head, *page.words.texts[index + 1 : index + size]]
        if " ".join(texts) in known:
            return index + size - 1
    return index


def _last_of_name(page: Page, head: int) -> int:
    """Return the definite word that ends a name in construct (شهداء الأقصى), or the
    index of its noun.
    """
    second = follows(page, head)
    if second.isdigit() and len(second) <= 2 and follows(page, head + 1):
        return head + 2  # حركة 23 مارس
    for last in (head + 1, head + 2):
        text = follows(page, last - 1)
        if not text or is_stop(text) or {bare(text), text} & word_set("common"):
            break
        if text in word_set("actors", "kin") and follows(page, last):
            return last + 1  # ميليشيا آل دقلو
        if is_definite(text):
            return last
        if phrase.is_nisba(text) or text.endswith(("هم", "ا", "ت")):
            break
    return head


def _find_armed_nations(page: Page, taken: Set[int]) -> Iterator[Name]:
    """Yield arms that act for a nation: المدفعية الإسرائيلية، طائرات حربية روسية."""
    for index, ((skipped, head), *_) in page.opened(ARMS):
        before = precedes(page, index)
        if index in taken or bare(before) in nouns(*_ARMS):
            # the preceding word already begins the phrase (طائرة مسيّرة أوكرانية)
            continue
        last = last_adjective(page, index, definite=is_definite(head))
        if nation_adjectives().isdisjoint(page.words.texts[index + 1 : last + 1]):
            continue
        is_carried = before in word_set("groups", "carriers")
        origin = f"arms:{bare(head)}"
        first = index
        if is_carried:
            first = index - 1
            skipped = 0
        yield Name(ACTOR, first, last, skipped, origin, group="army", score=LIKELY)


def _find_counted_people(page: Page, taken: Set[int]) -> Iterator[Name]:
    """Yield people told by a singular behind a number: نحو 200 مستوطن، عشرين فلسطينياً."""
    numerals = {i for table in AMOUNTS for i, _ in page.opened(table)}
    for index, ((skipped, _), *_) in page.opened(COUNTED):
        is_counted = index - 1 in numerals and precedes(page, index)
        if index not in taken and not skipped and is_counted:
            yield Name(ACTOR, index, index, 0, "counted", group="people", score=GUESS)


@cache
def _counted() -> frozenset[str]:
    """Return the singulars that follow a number above ten."""
    nations = {
        nation
        for nation in nation_adjectives()
        if nation.endswith(("ي", "يا")) and not is_definite(nation)
    }
    people = word_set("groups", "counted")
    return frozenset(nations | people | {word + "ا" for word in people})


def _find_referring_groups(
    page: Page, taken: Set[int], triggers: Set[int]
) -> Iterator[Name]:
    """Yield nouns that point at a group or tell people, beside a trigger: الجماعة، هذه
    الفصائل، قواتها، المعلمين.
    """
    for index, word_readings in page.opened(POINTER):
        for skipped, head in word_readings if index not in taken else ():
            name = _read_reference(page, index, skipped, head, triggers)
            if name is not None:
                yield name
                break


def _read_reference(
    page: Page, index: int, skipped: int, head: str, triggers: Set[int]
) -> Name | None:
    """Return the group that a noun points at, or the people that it tells, beside a
    trigger; None if it does neither.
    """
    is_people = _is_plural(head) or heads(*_GROUPS).get(head) == "people"
    groups = heads(*_GROUPS) if is_definite(head) or is_people else _owned()
    group = groups.get(head, "")
    has_telling_class = group in word_set("groups", "telling")
    actor_class = group if has_telling_class else ""
    is_telling = has_telling_class and is_people
    if group not in word_set("groups", "pointed_at") and not is_telling:
        return None
    if is_definite(head) and group == "army" and head != _ARMY:
        return None
    before = readings_before(page, index)
    is_of_body = not before.isdisjoint(nouns("organisations", "heads"))
    if group == "people" and not skipped and is_of_body:
        return None  # نقابة المعلمين
    pointers = word_set("groups", "pointers")
    has_demonstrative = not skipped and precedes(page, index) in pointers
    first = index - 1 if has_demonstrative else index
    name = Name(
        ACTOR, first, index, skipped, "pointed at", group=actor_class, score=GUESS
    )
    name = _add_count(page, name)
    if group == "fighters" and is_people and not has_demonstrative:
        # for المتمردين a trigger anywhere in the sentence is enough
        sentence = page.words.in_sentence(page.words[index].sentence)
        return None if triggers.isdisjoint(sentence) else name
    return name if _is_beside(page, name, triggers) else None


@cache
def _owned() -> Mapping[str, str]:
    """Return the nouns for groups with a pronoun (قواتها) → their class."""
    owned: dict[str, str] = {}
    for head, group in heads(*_GROUPS).items():
        stem = head[:-1] + "ت" if head.endswith("ه") else head
        for pronoun in ("ه", "هم", "ها"):
            owned[stem + pronoun] = group
    return owned
