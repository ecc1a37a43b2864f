"""Whether a name that can be a place or a government is the one or the other where it
stands.
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
_JOURNEY = 5  # words between a verb of motion and the city of departure or arrival


def resolved(
    page: Page,
    actors: Sequence[Name],
    places: Sequence[Name],
    verbs: Set[int],
    verbal: Set[int],
    speaking: Set[int],
) -> list[Name]:
    """Decide which names are actors and which are places; drop those inside a wider
    name of the other kind.

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
        extent, outer = (name.first, name.last), others[name.kind].get(name.first)
        is_listed = name.kind == ACTOR and name.origin.startswith("lexicon:")
        is_capital = is_listed and name.group == "government" and name.score < SURE
        if outer is not None and outer.contains(name):
            continue
        is_ordinary_word = is_capital and name.score <= GUESS
        if is_ordinary_word and not _speaks(page, name, speaking, speakers):
            continue  # سيول are floods unless they speak
        if extent in both:
            kinds = _standing(page, both[extent], last_place, verbs | subjects, verbal)
            is_city = place_groups[extent] in ("city", "town")
            if is_city and is_world("".join(both[extent].ids[:1])):
                kinds = (
                    (ACTOR,) if _speaks(page, name, speaking, speakers) else (PLACE,)
                )
            if _is_setting(page, name) or (
                is_city and len(kinds) > 1 and _is_journey(page, name.first)
            ):
                kinds = (PLACE,)
            if name.kind not in kinds:
                continue
            name = replace(name, score=LIKELY if len(kinds) == 1 else GUESS)
        elif (
            is_capital
            and (
                (
                    not name.skipped
                    and precedes(page, name.first) in word_set("places", "locative")
                )
                or _is_setting(page, name)
            )
            # a capital that stands for its government but is no listed place is the
            # city here (في الدوحة)
        ):
            name = replace(name, kind=PLACE, ids=(), group="town", score=GUESS)
        if name.kind == PLACE:
            last_place = name.last
        elif name.first - 1 in verbs or _opens_with_doer(page, name):
            subjects.add(name.last)  # its object follows: اتهمت أذربيجان أرمينيا
            speakers.update({name.last} if name.first - 1 in speaking else ())
        kept.append(name)
    return kept


def _speaks(page: Page, capital: Name, speaking: Set[int], speakers: Set[int]) -> bool:
    """Whether a capital is a government: اتهمت كييف موسكو، كييف تتهم، عقوبات على بيونغ
    يانغ, not قصف كييف.
    """
    before, at = precedes(page, capital.first), capital.first - 1
    if page.words[capital.first].text[: capital.skipped] not in ("", "و"):
        return False
    if not capital.skipped and at in speaking | speakers:
        return True
    if before in word_set("roles", "against"):
        return at - 1 in speaking
    opens = not before or before in word_set("roles", "openers")
    return (
        opens
        and capital.last + 1 in speaking
        and is_feminine(follows(page, capital.last))
    )


def _standing(
    page: Page, name: Name, last_place: int, verbs: Set[int], verbal: Set[int]
) -> tuple[str, ...]:
    """Whether a name that can be both is a place, an actor or either here, by the words
    in front of it.
    """
    front = page.words[name.first].text[: name.skipped]
    before = precedes(page, name.first)
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
        is_related = not before or _relates(page, name.first)
        is_state = name.group in ("country", "government") and name.skipped == 1
        return (
            (ACTOR,)
            if is_state and (is_related or name.first - 1 in verbal)
            else (PLACE,)
        )
    if is_world(name.ids[0]):
        opens = not front and (not before or before in word_set("roles", "openers"))
        is_subject = name.first - 1 in verbs or _opens_with_doer(page, name)
        return (ACTOR,) if is_subject or (opens and behind_acts) else (PLACE,)
    if not before or front:
        return (ACTOR,)
    preceding = readings_before(page, name.first)
    if preceding & word_set("places", "locative"):
        return (PLACE,)
    if preceding & nouns("places", "offices"):
        return (PLACE,)  # قائمقام رام الله، سكان بغداد
    if "من" in preceding and bare(precedes(page, name.first - 1)) in word_set(
        "events", "coming"
    ):
        return (PLACE,)  # قادمة من العراق
    is_either = preceding & word_set("places", "towards") and not _relates(
        page, name.first - 1
    )
    return (ACTOR, PLACE) if is_either else (ACTOR,)


@cache
def _verbs_of_doers() -> Set[str]:  # شنت أوكرانيا هجوماً, but شهدت أوكرانيا هجوماً
    setting = (
        verbs("places", "witnessing") | verbs("places", "visiting") | suffering_verbs()
    )
    return verbs_before_nouns() - setting


def _opens_with_doer(page: Page, name: Name) -> bool:
    return not name.skipped and not readings_before(page, name.first).isdisjoint(
        _verbs_of_doers()
    )


def _is_journey(page: Page, city: int) -> bool:  # عاد من دمشق إلى بيروت
    if precedes(page, city) not in word_set("places", "journey"):
        return False
    before = page.words[max(0, city - 1 - _JOURNEY) : city - 1]
    texts = (word.text for word in before if word.sentence == page.words[city].sentence)
    return any(
        rest in all_forms("places", "going")
        for text in texts
        for _, rest in readings(text)
    )


def _is_setting(page: Page, name: Name) -> bool:
    """Whether a verb makes a city or country the place of what happens or of a visit,
    not its government.
    """
    witnessing, visiting = verbs("places", "witnessing"), verbs("places", "visiting")
    if follows(page, name.last) in witnessing:
        return True  # بيروت تشهد تظاهرات
    if name.skipped:
        return False
    before, found = precedes(page, name.first), readings_before(page, name.first)
    if found & witnessing:
        return True  # شهدت بيروت تظاهرات
    if found & visiting:  # غادرت واشنطن المفاوضات: here it acts
        return not any(map(is_feminine, found & visiting)) or not found.isdisjoint(
            verb_set(("زار",))
        )
    if not is_definite(before) and before not in name_openers():
        return False  # in construct state: وصل رئيس وزراء إسرائيل
    for word in reversed(page.words[max(0, name.first - 1 - _JOURNEY) : name.first]):
        found = frozenset(text for _, text in readings(word.text))
        if word.is_sign or word.sentence != page.words[name.first].sentence:
            break
        if found & visiting:
            return True  # غادر الوفد الروسي دمشق
        if is_stop(word.text) or found & general_verbs():
            break
    return False


def _relates(page: Page, index: int) -> bool:  # المدعومة من، علاقات وثيقة بـ
    before = map(bare, page.words.texts[max(0, index - 2) : index])
    return any(
        word in word_set("actors", t)
        for word in before
        for t in ("related", "allegiance")
    )
