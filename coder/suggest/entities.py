"""Persons and organisations of a page beside its actors and places: no name inside another, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from coder.codebook.schema import Codebook
from coder.suggest import person_spans as person_rules
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR, ORGANISATION, PERSON
from coder.suggest.gazetteer import is_world
from coder.suggest.matcher import Match
from coder.suggest.name_spans import SURE, Name, is_within, over
from coder.suggest.openings import Tables
from coder.suggest.organisation_spans import BODY, body_heads, known_body, organisations
from coder.suggest.person_spans import persons
from coder.suggest.phrase import is_definite
from coder.suggest.source_spans import Speech
from coder.suggest.word_lists import bare, nouns

SAYING = "saying"


def openings(codebook: Codebook, said: Speech) -> Tables:
    """Words that begin a person's or an organisation's name, where the codebook has a use for them."""
    asked = codebook.kinds_for
    names = person_rules.openings(said) if asked[PERSON] or asked[ACTOR] else {}
    return {**names, **({BODY: body_heads(), SAYING: said.says} if asked[ORGANISATION] else {})}


def acting_states(page: Page) -> set[int]:
    """Verbs of saying, behind which a country is its government; none where organisations are no kind."""
    return {index for index, _ in page.opened(SAYING)}


def entities(
    page: Page,
    matches: Iterable[Match],
    actors: Sequence[Name],
    places: Sequence[Name],
    titles: Sequence[Name],
    credited: Iterable[Name],
    said: Speech,
    codebook: Codebook,
) -> list[Name]:
    """The persons and organisations, listed actors among them; none where the codebook has no kind for them.

    A name inside a wider one is left out.
    """
    if not any(codebook.kinds_for[mention] for mention in (PERSON, ORGANISATION)):
        return []
    listed = [known_body(page, m) for m in matches if m.kind == ORGANISATION]
    known = [*actors, *places]
    people = persons(page, [*known, *listed], titles, credited, said)
    bodies = organisations(page, listed, [*known, *people])
    parties = [replace(n, kind=ORGANISATION) for n in actors if _is_party(page, n)]
    taken = over(bodies)
    bodies += [n for n in parties if not _touches(n, taken)]
    taken, wider = over(bodies), over(places)
    people = [n for n in people if not _touches(n, taken)]
    return [*bodies, *(n for n in people if not is_within(n, wider))]


def acting_persons(
    page: Page,
    others: Sequence[Name],
    titles: Sequence[Name],
    credited: Iterable[Name],
    said: Speech,
    acting: Set[int],
) -> list[Name]:
    """Persons as actors: not credited, with their whole name, in no other name, right beside a trigger.

    Or behind a noun that says no more than that they are persons (الشاب).

    acting: indices of words that are triggers.
    """
    if not page.opened(person_rules.NAME) or not acting:
        return []
    speakers = {n.first for n in credited}
    found = (n for n in persons(page, others, titles, (), said) if n.last > n.first)
    beside = (n for n in found if {n.first - 1, n.last + 1} & acting or _is_victim(page, n.first - 1))
    taken = over((*others, *titles))
    alone = (n for n in beside if not _touches(n, taken))
    return [replace(n, kind=ACTOR) for n in alone if n.first not in speakers]


def _is_victim(page: Page, index: int) -> bool:
    """Whether a word calls one or two persons nothing but human (الشاب، الطفلين): then war came upon them."""
    text = page.words[index].text if index >= 0 else ""
    return is_definite(text) and bare(text) in nouns("one_person")


def _is_party(page: Page, name: Name) -> bool:
    """Whether a listed actor stands as a body; a country that no lexicon has does behind a verb of saying."""
    if not name.ids or name.group == PERSON:
        return False
    related = name.skipped == 1 and page.words[name.first].text[0] == "ب"  # علاقات وثيقة بإيران
    return not is_world(name.ids[0]) or related or name.first - 1 in acting_states(page)


def outside(places: Iterable[Name], named: Sequence[Name]) -> list[Name]:
    """The places that are not but part of the name of a person or an organisation."""
    wider = over(named)
    return [p for p in places if not any(_is_part(p, n) for n in wider.get(p.first, ()))]


def _touches(name: Name, others: Mapping[int, Sequence[Name]]) -> bool:
    """Whether a name shares a word with others; others: those over each word."""
    return any(index in others for index in range(name.first, name.last + 1))


def _is_part(place: Name, name: Name) -> bool:
    same = (place.first, place.last) == (name.first, name.last)
    return name.contains(place) or (same and name.kind == PERSON and place.score < SURE)
