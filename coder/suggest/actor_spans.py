"""Actors: lexicon names grown to the whole group, and groups known only by a head noun."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache

from coder.model import Json
from coder.suggest.article_words import Page, Word
from coder.suggest.compiled_lexicon import ACTOR
from coder.suggest.forms import nation_forms
from coder.suggest.gazetteer import is_world
from coder.suggest.name_spans import GUESS, LIKELY, Name
from coder.suggest.openings import Tables
from coder.suggest.phrase import (
    first_of_construct,
    follows,
    is_definite,
    is_nisba,
    is_stop,
    last_adjective,
    last_of_allegiance,
    precedes,
)
from coder.suggest.word_lists import bare, heads, nouns, readings, word_set, words
from coder.text.normalize import fold_key

_PARTS = ("actors", "parts")
_GROUPS = ("actors", "group_heads")
_ARMS = ("actors", "arms")
_CARRIERS = frozenset({"حامله", "حاملات"})
_OFFICES = frozenset({"خارجيه", "داخليه"})
"""Ministries by what they are for; behind a minister they are part of his title."""
_FIGHT = frozenset({"مكافحه", "دعم", "حمايه", "حفظ"})
"""Part of what a body is for: جهاز مكافحة الإرهاب."""
_OTHER = frozenset({"اخري", "اخرين"})
_POINTED = frozenset({"armed_group", "state_military", "coalition"})
_ARMY = fold_key("الجيش")
"""Points back at the army of the country; القوات and other nouns of forces may be anybody's."""
_BARE = frozenset({"civilians", "state_security"})
"""Classes whose bare noun points back at a group, or tells by itself who it is (المحتجين)."""
_PEOPLE = ("ون", "ين", "الشرطه")
_PRONOUNS = ("ها", "هم", "ه")
_NEAR = 3
"""Words within which a trigger makes a pointer (الجماعة) an actor."""
_POINTERS = frozenset({"هذه", "تلك", "هذا", "ذلك"})
GROUP, NAMED, INSTITUTION, ARMS, POINTER = "group", "named group", "institution", "arms", "pointer"


def openings() -> Tables:
    """The words with which a name of an actor can begin."""
    groups = heads(*_GROUPS)
    return {
        GROUP: groups,
        NAMED: _peoples() | nouns("actors", "naming"),
        INSTITUTION: heads("actors", "institutions"),
        ARMS: nouns(*_ARMS),
        POINTER: {*groups, *(head + pronoun for head in groups for pronoun in _PRONOUNS)},
    }


def grown_actor(page: Page, actor: Name, ends: Mapping[int, Name]) -> Name:
    """An actor with the group's part in front and, if it is unspecific, its allegiance behind.

    ends: index of the first word of each known name → that name.
    """
    head, last = page.words[actor.first].text[actor.skipped :], actor.last
    if bare(head) in _unspecific():
        last = _last_of_group(page, actor.first, last, is_definite(head), ends)
    first, skipped = actor.first, actor.skipped
    if not skipped and actor.group != "person":
        first = first_of_construct(page, first, _PARTS)
        if page.words[first].text == "بقياده":  # led by them: the next word begins the name
            first += 1
    if first != actor.first:
        skipped = next(n for n, w in readings(page.words[first].text) if w in nouns(*_PARTS))
    if (first, last, skipped) == (actor.first, actor.last, actor.skipped):
        return actor
    return replace(actor, first=first, last=last, skipped=skipped)


def headed_groups(page: Page, known: Sequence[Name], ends: Mapping[int, Name]) -> Iterator[Name]:
    """Groups no lexicon knows: a head noun with identifying adjectives or allegiance."""
    taken = {i for n in known for i in range(n.first, n.last + 1)}
    for index, ((skipped, head), *_) in page.opened(GROUP):
        before = precedes(page, index)
        is_title = bare(head) in _OFFICES and before is not None and "وزير" in before.text
        if index in taken or is_title or is_stop(page.words[index].text):
            continue
        definite = is_definite(head)
        if head == _SIDE:
            continue
        following = follows(page, index)
        body = following is not None and not definite and following.text in word_set("actors", "bodies")
        is_pointer = body and following is not None and heads(*_GROUPS).get(following.text) == "armed_group"
        last = last_adjective(page, index + body, definite=definite or body)
        last = _last_of_group(page, index, last, definite, ends)
        if last > index:
            is_bare = is_pointer and last == index + 1  # عناصر التنظيم: the one that was named before
            is_order = body and following is not None and following.text in _ORDER
            group = "" if is_bare else "state_security" if is_order else heads(*_GROUPS)[head]
            yield Name(ACTOR, index, last, skipped, f"head:{bare(head)}", group=group, score=LIKELY)
            yield from _second_nation(page, head, last)


_SIDE = "جانب"
"""Without the article a preposition and no party (من جانب الجيش، إلى جانب القوات)."""
_ORDER = frozenset({"الامن", "الشرطه"})
"""Bodies whose forces keep order (قوى الأمن)."""


def named_groups(page: Page, known: Sequence[Name]) -> Iterator[Name]:
    """Groups whose head calls for a name that no lexicon knows (كتيبة طولكرم), and peoples (فلسطينيين)."""
    taken = {i for n in known for i in range(n.first, n.last + 1)}
    for index, found in page.opened(NAMED):
        for skipped, head in found if index not in taken else ():
            if head in _peoples():
                yield Name(ACTOR, index, index, skipped, "people", group="civilians", score=GUESS)
                break
            if is_definite(head) and head in nouns("actors", "naming") and _is_numbered(page, index):
                group = "state_military"
                yield Name(ACTOR, index, index + 1, skipped, f"head:{head}", group=group, score=GUESS)
                break
            if head in nouns("actors", "naming") and not is_definite(head) and index + 1 not in taken:
                last = _last_of_name(page, index)
                if last > index:
                    yield Name(ACTOR, index, last, skipped, f"head:{head}", group="armed_group", score=GUESS)
                    break


def _is_numbered(page: Page, head: int) -> bool:
    """Whether a unit is told by its number (اللواء 112، الفرقة الرابعة)."""
    word = follows(page, head)
    return word is not None and (word.text.isdigit() or word.text.removesuffix("ه") in word_set("ordinals"))


def _last_of_name(page: Page, head: int) -> int:
    """The end of a name behind a head: a word with the article, or a word and one with it (شهداء الأقصى).

    A day and its month are a name there as well (حركة 23 مارس).
    """
    day, month = follows(page, head), follows(page, head + 1) if head + 1 < len(page.words) else None
    if day is not None and day.text.isdigit() and len(day.text) <= 2 and month is not None:
        return head + 2
    for last in (head + 1, head + 2):
        word = follows(page, last - 1)
        if word is None or is_stop(word.text) or {bare(word.text), word.text} & word_set("common"):
            return head
        if is_definite(word.text):
            return last
        if is_nisba(word.text) or word.text.endswith(("ها", "هم", "ا", "ت")):
            return head
    return head


_QUOTED = re.compile('["«“”]([^"«»“”\\n]{3,40})["»“”]')
_CALLED = "اسم باسم نفسها نفسه علي تطلق يطلق تسمي يسمي تدعي يدعي تعرف يعرف"


def quoted_groups(page: Page, known: Sequence[Name]) -> Iterator[Name]:
    """Groups named in quotation marks behind their head (جماعة "أولياء الدم"، حركة تسمى «رجال النور»)."""
    taken = {i for n in known for i in range(n.first, n.last + 1)}
    for quoted in _QUOTED.finditer(page.text):
        start, stop = page.folded.index(quoted.start(1)), page.folded.index(quoted.end(1))
        named = page.words_in(start, stop) if start < stop else range(0)
        if not named or taken & set(named) or len(named) > _LONGEST_QUOTED:
            continue
        at = named[0] - 1
        while at > 0 and page.words[at].text in _CALLED.split():
            at -= 1
        for skipped, head in readings(page.words[at].text) if at >= 0 else ():
            group = heads(*_GROUPS).get(head)
            if group in _QUOTED_CLASSES and not is_definite(head):
                is_beside = at == named[0] - 1
                first = at if is_beside else named[0]
                yield Name(ACTOR, first, named[-1], skipped * is_beside, "quoted", group=group, score=LIKELY)
                break


_QUOTED_CLASSES = frozenset({"armed_group", "political", "coalition"})
_LONGEST_QUOTED = 5
"""Words of the longest name that is looked for in quotation marks."""


@cache
def _peoples() -> frozenset[str]:
    """The plurals of nations: السوريين، فلسطينيون."""
    return frozenset(text for text in nation_adjectives() if text.endswith(("يين", "يون")))


def institutions(page: Page, known: Sequence[Name]) -> Iterator[Name]:
    """Institutions in construct with what they are for, and its adjectives (وزارة الدفاع التركية)."""
    taken = {i for n in known for i in range(n.first, n.last + 1)}
    for index, found in page.opened(INSTITUTION):
        at = index + 1
        purpose = follows(page, index)
        if purpose is not None and purpose.text in _FIGHT:
            at, purpose = at + 1, follows(page, at)
        if taken & {index, index + 1} or purpose is None or not is_definite(purpose.text):
            continue
        if is_stop(purpose.text):
            continue
        for skipped, head in found:
            if not is_definite(head):
                last = last_adjective(page, at, definite=True)
                group = heads("actors", "institutions")[head]
                yield Name(ACTOR, index, last, skipped, f"head:{head}", group=group, score=GUESS)
                break


def armed_nations(page: Page, known: Sequence[Name]) -> Iterator[Name]:
    """Arms with the nation they belong to (المدفعية الإسرائيلية، طائرات حربية روسية)."""
    taken = {i for n in known for i in range(n.first, n.last + 1)}
    for index, ((skipped, head), *_) in page.opened(ARMS):
        if index in taken:
            continue
        last = last_adjective(page, index, definite=is_definite(head))
        before = precedes(page, index)
        if before is not None and bare(before.text) in nouns(*_ARMS):
            continue  # a word further in front begins the phrase (طائرة مسيّرة أوكرانية)
        first, skipped = (index - 1, 0) if before and before.text in _CARRIERS else (index, skipped)
        if any(page.words[i].text in nation_adjectives() for i in range(index + 1, last + 1)):
            origin = f"arms:{bare(head)}"
            yield Name(ACTOR, first, last, skipped, origin, group="state_military", score=LIKELY)


@cache
def nation_adjectives() -> frozenset[str]:
    """The adjectives of nations in every form."""
    return frozenset(form.text for nation in words()["actors"]["nations"] for form in nation_forms(nation))


def pointed_groups(page: Page, known: Sequence[Name], triggers: Set[int]) -> Iterator[Name]:
    """Groups named before and pointed at again beside a trigger: الجماعة، هذه الفصائل، قواتها.

    triggers: indices of words that are triggers.
    """
    taken = {i for n in known for i in range(n.first, n.last + 1)}
    for index, found in page.opened(POINTER):
        for skipped, head in found if index not in taken else ():
            group = heads(*_GROUPS).get(head) if is_definite(head) or head.endswith(_PEOPLE) else _owned(head)
            if group not in _POINTED and not (group in _BARE and head.endswith(_PEOPLE)):
                continue
            before = precedes(page, index)
            pointer = before is not None and before.text in _POINTERS and not skipped
            first = index - pointer
            is_any = is_definite(head) and group == "state_military" and head != _ARMY
            is_rebels = group == "armed_group" and head.endswith(_PEOPLE) and first == index
            if is_rebels and _in_act(page, index, triggers):
                yield Name(ACTOR, index, index, skipped, "pointed at", score=GUESS)
                break
            if is_any or not _beside(page, first, index, triggers):
                continue
            told = group if group in _BARE else ""
            yield Name(
                ACTOR, first, index, 0 if pointer else skipped, "pointed at", group=told or "", score=GUESS
            )
            break


def actor_value(name: Name, quote: str) -> Json:
    """The value of an actor field: a list of one id, or of a name with its class; None for a pointer."""
    if name.ids and not is_world(name.ids[0]):
        return [name.ids[0]]
    return [{"name": quote, "class": name.group}] if name.group else None


def _unspecific() -> Set[str]:
    return word_set("actors", "plural_heads")


def _last_of_group(page: Page, first: int, last: int, definite: bool, ends: Mapping[int, Name]) -> int:
    """The end of an unspecific group: adjectives, then allegiance, then the country of an indefinite one."""
    last = last_adjective(page, last, definite=definite)
    word = follows(page, last)
    other = last + (word is not None and bare(word.text) in _OTHER)
    grown = last_of_allegiance(page, other, lambda i: ends[i].last if i in ends else None)
    if grown > other:
        return grown
    if definite or bare(page.words[first].text) not in _unspecific():
        return last
    behind = ends.get(last + 2)
    in_country = word is not None and word.text == "في" and behind is not None and behind.group == "country"
    return behind.last if in_country and behind else last


def _second_nation(page: Page, head: str, last: int) -> Iterator[Name]:
    """The second adjective of a dual: الجيشين الأميركي والإسرائيلي are two armies."""
    word = follows(page, last)
    if head.endswith("ين") and word and word.text[0] == "و" and is_nisba(word.text[1:]):
        yield Name(ACTOR, last + 1, last + 1, 1, "second of two", group="state_military", score=GUESS)


def _owned(head: str) -> str | None:
    """The class of a group noun with a pronoun (قواتها), None for any other word."""
    for pronoun in _PRONOUNS:
        if head.endswith(pronoun) and (group := heads(*_GROUPS).get(head.removesuffix(pronoun))):
            return group
    return None


def _beside(page: Page, first: int, last: int, triggers: Set[int]) -> bool:
    """Whether a trigger stands within two words of the phrase, in its sentence."""
    sentence = page.words[first].sentence
    near = (*range(first - _NEAR, first), *range(last + 1, last + 1 + _NEAR))
    return any(i in triggers and _word(page, i).sentence == sentence for i in near)


def _in_act(page: Page, index: int, triggers: Set[int]) -> bool:
    """Whether the sentence of a word tells of an act."""
    return not triggers.isdisjoint(page.words.in_sentence(page.words[index].sentence))


def _word(page: Page, index: int) -> Word:
    return page.words[max(0, min(index, len(page.words) - 1))]
