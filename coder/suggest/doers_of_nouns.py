"""Who does the act that a noun names, if words around it tell: announced, compelled, or
pointed at.

معلناً شن هجوم: who announces it; أجبرها على الانسحاب: who is compelled to it; الغارات
التي تشن من قبلهما: whom the pronoun stands for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from coder.model import Candidate
from coder.suggest.actor_roles import is_oblique, leads, shared_subject
from coder.suggest.clause import Clause
from coder.suggest.date_spans import DATE
from coder.suggest.number_spans import NUMBER
from coder.suggest.possible_parties import Actors, differs_in_gender
from coder.suggest.word_lists import PRONOUN, agent_marks, readings, verbs, word_set
from coder.text.normalize import fold_key

_RELATIVE = re.compile("(?:^| )(?:الذي|التي) ")
_CLOSE = 80  # code points from a noun to what its relative clause says of it
_BY_THEM = re.compile(
    r"(?:^| )(?:من (?:قبل|جانب)|علي (?:يد|ايدي))(?P<pronoun>هما|هم|ها|ه)(?!\w)"
)
_OBJECT = 8  # words between a verb that compels and whom it compels


def announcer(
    clause: Clause, actors: Actors
) -> Actors:  # بإعلان الجيش تنفيذ غارات، معلناً شن هجوم
    """Who announces the act as his own."""
    announced, here = clause.earlier, clause.trigger.start
    if _names_deaths(clause):
        return []
    if announced is None or not fold_key(announced.quote).startswith(
        tuple(word_set("roles", "announcing"))
    ):
        return _announcer_besides(clause, actors)
    speakers = [a for a in actors if announced.end <= a.start and a.end <= here]
    if any(clause.words(announced.end, a.start) for a in speakers[:1]):
        return []
    dates = [
        c.end
        for c in clause.of_kind(DATE)
        if announced.end <= c.start and c.end <= here
    ]
    start = max([announced.end, *(a.end for a in speakers[:1]), *dates])
    if not _undertakes(clause.words(start, _counted_from(clause, start)).lstrip("،")):
        return []
    return (
        speakers[:1]
        or shared_subject(clause, actors)
        or _announcer_besides(clause, actors)
    )


def _announcer_besides(
    clause: Clause, actors: Actors
) -> Actors:  # قال الحزب إنه لن يتراجع، متبنياً قصف ثكنة
    start = clause.sentence.start
    words = clause.words(start, _counted_from(clause, start)).split()
    own = [
        *takewhile(
            lambda word: word not in word_set("roles", "announcing_besides"),
            reversed(words),
        )
    ]
    if len(own) == len(words) or not _undertakes(" ".join(own)):
        return []
    return [a for a in actors if a.end <= clause.trigger.start and leads(clause, a)][
        -1:
    ]


def _names_deaths(clause: Clause) -> bool:
    head = fold_key(clause.trigger.quote).split()[0]
    return head.removeprefix("ال") in word_set("roles", "deaths")


def _counted_from(
    clause: Clause, start: int
) -> int:  # where the number of the acts begins, or the act
    here = clause.trigger.start
    return next(
        (c.start for c in clause.of_kind(NUMBER) if start <= c.start <= here < c.end),
        here,
    )


def _undertakes(words: str) -> bool:
    return set(words.split()) <= word_set("roles", "undertaking")


def subject_of_relative(clause: Clause, actors: Actors) -> Actors:
    """Who does an act by the verb behind it: قالت الحركة إن الهجمات التي تشنها؛ التي
    شنتها طائرات روسية.
    """
    end = clause.trigger.end
    front, *behind = _RELATIVE.split(
        clause.words(end, min(end + _CLOSE, clause.sentence.end)), maxsplit=1
    )
    verb = behind[0].split()[0] if behind else ""
    if len(front.split()) > 1 or verb not in agent_marks():
        return []
    stem, near = PRONOUN.sub("", verb), end + _CLOSE
    later = [
        a
        for a in actors
        if end <= a.start < min(clause.next, near) and not is_oblique(clause, a)
    ]
    if later:
        return [a for a in later[:1] if not differs_in_gender(stem, clause.sentence, a)]
    ahead = (a for a in actors if a.end <= clause.trigger.start and leads(clause, a))
    return [a for a in ahead if not differs_in_gender(stem, clause.sentence, a)][-1:]


def compelled(clause: Clause, actors: Actors) -> Actors:
    """Whom a verb in front compels to the act: أجبر القصف الفصائل على الانسحاب, ضربات
    أجبرتها.
    """
    *ahead, last = clause.words(
        clause.sentence.start, clause.trigger.start
    ).split() or [""]
    if last not in word_set("roles", "compelled_to"):
        return []
    verb = ahead[-1] if ahead else ""
    pronoun = PRONOUN.search(verb)
    if pronoun and _compels(PRONOUN.sub("", verb)):
        return _meant(clause, pronoun[0])
    for actor in (
        a for a in actors if clause.words(a.end, clause.trigger.start) == last
    ):
        if any(
            map(
                _compels,
                clause.words(clause.sentence.start, actor.start).split()[-_OBJECT:],
            )
        ):
            return [actor]
    return []


def _compels(word: str) -> bool:
    return not verbs("roles", "compelling").isdisjoint(
        rest for _, rest in readings(word)
    )


def pointed_at(clause: Clause) -> Actors:
    """Whom the pronoun of من قبلهم or على أيديهم behind the act stands for."""
    by_them = _BY_THEM.search(clause.words(clause.trigger.end, clause.next))
    return _meant(clause, by_them["pronoun"]) if by_them else []


def _meant(clause: Clause, pronoun: str) -> Sequence[Candidate]:
    """Whom a pronoun stands for: the last actor in front that fits it; for a dual two
    joined by و.
    """
    ahead = [a for a in clause.sentence.phrases if a.end <= clause.trigger.start]
    if pronoun == "هما":
        first, second = ahead[-2:] if len(ahead) > 1 else (None, None)
        is_pair = first and second and clause.words(first.end, second.start) == "و"
        return ahead[-2:] if is_pair else []
    as_verb = {"ها": "ت", "ه": "ه"}.get(pronoun, "")
    fitting = [
        a
        for a in ahead
        if not as_verb or not differs_in_gender(as_verb, clause.sentence, a)
    ]
    return fitting[-1:]


def added_to(clause: Clause) -> Clause | None:
    """The first act, of one that whoever did it adds: غارة … لتتبعها بغارات أخرى, تلتها
    غارة ثانية.
    """
    earlier, violent = clause.earlier, word_set("events", "violent")
    if earlier is None or not {earlier.value, clause.trigger.value} <= violent:
        return None
    link = clause.words(earlier.end, clause.trigger.start).split()
    forms = (PRONOUN.sub("", rest) for word in link for _, rest in readings(word))
    is_added = not verbs("roles", "following").isdisjoint(forms)
    is_theirs = clause.front.endswith("ب") or clause.after(clause.trigger) in word_set(
        "roles", "another"
    )
    return Clause(earlier, clause.sentence) if is_added and is_theirs else None
