"""Persons and organisations of a page beside its actors and places: no name inside another, none twice.

Organisations are bodies known by name, and head nouns. One without the article (وزارة) is in construct with
what names it: a noun with the article, a place, a person, a word that is no Arabic noun; adjectives follow, a
second noun joined by و, a purpose behind ل. A head noun with the article (الهيئة) is named by its adjectives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

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
    covered,
    general_verbs,
    is_within,
    looks_foreign,
    nation_words,
    over,
    widest,
)
from coder.suggest.person_spans import persons
from coder.suggest.phrase import follows, is_definite, is_identifying, is_stop, last_adjective
from coder.suggest.source_spans import Speech
from coder.suggest.word_lists import bare, nouns, word_set, words
from coder.text.normalize import fold_key

BODY, SAYING = "body", "saying"  # the tables of head nouns of organisations and of verbs of saying
_LONGEST, _LONGEST_QUOTED = 9, 5  # words of an organisation's name, of one in quotation marks
_OPENING_QUOTES = frozenset("\"'«“‘")
_CHAIN = 3  # words from a head noun within which nouns in no list may stand in construct


def organisations(page: Page, bodies: Sequence[Name], known: Sequence[Name]) -> list[Name]:
    """The organisations of a page in order, none within another; bodies: those known; known: other names."""
    named = {n.first: n for n in (*known, *bodies) if not n.skipped}
    found, past = list(bodies), -1
    for index, ((skipped, head), *_) in page.opened(BODY):
        if index <= past or page.words[index].text in word_set("organisations", "led_by"):
            continue
        group = body_heads()[head]
        last = _Phrase(page, index, head, group, named).last()
        if last > index:
            past = last
            found.append(Name(ORGANISATION, index, last, skipped, f"head:{bare(head)}", (), group, LIKELY))
    return widest(found)


def known_body(page: Page, match: Match) -> Name:
    """A body known by name, where its name was matched."""
    extent = page.words_in(match.start, match.stop)
    first, last = extent[0], extent[-1]
    skipped = match.start - page.words[first].start
    behind = follows(page, last)
    if is_definite(behind) and bare(behind) in nation_words():
        last += page.words[first].text[skipped:] in body_heads()  # حزب الله اللبناني
    return Name(ORGANISATION, first, last, skipped, "name:known", (), "", SURE)


@cache
def body_heads() -> Mapping[str, str]:
    """A head noun with and without the article → its class."""
    classes = words()["organisations"]["heads"].items()
    found = {fold_key(noun): group for group, nouns in classes for noun in nouns}
    return found | {ARTICLE + noun: group for noun, group in found.items()}


def _adjectives(page: Page, last: int) -> int:  # what ل governs is none
    end = last_adjective(page, last, definite=True)
    governed = (i for i in range(last + 1, end + 1) if page.words[i].text.startswith("لل"))
    return next(governed, end + 1) - 1


@dataclass(frozen=True, slots=True)
class _Phrase:
    page: Page
    first: int
    head: str
    group: str
    named: Mapping[int, Name]  # by their first words

    def last(self) -> int:  # the head noun's own if nothing names it
        if is_definite(self.head):
            return self._described()
        return self._quoted() if self.page.is_parted(self.first) else self._construct()

    @property
    def _has_other_senses(self) -> bool:
        return bare(self.head) in word_set("organisations", "other_senses")

    def _described(self) -> int:  # by adjectives that agree with the head noun, and a purpose
        texts, last = self.page.words.texts, self.first
        is_feminine = self.head.endswith("ه")
        takes_both = not is_feminine and bare(self.head) in word_set("organisations", "plurals")
        end = _adjectives(self.page, last)
        while last < end and (takes_both or texts[last + 1].endswith("ه") == is_feminine):
            last += 1
        if last == self.first:
            return last
        purpose = self._purpose(last)
        if last - self.first > 1 or (purpose > last and not self._has_other_senses):
            return purpose
        # one adjective makes a name by itself if it is a nation's, or no vague one
        adjective = bare(texts[last]).removesuffix("ه")
        is_vague = self._has_other_senses or adjective in word_set("organisations", "vague")
        return purpose if adjective in nation_words() or not is_vague else self.first

    def _construct(self) -> int:  # behind a head noun without the article
        page, last = self.page, self.first
        while last - self.first < _LONGEST and (text := follows(page, last)):
            at = last + 1
            if at in self.named:
                return _adjectives(page, self.named[at].last)
            if is_stop(text) or not text.isalpha():
                break
            if is_definite(text):
                return self._defined(at)
            if text not in word_set("organisations", "between") and text not in body_heads():
                proper = self._proper(at)
                if proper > self.first:
                    return proper
                # a noun in no list stands in construct with what follows (هيئة سوق رأس المال)
                following = follows(page, at)
                is_end = not following or is_stop(following) or at - self.first >= _CHAIN
                if is_end or self._has_other_senses or not self._could_be_noun(at):
                    break
            last = at
        return self.first

    def _quoted(self) -> int:  # صحيفة «الشرق الأوسط»
        page, last = self.page, self.first + 1
        if not follows(page, self.first):
            return self.first
        here, there = page.words[self.first], page.words[last]
        between = page.folded.span(here.start, here.stop)[1], page.folded.span(there.start, there.stop)[0]
        if page.text[slice(*between)].strip()[-1:] not in _OPENING_QUOTES:
            return self.first
        while last - self.first <= _LONGEST_QUOTED and follows(page, last - 1):
            if page.is_parted(last):
                return last
            last += 1
        return self.first

    def _defined(self, at: int) -> int:  # وزارة التربية والتعليم العالي
        last = _adjectives(self.page, at)
        if self._has_other_senses and last == at:
            return self.first
        while (text := follows(self.page, last)).startswith("وال") and len(text) > 5:
            if text[1:] in body_heads():
                break
            last = _adjectives(self.page, last + 1)
        return self._purpose(last) if self.group in word_set("organisations", "with_purpose") else last

    def _purpose(self, last: int) -> int:  # behind ل (للهجرة، لحقوق الإنسان)
        page, text = self.page, follows(self.page, last)
        if not text or page.is_parted(last):
            return last
        if text.startswith("لل") and len(text) > 4:
            return _adjectives(page, last + 1)
        is_opened = text[0] == "ل" and text[1:] in word_set("organisations", "between")
        return _adjectives(page, last + 2) if is_opened and is_definite(follows(page, last + 1)) else last

    def _proper(self, at: int) -> int:  # one or two words that are in no list (صحيفة هآرتس)
        takes_any = self.group in word_set("organisations", "with_any_word")
        if not takes_any or self._has_other_senses or not self._is_proper(at):
            return self.first
        behind = follows(self.page, at)
        return at + 1 if behind and not is_definite(behind) and self._is_proper(at + 1) else at

    def _is_proper(self, at: int) -> bool:  # and no adjective or common noun
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


# ---------------------------------------------------------------- beside other names
Names: TypeAlias = Sequence[Name]


def openings(codebook: Codebook, said: Speech) -> Tables:
    """Words that begin a person's or an organisation's name, where the codebook has a use for them."""
    asked = codebook.kinds_for
    names = person_spans.openings(said) if asked[PERSON] or asked[ACTOR] else {}
    return {**names, **({BODY: body_heads(), SAYING: said.says} if asked[ORGANISATION] else {})}


def acting_states(page: Page) -> set[int]:
    """Verbs of saying, behind which a country is its government; none where organisations are no kind."""
    return {index for index, _ in page.opened(SAYING)}


def entities(
    page: Page,
    matches: Iterable[Match],
    actors: Names,
    places: Names,
    titles: Names,
    credited: Iterable[Name],
    said: Speech,
    codebook: Codebook,
) -> list[Name]:
    """The persons and organisations the codebook has kinds for, listed actors among them; no inner names."""
    if not any(codebook.kinds_for[mention] for mention in (PERSON, ORGANISATION)):
        return []
    known = [known_body(page, m) for m in matches if m.kind == ORGANISATION]
    people = persons(page, [*actors, *places, *known], titles, credited, said)
    bodies = organisations(page, known, [*actors, *places, *people])
    taken, saying = covered(bodies), acting_states(page)
    for name in actors:
        if name.ids and name.group != PERSON and taken.isdisjoint(name.words):
            is_related = name.skipped == 1 and page.words[name.first].text[0] == "ب"  # علاقات وثيقة بإيران
            # a country that no lexicon has stands as a body behind a verb of saying
            if not is_world(name.ids[0]) or is_related or name.first - 1 in saying:
                bodies.append(replace(name, kind=ORGANISATION))
    taken, wider = covered(bodies), over(places)
    return [*bodies, *(n for n in people if taken.isdisjoint(n.words) and not is_within(n, wider))]


def acting_persons(
    page: Page, others: Names, titles: Names, credited: Iterable[Name], said: Speech, acting: Set[int]
) -> list[Name]:
    """Persons as actors: not credited, with their whole name, in no other name, right beside a trigger.

    acting: indices of words that are triggers.
    """
    if not page.opened(person_spans.NAME) or not acting:
        return []
    speakers, taken = {n.first for n in credited}, covered((*others, *titles))
    found: list[Name] = []
    for name in persons(page, others, titles, (), said):
        before = page.words[name.first - 1].text if name.first else ""
        is_victim = is_definite(before) and bare(before) in nouns("one_person")  # الشاب: war came upon him
        is_acting = is_victim or not acting.isdisjoint((name.first - 1, name.last + 1))
        is_whole = name.last > name.first and taken.isdisjoint(name.words)
        if is_acting and is_whole and name.first not in speakers:
            found.append(replace(name, kind=ACTOR))
    return found


def outside(places: Iterable[Name], named: Names) -> list[Name]:
    """The places that are no part of other names; an unsure one may not be a person's whole name either."""
    wider, people = over(named), {n.words for n in named if n.kind == PERSON}
    alone = (place for place in places if place.score >= SURE or place.words not in people)
    return [place for place in alone if not is_within(place, wider)]
