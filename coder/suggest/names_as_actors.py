"""Names that can be a place or a government: which of the two they are where they
stand.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache

from msgspec.structs import replace

from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ACTOR, PLACE
from coder.suggest.gazetteer import is_world
from coder.suggest.name_spans import (
    GUESS,
    LIKELY,
    SURE,
    Name,
    general_verbs,
    name_openers,
)
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_feminine,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import (
    all_forms,
    bare,
    nouns,
    readings,
    suffering_verbs,
    verb_set,
    verbs,
    verbs_before_nouns,
    word_set,
)

_COMMAS = frozenset("،,-")
_CITY = ("city", "town")
_STATE = ("country", "rulers")
_JOURNEY = 5  # words between a verb of motion and the city of departure or arrival


def resolve_names(
    page: Page,
    actors: Sequence[Name],
    places: Sequence[Name],
    verbs: Set[int],
    verbal: Set[int],
    speaking: Set[int],
) -> list[Name]:
    """Return the names, each as an actor or as a place; those inside a wider name of
    the other kind are left out.

    verbs: indices of words after which a country is an agent even if the lexicon lists
    it only as a place. verbal: indices of words for verbal acts; their object takes ب
    (نددت بإيران), like places (هجوم ببغداد). speaking: the same with words of
    reporting, beside which a capital is a government.
    """
    kept: list[Name] = []
    subjects: set[int] = set()
    speakers: set[int] = set()
    place_groups = {(n.first, n.last): n.group for n in places}
    both = {(n.first, n.last): n for n in actors if (n.first, n.last) in place_groups}
    others = {
        ACTOR: {i: n for n in places for i in n.words},
        PLACE: {i: n for n in actors for i in n.words},
    }
    last_place = -1
    for name in sorted((*actors, *places), key=lambda n: (n.first, n.last, n.kind)):
        extent = (name.first, name.last)
        outer = others[name.kind].get(name.first)
        if outer is not None and outer.contains(name):
            continue
        is_listed = name.kind == ACTOR and name.origin.startswith("lexicon:")
        is_capital = is_listed and name.group == "rulers" and name.score < SURE
        is_ordinary_word = is_capital and name.score <= GUESS
        if is_ordinary_word and not _speaks(page, name, speaking, speakers):
            continue  # سيول are floods unless they speak
        if extent in both:
            entry = both[extent]
            is_city = place_groups[extent] in _CITY
            kinds = _read_kinds(page, entry, last_place, verbs | subjects, verbal)
            if is_city and entry.ids and is_world(entry.ids[0]):
                speaks = _speaks(page, name, speaking, speakers)
                kinds = (ACTOR,) if speaks else (PLACE,)
            is_reached = is_city and len(kinds) > 1 and _is_journey(page, name.first)
            if is_reached or _is_setting(page, name):
                kinds = (PLACE,)
            if name.kind not in kinds:
                continue
            name = replace(name, score=LIKELY if len(kinds) == 1 else GUESS)
        elif is_capital and _is_location(page, name):
            # a capital that stands for its government but is no listed place is the
            # city here (في الدوحة)
            name = replace(name, kind=PLACE, ids=(), group="town", score=GUESS)
        if name.kind == PLACE:
            last_place = name.last
        elif name.first - 1 in verbs or _opens_with_doer(page, name):
            subjects.add(name.last)  # its object follows: اتهمت أذربيجان أرمينيا
            if name.first - 1 in speaking:
                speakers.add(name.last)
        kept.append(name)
    return kept


def _read_kinds(
    page: Page, name: Name, last_place: int, verbs: Set[int], verbal: Set[int]
) -> tuple[str, ...]:
    """Return whether a name that can be both is a place, an actor or either here, by
    the words in front of it.
    """
    first, front = _skip_state(page, name)
    before = precedes(page, first)
    is_next = 0 <= last_place == name.first - 1
    is_listed = (
        last_place == name.first - 2
        and not front
        and page.words[last_place + 1].text in _COMMAS
    )
    behind_acts = name.last + 1 in verbs or follows(page, name.last) in general_verbs()
    acts = front == "و" and behind_acts  # في خليج عدن وواشنطن ترد
    if not name.ids or is_listed or (is_next and front in ("و", "ف", "") and not acts):
        return (PLACE,)  # as an actor it is only a head noun (لواء), as a place a name
    if is_next and page.words[last_place].text in word_set("places", "adjectives"):
        return (PLACE,)  # الضاحية الجنوبية لبيروت
    if front.endswith("ب"):
        is_related = not before or _relates(page, first)
        is_object = is_related or first - 1 in verbal
        is_state = name.group in _STATE and len(front) == 1
        return (ACTOR,) if is_state and is_object else (PLACE,)
    if is_world(name.ids[0]):
        opens = not front and (not before or before in word_set("roles", "openers"))
        is_subject = first - 1 in verbs or _opens_with_doer(page, name)
        return (ACTOR,) if is_subject or (opens and behind_acts) else (PLACE,)
    if not before or front:
        return (ACTOR,)
    preceding = readings_before(page, first)
    if preceding & word_set("places", "locative"):
        return (PLACE,)
    if preceding & nouns("places", "offices"):
        return (PLACE,)  # قائمقام رام الله، سكان بغداد
    comes_from = bare(precedes(page, first - 1)) in word_set("events", "coming")
    if "من" in preceding and comes_from:
        return (PLACE,)  # قادمة من العراق
    is_towards = preceding & word_set("places", "towards")
    return (ACTOR, PLACE) if is_towards and not _relates(page, first - 1) else (ACTOR,)


def _skip_state(page: Page, name: Name) -> tuple[int, str]:
    """Return the first word of a name with the noun for a state in front of it (في دولة
    الإمارات), and that word's proclitics.
    """
    front = page.words[name.first].text[: name.skipped]
    before = "" if front else precedes(page, name.first)
    for skipped, noun in readings(before) if before else ():
        if noun in word_set("places", "states"):
            return name.first - 1, before[:skipped]
    return name.first, front


def _speaks(page: Page, capital: Name, speaking: Set[int], speakers: Set[int]) -> bool:
    """Return whether a capital is a government: اتهمت كييف موسكو، كييف تتهم، عقوبات على
    بيونغ يانغ, not قصف كييف.
    """
    at = capital.first - 1
    before = precedes(page, capital.first)
    if page.words[capital.first].text[: capital.skipped] not in ("", "و"):
        return False
    if not capital.skipped and at in speaking | speakers:
        return True
    if before in word_set("roles", "against"):
        return at - 1 in speaking
    opens = not before or before in word_set("roles", "openers")
    behind_speaks = capital.last + 1 in speaking
    return opens and behind_speaks and is_feminine(follows(page, capital.last))


@cache
def _verbs_of_doers() -> Set[str]:
    """Return the verbs whose subject acts: شنت أوكرانيا هجوماً, but شهدت أوكرانيا هجوماً."""
    witnessing = verbs("places", "witnessing")
    visiting = verbs("places", "visiting")
    return verbs_before_nouns() - witnessing - visiting - suffering_verbs()


def _opens_with_doer(page: Page, name: Name) -> bool:
    before = readings_before(page, name.first)
    return not name.skipped and not before.isdisjoint(_verbs_of_doers())


def _is_journey(page: Page, city: int) -> bool:
    """Return whether somebody goes to a city or comes from it: عاد من دمشق إلى بيروت."""
    if precedes(page, city) not in word_set("places", "journey"):
        return False
    going = all_forms("places", "going")
    for word in page.words[max(0, city - 1 - _JOURNEY) : city - 1]:
        is_same_sentence = word.sentence == page.words[city].sentence
        if is_same_sentence and any(rest in going for _, rest in readings(word.text)):
            return True
    return False


def _is_location(page: Page, capital: Name) -> bool:
    """Return whether the words around a capital make it the place of something."""
    before = precedes(page, capital.first)
    is_behind = not capital.skipped and before in word_set("places", "locative")
    return is_behind or _is_setting(page, capital)


def _is_setting(page: Page, name: Name) -> bool:
    """Return whether a verb makes a city or country a place that is visited or that
    sees something happen, not its government.
    """
    witnessing = verbs("places", "witnessing")
    visiting = verbs("places", "visiting")
    if follows(page, name.last) in witnessing:
        return True  # بيروت تشهد تظاهرات
    if name.skipped:
        return False
    before = precedes(page, name.first)
    found = readings_before(page, name.first)
    if found & witnessing:
        return True  # شهدت بيروت تظاهرات
    if found & visiting:
        is_feminine_verb = any(map(is_feminine, found & visiting))
        is_visited = not found.isdisjoint(verb_set(("زار",)))
        return not is_feminine_verb or is_visited  # in غادرت واشنطن المفاوضات it acts
    if not is_definite(before) and before not in name_openers():
        return False  # in construct state: وصل رئيس وزراء إسرائيل
    for word in reversed(page.words[max(0, name.first - 1 - _JOURNEY) : name.first]):
        found = frozenset(text for _, text in readings(word.text))
        if word.is_sign or word.sentence != page.words[name.first].sentence:
            return False
        if found & visiting:
            return True  # غادر الوفد الروسي دمشق
        if is_stop(word.text) or found & general_verbs():
            return False
    return False


def _relates(page: Page, index: int) -> bool:
    """Return whether one of the two words in front relates to what follows: المدعومة
    من، علاقات وثيقة بـ.
    """
    related = word_set("actors", "related") | word_set("actors", "allegiance")
    before = page.words.texts[max(0, index - 2) : index]
    return any(bare(word) in related for word in before)
