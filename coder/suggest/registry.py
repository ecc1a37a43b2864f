"""The entry point: all candidates that the rules propose for an article, merged and
ordered.

A candidate's value has the form of its field's native value (a list of one for fields
that take lists), so that it can be stored in a record unchanged. A trigger's value is
its event type. None means unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

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
from coder.suggest.packs_in_use import types_said, types_that_can_hit
from coder.suggest.sorts import in_classes, with_sorts
from coder.suggest.source_values import source_value, written_credit
from coder.suggest.weapon_object_spans import DRONE, MARCH
from coder.suggest.word_lists import word_set
from coder.text.boilerplate import find_boilerplate
from coder.values.days import Publication
from coder.values.named import with_marks_in_pairs

_SILENT = frozenset({"press", "observers", "person"})
"""Sorts that are no parties, or only sometimes."""
_NO_EVENT = 0.4
"""The score of words for an act that tell no event here, below `TOLD`."""
_BESIDE = 2
"""Words from a trigger within which a person is an actor."""


class _Rules(Struct, frozen=True):
    """What the rules need of a codebook, compiled.

    openings: the words at which rules can start. said: types of events that are said
    and happen nowhere. hitting: types of events that can hit an object. befalling: slots
    for the numbers of persons whom an act befell.
    """

    words: Vocabulary
    dates: date_wordings.Patterns
    counted: number_spans.Counted
    speech: source_spans.Speech
    nations: Nations
    openings: Openings
    said: Set[str]
    hitting: Set[str]
    befalling: Set[str]


class _Names(Struct, frozen=True):
    """The names of a page: actors, places, and people by their titles."""

    actors: Sequence[Name]
    places: Sequence[Name]
    people: Sequence[Name]


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
        codebook.derived(types_that_can_hit),
        {each.slot for each in counts.counts if each.acts},
    )


def propose(
    article: Article,
    codebook: Codebook,
    published: Publication | None = None,
    *,
    boilerplate: bool = False,
) -> list[Candidate]:
    """Return the candidates of an article, sorted by start, end and kind.

    Ids consist of kind and offsets, so that they are stable. boilerplate: whether to
    include its candidates. published: first and last possible publication day; None
    takes it from the article's metadata or text.
    """
    if published is None and article.published:
        published = (article.published, article.published)
    by_sorts = codebook.derived(with_sorts)
    rules = by_sorts.derived(_rules)
    left_out: tuple[Stretch, ...] = ()
    if not boilerplate:
        left_out = article.boilerplate or find_boilerplate(
            article.text, by_sorts.lexicon.boilerplate_words
        )
    page = Page(article.text, left_out, rules.openings)
    found = _find_candidates(page, rules, by_sorts, published)
    merged = [_checked(each, codebook) for each in _merged(page, found, codebook)]
    events = EventProposer(merged, article, codebook)
    return [
        replace(each, score=_NO_EVENT)
        if each.kind == TRIGGER and not events.is_event(each)
        else each
        for each in merged
    ]


def _find_candidates(
    page: Page, rules: _Rules, codebook: Codebook, published: Publication | None
) -> Iterable[Candidate]:
    """Return what the rules find on a page, with sorts for classes."""
    lexicon = codebook.lexicon
    senses = weapon_object_spans.senses(page)
    matches = [
        match
        for match in rules.words.matcher.find(page.folded)
        if not page.is_boilerplate(match.start, match.stop)
        and not _is_other_sense(page, match, senses)
    ]
    cities = [page.folded.span(m.start, m.stop) for m in matches if is_city(m, lexicon)]
    listed = [
        page.folded.span(m.start, m.stop) for m in matches if m.kind in (ACTOR, PLACE)
    ]
    dates = find_dates(page, rules.dates, lexicon, published, cities, listed)
    in_lines = (*listed, *((date.start, date.end) for date in dates))
    lines = find_datelines(page.folded.stored, cities, in_lines)
    counts = number_spans.find_counts(page, rules.counted, _words_of(page, dates))
    names = _find_names(page, matches, rules, codebook, lines, dates)
    in_actors = covered(names.actors)
    dates = [date for date in dates if not in_actors.issuperset(page.words_of(date))]

    marches = {index for index, sense in senses.items() if sense == MARCH}
    all_triggers = triggers.triggers(
        page,
        matches,
        rules.words,
        lexicon,
        _signs_of_acts(page, names, counts, rules),
        _words_that_tell_no_act(page, names, dates, counts, rules),
        marches,
        rules.said,
    )
    acts = without_figurative(page.folded.text, list(all_triggers))
    hitting = _words_of(page, (act for act in acts if act.value in rules.hitting))
    inside_actors = _words_inside(names.actors)
    arms = [
        match
        for match in matches
        if match.kind != WEAPON
        or page.words_in(match.start, match.stop)[0] not in inside_actors
    ]
    media = covered(n for n in (*names.people, *names.actors) if n.group == "press")
    found = [
        *dates,
        *counts,
        *acts,
        *_named_candidates(page, matches, names, acts, rules, codebook),
        *weapon_object_spans.objects(
            page, matches, names.actors, names.places, hitting
        ),
        *lexicon_values.value_candidates(page, matches, codebook),
        *weapon_object_spans.weapons(page, arms, media, rules.words.weapon_phrases),
    ]
    return place_spans.read_cities_as_governorates(found, lexicon)


def _find_names(
    page: Page,
    matches: Sequence[Match],
    rules: _Rules,
    codebook: Codebook,
    lines: Sequence[Stretch],
    dates: Sequence[Candidate],
) -> _Names:
    """Return the names of a page, each as what it is: no street for a person, no
    newspaper and no month for a place.
    """
    actors, places = _named(page, matches, rules, codebook, lines)
    actors = [_with_body(page, actor, rules) for actor in actors]
    actors = add_joined_nations(page, actors, rules.nations)
    actors = [_with_patron(page, actor, codebook) for actor in actors]
    actors = read_backed_groups(page, actors, codebook)
    in_places = by_word(places)
    people = [
        person
        for person in source_spans.titled(page, actors, places, rules.speech)
        if not is_within(person, in_places)  # حي الشيخ رضوان
    ]
    media_origins = {f"title:{title}" for title in word_set("people", "media_titles")}
    # مراسل الجزيرة
    in_media = by_word(person for person in people if person.origin in media_origins)
    of_months = (date for date in dates if date.origin in ("full", "days", "month"))
    months = _words_of(page, of_months)
    places = [
        place
        for place in places
        if not is_within(place, in_media)
        and not is_newspaper(page, place, rules.speech.verbs)
        and not months.issuperset(place.words)  # في آب 2020
    ]
    return _Names(actors, places, people)


def _with_body(page: Page, actor: Name, rules: _Rules) -> Name:
    """Return an unlisted actor with the body of his nation, if he is of one."""
    return actor if actor.ids else read_nation(actor, actor.quote(page), rules.nations)


def _with_patron(page: Page, actor: Name, codebook: Codebook) -> Name:
    """Return an actor as the forces of a state, or as the group that is loyal to one."""
    quote = actor.quote(page)
    return read_loyal_group(
        read_forces_of_state(actor, quote, codebook), quote, codebook
    )


def _signs_of_acts(
    page: Page, names: _Names, counts: Sequence[Candidate], rules: _Rules
) -> set[int]:
    """Return the words beside which doubtful words tell an act: possible agents, and
    counts of acts and objects.
    """
    of_acts = [each for each in counts if not _counts_persons(each, rules)]
    return covered(names.actors) | covered(names.people) | _words_of(page, of_acts)


def _words_that_tell_no_act(
    page: Page,
    names: _Names,
    dates: Sequence[Candidate],
    counts: Sequence[Candidate],
    rules: _Rules,
) -> set[int]:
    """Return the words that are no triggers: of listed names and dates, behind the head
    of an actor (القوة الصاروخية), titles (حاكم المنطقة), and one person who is counted
    (أصيب طالب).
    """
    listed = [name for name in (*names.actors, *names.places) if name.ids]
    single = [
        each
        for each in counts
        if " " not in each.quote and _counts_persons(each, rules)
    ]
    titles = {person.first for person in names.people}
    inside = _words_inside(names.actors)
    return covered(listed) | inside | titles | _words_of(page, [*dates, *single])


def _counts_persons(count: Candidate, rules: _Rules) -> bool:
    """Return whether a count is of persons whom an act befell."""
    return count.origin.removeprefix(number_spans.COUNTED) in rules.befalling


def _words_inside(actors: Iterable[Name]) -> set[int]:
    """Return the words of actors behind the first: طيران العدوان الأمريكي."""
    return {index for actor in actors for index in actor.words if index > actor.first}


def _named_candidates(
    page: Page,
    matches: Sequence[Match],
    names: _Names,
    acts: Sequence[Candidate],
    rules: _Rules,
    codebook: Codebook,
) -> Iterator[Candidate]:
    """Yield the candidates for parties, places, persons, organisations and sources."""
    speech = rules.speech
    acting = _words_of(page, acts)
    credited = list(source_spans.sources(page, names.actors, names.people, speech))
    mentions = entity_spans.find_entities(
        page,
        matches,
        names.actors,
        names.places,
        names.people,
        credited,
        speech,
        codebook,
    )
    persons = entity_spans.find_acting_persons(
        page, [*names.actors, *names.places], names.people, credited, speech, acting
    )
    parties = _parties(page, names.actors, names.people, credited, acting)
    places = entity_spans.find_places_outside_names(names.places, mentions)
    for name in (*parties, *persons, *places, *mentions, *credited):
        quote = name.quote(page)
        origin = name.origin
        if name.kind == PLACE:
            written = actor_spans.restore_alif(page, name, quote)
            value = place_spans.value_of_place(name, written, codebook.lexicon)
        elif name.kind == source_spans.SOURCE:
            value = source_value(page, name, names.actors, speech, codebook)
            origin = written_credit(page, name)
        else:
            value = actor_spans.value_of_actor(page, name)
        where = name.stretch(page)
        yield page.candidate(
            name.kind, *where, value=value, origin=origin, score=name.score
        )


def _checked(candidate: Candidate, codebook: Codebook) -> Candidate:
    """Return a candidate with the codebook's classes, and without a value that its
    kind cannot have.
    """
    value = candidate.value
    if not (codebook.actor_classes or codebook.event_fields):
        value = _without_class(value)
    value = in_classes(with_marks_in_pairs(value), codebook)
    if kind_problem(candidate.kind, value, codebook) is not None:
        value = None
    return replace(candidate, value=value)


def in_boilerplate(
    article: Article, codebook: Codebook, published: Publication | None
) -> list[Candidate]:
    """Return the candidates that are left out as they are in boilerplate."""
    everywhere = propose(article, codebook, published, boilerplate=True)
    return [c for c in everywhere if _touches(c, article.boilerplate)]


def _without_class(value: Json) -> Json:
    """Return a value without the classes of names, for codebooks that have neither
    classes nor events.
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


def _is_other_sense(page: Page, match: Match, senses: Mapping[int, str]) -> bool:
    """Return whether a form of مسيرة is listed as a march but is a drone, or the other
    way round.
    """
    if not senses:
        return False
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
) -> tuple[list[Name], list[Name]]:
    """Return the actors and the places of a page.

    lines: datelines, in which cities and countries are places.
    """
    known = find_listed_names(page, matches, codebook.lexicon, lines)
    starts = {n.first: n for n in sorted(known, key=lambda n: n.kind == PLACE)}
    places = [place_spans.extend_place(page, n) for n in known if n.kind == PLACE]
    places += place_spans.find_headed_places(page, [*known, *places])
    places = place_spans.locate_namesakes(page, places, codebook.lexicon)
    actors = [
        actor_spans.extend_actor(page, n, starts) for n in known if n.kind == ACTOR
    ]
    acts = {
        index: match.terms
        for match in matches
        if match.kind == TRIGGER
        for index in page.words_in(match.start, match.stop)
    }
    phrases = dict(triggers.set_phrases(page, rules.words))
    all_acts = acts.keys() | phrases.keys()
    reports = {index for index, _ in page.opened(source_spans.REPORT)}  # قال الجيش
    actors = actor_spans.add_unlisted(page, actors, places, starts, all_acts | reports)
    saying = set(entity_spans.find_verbs_of_saying(page))
    said = {i for i, terms in acts.items() if any(t.id in rules.said for t in terms)}
    said |= {i for i, type_id in phrases.items() if type_id in rules.said}
    names = resolve_names(
        page,
        widest(actors),
        widest(places),
        all_acts | saying,
        said | saying,
        said | saying | reports,
    )
    return [n for n in names if n.kind == ACTOR], [n for n in names if n.kind == PLACE]


def _parties(
    page: Page,
    actors: Sequence[Name],
    people: Sequence[Name],
    credited: Sequence[Name],
    acting: Set[int],
) -> list[Name]:
    """Return the names that can be parties: groups unless they are only told as a
    source, media and monitors never, persons depending on context.

    A person is a party beside a trigger. Somebody listed or at the start of a sentence
    is also one elsewhere in a sentence with a trigger, unless credited as a source.
    """
    told = {(n.first, n.last) for n in credited if source_spans.is_attributed(n)}
    found = [
        n for n in actors if n.group not in _SILENT and (n.first, n.last) not in told
    ]
    titled = by_word(people)
    persons = [n for n in actors if n.group == "person" and not is_within(n, titled)]
    persons += [
        n for n in people if n.group in ("office", "military") and n.last > n.first
    ]
    with_triggers = {page.words[index].sentence for index in acting}
    sources = {(n.first, n.last) for n in credited}
    for person in persons:
        is_beside = not acting.isdisjoint(
            range(person.first - _BESIDE, person.last + _BESIDE + 1)
        )
        is_with_act = page.words[person.first].sentence in with_triggers
        is_source = (person.first, person.last) in sources
        is_known = bool(person.ids) or _leads_sentence(page, person)
        if is_beside or (is_with_act and is_known and not is_source):
            found.append(replace(person, group="person"))
    return found


def _leads_sentence(page: Page, person: Name) -> bool:
    """Return whether a person is told of first in a sentence, or as another's equal:
    نظيره.
    """
    word = page.words[person.first]
    start = page.words.in_sentence(word.sentence).start
    return person.first - start <= 1 or word.text in word_set("people", "equals")


def _words_of(page: Page, candidates: Iterable[Candidate]) -> set[int]:
    return {i for c in candidates for i in page.words_of(c)}


def _merged(
    page: Page, found: Iterable[Candidate], codebook: Codebook
) -> list[Candidate]:
    """Return the candidates by the codebook's kinds, in order, the best one of a kind
    at a place. Dates may stand in boilerplate, as a dateline tells the day.
    """
    best: dict[tuple[int, int, str], Candidate] = {}
    for each in found:
        if each.kind != DATE and _touches(each, page.boilerplate):
            continue
        for kind in codebook.kinds_for.get(each.kind, (each.kind,)):
            where = (each.start, each.end, kind)
            if where not in best or each.score > best[where].score:
                place = f"{kind}:{each.start}-{each.end}"
                best[where] = replace(each, id=place, kind=kind)
    return [best[where] for where in sorted(best)]
