"""The day of an act whose sentence names none and goes on with the report of the sentence before.

قصف الجيش الثلاثاء بلدة سراقب. واستهدفت مروحياته …: a sentence that opens with و or كما and a verb in the past
tells what happened on the same day; not وكان قد قصف, وتتهم, or a sentence that opens with anything else.
"""

from __future__ import annotations

import re

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.date_spans import DATE
from coder.suggest.source_spans import saying_verbs
from coder.suggest.word_lists import bare, word_set
from coder.text.normalize import fold_key

_OPENING = re.compile(r"\W*(?P<link>(?:كما|ثم|بدوره|بدورها) )?(?P<verb>\w+)")


def day_before(clause: Clause, before: Sentence, lexicon: Lexicon) -> list[Candidate]:
    """The only date of the sentence before, if it is a day and the clause goes on with what happened then."""
    found = before.of_kind(DATE)
    if len(found) != 1 or not isinstance(value := found[0].value, dict) or value.get("precision") != "day":
        return []
    others = (c for c in clause.of_kind(DATE) if c.origin not in ("since", "since_event"))
    is_of_then = not any(others) and _goes_on(clause, lexicon) and not _is_of_war(before, found[0])
    return found if is_of_then else []


def _is_of_war(before: Sentence, date: Candidate) -> bool:  # الحرب التي بدأت في السابع من أكتوبر
    return not word_set("events", "wars").isdisjoint(bare(word.lstrip("بلوف")) for word in before.front(date))


def _goes_on(clause: Clause, lexicon: Lexicon) -> bool:
    sentence, trigger = clause.sentence, clause.trigger
    opening = _OPENING.match(sentence.text, sentence.start, sentence.end)
    if opening is None or not (opening["link"] or opening["verb"][0] in "وف"):
        return False
    start = opening.start("verb")
    first = next((c for c in sentence.of_kind(TRIGGER) if 0 <= c.start - start <= 1), None)
    if first is None or not first.origin.startswith("verb:"):
        word = fold_key(opening["verb"])  # "" of a tatweel that is a dash
        verb = word[1:] if word.startswith(("و", "ف")) else word
        is_light = any(0 <= v.start - start <= 1 for v in sentence.light_verbs)
        is_past = verb[:1] not in ("ي", "ت") and (is_light or verb in saying_verbs(lexicon))
    else:
        is_past = _is_past(first)
    between = {*clause.words(start, trigger.start).split()}
    apart = word_set("roles", "apart") | word_set("roles", "at_that_time")
    if not trigger.origin.startswith("verb:") and trigger.value not in word_set("events", "said"):
        apart |= word_set("roles", "that")
        if _is_spoken_of(clause):
            return False
    is_own = not trigger.origin.startswith("verb:") or _is_past(trigger)
    return is_past and is_own and apart.isdisjoint(between)


def _is_spoken_of(clause: Clause) -> bool:  # وتوعدت الفصائل بمهاجمة مواقع الجيش
    statements = word_set("events", "said") - word_set("events", "claims")
    return any(c.value in statements and c.end <= clause.trigger.start for c in clause.of_kind(TRIGGER))


def _is_past(verb: Candidate) -> bool:
    form, listed = fold_key(verb.quote), fold_key(verb.origin.removeprefix("verb:"))
    return form[0] not in "يتسن" or (form[0] == listed[0] and not form.startswith("تت"))
