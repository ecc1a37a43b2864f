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
from coder.suggest.person_spans import persons
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

BODY, SAYING = "body", "saying"  # tables: head nouns of organisations, verbs of saying
_LONGEST, _LONGEST_QUOTED = (
    9,
    5,
)  # words of an organisation's name, without and with quotation marks
_OPENING_QUOTES = frozenset("\"'«“‘")
_CHAIN = (
    3  # words behind a head noun within which unlisted nouns may continue the construct
)


def organisations(
    page: Page, bodies: Sequence[Name], known: Sequence[Name]
) -> list[Name]:
    """The organisations of a page, without nested ones; bodies: those known by name;
    known: other names.
    """
    by_first = {n.first: n for n in (*known, *bodies) if not n.skipped}
    found, past = list(bodies), -1
    for index, ((skipped, head), *_) in page.opened(BODY):
        if index <= past or page.words[index].text in word_set(
            "organisations", "led_by"
        ):
            continue
        group = body_heads()[head]
        last = _Phrase(page, index, head, group, by_first).last()
        if last > index:
            past = last
            found.append(
                Name(
                    ORGANISATION,
                    index,
                    last,
                    skipped,
                    f"head:{bare(head)}",
                    (),
                    group,
                    LIKELY,
                )
            )
    return widest(found)


def known_body(page: Page, match: Match) -> Name:
    """The name of a body known by name, from its match."""
    first, last, skipped = page.located(match.start, match.stop)
    adjective = follows(page, last)
    if is_definite(adjective) and bare(adjective) in nation_words():
        last += page.words[first].text[skipped:] in body_heads()  # حزب الله اللبناني
    return Name(ORGANISATION, first, last, skipped, "name:known", (), "", SURE)


@cache
def body_heads() -> Mapping[str, str]:
    """A head noun with and without the article → its class."""
    classes = words()["organisations"]["heads"].items()
    found = {fold_key(noun): group for group, nouns in classes for noun in nouns}
    return found | {ARTICLE + noun: group for noun, group in found.items()}


def _last_adjective(
    page: Page, last: int
) -> int:  # words governed by ل are not adjectives of the noun
    end = last_adjective(page, last, definite=True)
    governed = (
        i for i in range(last + 1, end + 1) if page.words[i].text.startswith("لل")
    )
    return next(governed, end + 1) - 1


class _Phrase(Struct, frozen=True):
    page: Page
    first: int
    head: str
    group: str
    named: Mapping[int, Name]  # names by the index of their first word

    def last(self) -> int:  # the head noun itself if nothing names it
        if is_definite(self.head):
            return self._last_described()
        return (
            self._last_quoted()
            if self.page.is_separated(self.first)
            else self._last_in_construct()
        )

    @property
    def _has_other_senses(self) -> bool:
        return bare(self.head) in word_set("organisations", "other_senses")

    def _last_described(
        self,
    ) -> int:  # by adjectives that agree with the head noun, and a purpose
        texts, last = self.page.words.texts, self.first
        is_feminine = self.head.endswith("ه")
        takes_both = not is_feminine and bare(self.head) in word_set(
            "organisations", "plurals"
        )
        end = _last_adjective(self.page, last)
        while last < end and (
            takes_both or texts[last + 1].endswith("ه") == is_feminine
        ):
            last += 1
        if last == self.first:
            return last
        purpose = self._last_of_purpose(last)
        if last - self.first > 1 or (purpose > last and not self._has_other_senses):
            return purpose
        # a single adjective makes a name if it is a nation's or is not vague
        adjective = bare(texts[last]).removesuffix("ه")
        is_vague = self._has_other_senses or adjective in word_set(
            "organisations", "vague"
        )
        return purpose if adjective in nation_words() or not is_vague else self.first

    def _last_in_construct(self) -> int:  # behind a head noun without the article
        page, last = self.page, self.first
        while last - self.first < _LONGEST and (text := follows(page, last)):
            at = last + 1
            if at in self.named:
                return _last_adjective(page, self.named[at].last)
            if is_stop(text) or not text.isalpha():
                break
            if is_definite(text):
                return self._last_defined(at)
            if (
                text not in word_set("organisations", "between")
                and text not in body_heads()
            ):
                proper = self._last_of_proper(at)
                if proper > self.first:
                    return proper
                # an unlisted noun continues the construct (هيئة سوق رأس المال)
                following = follows(page, at)
                is_end = (
                    not following or is_stop(following) or at - self.first >= _CHAIN
                )
                if is_end or self._has_other_senses or not self._could_be_noun(at):
                    break
            last = at
        return self.first

    def _last_quoted(self) -> int:  # صحيفة «الشرق الأوسط»
        page, last = self.page, self.first + 1
        if (
            not follows(page, self.first)
            or page.gap(self.first)[-1:] not in _OPENING_QUOTES
        ):
            return self.first
        while last - self.first <= _LONGEST_QUOTED and follows(page, last - 1):
            if page.is_separated(last):
                return last
            last += 1
        return self.first

    def _last_defined(self, at: int) -> int:  # وزارة التربية والتعليم العالي
        last = _last_adjective(self.page, at)
        if self._has_other_senses and last == at:
            return self.first
        while (text := follows(self.page, last)).startswith("وال") and len(text) > 5:
            if text[1:] in body_heads():
                break
            last = _last_adjective(self.page, last + 1)
        has_purpose = self.group in word_set("organisations", "with_purpose")
        return self._last_of_purpose(last) if has_purpose else last

    def _last_of_purpose(self, last: int) -> int:  # behind ل (للهجرة، لحقوق الإنسان)
        page, text = self.page, follows(self.page, last)
        if not text or page.is_separated(last):
            return last
        if text.startswith("لل") and len(text) > 4:
            return _last_adjective(page, last + 1)
        is_opened = text[0] == "ل" and text[1:] in word_set("organisations", "between")
        return (
            _last_adjective(page, last + 2)
            if is_opened and is_definite(follows(page, last + 1))
            else last
        )

    def _last_of_proper(
        self, at: int
    ) -> int:  # one or two unlisted words (صحيفة هآرتس)
        takes_any = self.group in word_set("organisations", "with_any_word")
        if not takes_any or self._has_other_senses or not self._is_proper(at):
            return self.first
        behind = follows(self.page, at)
        return (
            at + 1
            if behind and not is_definite(behind) and self._is_proper(at + 1)
            else at
        )

    def _is_proper(self, at: int) -> bool:  # rather than an adjective or a common noun
        text = self.page.words[at].text
        if not self._could_be_noun(at) or is_definite(follows(self.page, at)):
            return False
        is_noun = self.page.raw(at).endswith(("ة", "اً", "ات"))
        is_noun = is_noun or (text[0] in "وبلفي" and not looks_foreign(text))
        has_shape = len(text) < 6 and WORD_SHAPE.fullmatch(text) is not None
        is_common = text in word_set("person_names", "common") or has_shape
        return not is_noun and not is_common

    def _could_be_noun(self, at: int) -> bool:
        text = self.page.words[at].text
        if is_stop(text) or not text.isalpha() or len(text) < 3 or is_identifying(text):
            return False
        is_owned = text.endswith(("ها", "هم", "هما"))
        is_vague = text.removesuffix("ه") in word_set("organisations", "vague")
        return not is_owned and not is_vague and text not in general_verbs()


# ---------------------------------------------------------------- in relation to other names
Names: TypeAlias = Sequence[Name]


def openings(codebook: Codebook, speech: Speech) -> Tables:
    """Words that can begin a person's or an organisation's name, if the codebook has
    such span kinds.
    """
    kinds = codebook.kinds_for
    names = person_spans.openings(speech) if kinds[PERSON] or kinds[ACTOR] else {}
    return {
        **names,
        **({BODY: body_heads(), SAYING: speech.verbs} if kinds[ORGANISATION] else {}),
    }


def acting_states(page: Page) -> set[int]:
    """Indices of verbs of saying, where a country that follows is a government; empty
    if no such spans.
    """
    return {index for index, _ in page.opened(SAYING)}


def entities(
    page: Page,
    matches: Iterable[Match],
    actors: Names,
    places: Names,
    titles: Names,
    credited: Iterable[Name],
    speech: Speech,
    codebook: Codebook,
) -> list[Name]:
    """The persons and organisations (listed actors too) for which the codebook has
    kinds; none nested.
    """
    if not any(codebook.kinds_for[mention] for mention in (PERSON, ORGANISATION)):
        return []
    known = [known_body(page, m) for m in matches if m.kind == ORGANISATION]
    people = persons(page, [*actors, *places, *known], titles, credited, speech)
    bodies = organisations(page, known, [*actors, *places, *people])
    taken, speech_verbs = covered(bodies), acting_states(page)
    for name in actors:
        if name.ids and name.group != PERSON and taken.isdisjoint(name.words):
            is_related = (
                name.skipped == 1 and page.words[name.first].text[0] == "ب"
            )  # علاقات وثيقة بإيران
            # a country known only to the gazetteer is a body behind a verb of saying
            if (
                not is_world(name.ids[0])
                or is_related
                or name.first - 1 in speech_verbs
            ):
                bodies.append(replace(name, kind=ORGANISATION))
    taken, wider = covered(bodies), by_word(places)
    return [
        *bodies,
        *(n for n in people if taken.isdisjoint(n.words) and not is_within(n, wider)),
    ]


def acting_persons(
    page: Page,
    others: Names,
    titles: Names,
    credited: Iterable[Name],
    speech: Speech,
    acting: Set[int],
) -> list[Name]:
    """Persons as actors: full names right beside a trigger, not credited as sources,
    outside other names.

    acting: indices of words that are triggers.
    """
    if not page.opened(person_spans.NAME) or not acting:
        return []
    speakers, taken = {n.first for n in credited}, covered((*others, *titles))
    acting_people: list[Name] = []
    for name in persons(page, others, titles, (), speech):
        before = page.words[name.first - 1].text if name.first else ""
        is_victim = is_definite(before) and bare(before) in nouns(
            "one_person"
        )  # الشاب: a victim
        is_acting = is_victim or not acting.isdisjoint((name.first - 1, name.last + 1))
        is_whole = name.last > name.first and taken.isdisjoint(name.words)
        if is_acting and is_whole and name.first not in speakers:
            acting_people.append(replace(name, kind=ACTOR))
    return acting_people


def outside_names(places: Iterable[Name], named: Names) -> list[Name]:
    """The places that are not part of another name and, unless sure, not the whole name
    of a person.
    """
    wider, people = by_word(named), {n.words for n in named if n.kind == PERSON}
    alone = (
        place for place in places if place.score >= SURE or place.words not in people
    )
    return [place for place in alone if not is_within(place, wider)]
