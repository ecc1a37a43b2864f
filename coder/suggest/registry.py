"""The front door: everything the rules propose for one article, merged, ordered and numbered.

A candidate's value has the shape of its field's native value (a list of one for fields that take lists), so
that it can be put into a record as it is; a trigger's value is its event type, None is nothing known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.actor_spans import actor_value, grown_actor, with_unlisted
from coder.suggest.article_words import Page, folded_range
from coder.suggest.boilerplate import find_boilerplate
from coder.suggest.compiled_lexicon import ACTOR, CLAIM, OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.date_spans import DATE, dates
from coder.suggest.datelines import Stretch, datelines
from coder.suggest.entities import acting_persons, acting_states, entities, outside
from coder.suggest.marches import DRONE, MARCH, senses
from coder.suggest.matcher import Match
from coder.suggest.name_spans import Name, is_city, is_within, listed, over, told_apart, widest
from coder.suggest.name_words import nation_adjectives
from coder.suggest.nations import of_nation
from coder.suggest.number_spans import numbers
from coder.suggest.object_spans import STORE, objects
from coder.suggest.phrase import follows, precedes
from coder.suggest.place_spans import grown_place, headed_places, place_of_name
from coder.suggest.rules import rules
from coder.suggest.source_spans import SOURCE, Speech, source_value, sources, titled
from coder.suggest.subjects import real_acts
from coder.suggest.told_values import person_counts, told_values
from coder.suggest.triggers import triggers
from coder.suggest.unreal import happened
from coder.suggest.word_lists import readings, word_set
from coder.values.days import Publication

_SILENT = frozenset({"media", "ngo_monitor"})
"""Actor classes that are sources and not parties."""
_BESIDE = 2
"""Words between a person and the trigger that makes the person an actor."""
_STOCK = 4
"""Words of a weapons store within which weapons are what it holds (مستودع أسلحة وذخائر)."""
_MATCHED_SCORE = 0.85


def propose(
    article: Article, codebook: Codebook, published: Publication | None = None, *, furniture: bool = False
) -> list[Candidate]:
    """The candidates of an article, sorted by start, end and kind; with those in its furniture if asked for.

    An id is made of kind and offsets, so that it means the same when candidates are computed again.
    published: the first and last possible publication day if known; otherwise it is looked for in the text.
    """
    known, lexicon = rules(codebook), codebook.lexicon
    left_out = () if furniture else article.boilerplate or find_boilerplate(article.text, lexicon)
    page = Page(article.text, left_out, known.openings)
    matches = [m for m in known.words.matcher.find(page.folded) if not page.is_furniture(m.start, m.stop)]
    either = senses(page)
    matches = [m for m in matches if not (either and _is_other_sense(page, m, either))]
    cities = [page.folded.span(m.start, m.stop) for m in matches if is_city(m, lexicon)]
    names = [page.folded.span(m.start, m.stop) for m in matches if m.kind in (ACTOR, PLACE)]
    dated = dates(page, known.dates, lexicon, published, cities, names)
    lines = datelines(page.folded.stored, cities, (*names, *((c.start, c.end) for c in dated)))
    counts = numbers(page, known.counted, [folded_range(page, c) for c in dated])
    actors, places = _named(page, matches, lexicon, acting_states(page), lines)
    actors = [n if n.ids else of_nation(n, n.quote(page), known.nations) for n in actors]
    people = titled(page, actors, places, known.speech)
    of_media = over(p for p in people if _is_of_medium(p))
    places = [n for n in places if not is_within(n, of_media)]
    acts = (c for c in counts if c.origin.removeprefix("number:") not in ("killed", "injured"))
    in_names = _covered(*actors)
    dated = [c for c in dated if not in_names.issuperset(page.words_in(*folded_range(page, c)))]
    signs = _covered(*actors, *people) | _words_of(page, acts)
    named = _covered(*(n for n in (*actors, *places) if n.ids)) | _words_of(page, dated)
    named |= _words_of(page, (c for c in counts if " " not in c.quote))  # أصيب طالب
    named |= {n.first for n in people}  # a title is no trigger: حاكم المنطقة
    marched = {i for i in either if either[i] == MARCH}
    told = happened(page, triggers(page, matches, known.words, lexicon, signs, named, marched))
    told = real_acts(page.folded.text, told)
    acting = _words_of(page, told)
    busy = _words_of(page, (*dated, *counts))
    credited = list(sources(page, actors, people, known.speech))
    entity_names = entities(page, matches, actors, places, people, credited, known.speech, codebook)
    persons = acting_persons(page, [*actors, *places], people, credited, known.speech, acting)
    found = [
        *dated,
        *counts,
        *told,
        *(_candidate(page, n, lexicon) for n in _parties(page, actors, people, credited, acting)),
        *(_candidate(page, n, lexicon) for n in persons),
        *(_candidate(page, n, lexicon) for n in (*outside(places, entity_names), *entity_names)),
        *(_source(page, n, actors, known.speech, lexicon) for n in credited),
        *objects(page, matches, actors, places, acting),
        *told_values(page, matches, codebook),
        *person_counts(page, known.persons, known.counted.numbers, acting, busy),
        *_matched(page, matches, _covered(*(n for n in (*people, *actors) if n.group == "media"))),
    ]
    return _merged(page, found, codebook)


def _is_other_sense(page: Page, match: Match, told: Mapping[int, str]) -> bool:
    """Whether a weapon is no drone, or a trigger no march; told: the sense of words that could be either."""
    if match.kind not in (WEAPON, TRIGGER):
        return False
    covered = page.words_in(match.start, match.stop)
    if match.kind == TRIGGER:
        return told.get(covered[0], MARCH) != MARCH
    return any(told.get(i, DRONE) != DRONE for i in covered)


def in_furniture(article: Article, codebook: Codebook, published: Publication | None) -> list[Candidate]:
    """The candidates that are not proposed because they stand in the article's furniture."""
    everywhere = propose(article, codebook, published, furniture=True)
    return [
        c for c in everywhere if any(c.start < end and start < c.end for start, end in article.boilerplate)
    ]


# ---------------------------------------------------------------- names
def _named(
    page: Page, matches: Sequence[Match], lexicon: Lexicon, verbs: set[int], lines: Sequence[Stretch]
) -> tuple[list[Name], list[Name]]:
    """The actors and the places of a page, told apart; behind verbs a country acts, as behind triggers.

    lines: datelines, in which cities and countries are places.
    """
    known = listed(page, matches, lexicon, lines)
    starts = {n.first: n for n in sorted(known, key=lambda n: n.kind == PLACE)}
    places = [grown_place(page, n) for n in known if n.kind == PLACE]
    places += headed_places(page, [*known, *places])
    actors = [grown_actor(page, n, starts) for n in known if n.kind == ACTOR]
    hints = {i for m in matches if m.kind == TRIGGER for i in page.words_in(m.start, m.stop)}
    actors = with_unlisted(page, actors, places, starts, hints)
    speech = word_set("events", "said")
    saying = [m for m in matches if m.kind == TRIGGER and any(t.id in speech for t in m.terms)]
    said = verbs.union(*(page.words_in(m.start, m.stop) for m in saying))
    found = told_apart(page, widest(actors), widest(places), hints | verbs, said)
    return [n for n in found if n.kind == ACTOR], [n for n in found if n.kind == PLACE]


def _parties(
    page: Page, actors: Sequence[Name], people: Sequence[Name], credited: Sequence[Name], acting: set[int]
) -> list[Name]:
    """Who can act or be acted on: groups always, media and monitors never, persons by what is told of them.

    A person with an entry counts in a sentence with a trigger unless merely credited; one known by title
    only counts beside a trigger.
    """
    told = {page.words[i].sentence for i in acting}
    sources = {(n.first, n.last) for n in credited}
    groups = [n for n in actors if n.group not in (*_SILENT, "person")]
    titled_ones = over(people)
    persons = [n for n in actors if n.group == "person" and not is_within(n, titled_ones)]
    persons += [n for n in people if n.group in ("official", "military") and n.last > n.first]
    return [
        *groups,
        *(
            replace(n, group="person")
            for n in persons
            if acting & set(range(n.first - _BESIDE, n.last + _BESIDE + 1))
            or (_opens(page, n) and page.words[n.first].sentence in told and (n.first, n.last) not in sources)
            or (n.ids and page.words[n.first].sentence in told and (n.first, n.last) not in sources)
        ),
    ]


_OF_MEDIA = frozenset(f"title:{w}" for w in ("مراسل", "مراسله", "صحيفه", "وكاله", "قناه", "تلفزيون", "مجله"))


def _is_of_medium(person: Name) -> bool:
    """Whether the title is that of a medium or of who works for one (مراسل الجزيرة، صحيفة نيويورك تايمز)."""
    return person.origin in _OF_MEDIA


def _opens(page: Page, person: Name) -> bool:
    """Whether the person is the subject of the sentence, behind its verb at most, or the subject's peer."""
    if page.words[person.first].text.startswith("نظير"):
        return True
    return person.first - page.words.in_sentence(page.words[person.first].sentence)[0] <= 1


def _candidate(page: Page, name: Name, lexicon: Lexicon) -> Candidate:
    """An actor or a place as candidate, with the value its field takes."""
    quote = name.quote(page)
    value = place_of_name(name, quote, lexicon) if name.kind == PLACE else actor_value(name, quote)
    return page.candidate(name.kind, *name.stretch(page), value=value, origin=name.origin, score=name.score)


def _source(page: Page, name: Name, known: Sequence[Name], said: Speech, lexicon: Lexicon) -> Candidate:
    """A source as candidate; known: the actors of the page, whom it may speak for."""
    value = source_value(name, name.quote(page), known, said, lexicon)
    return page.candidate(SOURCE, *name.stretch(page), value=value, origin=name.origin, score=name.score)


# ---------------------------------------------------------------- merging
def _matched(page: Page, matches: Iterable[Match], media: set[int]) -> list[Candidate]:
    """Weapons and claims, which need nothing but their words; a weapon in an object is what was hit.

    media: indices of words in names of media (قناة المسيرة).
    """
    hit = {
        i
        for m in matches
        if m.kind == OBJECT and any(t.id == STORE for t in m.terms)
        for i in range(page.words_in(m.start, m.stop)[0] + 1, page.words_in(m.start, m.stop)[-1] + _STOCK)
    }
    made: list[Candidate] = []
    reached = 0  # behind a weapon of words that matched apart
    for match in matches:
        term = min(match.terms, key=lambda t: t.doubtful)
        score = _MATCHED_SCORE - 0.3 * term.doubtful
        if match.kind == CLAIM:
            origin = f"words:{term.id}"
            made.append(page.candidate(CLAIM, match.start, match.stop, origin=origin, score=score))
        elif match.kind == WEAPON and match.start >= reached and not _is_stock(page, match, hit | media):
            last = (
                _unmanned(page, page.words_in(match.start, match.stop)[-1]) if term.id == _AIRCRAFT else None
            )
            value, stop = (_DRONE, page.words[last].stop) if last else (term.id, match.stop)
            reached = stop if last else reached
            origin = f"lexicon:{value}"
            made.append(page.candidate(WEAPON, match.start, stop, value=[value], origin=origin, score=score))
    return made


_CEASES, _CARRIERS = frozenset({"وقف"}), frozenset({"حامله", "حاملات"})
"""In front of fire, a word away at most, and right in front of aircraft."""
_AIRCRAFT, _DRONE = "aircraft", "uav_armed"
_UNMANNED = re.compile("(?:ال)?مسيره?|(?:من )?دون طيار|بدون طيار|بلا طيار")


def _unmanned(page: Page, last: int) -> int | None:
    """The end of an aircraft that flies without a pilot, its nation in between (طائرة تركية من دون طيار)."""
    if (word := follows(page, last)) is None or word.text not in nation_adjectives():
        return None
    for stop in (last + 2, last + 3, last + 4):
        if _UNMANNED.fullmatch(" ".join(page.words.texts[last + 2 : stop + 1])):
            return stop
    return None


def _is_stock(page: Page, match: Match, stored: set[int]) -> bool:
    """Whether a weapon is what a store holds, or the fire of a ceasefire, and no means."""
    covered = page.words_in(match.start, match.stop)
    first = covered[0]
    fronts = {word for text in page.words.texts[max(0, first - 2) : first] for _, word in readings(text)}
    before = precedes(page, first)
    ceased = not _CEASES.isdisjoint(fronts) or (before is not None and before.text in _CARRIERS)
    return ceased or bool(stored & set(covered))


def _covered(*names: Name) -> set[int]:
    return {i for n in names for i in range(n.first, n.last + 1)}


def _words_of(page: Page, candidates: Iterable[Candidate]) -> set[int]:
    return {i for c in candidates for i in page.words_in(*folded_range(page, c))}


def _merged(page: Page, found: Iterable[Candidate], codebook: Codebook) -> list[Candidate]:
    """Candidates of the codebook's kinds, each stretch of a kind once with its best score, in order."""
    best: dict[tuple[int, int, str], Candidate] = {}
    for candidate in found:
        in_furniture = any(candidate.start < end and begin < candidate.end for begin, end in page.boilerplate)
        if in_furniture and candidate.kind != DATE:
            continue
        for kind in codebook.kinds_for.get(candidate.kind, (candidate.kind,)):
            where = (candidate.start, candidate.end, kind)
            if where not in best or candidate.score > best[where].score:
                best[where] = candidate if kind == candidate.kind else _renamed(candidate, kind)
    return [best[at] for at in sorted(best)]


def _renamed(candidate: Candidate, kind: str) -> Candidate:
    """A candidate for a kind with another id."""
    return replace(candidate, id=f"{kind}:{candidate.start}-{candidate.end}", kind=kind)
