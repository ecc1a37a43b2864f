"""The words by which an act is denied, which its status cites: لم يقع, عدم وقوع, لا
صحة, عارية عن الصحة.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Candidate
from coder.suggest.act_status import FAR_BEHIND, SIGNS, is_negation, status_of
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import CLAIM, TRIGGER
from coder.suggest.word_lists import all_forms, word_set
from coder.text.normalize import fold_key

DENIAL = "words:denial"
"""The origin of the words that deny an act."""


def with_status(clause: Clause, codebook: Codebook) -> list[Candidate]:
    """The words that show whether the act took place, with its status as their value;
    none if it did.
    """
    status = status_of(clause, codebook.lexicon)
    has_claims = any(kind.id == CLAIM for kind in codebook.span_kinds)
    words = _denial(clause) if status == "denied" and has_claims else None
    return [replace(words or clause.trigger, value=status)] if status else []


def _denial(clause: Clause) -> Candidate | None:
    """The nearest words of denial in front of an act that is denied, or else behind it,
    as a claim.

    None if none are found, or if they are the trigger of a statement of their own (نفى
    الجيش …).
    """
    text, trigger = clause.sentence.text, clause.trigger
    end = min(clause.next, trigger.end + FAR_BEHIND)
    for first, last, step in (
        (clause.sentence.start, trigger.start, -1),
        (trigger.end, end, 1),
    ):
        extents = [
            (first + m.start(), first + m.end())
            for m in re.finditer(r"\S+", text[first:last])
        ]
        words = [fold_key(text[slice(*extent)]).strip(SIGNS) for extent in extents]
        for at in range(len(words))[::step]:
            if count := _denying(words[at:]):
                start, (_, stop) = extents[at][0], extents[at + count - 1]
                start += (
                    words[at][0] in "وف"
                    and _denying([words[at][1:], *words[at + 1 :]]) == count
                )
                return _claim(
                    clause, start, start + len(text[start:stop].rstrip(SIGNS))
                )
    return None


def _denying(words: Sequence[str]) -> int:
    """How many of the first words are words of denial."""
    word = words[0].removeprefix("و")
    if word in all_forms("negations", "denying"):
        return 1
    for phrase in map(str.split, word_set("denial", "untrue")):
        if words[: len(phrase)] == phrase:
            return len(phrase)
    if not is_negation(word):
        return 0
    happening = (
        all_forms("denial", "happening")
        | all_forms("denial", "doing")
        | word_set("denial", "truth")
    )
    is_of_noun = word in word_set("negations", "of_nouns")  # دون أي قتال
    return 2 if len(words) > 1 and words[1] in happening else int(is_of_noun)


def _claim(clause: Clause, start: int, end: int) -> Candidate | None:
    if any(c.start < end and start < c.end for c in clause.of_kind(TRIGGER)):
        return None
    words = clause.sentence.text[start:end]
    return Candidate(f"{CLAIM}:{start}-{end}", CLAIM, start, end, words, origin=DENIAL)
