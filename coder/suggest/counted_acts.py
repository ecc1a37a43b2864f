"""How many: the numbers near a trigger that count its acts, its sites and its
casualties.
"""

from __future__ import annotations

from collections.abc import Sequence

from coder.model import Candidate
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import PLACE, TRIGGER
from coder.suggest.event_fields import Proposal
from coder.suggest.forms import ARTICLE
from coder.suggest.number_spans import FIELDS, NUMBER
from coder.suggest.phrase import is_known
from coder.suggest.word_lists import suffering_verbs, word_set
from coder.text.normalize import fold_key

_SITES = "site_count"
_LATER = frozenset(
    {"killed", "injured"}
)  # counts that the sentence after the trigger's may also contain


def counts(clause: Clause, later: Sequence[Candidate]) -> Proposal:
    """The counts by event field; casualties also from the next sentence if this one has
    none.

    later: the candidates of the next sentence; numbers behind another act of violence
    there belong to that act: a verb, or a noun without the article (وأسفر قصف القوات
    على المدينة عن …).
    """
    by_field: Proposal = {}
    violent = word_set("events", "violent")
    new = violent - word_set("events", "befalling")
    acts = (c for c in later if c.kind == TRIGGER and c.value in new)
    next_act = next(
        (c.start for c in acts if c.origin.startswith("verb:") or not is_known(c)), None
    )
    later_numbers = [
        c
        for c in later
        if c.kind == NUMBER and (next_act is None or c.start < next_act)
    ]
    is_violent = clause.trigger.value in violent
    for is_here, numbers in (
        (True, clause.of_kind(NUMBER)),
        (False, later_numbers if is_violent else ()),
    ):
        missing = _LATER.difference(by_field)
        for number in numbers:
            name = FIELDS.get(number.origin.removeprefix("number:"), "")
            if is_here and name in _LATER and _are_known_dead(clause, number):
                continue
            if name == _SITES and _are_there(clause, number):
                continue
            if number.value and (
                name in missing or (is_here and _is_counted_here(clause, number))
            ):
                by_field.setdefault(name, []).append(number)
    return by_field


def _are_there(
    clause: Clause, number: Candidate
) -> bool:  # القواعد الأميركية، التي تصل إلى 14 قاعدة
    existing = word_set("counting", "existing")
    return clause.before(number, 1) in existing or clause.before(number, 2) in existing


def _are_known_dead(clause: Clause, number: Candidate) -> bool:
    """Whether a definite number counts those whom an act before killed: قُصفت القرية،
    ودفن القتلى الـ12.
    """
    trigger = clause.trigger
    is_new = trigger.origin.startswith("verb:") or not is_known(trigger)
    through = word_set("triggers", "through")
    is_cause = number.end <= trigger.start and (
        clause.front.endswith("ب") or clause.before(trigger, 1) in through
    )  # سقط القتلى الـ12 في قصف
    counted = number.value if isinstance(number.value, dict) else {}
    is_exact = counted.get("min") == counted.get("max")  # not الآلاف
    return (
        is_new
        and not is_cause
        and is_exact
        and fold_key(number.quote).startswith(ARTICLE)
    )


def of_first_part(clause: Clause, found: Proposal) -> Proposal:
    """The proposal with the first number and its places only, if several places have a
    number each.

    Each is a record of its own, and neither number is the whole: عشر هجمات في العراق
    وثلاث في سورية.
    """
    for name in FIELDS.values():
        numbers = found.get(name, [])
        if len(numbers) > 1 and _are_parts(clause, numbers):
            end, roles = numbers[1].start, found.keys() & {"place", "report_scope"}
            own = {role: [c for c in found[role] if c.start < end] for role in roles}
            return {**found, **own, name: numbers[:1]}
    return found


def _are_parts(clause: Clause, numbers: Sequence[Candidate]) -> bool:
    """Whether each number but the first is joined by و, and each has a place behind it."""
    starts = [*(n.start for n in numbers[1:]), clause.sentence.end]
    placed = [
        any(n.end <= p.start < start for p in clause.of_kind(PLACE))
        for n, start in zip(numbers, starts, strict=True)
    ]
    return all(placed) and all(
        clause.sentence.text[n.start - 1] == "و" for n in numbers[1:]
    )


def _is_counted_here(clause: Clause, number: Candidate) -> bool:
    # it contains the trigger of the acts that it counts, or no other act stands between
    # them
    if number.start <= clause.trigger.start < number.end:
        return True
    low, high = sorted((clause.trigger.end, number.start))
    acts = [c for c in clause.of_kind(TRIGGER) if low <= c.start < high]
    if acts == [clause.trigger]:  # تعرّضت ثلاث قرى لقصف، ثلاث قرى تعرّضت لقصف
        verbs = (v for v in clause.sentence.light_verbs if v.form in suffering_verbs())
        gaps = (
            (number.end, v.start) if number.start < v.start else (v.end, number.start)
            for v in verbs
        )
        return any(not clause.words(*gap) for gap in gaps)
    if len(acts) == 1 and _goes_on_by(clause, acts[0], number):
        return True
    numbers = clause.of_kind(NUMBER)
    return all(any(n.start <= c.start < n.end for n in numbers) for c in acts)


def _goes_on_by(clause: Clause, act: Candidate, number: Candidate) -> bool:
    """Whether a verb without a new subject says how many strikes the act had: …،
    استُهدفت بـ 60 ضربة.
    """
    is_violent = {act.value, clause.trigger.value} <= word_set("events", "violent")
    is_apposed = clause.words(clause.trigger.end, act.start).endswith(("،", ","))
    is_means = clause.words(act.end, number.start) == "ب"
    return is_violent and act.origin.startswith("verb:") and is_apposed and is_means
