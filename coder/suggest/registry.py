"""The front door: everything the rules propose for one article, merged, ordered and numbered.

A candidate's value has the shape of its field's native value (a list of one for fields that take lists), so
that it can be put into a record as it is; a trigger's value is its event type, None is nothing known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate, Json
from coder.suggest.actor_spans import actor_value, grown_actor, with_unlisted
from coder.suggest.article_words import Page, folded_range
from coder.suggest.compiled_lexicon import ACTOR, PLACE, TRIGGER, WEAPON
from coder.suggest.date_spans import DATE, dates
from coder.suggest.datelines import Stretch, datelines
from coder.suggest.entities import acting_persons, acting_states, entities, outside
from coder.suggest.march_or_drone import DRONE, MARCH, senses
from coder.suggest.matcher import Match
from coder.suggest.name_spans import Name, covered, is_city, is_within, listed, over, told_apart, widest
from coder.suggest.nations import of_nation
from coder.suggest.number_spans import numbers
from coder.suggest.object_spans import objects
from coder.suggest.place_spans import grown_place, headed_places, place_of_name
from coder.suggest.rules import rules
from coder.suggest.source_spans import SOURCE, source_value, sources, titled
from coder.suggest.told_values import person_counts, told_values
from coder.suggest.triggers import triggers
from coder.suggest.unreal import happened, real_acts
from coder.suggest.weapon_spans import weapons
from coder.suggest.word_lists import word_set
from coder.text.boilerplate import find_boilerplate
from coder.values.days import Publication

_SILENT = frozenset({"media", "ngo_monitor", "person"})
"""Actor classes that are sources and not parties, or parties only by what is told of them."""
_BESIDE = 2
"""Words between a person and the trigger that makes the person an actor."""


def propose(
    article: Article, codebook: Codebook, published: Publication | None = None, *, boilerplate: bool = False
) -> list[Candidate]:
    """The candidates of an article, sorted by start, end and kind; on demand those in its boilerplate too.

    An id is made of kind and offsets, so that it means the same when candidates are computed again.
    published: the first and last possible publication day if known; otherwise it is looked for in the text.
    """
    known, lexicon = rules(codebook), codebook.lexicon
    left_out = article.boilerplate
    if not left_out and not boilerplate:
        left_out = find_boilerplate(article.text, lexicon.boilerplate_words)
    page = Page(article.text, () if boilerplate else left_out, known.openings)
    matches = [m for m in known.words.matcher.find(page.folded) if not page.is_boilerplate(m.start, m.stop)]
    marches = senses(page)
    if marches:
        matches = [m for m in matches if not _is_other_sense(page, m, marches)]
    cities = [page.folded.span(m.start, m.stop) for m in matches if is_city(m, lexicon)]
    names = [page.folded.span(m.start, m.stop) for m in matches if m.kind in (ACTOR, PLACE)]
    dated = dates(page, known.dates, lexicon, published, cities, names)
    lines = datelines(page.folded.stored, cities, (*names, *((c.start, c.end) for c in dated)))
    counts = numbers(page, known.counted, [folded_range(page, c) for c in dated])
    actors, places = _named(page, matches, lexicon, acting_states(page), lines)
    actors = [n if n.ids else of_nation(n, n.quote(page), known.nations) for n in actors]
    people = titled(page, actors, places, known.speech)
    media = {f"title:{title}" for title in word_set("people", "media_titles")}
    of_media = over(p for p in people if p.origin in media)  # مراسل الجزيرة، صحيفة نيويورك تايمز
    places = [n for n in places if not is_within(n, of_media)]
    in_names = covered(actors)
    dated = [c for c in dated if not in_names.issuperset(page.words_in(*folded_range(page, c)))]
    acts = (c for c in counts if c.origin not in ("number:killed", "number:injured"))
    signs = in_names | covered(people) | _words_of(page, acts)
    named = covered(n for n in (*actors, *places) if n.ids) | _words_of(page, dated)
    named |= _words_of(page, (c for c in counts if " " not in c.quote))  # أصيب طالب
    named |= {n.first for n in people}  # a title is no trigger: حاكم المنطقة
    marched = {i for i, sense in marches.items() if sense == MARCH}
    told = happened(page, triggers(page, matches, known.words, lexicon, signs, named, marched))
    told = real_acts(page.folded.text, told)
    acting = _words_of(page, told)
    credited = list(sources(page, actors, people, known.speech))
    entity_names = entities(page, matches, actors, places, people, credited, known.speech, codebook)
    persons = acting_persons(page, [*actors, *places], people, credited, known.speech, acting)

    def candidate(name: Name, kind: str, value: Json) -> Candidate:
        return page.candidate(kind, *name.stretch(page), value=value, origin=name.origin, score=name.score)

    def named_candidate(name: Name) -> Candidate:
        quote = name.quote(page)
        is_place = name.kind == PLACE
        return candidate(
            name, name.kind, place_of_name(name, quote, lexicon) if is_place else actor_value(name, quote)
        )

    found = [
        *dated,
        *counts,
        *told,
        *map(named_candidate, _parties(page, actors, people, credited, acting)),
        *map(named_candidate, (*persons, *outside(places, entity_names), *entity_names)),
        *(
            candidate(n, SOURCE, source_value(n, n.quote(page), actors, known.speech, lexicon))
            for n in credited
        ),
        *objects(page, matches, actors, places, acting),
        *told_values(page, matches, codebook),
        *person_counts(
            page, known.persons, known.counted.numbers, acting, _words_of(page, [*dated, *counts])
        ),
        *weapons(page, matches, covered(n for n in (*people, *actors) if n.group == "media")),
    ]
    return _merged(page, found, codebook)


def in_boilerplate(article: Article, codebook: Codebook, published: Publication | None) -> list[Candidate]:
    """The candidates that are not proposed because they stand in the article's boilerplate."""
    everywhere = propose(article, codebook, published, boilerplate=True)
    return [
        c for c in everywhere if any(c.start < end and start < c.end for start, end in article.boilerplate)
    ]


def _is_other_sense(page: Page, match: Match, told: Mapping[int, str]) -> bool:
    """Whether a weapon is no drone, or a trigger no march; told: the sense of words that could be either."""
    words = page.words_in(match.start, match.stop)
    if match.kind == TRIGGER:
        return told.get(words[0], MARCH) != MARCH
    return match.kind == WEAPON and any(told.get(i, DRONE) != DRONE for i in words)


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
    page: Page, actors: Sequence[Name], people: Sequence[Name], credited: Sequence[Name], acting: Set[int]
) -> list[Name]:
    """Who can act or be acted on: groups always, media and monitors never, persons by what is told of them.

    A person who has an entry, or opens the sentence, counts in a sentence with a trigger unless merely
    credited; one known by title only counts beside a trigger.
    """
    told = {page.words[i].sentence for i in acting}
    sources = {(n.first, n.last) for n in credited}
    titled_ones = over(people)
    persons = [n for n in actors if n.group == "person" and not is_within(n, titled_ones)]
    persons += [n for n in people if n.group in ("official", "military") and n.last > n.first]
    found = [n for n in actors if n.group not in _SILENT]
    for person in persons:
        is_beside = not acting.isdisjoint(range(person.first - _BESIDE, person.last + _BESIDE + 1))
        word = page.words[person.first]
        is_told_of = word.sentence in told and (person.first, person.last) not in sources
        opens = person.first - page.words.in_sentence(word.sentence)[0] <= 1 or word.text.startswith("نظير")
        if is_beside or (is_told_of and (person.ids or opens)):
            found.append(replace(person, group="person"))
    return found


def _words_of(page: Page, candidates: Iterable[Candidate]) -> set[int]:
    return {i for c in candidates for i in page.words_in(*folded_range(page, c))}


def _merged(page: Page, found: Iterable[Candidate], codebook: Codebook) -> list[Candidate]:
    """Candidates of the codebook's kinds, each stretch of a kind once with its best score, in order."""
    best: dict[tuple[int, int, str], Candidate] = {}
    for each in found:
        if each.kind != DATE and any(
            each.start < end and begin < each.end for begin, end in page.boilerplate
        ):
            continue
        for kind in codebook.kinds_for.get(each.kind, (each.kind,)):
            where = (each.start, each.end, kind)
            if where not in best or each.score > best[where].score:
                is_kind = kind == each.kind
                best[where] = (
                    each if is_kind else replace(each, id=f"{kind}:{each.start}-{each.end}", kind=kind)
                )
    return [best[at] for at in sorted(best)]
