"""Who takes part in a meeting through his men: اجتماع بين قادة من الحركة وضباط في
الجيش.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coder.model import Candidate
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import PLACE
from coder.suggest.word_lists import bare, noun_forms_of, word_set
from coder.text.normalize import fold_key

_OF = ("من", "في", "عن", "ل")
_QUOTED = re.compile(
    r"\s*[“\"«][^”\"»]{1,30}[”\"»]?\s*،?\s*و"
)  # قيادات “عالية المستوى” وقياديون


def sends_men(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor stands behind a word for its men and what tells who meets: بين
    قادة من الحركة.
    """
    front, first = clause.sentence.front(actor), fold_key(actor.quote).split()[0]
    return _tells_of_men(clause, front) or (
        _are_men(first) and _tells_of_men(clause, [*front, first])
    )


def _tells_of_men(clause: Clause, front: Sequence[str]) -> bool:
    at = len(front)
    while at and front[at - 1] in _OF:
        at -= 1
    mark, men = ["", "", *front[:at]][-2:]
    if men.startswith("ب") and _are_men(men[1:]):
        return True  # اجتمعوا بمسؤولين من الحكومة
    met, earlier = word_set("roles", "companion"), ["", "", "", *front[:at]][-3]
    act = fold_key(clause.trigger.quote).split()[-1]
    return _are_men(men) and (
        mark in met or mark == act or (earlier in met and bare(mark) in act)
    )


def with_delegates(
    clause: Clause, actors: Sequence[Candidate], chosen: Sequence[Candidate]
) -> list[Candidate]:
    """The participants, and those whose men are joined to the last one by و: وضباط من
    الجيش.
    """
    joined = list(chosen)
    for actor in actors:
        if joined and actor.start >= joined[-1].end and actor.start < clause.next:
            start = _behind_places(clause, joined[-1].end, actor.start)
            between = clause.words(start, actor.start).lstrip("، ").split()
            is_joined = bool(between) and between[0].startswith("و")
            men = [word.removeprefix("و") for word in between[:1]]
            is_list = (
                is_joined
                and all(map(_are_men, men))
                and all(word in _OF for word in between[1:])
            )
            if is_list or _QUOTED.fullmatch(clause.sentence.text, start, actor.start):
                joined.append(actor)
    return joined


def _are_men(word: str) -> bool:
    return word in noun_forms_of("roles", "members") | noun_forms_of(
        "roles", "delegates"
    )


def _behind_places(
    clause: Clause, start: int, end: int
) -> int:  # قادة الفصائل في سوريا والعراق وضباط
    for place in clause.of_kind(PLACE):
        if start <= place.start < place.end <= end and clause.words(
            start, place.start
        ) in ("في", "و"):
            start = place.end
    return start
