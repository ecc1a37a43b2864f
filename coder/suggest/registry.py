"""The entry point: all candidates that the rules propose for an article, merged and
ordered.

A candidate's value has the form of its field's native value (a list of one for fields
that take lists), so that it can be stored in a record unchanged. A trigger's value is
its event type. None means unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import kind_problem
from coder.model import Article, Candidate, Json
from coder.suggest import (
    actor_spans,
    date_wordings,
    entity_spans,
    lexicon_values,
    number_spans,
    place_spans,
    source_spans,
    triggers,
    weapon_object_spans,
)
from coder.suggest.article_words import Openings, Page
from coder.suggest.compiled_lexicon import (
    ACTOR,
    PLACE,
    TRIGGER,
    WEAPON,
    Match,
    Vocabulary,
    compile_vocabulary,
)
from coder.suggest.date_spans import DATE, find_dates
from coder.suggest.datelines import Stretch, find_datelines
from coder.suggest.event_proposals import EventProposer
from coder.suggest.figures_of_speech import without_figurative
from coder.suggest.listed_names import find_listed_names, is_city, is_newspaper
from coder.suggest.loyal_groups import read_backed_groups, read_loyal_group
from coder.suggest.name_spans import Name, by_word, covered, is_within, widest
from coder.suggest.names_as_actors import resolve_names
from coder.suggest.nations import (
    Nations,
    add_joined_nations,
    nations,
    read_forces_of_state,
    read_nation,
)
from coder.suggest.packs_in_use import types_of_hitting, types_said
from coder.suggest.sorts import in_classes, with_sorts
from coder.suggest.source_values import source_value, written_credit
from coder.suggest.weapon_object_spans import DRONE, MARCH
from coder.suggest.word_lists import word_set
from coder.text.boilerplate import find_boilerplate
from coder.values.days import Publication
from coder.values.named import with_marks_in_pairs

_SILENT = frozenset(
    {"press", "observers", "person"}
)  # classes that are not, or only sometimes, parties
_NO_EVENT = 0.4  # score of words for an act that tell no event here, below TOLD
_BESIDE = 2  # a person is an actor if at most this many words from a trigger


class _Rules(Struct, frozen=True):  # compiled from a codebook
    words: Vocabulary
    dates: date_wordings.Patterns
    counted: number_spans.Counted
    speech: source_spans.Speech
    nations: Nations
    openings: Openings  # the words at which rules can start
    said: Set[str]  # types of events that are said and happen nowhere
    hitting: Set[str]  # types of events that can hit an object


def _rules(codebook: Codebook) -> _Rules:
    lexicon = codebook.lexicon
    words = compile_vocabulary(codebook)
    counts = number_spans.collect_counted(codebook)
    speech = source_spans.speech(lexicon)
    dates = date_wordings.compile_patterns(lexicon)
    tables = {
        **actor_spans.openings(),
        **place_spans.openings(),
        **source_spans.openings(speech),
        **triggers.openings(words),
        **weapon_object_spans.openings(),
        **number_spans.openings(counts),
        **date_wordings.openings(lexicon),
        **entity_spans.openings(codebook, speech),
    }
    return _Rules(
        words,
        dates,
        counts,
        speech,
        codebook.derived(nations),
        Openings(tables),
        codebook.derived(types_said),
        codebook.derived(types_of_hitting),
    )


def propose(
    article: Article,
    codebook: Codebook,
    published: Publication | None = None,
    *,
    boilerplate: bool = False,
) -> list[Candidate]:
    """The candidates of an article, sorted by start, end and kind.

    Ids consist of kind and offsets, so that they are stable. boilerplate: whether to
    include its candidates. published: first and last possible publication day; None
    takes it from the article's metadata or text.
    """
    if published is None and article.published:
        published = (article.published, article.published)
    own = codebook.derived(with_sorts)
    rules = own.derived(_rules)
    lexicon = own.lexicon
    text = article.text
    left_out = (
        ()
        if boilerplate
        else article.boilerplate or find_boilerplate(text, lexicon.boilerplate_words)
    )
    page = Page(text, left_out, rules.openings)
    matches = [
        m
        for m in rules.words.matcher.find(page.folded)
        if not page.is_boilerplate(m.start, m.stop)
    ]
    senses = weapon_object_spans.senses(page)
    if senses:
        matches = [m for m in matches if not _is_other_sense(page, m, senses)]
    cities = [page.folded.span(m.start, m.stop) for m in matches if is_city(m, lexicon)]
    names = [
        page.folded.span(m.start, m.stop) for m in matches if m.kind in (ACTOR, PLACE)
    ]
    dates = find_dates(page, rules.dates, lexicon, published, cities, names)
    lines = find_datelines(
        page.folded.stored, cities, (*names, *((c.start, c.end) for c in dates))
    )
    counts = number_spans.find_counts(page, rules.counted, _words_of(page, dates))
    actors, places = _named(page, matches, rules, own, lines)
    actors = [
        n if n.ids else read_nation(n, n.quote(page), rules.nations) for n in actors
    ]
    actors = add_joined_nations(page, actors, rules.nations)
    actors = [
        read_loyal_group(
            read_forces_of_state(n, n.quote(page), own), n.quote(page), own
        )
        for n in actors
    ]
    actors = read_backed_groups(page, actors, own)
    people = source_spans.titled(page, actors, places, rules.speech)
    in_places = by_word(places)
    people = [n for n in people if not is_within(n, in_places)]  # حي الشيخ رضوان
    media_origins = {f"title:{title}" for title in word_set("people", "media_titles")}
    media_titles = by_word(
        p for p in people if p.origin in media_origins
    )  # مراسل الجزيرة
    places = [n for n in places if not is_within(n, media_titles)]
    places = [n for n in places if not is_newspaper(page, n, rules.speech.verbs)]
    months = _words_of(
        page, (c for c in dates if c.origin in ("full", "days", "month"))
    )
    places = [n for n in places if not months.issuperset(n.words)]  # في آب 2020
    in_names = covered(actors)
    dates = [c for c in dates if not in_names.issuperset(page.words_of(c))]
    befell = {f"number:{each.slot}" for each in rules.counted.counts if each.acts}
    casualties = [count for count in counts if count.origin in befell]
    others = [count for count in counts if count.origin not in befell]
    cues = in_names | covered(people) | _words_of(page, others)
    named_words = covered(n for n in (*actors, *places) if n.ids) | _words_of(
        page, dates
    )
    named_words |= _words_of(
        page, (c for c in casualties if " " not in c.quote)
    )  # أصيب طالب
    inner = {
        i for n in actors for i in n.words if i > n.first
    }  # القوة الصاروخية، طيران العدوان الأمريكي
    named_words |= inner | {
        n.first for n in people
    }  # titles are not triggers: حاكم المنطقة
    marches = {i for i, sense in senses.items() if sense == MARCH}
    all_triggers = triggers.triggers(
        page, matches, rules.words, lexicon, cues, named_words, marches, rules.said
    )
    factual = without_figurative(page.folded.text, list(all_triggers))
    acting = _words_of(page, factual)
    hitting = _words_of(page, (t for t in factual if t.value in rules.hitting))
    credited = list(source_spans.sources(page, actors, people, rules.speech))
    mentions = entity_spans.find_entities(
        page, matches, actors, places, people, credited, rules.speech, own
    )
    persons = entity_spans.find_acting_persons(
        page, [*actors, *places], people, credited, rules.speech, acting
    )
    parties = _parties(page, actors, people, credited, acting)
    outside_names = entity_spans.outside_names(places, mentions)
    outside = [
        m
        for m in matches
        if m.kind != WEAPON or page.words_in(m.start, m.stop)[0] not in inner
    ]
    named_media = [n for n in (*people, *actors) if n.group == "press"]

    def named_candidate(name: Name) -> Candidate:
        quote = name.quote(page)
        if name.kind == PLACE:
            value = place_spans.value_of_place(name, quote, lexicon)
        elif name.kind == source_spans.SOURCE:
            value = source_value(page, name, actors, rules.speech, own)
            name = replace(name, origin=written_credit(page, name))
        else:
            value = actor_spans.value_of_actor(page, name)
        where = name.stretch(page)
        return page.candidate(
            name.kind, *where, value=value, origin=name.origin, score=name.score
        )

    found = [
        *dates,
        *counts,
        *factual,
        *map(
            named_candidate, (*parties, *persons, *outside_names, *mentions, *credited)
        ),
        *weapon_object_spans.objects(page, matches, actors, places, hitting),
        *lexicon_values.value_candidates(page, matches, own),
        *weapon_object_spans.weapons(
            page, outside, covered(named_media), rules.words.weapon_phrases
        ),
    ]
    merged = _merged(
        page, place_spans.read_cities_as_governorates(found, lexicon), codebook
    )
    if not (codebook.actor_classes or codebook.event_fields):
        merged = [replace(each, value=_without_class(each.value)) for each in merged]
    merged = [
        replace(each, value=in_classes(with_marks_in_pairs(each.value), codebook))
        for each in merged
    ]
    merged = [
        each
        if kind_problem(each.kind, each.value, codebook) is None
        else replace(each, value=None)
        for each in merged
    ]
    events = EventProposer(merged, article, codebook)
    return [
        replace(each, score=_NO_EVENT)
        if each.kind == TRIGGER and not events.is_event(each)
        else each
        for each in merged
    ]


def in_boilerplate(
    article: Article, codebook: Codebook, published: Publication | None
) -> list[Candidate]:
    """The candidates that are left out because they are in the article's boilerplate."""
    everywhere = propose(article, codebook, published, boilerplate=True)
    return [c for c in everywhere if _touches(c, article.boilerplate)]


def _without_class(value: Json) -> Json:
    """A value without the classes of names, for codebooks that have neither classes nor
    events.
    """
    if not isinstance(value, list):
        return value
    return [
        {k: v for k, v in i.items() if k != "class"} if isinstance(i, dict) else i
        for i in value
    ]


def _touches(candidate: Candidate, stretches: Iterable[Stretch]) -> bool:
    return any(
        candidate.start < end and start < candidate.end for start, end in stretches
    )


def _is_other_sense(
    page: Page, match: Match, senses: Mapping[int, str]
) -> bool:  # no march or no drone
    words = page.words_in(match.start, match.stop)
    if match.kind == TRIGGER:
        return senses.get(words[0], MARCH) != MARCH
    return match.kind == WEAPON and any(senses.get(i, DRONE) != DRONE for i in words)


def _named(
    page: Page,
    matches: Sequence[Match],
    rules: _Rules,
    codebook: Codebook,
    lines: Sequence[Stretch],
) -> tuple[
    list[Name], list[Name]
]:  # actors and places; in lines (datelines) cities and countries are places
    known = find_listed_names(page, matches, codebook.lexicon, lines)
    starts = {n.first: n for n in sorted(known, key=lambda n: n.kind == PLACE)}
    places = [place_spans.extend_place(page, n) for n in known if n.kind == PLACE]
    places += place_spans.find_headed_places(page, [*known, *places])
    places = place_spans.locate_namesakes(page, places, codebook.lexicon)
    actors = [
        actor_spans.extend_actor(page, n, starts) for n in known if n.kind == ACTOR
    ]
    verbs = entity_spans.acting_states(page)
    acts = {
        i: m.terms
        for m in matches
        if m.kind == TRIGGER
        for i in page.words_in(m.start, m.stop)
    }
    phrases = dict(triggers.set_phrases(page, rules.words))
    hints = acts.keys() | phrases.keys()  # words after which a country can be an agent
    reports = {i for i, _ in page.opened(source_spans.REPORT)}  # قال الجيش
    actors = actor_spans.add_unlisted(page, actors, places, starts, hints | reports)
    verbal = verbs.union(
        i for i, terms in acts.items() if any(t.id in rules.said for t in terms)
    )
    verbal |= {i for i, type_id in phrases.items() if type_id in rules.said}
    names = resolve_names(
        page, widest(actors), widest(places), hints | verbs, verbal, verbal | reports
    )
    return [n for n in names if n.kind == ACTOR], [n for n in names if n.kind == PLACE]


def _parties(
    page: Page,
    actors: Sequence[Name],
    people: Sequence[Name],
    credited: Sequence[Name],
    acting: Set[int],
) -> list[Name]:
    """The names that can be parties: groups always, media and monitors never, persons
    depending on context.

    A person is a party beside a trigger. A person in the lexicon or at the start of a
    sentence is also one elsewhere in a sentence with a trigger, unless merely credited
    as a source.
    """
    with_triggers = {page.words[i].sentence for i in acting}
    sources = {(n.first, n.last) for n in credited}
    titled = by_word(people)
    persons = [n for n in actors if n.group == "person" and not is_within(n, titled)]
    persons += [
        n for n in people if n.group in ("office", "military") and n.last > n.first
    ]
    told = {(n.first, n.last) for n in credited if source_spans.is_attributed(n)}
    found = [
        n for n in actors if n.group not in _SILENT and (n.first, n.last) not in told
    ]
    for person in persons:
        is_beside = not acting.isdisjoint(
            range(person.first - _BESIDE, person.last + _BESIDE + 1)
        )
        word = page.words[person.first]
        is_acting = (
            word.sentence in with_triggers
            and (person.first, person.last) not in sources
        )
        leads = person.first - page.words.in_sentence(word.sentence)[
            0
        ] <= 1 or word.text.startswith("نظير")
        if is_beside or (is_acting and (person.ids or leads)):
            found.append(replace(person, group="person"))
    return found


def _words_of(page: Page, candidates: Iterable[Candidate]) -> set[int]:
    return {i for c in candidates for i in page.words_of(c)}


def _merged(
    page: Page, found: Iterable[Candidate], codebook: Codebook
) -> list[Candidate]:
    best: dict[tuple[int, int, str], Candidate] = {}
    for each in found:
        if each.kind != DATE and _touches(each, page.boilerplate):
            continue
        for kind in codebook.kinds_for.get(each.kind, (each.kind,)):
            where = (each.start, each.end, kind)
            if where not in best or each.score > best[where].score:
                new_id = f"{kind}:{each.start}-{each.end}"
                best[where] = (
                    each if kind == each.kind else replace(each, id=new_id, kind=kind)
                )
    return [best[at] for at in sorted(best)]
