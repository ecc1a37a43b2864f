"""The day of an act that its first sentence dates by the report only, from the sentence
behind it.

أعلن الجيش الاثنين مقتل جندي في هجوم. والهجوم الذي وقع السبت …: Monday is the day of the
announcement.
"""

from __future__ import annotations

from collections.abc import Sequence

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.clause import LONGEST_WORD, Clause, Sentence
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.date_spans import DATE
from coder.suggest.phrase import is_known
from coder.suggest.source_spans import saying_verbs
from coder.suggest.word_lists import bare, readings, verbs, word_set
from coder.text.normalize import fold_key


def day_told_later(
    clause: Clause, later: Sentence, found: Sequence[Candidate], lexicon: Lexicon
) -> list[Candidate]:
    """The day on which the next sentence says that the act happened, if its own is the
    report's.
    """
    if not any(_is_of_report(clause, date, lexicon) for date in found):
        return []
    again = (
        c for c in later.of_kind(TRIGGER) if is_known(c) and _is_same(clause.trigger, c)
    )
    days = (_day_of(Clause(act, later)) for act in again)
    return next(filter(None, days), [])


def _is_of_report(clause: Clause, date: Candidate, lexicon: Lexicon) -> bool:
    """Whether a date stands in front of an act, between who tells of it and what he
    tells.
    """
    if date.start >= clause.trigger.start:
        return False
    opening = clause.words(clause.sentence.start, date.start).split()
    said = any(
        rest in saying_verbs(lexicon) for word in opening for _, rest in readings(word)
    )
    return said and word_set("roles", "telling_that").isdisjoint(opening)


def _is_same(act: Candidate, again: Candidate) -> bool:
    heads = {bare(fold_key(c.quote).split()[0]) for c in (act, again)}
    return act.value == again.value and (len(heads) == 1 or act.origin == again.origin)


def _day_of(
    again: Clause,
) -> list[Candidate]:  # الهجوم الذي وقع السبت, الهجوم وقع السبت, ووقع الهجوم السبت
    happened, end = verbs("events", "happening"), again.trigger.end
    in_front = [rest for _, rest in readings(again.before(again.trigger, 1) or " ")]
    for date in again.of_kind(DATE):
        link = (
            again.words(end, date.start).split()
            if end <= date.start < end + LONGEST_WORD
            else None
        )
        if link is None:
            continue
        link = (
            link[1:] if link[:1] and link[0] in word_set("roles", "relative") else link
        )
        has_verb = bool(link) and link[0] in happened and len(link) == 1
        if has_verb or (not link and not happened.isdisjoint(in_front)):
            return [date]
    return []
