"""Persons and organisations of a page beside its actors and places: no name inside another, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import TypeAlias

from coder.codebook.schema import Codebook
from coder.suggest import person_spans
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import ACTOR, ORGANISATION, PERSON, Match
from coder.suggest.gazetteer import is_world
from coder.suggest.name_spans import SURE, Name, covered, is_within, over
from coder.suggest.organisation_spans import BODY, body_heads, known_body, organisations
from coder.suggest.person_spans import persons
from coder.suggest.phrase import is_definite
from coder.suggest.source_spans import Speech
from coder.suggest.word_lists import bare, nouns

SAYING = "saying"
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
    listed = [known_body(page, m) for m in matches if m.kind == ORGANISATION]
    people = persons(page, [*actors, *places, *listed], titles, credited, said)
    bodies = organisations(page, listed, [*actors, *places, *people])
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
