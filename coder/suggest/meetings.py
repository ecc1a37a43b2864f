"""Meetings that the sentences before tell of, and what was said there.

عقد اجتماع بين وزير الدفاع الروسي ونظيره السوري في طرطوس. وهدد الوزير الروسي …: the
threat was made there. The first telling names the place: what stands behind those who
attended belongs to them (قادة الفصائل في حلب).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.model import Candidate
from coder.suggest.article_sentences import ArticleSentences
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, PLACE, TRIGGER
from coder.suggest.parties import companions
from coder.suggest.phrase import is_known
from coder.suggest.where_and_when import dates, places
from coder.suggest.word_lists import word_set

_BACK = 3  # sentences in front of what was said at a meeting


def told_at(
    text: ArticleSentences,
    clause: Clause,
    doers: Sequence[Candidate],
    named: Callable[..., list[Candidate]],
) -> tuple[list[Candidate], list[Candidate]]:
    """The place and day of a statement whose speakers all attended the meeting told of
    before.

    named: those for whom actors stand. A statement with a place in front of it or a day
    was made elsewhere.
    """
    start, speakers = clause.trigger.start, [c.value for c in doers]
    is_elsewhere = dates(clause) or any(c.start < start for c in clause.of_kind(PLACE))
    told = _told(text, clause)
    attended = [c.value for each in told for c in named(companions(each), as_body=True)]
    if is_elsewhere or not speakers or not all(value in attended for value in speakers):
        return [], []
    days = (dates(each) for each in reversed(told))
    return _place_of(told), next(filter(None, days), [])


def place_again(
    text: ArticleSentences, clause: Clause, own: Sequence[Candidate]
) -> list[Candidate]:
    """The place of a meeting told of again, unless it has its own: الاجتماع, حضره قادة
    الفصائل في حلب.
    """
    if not is_meeting(clause.trigger) or not is_known(clause.trigger):
        return list(own)
    ends, theirs = [a.end for a in clause.of_kind(ACTOR)], list[Candidate]()
    for place in own:
        links = {clause.words(end, place.start) for end in ends if end <= place.start}
        is_joined = bool(theirs) and clause.words(theirs[-1].end, place.start) in (
            "و",
            "، و",
        )
        theirs += [place] if is_joined or not links.isdisjoint(("في", "ب")) else []
    return (_place_of(_told(text, clause)) if len(theirs) == len(own) else []) or list(
        own
    )


def is_meeting(act: Candidate) -> bool:
    """Whether an act is a meeting or talks."""
    return act.value in word_set("events", "meetings")


def _told(text: ArticleSentences, clause: Clause) -> Sequence[Clause]:
    """The tellings of the last meeting in the sentences before, the first one first."""
    at, told = text.at(clause.sentence.start), list[Clause]()
    for earlier in range(at - 1, max(-1, at - 1 - _BACK), -1):
        sentence = text.sentence(earlier)
        told = [
            *(Clause(c, sentence) for c in sentence.of_kind(TRIGGER) if is_meeting(c)),
            *told,
        ]
        if told and not is_known(told[0].trigger):
            break
    return told


def _place_of(told: Sequence[Clause]) -> list[Candidate]:
    found = (places(each, companions(each)) for each in told)
    return next((place for place in found if len(place) == 1), [])
