"""Objects that stand behind a verb or behind the agent of a verbal noun, and so tell
who acts.
"""

from __future__ import annotations

import re

from coder.model import Candidate
from coder.suggest.clause import LONGEST_WORD, Clause
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, PLACE
from coder.suggest.date_spans import DATE
from coder.suggest.number_spans import NUMBER
from coder.suggest.phrase import is_definite, is_stop
from coder.suggest.possible_parties import is_passive
from coder.suggest.word_lists import all_forms, bare, nouns, suffering_verbs, word_set
from coder.text.normalize import fold_key

_ASIDE = re.compile(
    r"[”“\"»]?\s*\([^()]*\)"
)  # استهدافات المقاومة (بحسب بيانها) سبع قواعد


def acts_on_object(clause: Clause, agent: Candidate) -> bool:
    """Whether an actor right behind the trigger does the act, as its object follows:
    قصف الجيش مواقع.
    """
    noun = fold_key(clause.trigger.quote)
    if (
        " " in noun
        or is_definite(noun)
        or clause.trigger.value in word_set("events", "blaming")
    ):
        return False  # اتهام الشرطة بتعذيب معتقلين
    if agent.origin.startswith("arms:") or fold_key(agent.quote).partition(" ")[
        0
    ].endswith(("ون", "و")):
        return True
    aside = _ASIDE.match(clause.sentence.text, agent.end, clause.sentence.end)
    end = behind_dates(clause, aside.end() if aside else agent.end)
    places = (
        c
        for c in clause.of_kind(PLACE)
        if fold_key(c.quote).partition(" ")[0] not in _sides()
    )
    behind = (c for c in (*clause.of_kind(OBJECT), *places) if c.start >= end)
    following = (
        clause.words(end, min(end + LONGEST_WORD, clause.sentence.end))
        .partition(" ")[0]
        .strip(".،")
    )
    is_town = is_definite(following) and bare(following) in nouns("places", "naming")
    is_hit = any(clause.words(end, c.start) in ("", "ل") for c in behind)
    is_death = noun in word_set("roles", "deaths")  # مقتل المدنيين حرقاً
    return is_town or is_hit or (not is_death and has_object(clause, end))


def is_hit_by_arms(clause: Clause, phrase: Candidate) -> bool:
    """Whether a group behind arms is what they hit: استهدفت مسيّرة السفارة, not قصفت
    طائرات التحالف موقعا.

    phrase: the group with the arms in front of it. Fleets and artillery are somebody's.
    """
    actor = clause.sentence.plain([phrase])[0]
    arms = fold_key(clause.sentence.text[phrase.start : actor.start])
    is_fleet = arms.startswith(tuple(word_set("roles", "fleets")))
    if (
        not arms
        or is_fleet
        or clause.trigger.value not in word_set("events", "attacks")
    ):
        return False
    things = (
        c
        for kind in (ACTOR, OBJECT, PLACE)
        for c in clause.of_kind(kind)
        if c.start >= actor.end
    )
    behind = (
        c for c in things if fold_key(c.quote).partition(" ")[0] not in _sides()
    )  # غرب الأنبار
    return not has_object(clause, actor.end) and all(
        clause.words(actor.end, c.start) for c in behind
    )


def drops_subject(clause: Clause) -> bool:
    """Whether a verb opens its sentence and its object follows, so that its subject was
    named before.
    """
    verb, front = (
        clause.trigger,
        clause.words(clause.sentence.start, clause.trigger.start),
    )
    if (
        not verb.origin.startswith("verb:")
        or front not in ("و", "ف", "ثم", "كما")
        or is_passive(verb)
    ):
        return False
    form = fold_key(verb.quote)
    return form.split()[0] not in suffering_verbs() and has_object(clause, verb.end)


def threatens_nobody_named(clause: Clause) -> bool:
    """Whether a verb or participle of threatening says with what, but names nobody:
    وتوعدت بالرد.
    """
    trigger, threats = (
        clause.trigger,
        word_set("events", "aimed") - word_set("events", "claims"),
    )
    is_verbal = (
        trigger.origin.startswith("verb:") or fold_key(trigger.quote)[0] == "م"
    )  # مهدداً
    if (
        not is_verbal
        or trigger.value not in threats
        or not clause.after(trigger).startswith("ب")
    ):
        return False
    behind = (
        c
        for kind in (ACTOR, OBJECT, PLACE)
        for c in clause.of_kind(kind)
        if c.start >= trigger.end
    )
    is_theirs = clause.after(trigger).endswith(("ها", "هم", "هما"))  # وتوعدت بضربها
    return not is_theirs and not any(
        map(clause.is_in_clause, behind)
    )  # وهددت بمهاجمة منبج


def behind_dates(clause: Clause, end: int) -> int:
    """The end of the dates that stand right behind `end`: قصف الجيش أمس بلدة."""
    for date in clause.of_kind(DATE):
        if date.start >= end and not clause.words(end, date.start):
            end = date.end
    return end


def _sides() -> frozenset[str]:  # they tell where: استهداف القوات شرقي سوريا
    return all_forms("places", "whereabouts")


def has_object(clause: Clause, end: int) -> bool:
    """Whether something that is hit stands behind `end`: اعتقال الشرطة في الخليل ثلاثة
    ناشطين.
    """
    inside = (
        c for c in clause.of_kind(PLACE) if clause.words(end, c.start) in ("في", "ب")
    )
    end = next((c.end for c in inside), end)
    rest = [
        word.strip(".،")
        for word in clause.sentence.text[end : end + LONGEST_WORD].split()
    ]
    if (
        not rest
        or not clause.sentence.text[end].isspace()
        or is_stop(noun := fold_key(rest[0]))
    ):
        return False
    if noun in _sides() or noun in all_forms("left_behind"):
        return False
    is_place = not is_definite(noun) and noun in (
        nouns("places", "naming") | word_set("places", "several")
    )
    counted = (c.start for c in (*clause.of_kind(NUMBER), *clause.of_kind(OBJECT)))
    is_counted = any(clause.sentence.adjoins(start, [end]) for start in counted)
    if noun in nouns("actors", "group_heads") and not is_definite(noun):
        return True  # قصف التحالف جماعة مسلحة
    are_people = any(
        is_person(fold_key(word))
        for word in [word for word in rest if word != "من"][:2]
    )
    return is_place or is_counted or rest[0].endswith("اً") or are_people


def is_person(text: str) -> bool:
    """Whether a folded word names a person or persons (شاباً، صحفيين)."""
    person = bare(text)
    return person in nouns("persons") or person.removesuffix("ا") in word_set(
        "one_person"
    )
