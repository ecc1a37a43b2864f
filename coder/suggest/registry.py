"""The front door: everything the rules propose for one article, merged, ordered and numbered.

A candidate's value has the shape of its field's native value (a list of one for fields that take lists), so
that it can be put into a record as it is; a trigger's value is its event type, None is nothing known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.codebook.validate import kind_problem
from coder.model import Article, Candidate, Json
from coder.suggest import (
    actor_spans,
    date_spans,
    entity_spans,
    number_spans,
    place_spans,
    source_spans,
    told_values,
    triggers,
    unreal,
    weapon_object_spans,
)
from coder.suggest.article_words import Openings, Page, folded_range
from coder.suggest.compiled_lexicon import ACTOR, PLACE, TRIGGER, WEAPON, Match, Vocabulary, vocabulary
from coder.suggest.date_spans import DATE, Stretch, datelines
from coder.suggest.name_spans import Name, covered, is_city, is_within, listed, over, told_apart, widest
from coder.suggest.nations import Nations, nations, of_nation
from coder.suggest.weapon_object_spans import DRONE, MARCH
from coder.suggest.word_lists import word_set
from coder.text.boilerplate import find_boilerplate
from coder.values.days import Publication

_SILENT = frozenset({"media", "ngo_monitor", "person"})  # no parties, or only by what is told of them
_BESIDE = 2  # words between a person and the trigger that makes the person an actor


@dataclass(frozen=True)
class _Rules:  # all of a codebook, ready to match
    words: Vocabulary
    dates: date_spans.Patterns
    counted: number_spans.Counted
    speech: source_spans.Speech
    nations: Nations
    persons: told_values.Counts
    openings: Openings  # where a rule can begin


_compiled: dict[str, _Rules] = {}  # by codebook revision


def _rules(codebook: Codebook) -> _Rules:
    if codebook.digest not in _compiled:
        lexicon, words = codebook.lexicon, vocabulary(codebook)
        counts, said = number_spans.counted(lexicon), source_spans.speech(lexicon)
        persons, dates = told_values.counts_of(lexicon), date_spans.date_patterns(lexicon)
        tables = {
            **actor_spans.openings(),
            **place_spans.openings(),
            **source_spans.openings(said),
            **triggers.openings(words),
            **weapon_object_spans.openings(),
            **unreal.openings(),
            **told_values.openings(persons),
            **number_spans.openings(counts),
            **date_spans.openings(lexicon),
            **entity_spans.openings(codebook, said),
        }
        made = _Rules(words, dates, counts, said, nations(codebook), persons, Openings(tables))
        _compiled[codebook.digest] = made
    return _compiled[codebook.digest]


def propose(
    article: Article, codebook: Codebook, published: Publication | None = None, *, boilerplate: bool = False
) -> list[Candidate]:
    """The candidates of an article, sorted by start, end and kind; on demand those in its boilerplate too.

    An id is made of kind and offsets, so that it means the same when candidates are computed again.
    published: the first and last possible publication day if known; otherwise it is what the article's
    metadata say, or is looked for in the text.
    """
    if published is None and article.published:
        published = (article.published, article.published)
    rules, lexicon = _rules(codebook), codebook.lexicon
    left_out = article.boilerplate
    if not left_out and not boilerplate:
        left_out = find_boilerplate(article.text, lexicon.boilerplate_words)
    page = Page(article.text, () if boilerplate else left_out, rules.openings)
    matches = [m for m in rules.words.matcher.find(page.folded) if not page.is_boilerplate(m.start, m.stop)]
    senses = weapon_object_spans.senses(page)
    if senses:
        matches = [m for m in matches if not _is_other_sense(page, m, senses)]
    cities = [page.folded.span(m.start, m.stop) for m in matches if is_city(m, lexicon)]
    names = [page.folded.span(m.start, m.stop) for m in matches if m.kind in (ACTOR, PLACE)]
    dated = date_spans.dates(page, rules.dates, lexicon, published, cities, names)
    lines = datelines(page.folded.stored, cities, (*names, *((c.start, c.end) for c in dated)))
    counts = number_spans.numbers(page, rules.counted, [folded_range(page, c) for c in dated])
    actors, places = _named(page, matches, lexicon, entity_spans.acting_states(page), lines)
    actors = [n if n.ids else of_nation(n, n.quote(page), rules.nations) for n in actors]
    people = source_spans.titled(page, actors, places, rules.speech)
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
    marches = {i for i, sense in senses.items() if sense == MARCH}
    all_told = triggers.triggers(page, matches, rules.words, lexicon, signs, named, marches)
    told = unreal.real_acts(page.folded.text, unreal.happened(page, all_told))
    acting = _words_of(page, told)
    credited = list(source_spans.sources(page, actors, people, rules.speech))
    mentions = entity_spans.entities(page, matches, actors, places, people, credited, rules.speech, codebook)
    persons = entity_spans.acting_persons(page, [*actors, *places], people, credited, rules.speech, acting)
    taken = _words_of(page, [*dated, *counts])
    named_media = [n for n in (*people, *actors) if n.group == "media"]

    def named_candidate(name: Name) -> Candidate:
        quote = name.quote(page)
        if name.kind == PLACE:
            value = place_spans.place_of_name(name, quote, lexicon)
        elif name.kind == source_spans.SOURCE:
            value = source_spans.source_value(name, quote, actors, rules.speech, lexicon)
        else:
            value = actor_spans.actor_value(name, quote)
        where = name.stretch(page)
        return page.candidate(name.kind, *where, value=value, origin=name.origin, score=name.score)

    found = [
        *dated,
        *counts,
        *told,
        *map(named_candidate, _parties(page, actors, people, credited, acting)),
        *map(named_candidate, (*persons, *entity_spans.outside(places, mentions), *mentions, *credited)),
        *weapon_object_spans.objects(page, matches, actors, places, acting),
        *told_values.told_values(page, matches, codebook),
        *told_values.person_counts(page, rules.persons, rules.counted.numbers, acting, taken),
        *weapon_object_spans.weapons(page, matches, covered(named_media)),
    ]
    merged = _merged(page, found, codebook)
    if not (codebook.actor_classes or codebook.event_fields):
        merged = [replace(each, value=_without_class(each.value)) for each in merged]
    return [
        each if kind_problem(each.kind, each.value, codebook) is None else replace(each, value=None)
        for each in merged
    ]


def in_boilerplate(article: Article, codebook: Codebook, published: Publication | None) -> list[Candidate]:
    """The candidates that are not proposed because they stand in the article's boilerplate."""
    everywhere = propose(article, codebook, published, boilerplate=True)
    return [c for c in everywhere if _touches(c, article.boilerplate)]


def _without_class(value: Json) -> Json:
    """A value whose names tell no class, for a codebook that has none and no events to propose by it."""
    if not isinstance(value, list):
        return value
    return [{k: v for k, v in i.items() if k != "class"} if isinstance(i, dict) else i for i in value]


def _touches(candidate: Candidate, stretches: Iterable[Stretch]) -> bool:
    return any(candidate.start < end and start < candidate.end for start, end in stretches)


def _is_other_sense(page: Page, match: Match, told: Mapping[int, str]) -> bool:  # no drone, or no march
    words = page.words_in(match.start, match.stop)
    if match.kind == TRIGGER:
        return told.get(words[0], MARCH) != MARCH
    return match.kind == WEAPON and any(told.get(i, DRONE) != DRONE for i in words)


def _named(
    page: Page, matches: Sequence[Match], lexicon: Lexicon, verbs: set[int], lines: Sequence[Stretch]
) -> tuple[list[Name], list[Name]]:  # lines: datelines, in which cities and countries are places
    known = listed(page, matches, lexicon, lines)
    starts = {n.first: n for n in sorted(known, key=lambda n: n.kind == PLACE)}
    places = [place_spans.grown_place(page, n) for n in known if n.kind == PLACE]
    places += place_spans.headed_places(page, [*known, *places])
    actors = [actor_spans.grown_actor(page, n, starts) for n in known if n.kind == ACTOR]
    acts = [(m, page.words_in(m.start, m.stop)) for m in matches if m.kind == TRIGGER]
    hints = {i for _, words in acts for i in words}  # behind these and verbs a country acts
    actors = actor_spans.with_unlisted(page, actors, places, starts, hints)
    speech = word_set("events", "said")
    said = verbs.union(*(words for match, words in acts if any(t.id in speech for t in match.terms)))
    found = told_apart(page, widest(actors), widest(places), hints | verbs, said)
    return [n for n in found if n.kind == ACTOR], [n for n in found if n.kind == PLACE]


def _parties(
    page: Page, actors: Sequence[Name], people: Sequence[Name], credited: Sequence[Name], acting: Set[int]
) -> list[Name]:
    """Who can act or be acted on: groups always, media and monitors never, persons by what is told of them.

    A person who has an entry, or opens the sentence, counts in a sentence with a trigger unless merely
    credited; one known by title only counts beside a trigger.
    """
    told, sources = {page.words[i].sentence for i in acting}, {(n.first, n.last) for n in credited}
    titled = over(people)
    persons = [n for n in actors if n.group == "person" and not is_within(n, titled)]
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
    best: dict[tuple[int, int, str], Candidate] = {}
    for each in found:
        if each.kind != DATE and _touches(each, page.boilerplate):
            continue
        for kind in codebook.kinds_for.get(each.kind, (each.kind,)):
            where = (each.start, each.end, kind)
            if where not in best or each.score > best[where].score:
                own_id = f"{kind}:{each.start}-{each.end}"
                best[where] = each if kind == each.kind else replace(each, id=own_id, kind=kind)
    return [best[at] for at in sorted(best)]
