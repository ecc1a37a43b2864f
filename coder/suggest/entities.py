"""Persons and organisations of a page beside its actors and places: no name inside another, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coder.suggest.lexicon import ORGANISATION, PERSON
from coder.suggest.matcher import Match
from coder.suggest.names import SURE, Name
from coder.suggest.organisations import known_body, organisations
from coder.suggest.page import Page
from coder.suggest.people import Speech
from coder.suggest.persons import persons


def entities(
    page: Page,
    matches: Iterable[Match],
    actors: Sequence[Name],
    places: Sequence[Name],
    titles: Sequence[Name],
    credited: Iterable[Name],
    said: Speech,
) -> list[Name]:
    """The persons and organisations, listed actors among them; a name inside a wider one is left out."""
    listed = [known_body(page, m) for m in matches if m.kind == ORGANISATION]
    known = [*actors, *places]
    people = persons(page, [*known, *listed], titles, credited, said)
    bodies = organisations(page, listed, [*known, *people])
    parties = [replace(n, kind=ORGANISATION) for n in actors if n.ids and n.group != PERSON]
    bodies += [n for n in parties if not any(_touch(n, b) for b in bodies)]
    people = [n for n in people if not any(_touch(n, b) for b in bodies)]
    return [*bodies, *(n for n in people if not any(p.contains(n) for p in places))]


def outside(places: Iterable[Name], named: Sequence[Name]) -> list[Name]:
    """The places that are not but part of the name of a person or an organisation."""
    return [p for p in places if not any(_is_part(p, n) for n in named)]


def _touch(one: Name, other: Name) -> bool:
    return one.first <= other.last and other.first <= one.last


def _is_part(place: Name, name: Name) -> bool:
    same = (place.first, place.last) == (name.first, name.last)
    return name.contains(place) or (same and name.kind == PERSON and place.score < SURE)
