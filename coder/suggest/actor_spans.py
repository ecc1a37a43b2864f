"""Actors: lexicon names extended to the whole noun phrase, and groups that are not in
the lexicon.
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
    is_stop,
    last_adjective,
    precedes,
    without_title,
)
from coder.suggest.word_lists import bare, heads, nouns, readings, word_set

_PARTS, _GROUPS, _ARMS = (
    ("actors", "parts"),
    ("actors", "group_heads"),
    ("actors", "arms"),
)
# refers to the country's army; القوات and other nouns for forces leave open whose they
# are
_ARMY = "الجيش"
_PEOPLE = ("ون", "ين", "الشرطه", "قراصنه")
# a referring noun (الجماعة) is an actor if a trigger stands within this many words
_NEAR = 3
_QUOTED = re.compile('["«“”]([^"«»“”\\n]{3,40})["»“”]')
_LONGEST_QUOTED = 5  # maximum number of words of a name in quotation marks
GROUP, NAMED, INSTITUTION, ARMS, POINTER = (
    "group",
    "named group",
    "institution",
    "arms",
    "pointer",
)
COUNTED = "counted people"


def openings() -> Tables:
    """The words that can begin the name of an actor, by table."""
    tables: Tables = {INSTITUTION: heads("actors", "institutions"), ARMS: nouns(*_ARMS)}
    groups, named = heads(*_GROUPS), _peoples() | nouns("actors", "naming")
    return {
        **tables,
        GROUP: groups,
        NAMED: named,
        POINTER: {*groups, *_owned()},
        COUNTED: _counted(),
    }


def actor_value(page: Page, name: Name) -> Json:
    """An actor field's value: a list of one id or one name with its class; None if the
    class is unknown.
    """
    if name.ids and not is_world(name.ids[0]):
        return [name.ids[0]]
    quote = name.quote(page)
    named = (
        without_title(quote)
        if name.group == "person"
        else _with_alif(page, name, quote)
    )
    return [{"name": named, "class": name.group}] if name.group else None


def _with_alif(page: Page, name: Name, quote: str) -> str:
    """The name as it stands alone: behind ل the article has no alif (للجيشين: الجيشين;
    but للجنة: لجنة).
    """
    word = page.words[name.first].text
    front, rest = word[: name.skipped], word[name.skipped :]
    has_own_lam = rest in heads(*_GROUPS) or rest in heads("actors", "institutions")
    is_behind_lam = front.endswith("ل") and rest.startswith("ل") and len(rest) > 3
    return f"ا{quote}" if is_behind_lam and not has_own_lam else quote


def grown_actor(page: Page, actor: Name, ends: Mapping[int, Name]) -> Name:
    """Extend an actor by nouns for its parts and by its allegiance; ends: known names
    by first word.
    """
    first, last = actor.first, actor.last
    head = page.words[first].text[actor.skipped :]
    if bare(head) in word_set("actors", "plural_heads"):
        last = _last_of_group(page, first, last, is_definite(head), ends)
    return _with_parts(page, replace(actor, last=last))


def _with_parts(page: Page, actor: Name) -> Name:  # قوات حرس الحدود
    if actor.skipped or actor.group == "person":
        return actor
    first = phrase.first_of_construct(page, actor.first, _PARTS)
    first += (
        page.words[first].text == "بقياده"
    )  # "led by": the name begins with the next word
    if first == actor.first:
        return actor
    skipped = next(
        n for n, w in readings(page.words[first].text) if w in nouns(*_PARTS)
    )
    return replace(actor, first=first, skipped=skipped)


def _last_of_group(
    page: Page, first: int, last: int, definite: bool, ends: Mapping[int, Name]
) -> int:
    last = last_adjective(page, last, definite=definite)
    # then its allegiance, or the country of an indefinite head noun
    text, next_name = follows(page, last), ends.get(last + 2)
    after_other = last + (bare(text) in word_set("groups", "other"))
    if (grown := _last_of_allegiance(page, after_other, ends)) > after_other:
        return grown
    if definite or bare(page.words[first].text) not in word_set(
        "actors", "plural_heads"
    ):
        return last
    return (
        next_name.last
        if text == "في" and next_name and next_name.group == "country"
        else last
    )


def _last_of_allegiance(
    page: Page, last: int, ends: Mapping[int, Name]
) -> int:  # موالية لإيران، تدعمها
    text = follows(page, last)
    if text.removesuffix("ها") in word_set("groups", "backing"):
        return last + text.endswith("ها")
    if bare(text) not in word_set("actors", "allegiance") and text not in word_set(
        "actors", "whose"
    ):
        return last
    at, complement = last + 2, follows(page, last + 1)
    if complement in ("من", "مع", "في"):
        at, complement = at + 1, follows(page, at)
    if not complement or complement in ("لها", "له", "منها", "بها", "معها"):
        return last
    if at in ends:
        return ends[at].last
    return at if is_definite(complement) else last


def with_unlisted(
    page: Page,
    actors: Sequence[Name],
    places: Sequence[Name],
    ends: Mapping[int, Name],
    triggers: Set[int],
) -> list[Name]:
    """The actors, plus unlisted groups that overlap no other name; ends: known names by
    first word.
    """
    taken, placed = covered(actors), covered(places)
    found = list(_headed_groups(page, taken | placed, ends))
    taken |= covered(found)
    for rule in (
        _institutions,
        _quoted_groups,
        _named_groups,
        _armed_nations,
        _counted_people,
    ):
        more = [_with_parts(page, name) for name in rule(page, taken)]
        taken |= covered(more)
        found += more
    return [*actors, *found, *_referring_groups(page, taken | placed, triggers)]


def _headed_groups(
    page: Page, taken: Set[int], ends: Mapping[int, Name]
) -> Iterator[Name]:
    for index, ((skipped, head), *_) in page.opened(GROUP):
        if (
            index in taken
            or head in word_set("groups", "prepositions")
            or is_stop(page.words[index].text)
        ):
            continue
        if bare(head) in word_set("groups", "offices") and "وزير" in precedes(
            page, index
        ):
            continue  # وزير الخارجية
        group, definite, body = (
            heads(*_GROUPS)[head],
            is_definite(head),
            follows(page, index),
        )
        is_construct = not definite and not head.endswith(
            _PEOPLE
        )  # not متظاهرون الشرطة
        body = body if is_construct and body in word_set("actors", "bodies") else ""
        if index + 1 in taken and group == "armed_group":
            body = ""  # كتائب "المقاومة الإسلامية"
        last = _with_portfolio(page, index + 1) if body else index
        last = last_adjective(page, last, definite=definite or bool(body))
        if (last := _last_of_group(page, index, last, definite, ends)) == index:
            continue
        if body in word_set("groups", "order"):
            group = "state_security"
        elif last == index + 1 and heads(*_GROUPS).get(body) == "armed_group":
            group = ""  # عناصر التنظيم refers to a group named earlier
        yield Name(
            ACTOR, index, last, skipped, f"head:{bare(head)}", group=group, score=LIKELY
        )


def _institutions(
    page: Page, taken: Set[int]
) -> Iterator[Name]:  # وزارة الدفاع التركية
    for index, word_readings in page.opened(INSTITUTION):
        at, purpose = index + 1, follows(page, index)
        if purpose in word_set("groups", "tasks"):
            at, purpose = at + 1, follows(page, at)
        if taken & {index, index + 1} or not is_definite(purpose) or is_stop(purpose):
            continue
        if page.words[index].text.endswith("سلاح") and purpose not in word_set(
            "actors", "branches"
        ):
            continue  # سلاح المقاومة
        last = last_adjective(page, _with_portfolio(page, at), definite=True)
        last += follows(page, last) in nation_adjectives()  # سلاح المدفعية السوداني
        for skipped, head in [
            reading for reading in word_readings if not is_definite(reading[1])
        ][:1]:
            group = heads("actors", "institutions")[head]
            yield Name(
                ACTOR, index, last, skipped, f"head:{head}", group=group, score=GUESS
            )


def _with_portfolio(page: Page, last: int) -> int:  # وزارة الخارجية والمغتربين
    return last + (follows(page, last)[1:] in word_set("groups", "portfolios"))


def _quoted_groups(
    page: Page, taken: Set[int]
) -> Iterator[Name]:  # جماعة "أولياء الدم"
    for quoted in _QUOTED.finditer(page.text):
        start, stop = (
            page.folded.index(quoted.start(1)),
            page.folded.index(quoted.end(1)),
        )
        named = page.words_in(start, stop) if start < stop else range(0)
        if not 0 < len(named) <= _LONGEST_QUOTED or not taken.isdisjoint(named):
            continue
        beside = at = named[0] - 1
        while at > 0 and page.words[at].text in word_set("groups", "called"):
            at -= 1
        for skipped, head in readings(page.words[at].text) if at >= 0 else ():
            group = heads(*_GROUPS).get(head)
            if group in word_set("groups", "quoted") and not is_definite(head):
                first, skipped = (at, skipped) if at == beside else (named[0], 0)
                yield Name(
                    ACTOR,
                    first,
                    named[-1],
                    skipped,
                    "quoted",
                    group=group,
                    score=LIKELY,
                )
                break


def _named_groups(
    page: Page, taken: Set[int]
) -> Iterator[Name]:  # كتيبة طولكرم، الفرقة الرابعة
    for index, word_readings in page.opened(NAMED):
        for skipped, head in word_readings if index not in taken else ():
            last, group = index, heads("actors", "naming").get(head, "")
            if head in _peoples() and not _describes(page, index, taken):
                yield Name(
                    ACTOR,
                    index,
                    index,
                    skipped,
                    "people",
                    group="civilians",
                    score=GUESS,
                )
                break
            if is_definite(head):
                number = follows(page, index).removesuffix("ه")
                is_digit = number.isdigit() and bare(head) in word_set(
                    "actors", "numbered"
                )
                if is_digit or number in word_set("ordinals"):
                    last, group = index + 1, "state_military"
            elif index + 1 not in taken:
                last = _last_of_name(page, index)
            if last > index:
                yield Name(
                    ACTOR,
                    index,
                    last,
                    skipped,
                    f"head:{head}",
                    group=group,
                    score=GUESS,
                )
                break


def _describes(page: Page, index: int, taken: Set[int]) -> bool:
    """Whether a nation's adjective belongs to the plural noun before it: مسؤولون
    أميركيون.
    """
    noun, adjective = precedes(page, index), page.words[index].text
    is_noun = index - 1 in taken or noun in nouns("people", "titles")
    return (
        is_noun
        and noun[-2:] == adjective[-2:]
        and is_definite(noun) == is_definite(adjective)
    )


@cache
def _peoples() -> frozenset[str]:  # السوريين، فلسطينيون
    return frozenset(
        text for text in nation_adjectives() if text.endswith(("يين", "يون"))
    )


def _last_of_name(
    page: Page, head: int
) -> int:  # up to the definite word of a construct (شهداء الأقصى)
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


def _armed_nations(
    page: Page, taken: Set[int]
) -> Iterator[Name]:  # المدفعية الإسرائيلية، طائرات حربية روسية
    for index, ((skipped, head), *_) in page.opened(ARMS):
        before = precedes(page, index)
        if index in taken or bare(before) in nouns(*_ARMS):
            # the preceding word already begins the phrase (طائرة مسيّرة أوكرانية)
            continue
        last = last_adjective(page, index, definite=is_definite(head))
        if not nation_adjectives().isdisjoint(page.words.texts[index + 1 : last + 1]):
            first, skipped = (
                (index - 1, 0)
                if before in word_set("groups", "carriers")
                else (index, skipped)
            )
            origin = f"arms:{bare(head)}"
            yield Name(
                ACTOR,
                first,
                last,
                skipped,
                origin,
                group="state_military",
                score=LIKELY,
            )


def _counted_people(
    page: Page, taken: Set[int]
) -> Iterator[Name]:  # نحو 200 مستوطن، عشرين فلسطينياً
    numerals = {i for table in AMOUNTS for i, _ in page.opened(table)}
    for index, ((skipped, _), *_) in page.opened(COUNTED):
        if (
            index not in taken
            and not skipped
            and index - 1 in numerals
            and precedes(page, index)
        ):
            yield Name(
                ACTOR, index, index, 0, "counted", group="civilians", score=GUESS
            )


@cache
def _counted() -> frozenset[str]:  # the singulars that follow a number above ten
    nations = (
        n for n in nation_adjectives() if n.endswith(("ي", "يا")) and not is_definite(n)
    )
    return frozenset(nations).union(
        w + end for w in word_set("groups", "counted") for end in ("", "ا")
    )


def _referring_groups(
    page: Page, taken: Set[int], triggers: Set[int]
) -> Iterator[Name]:
    for index, word_readings in page.opened(POINTER):
        for skipped, head in word_readings if index not in taken else ():
            is_plural = head.endswith(_PEOPLE)
            group = (
                heads(*_GROUPS) if is_definite(head) or is_plural else _owned()
            ).get(head, "")
            actor_class = group if group in word_set("groups", "telling") else ""
            if group not in word_set("groups", "pointed_at") and not (
                actor_class and is_plural
            ):
                continue
            # الجماعة، هذه الفصائل، قواتها
            has_demonstrative = not skipped and precedes(page, index) in word_set(
                "groups", "pointers"
            )
            first, sentence = index - has_demonstrative, page.words[index].sentence
            is_unspecific = (
                is_definite(head) and group == "state_military" and head != _ARMY
            )
            near = (*range(first - _NEAR, first), *range(index + 1, index + 1 + _NEAR))
            is_beside = any(
                i in triggers and page.words[i].sentence == sentence for i in near
            )
            if group == "armed_group" and is_plural and not has_demonstrative:
                # for المتمردين a trigger anywhere in the sentence is enough
                is_beside = is_beside or not triggers.isdisjoint(
                    page.words.in_sentence(sentence)
                )
            if is_beside and not is_unspecific:
                yield Name(
                    ACTOR,
                    first,
                    index,
                    skipped,
                    "pointed at",
                    group=actor_class,
                    score=GUESS,
                )
                break


@cache
def _owned() -> Mapping[str, str]:  # قواتها
    stems = {
        head[:-1] + "ت" if head.endswith("ه") else head: group
        for head, group in heads(*_GROUPS).items()
    }
    return {
        stem + pronoun: group
        for pronoun in ("ه", "هم", "ها")
        for stem, group in stems.items()
    }
