"""Persons and organisations of a page besides its actors and places, without nested or
duplicate names.

Organisations are bodies known by name, or head nouns with a name. A head noun without
the article (وزارة) is in construct state with what names it (a definite noun, place,
person or foreign word); adjectives, a noun joined by و or a purpose behind ل can
follow. One with the article (الهيئة) is named by its adjectives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.suggest import person_spans
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import ACTOR, ORGANISATION, PERSON, Match
from coder.suggest.forms import ARTICLE
from coder.suggest.gazetteer import WORD_SHAPE, is_world
from coder.suggest.name_spans import (
    LIKELY,
    SURE,
    Name,
    by_word,
    covered,
    general_verbs,
    is_within,
    looks_foreign,
    nation_words,
    widest,
)
from coder.suggest.person_spans import find_persons
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_identifying,
    is_stop,
    last_adjective,
)
from coder.suggest.source_spans import Speech
from coder.suggest.word_lists import bare, nouns, word_set, words
from coder.text.normalize import fold_key

BODY = "body"
"""The table of head nouns of organisations."""
SAYING = "saying"
"""The table of verbs of saying."""
_LONGEST = 9  # words of an organisation's name
_LONGEST_QUOTED = 5  # the same in quotation marks
_OPENING_QUOTES = frozenset("\"'«“‘")
# words behind a head noun within which unlisted nouns may continue the construct
_CHAIN = 3


def find_organisations(
    page: Page, bodies: Sequence[Name], known: Sequence[Name]
) -> list[Name]:
    """Return the organisations of a page, without nested ones; bodies: those known by
    name; known: other names.
    """
    by_first = {n.first: n for n in (*known, *bodies) if not n.skipped}
    found = list(bodies)
    past = -1
    for index, ((skipped, head), *_) in page.opened(BODY):
        led_by = word_set("organisations", "led_by")
        if index <= past or page.words[index].text in led_by:
            continue
        group = body_heads()[head]
        last = _Phrase(page, index, head, group, by_first).find_last()
        if last > index:
            past = last
            origin = f"head:{bare(head)}"
            found.append(
                Name(ORGANISATION, index, last, skipped, origin, (), group, LIKELY)
            )
    return widest(found)


def read_known_body(page: Page, match: Match) -> Name:
    """Return the name of a body known by name, from its match."""
    first, last, skipped = page.located(match.start, match.stop)
    adjective = follows(page, last)
    is_nations = is_definite(adjective) and bare(adjective) in nation_words()
    if is_nations and page.words[first].text[skipped:] in body_heads():
        last += 1  # حزب الله اللبناني
    return Name(ORGANISATION, first, last, skipped, "name:known", (), "", SURE)


@cache
def body_heads() -> Mapping[str, str]:
    """Return each head noun with and without the article → its class."""
    found: dict[str, str] = {}
    for group, listed in words()["organisations"]["heads"].items():
        for noun in map(fold_key, listed):
            found[noun] = group
            found[ARTICLE + noun] = group
    return found


def _last_adjective(page: Page, last: int) -> int:
    """Return the last definite adjective of a noun; words governed by ل are none."""
    end = last_adjective(page, last, definite=True)
    for index in range(last + 1, end + 1):
        if page.words[index].text.startswith("لل"):
            return index - 1
    return end


class _Phrase(Struct, frozen=True):
    """A head noun of organisations with the words behind it."""

    page: Page
    first: int
    head: str
    group: str
    # by the index of their first word
    named: Mapping[int, Name]

    def find_last(self) -> int:
        """Return the last word of the name, the head noun itself if nothing names it."""
        if is_definite(self.head):
            return self._last_described()
        if self.page.is_separated(self.first):
            return self._last_quoted()
        return self._last_in_construct()

    @property
    def _has_other_senses(self) -> bool:
        return bare(self.head) in word_set("organisations", "other_senses")

    def _last_described(self) -> int:
        """Return the last adjective that agrees with the head noun, or its purpose."""
        texts = self.page.words.texts
        last = self.first
        is_feminine = self.head.endswith("ه")
        plurals = word_set("organisations", "plurals")
        takes_both = not is_feminine and bare(self.head) in plurals
        end = _last_adjective(self.page, last)
        while last < end:
            if not takes_both and texts[last + 1].endswith("ه") != is_feminine:
                break
            last += 1
        if last == self.first:
            return last
        purpose = self._last_of_purpose(last)
        if last - self.first > 1 or (purpose > last and not self._has_other_senses):
            return purpose
        # a single adjective makes a name if it is a nation's or is not vague
        adjective = bare(texts[last]).removesuffix("ه")
        is_vague = adjective in word_set("organisations", "vague")
        is_vague = is_vague or self._has_other_senses
        is_nations = adjective in nation_words()
        return purpose if is_nations or not is_vague else self.first

    def _last_in_construct(self) -> int:
        """Return the last word of a name whose head noun is without the article."""
        page = self.page
        last = self.first
        between = word_set("organisations", "between")
        while last - self.first < _LONGEST and (text := follows(page, last)):
            at = last + 1
            if at in self.named:
                return _last_adjective(page, self.named[at].last)
            if is_stop(text) or not text.isalpha():
                break
            if is_definite(text):
                return self._last_defined(at)
            if text not in between and text not in body_heads():
                proper = self._last_of_proper(at)
                if proper > self.first:
                    return proper
                if not self._continues(at):
                    break
            last = at
        return self.first

    def _continues(self, at: int) -> bool:
        """Return whether an unlisted noun continues the construct: هيئة سوق رأس المال."""
        following = follows(self.page, at)
        if not following or is_stop(following) or at - self.first >= _CHAIN:
            return False
        return not self._has_other_senses and self._could_be_noun(at)

    def _last_quoted(self) -> int:
        """Return the last word of a name in quotation marks: صحيفة «الشرق الأوسط»."""
        page = self.page
        last = self.first + 1
        opens = page.gap(self.first)[-1:] in _OPENING_QUOTES
        if not opens or not follows(page, self.first):
            return self.first
        while last - self.first <= _LONGEST_QUOTED and follows(page, last - 1):
            if page.is_separated(last):
                return last
            last += 1
        return self.first

    def _last_defined(self, at: int) -> int:
        """Return the last word of a name that a definite noun continues: وزارة التربية
        والتعليم العالي.
        """
        last = _last_adjective(self.page, at)
        if self._has_other_senses and last == at:
            return self.first
        while (text := follows(self.page, last)).startswith("وال") and len(text) > 5:
            if text[1:] in body_heads():
                break
            last = _last_adjective(self.page, last + 1)
        has_purpose = self.group in word_set("organisations", "with_purpose")
        return self._last_of_purpose(last) if has_purpose else last

    def _last_of_purpose(self, last: int) -> int:
        """Return the last word of a purpose behind ل: للهجرة، لحقوق الإنسان."""
        page = self.page
        text = follows(page, last)
        if not text or page.is_separated(last):
            return last
        if text.startswith("لل") and len(text) > 4:
            return _last_adjective(page, last + 1)
        is_opened = text[0] == "ل" and text[1:] in word_set("organisations", "between")
        if is_opened and is_definite(follows(page, last + 1)):
            return _last_adjective(page, last + 2)
        return last

    def _last_of_proper(self, at: int) -> int:
        """Return the last of one or two unlisted words: صحيفة هآرتس."""
        takes_any = self.group in word_set("organisations", "with_any_word")
        if not takes_any or self._has_other_senses or not self._is_proper(at):
            return self.first
        behind = follows(self.page, at)
        is_pair = behind and not is_definite(behind) and self._is_proper(at + 1)
        return at + 1 if is_pair else at

    def _is_proper(self, at: int) -> bool:
        """Return whether a word is a name rather than an adjective or a common noun."""
        text = self.page.words[at].text
        if not self._could_be_noun(at) or is_definite(follows(self.page, at)):
            return False
        if self.page.raw(at).endswith(("ة", "اً", "ات")):
            return False
        if text[0] in "وبلفي" and not looks_foreign(text):
            return False
        if text in word_set("person_names", "common"):
            return False
        return len(text) >= 6 or WORD_SHAPE.fullmatch(text) is None

    def _could_be_noun(self, at: int) -> bool:
        """Return whether a word can be a noun: no verb, adjective or particle."""
        text = self.page.words[at].text
        if is_stop(text) or not text.isalpha() or len(text) < 3 or is_identifying(text):
            return False
        if text.endswith(("ها", "هم", "هما")) or text in general_verbs():
            return False
        return text.removesuffix("ه") not in word_set("organisations", "vague")


# ---------------------------------------------------------------- in relation to other names
Names: TypeAlias = Sequence[Name]


def openings(codebook: Codebook, speech: Speech) -> Tables:
    """Return the words that can begin a person's or an organisation's name, if the
    codebook has such span kinds.
    """
    kinds = codebook.kinds_for
    tables: dict[str, Iterable[str]] = {}
    if kinds[PERSON] or kinds[ACTOR]:
        tables.update(person_spans.openings(speech))
    if kinds[ORGANISATION]:
        tables.update({BODY: body_heads(), SAYING: speech.verbs})
    return tables


def find_verbs_of_saying(page: Page) -> set[int]:
    """Return the indices of verbs of saying, behind which a country is its government.

    They are looked for only if the codebook has a span kind for organisations.
    """
    return {index for index, _ in page.opened(SAYING)}


def find_entities(
    page: Page,
    matches: Iterable[Match],
    actors: Names,
    places: Names,
    titles: Names,
    credited: Iterable[Name],
    speech: Speech,
    codebook: Codebook,
) -> list[Name]:
    """Return the persons and organisations (listed actors too) for which the codebook
    has kinds; none nested.
    """
    if not any(codebook.kinds_for[mention] for mention in (PERSON, ORGANISATION)):
        return []
    known = [read_known_body(page, m) for m in matches if m.kind == ORGANISATION]
    people = find_persons(page, [*actors, *places, *known], titles, credited, speech)
    bodies = find_organisations(page, known, [*actors, *places, *people])
    taken = covered(bodies)
    for name in actors:
        is_body = name.ids and name.group != PERSON and taken.isdisjoint(name.words)
        if is_body and (not is_world(name.ids[0]) or _is_government(page, name)):
            bodies.append(replace(name, kind=ORGANISATION))
    taken = covered(bodies)
    wider = by_word(places)
    people = [
        name
        for name in people
        if taken.isdisjoint(name.words) and not is_within(name, wider)
    ]
    return [*bodies, *people]


def _is_government(page: Page, country: Name) -> bool:
    """Return whether a country known only to the gazetteer is a body: behind a verb of
    saying, or behind ب (علاقات وثيقة بإيران).
    """
    is_related = country.skipped == 1 and page.words[country.first].text[0] == "ب"
    return is_related or country.first - 1 in find_verbs_of_saying(page)


def find_acting_persons(
    page: Page,
    others: Names,
    titles: Names,
    credited: Iterable[Name],
    speech: Speech,
    acting: Set[int],
) -> list[Name]:
    """Return persons as actors: full names right beside a trigger, or behind a noun for
    one person (الشاب), wherever that stands.

    Persons who are credited as sources or are part of another name are left out. So is
    everybody if the page has no trigger. acting: indices of words that are triggers.
    """
    if not page.opened(person_spans.NAME) or not acting:
        return []
    speakers = {n.first for n in credited}
    taken = covered((*others, *titles))
    found: list[Name] = []
    for name in find_persons(page, others, titles, (), speech):
        before = page.words[name.first - 1].text if name.first else ""
        is_described = is_definite(before) and bare(before) in nouns("one_person")
        is_beside = not acting.isdisjoint((name.first - 1, name.last + 1))
        is_whole = name.last > name.first and taken.isdisjoint(name.words)
        if (is_described or is_beside) and is_whole and name.first not in speakers:
            found.append(replace(name, kind=ACTOR))
    return found


def find_places_outside_names(places: Iterable[Name], named: Names) -> list[Name]:
    """Return the places that are not part of another name and, unless sure, not the
    whole name of a person.
    """
    wider = by_word(named)
    people = {name.words for name in named if name.kind == PERSON}
    return [
        place
        for place in places
        if not is_within(place, wider)
        and (place.score >= SURE or place.words not in people)
    ]
