"""The day and place of an act whose sentence names none and goes on with the report of
the sentence before.

قصف الجيش الثلاثاء بلدة سراقب. واستهدفت مروحياته …: a sentence that opens with و or كما
and a past verb tells what happened on the same day; not وكان قد قصف, وتتهم, or one that
opens with anything else. What the same side did then, or what was done to the same side
in the same way, happened at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, TRIGGER
from coder.suggest.date_spans import DATE
from coder.suggest.parties import parties
from coder.suggest.source_spans import saying_verbs
from coder.suggest.where_and_when import places
from coder.suggest.word_lists import bare, word_set
from coder.text.normalize import fold_key

_OPENING = re.compile(r"\W*(?P<link>(?:كما|ثم|فيما|كذلك|بدوره|بدورها) )?(?P<verb>\w+)")


def day_before(
    clause: Clause, before: Sentence, lexicon: Lexicon, hit: Sequence[Candidate]
) -> list[Candidate]:
    """The only date of the sentence before, if the clause goes on with what happened
    then.

    hit: on whom the act falls. That acts went on since a day is said of others only if
    of their kind.
    """
    found = before.of_kind(DATE)
    if len(found) != 1 or not isinstance(value := found[0].value, dict):
        return []
    is_day, is_open = value.get("precision") == "day", value.get("open_end")
    others = (
        c for c in clause.of_kind(DATE) if c.origin not in ("since", "since_event")
    )
    if any(others) or not (is_day or (is_open and _is_alike(clause, before, hit))):
        return []
    return (
        []
        if (is_day and _is_of_war(before, found[0])) or not _goes_on(clause, lexicon)
        else found
    )


def place_before(
    clause: Clause,
    before: Sentence,
    lexicon: Lexicon,
    doers: Sequence[Candidate],
    hit: Sequence[Candidate],
) -> list[Candidate]:
    """The only place of the act told in the sentence before, if the clause goes on with
    what they did there.

    doers, hit: who acts, and on whom the act falls. What has a date of its own was done
    elsewhere.
    """
    trigger, said = clause.trigger, word_set("events", "said")
    acts = [c for c in before.of_kind(TRIGGER) if c.value and c.value not in said]
    if trigger.value in said or not acts or not _goes_on(clause, lexicon):
        return []
    if any(map(clause.is_own, clause.of_kind(DATE))):
        return []  # واعتقلت 7 آلاف منذ 7 أكتوبر
    if not word_set("roles", "that").isdisjoint(
        clause.words(clause.sentence.start, trigger.start).split()
    ):
        return []  # وذكرت مصادر أن الفصائل قصفت
    named = [c.value for c in before.of_kind(ACTOR)]
    if not all(c.value in named for c in doers) and not _is_alike(clause, before, hit):
        return []
    told = Clause(acts[-1], before)
    found = places(told, parties(told)[0])
    return found if len(found) == 1 else []


def _is_alike(clause: Clause, before: Sentence, hit: Sequence[Candidate]) -> bool:
    """Whether the sentence before tells of an act of this type on the same side or kind
    of thing.
    """
    if not any(c.value == clause.trigger.value for c in before.of_kind(TRIGGER)):
        return False
    named = [c.value for kind in (ACTOR, OBJECT) for c in before.of_kind(kind)]
    return any(
        c.value in named for c in (*hit, *filter(clause.is_own, clause.of_kind(OBJECT)))
    )


def _is_of_war(
    before: Sentence, date: Candidate
) -> bool:  # الحرب التي بدأت في السابع من أكتوبر
    return not word_set("events", "wars").isdisjoint(
        bare(word.lstrip("بلوف")) for word in before.front(date)
    )


def _goes_on(clause: Clause, lexicon: Lexicon) -> bool:
    sentence, trigger = clause.sentence, clause.trigger
    opening = _OPENING.match(sentence.text, sentence.start, sentence.end)
    if opening is None or not (opening["link"] or opening["verb"][0] in "وف"):
        return False
    start = opening.start("verb")
    first = next(
        (c for c in sentence.of_kind(TRIGGER) if 0 <= c.start - start <= 1), None
    )
    if first is None or not first.origin.startswith("verb:"):
        word = fold_key(opening["verb"])  # "" of a tatweel that is a dash
        verb = word[1:] if word.startswith(("و", "ف")) else word
        is_light = any(0 <= v.start - start <= 1 for v in sentence.light_verbs)
        is_past = verb[:1] not in ("ي", "ت") and (
            is_light or verb in saying_verbs(lexicon)
        )
    else:
        is_past = _is_past(first)
    between = {*clause.words(start, trigger.start).split()}
    apart = word_set("roles", "apart") | word_set("roles", "at_that_time")
    if not trigger.origin.startswith("verb:") and trigger.value not in word_set(
        "events", "said"
    ):
        apart |= word_set("roles", "that")
        if _is_spoken_of(clause):
            return False
    is_own = not trigger.origin.startswith("verb:") or _is_past(trigger)
    return is_past and is_own and apart.isdisjoint(between)


def _is_spoken_of(clause: Clause) -> bool:  # وتوعدت الفصائل بمهاجمة مواقع الجيش
    statements = word_set("events", "said") - word_set("events", "claims")
    return any(
        c.value in statements and c.end <= clause.trigger.start
        for c in clause.of_kind(TRIGGER)
    )


def _is_past(verb: Candidate) -> bool:
    form, listed = fold_key(verb.quote), fold_key(verb.origin.removeprefix("verb:"))
    return form[0] not in "يتسن" or (form[0] == listed[0] and not form.startswith("تت"))
