"""Whether an act took place: denied, attempted in vain or only planned, by the words
around it.

An act is denied if it is said not to have happened (لم يقع هجوم, دون وقوع اشتباكات,
الهجوم لم يقع) or if somebody rejects that it did (نفى الجيش قصف المستشفى, لا صحة لأنباء
عن هجوم). It is not if somebody rejects his part in it (نفت علاقتها بالهجوم), or if only
what came of it is denied (لم يسفر الهجوم عن إصابات).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.suggest.clause import Clause
from coder.suggest.phrase import is_definite, is_feminine
from coder.suggest.source_spans import saying_verbs
from coder.suggest.word_lists import PRONOUN, all_forms, bare, nouns, verbs, word_set
from coder.text.normalize import fold_key

_NEAR = 3  # words in front of an act among which an attempt or a plan stands
FAR_BEHIND = 60  # code points behind an act that can deny it
_WHERE = (
    4  # words between an act and the verb that denies it: الهجوم على القاعدة لم يقع
)
SIGNS = "،,؛;:.!؟()"
_NEXT_CLAUSE = re.compile(
    "[،؛] (?=(?:و|ثم )(?!لا ))"
)  # …، وشن الجيش; not لم تقع غارات، ولا هجمات
_PREPOSITIONS = frozenset("بل")  # attached to the word that they govern


def status_of(clause: Clause, lexicon: Lexicon) -> str:
    """The status of an act by its words; empty if it is told as one that took place."""
    trigger, earlier = clause.trigger, clause.earlier
    part, _, listed = trigger.origin.partition(":")
    own = {bare(word) for word in fold_key(trigger.quote).split()[:-1]}  # محاولة اغتيال
    front: set[str] = set()
    if part != "verb" or not clause.front.endswith("و"):  # نفت ذلك واتهمت الجيش
        front = _without_attempt(clause.sentence.front(trigger)[-_NEAR:])
        if earlier and replace(clause, trigger=earlier).is_in_clause(trigger):
            front.add(fold_key(earlier.quote))
    named = [
        name
        for name in ("attempted_failed", "planned")
        if (front | own) & word_set("events", name)
    ]
    if named:
        return named[-1]
    if _is_denied_in_front(clause, lexicon) or _is_denied_behind(clause, lexicon):
        return "denied"
    head = fold_key(trigger.quote).split()[0]
    is_future = (
        part == "verb"
        and re.match("(?:و|ف)?س[يتن]", head)
        and not listed.startswith("س")
    )
    return "planned" if is_future else ""


def _without_attempt(front: Sequence[str]) -> set[str]:
    """The words in front of an act, without an attempt at something else (في محاولة
    لوقف الهجمات).
    """
    attempts = [
        at for at, word in enumerate(front) if word in word_set("events", "attempt")
    ]
    for word in front[attempts[-1] + 1 :] if attempts else ():
        noun = "ا" + word[1:] if word.startswith("لل") else word.removeprefix("ل")
        is_purpose = word.startswith("ل") and noun not in word_set(
            "events", "carrying_out"
        )
        if is_purpose or noun in word_set("events", "ending"):
            return {*front[attempts[-1] + 1 :]}
    return {*front}


# ---------------------------------------------------------------- denied
def _is_denied_in_front(clause: Clause, lexicon: Lexicon) -> bool:
    """Whether the last word of denial in front of an act denies it."""
    written = in_last_clause(clause.words(clause.sentence.start, clause.trigger.start))
    words = [word.strip(SIGNS) for word in written]
    for at in range(len(words) - 1, -1, -1):
        word, reach = words[at].removeprefix("و"), words[at + 1 :]
        if word in all_forms("negations", "denying"):
            return words[at - 1 : at] != ["لا"] and _is_rejected(clause, reach, lexicon)
        is_of_noun = word in word_set("negations", "of_nouns")
        if is_of_noun and not up_to_act(reach):
            return True  # دون وقوع اشتباكات
        if not is_negation(word) or (
            is_of_noun and any(each[-1] in SIGNS for each in written[at:])
        ):
            continue  # دون توجيه إنذار، شن الجيش غارات
        verb, *behind = (reach[1:] if reach[:1] in (["يكن"], ["تكن"]) else reach) or [
            ""
        ]
        if verb in word_set("denial", "truth"):
            return _is_rejected(clause, reach, lexicon)  # لا صحة لأنباء عن هجوم
        if verb in all_forms("denial", "happening") | all_forms("denial", "doing"):
            return _is_negated(clause, verb, behind)
    return False


def is_negation(word: str) -> bool:
    """Whether a word negates the verb or the noun behind it."""
    of_clauses = word_set("negations", "of_verbs") | word_set("negations", "of_being")
    return word.lstrip("وف") in of_clauses | word_set("negations", "of_nouns")


def in_last_clause(text: str) -> Sequence[str]:
    """The words of a folded text's last clause, which و with a noun or أن only
    continues: ، وحدوث هجوم.
    """
    own = _NEXT_CLAUSE.split(text)[-1].split()
    opening = own[0] if own else ""
    listed = nouns("denial", "happening", "nouns") | nouns("denial", "doing", "nouns")
    listed -= verbs("denial", "doing", "verbs")  # ، وشن الجيش غارات
    goes_on = opening.removeprefix("و") in listed | word_set("roles", "telling_that")
    return text.split() if goes_on or opening in word_set("denial", "with_waw") else own


def _is_negated(clause: Clause, verb: str, reach: Sequence[str]) -> bool:
    """Whether a negated verb says that the act did not happen: لم ينفذ الجيش أي غارة.

    Who did not do what is known to have been done is not who did it: لم تنفذ الحركة
    الهجوم.
    """
    told = verbs("denial", "happening", "verbs") | verbs("denial", "doing", "verbs")
    is_of_other = any(
        word[:1] in ("و", "ف") and word[1:] in told for word in reach
    )  # لم يحصل ووقع هجوم
    if is_of_other or clause.trigger.origin.startswith("verb:"):
        return False
    if _goes_elsewhere(reach) or _is_limited_behind(clause):
        return False
    return not (
        is_known(clause) and verb in all_forms("denial", "doing")
    ) and _leads_on([verb, *reach])


def _is_limited_behind(clause: Clause) -> bool:
    """Whether an act is denied only in part: الهجوم إلا بعد ساعة, غارات جوية فحسب, بل
    على مدرسة.
    """
    end = min(clause.next, clause.trigger.end + FAR_BEHIND)
    whole = clause.words(clause.trigger.end, end)
    own = re.split("[،؛]| الا ان ", f" {whole} ")[0]
    words = {word.strip(SIGNS) for word in own.split()}
    if not words.isdisjoint(word_set("denial", "only")):
        return True
    causes, until = word_set("denial", "causes"), word_set("denial", "until")
    corrected = re.search(r"\bبل (\w+)", whole)
    is_corrected = corrected and corrected[1] in causes | word_set("roles", "oblique")
    return bool(is_corrected) or (
        is_known(clause) and not words.isdisjoint(causes | until)
    )


def _is_rejected(clause: Clause, reach: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether it is the act itself of which somebody rejects that it happened."""
    if clause.trigger.value in word_set("events", "blaming"):
        return False  # نفى اتهامات: they were made
    said = any(
        word[:1] in ("و", "ف") and word[1:] in saying_verbs(lexicon) for word in reach
    )
    is_told = not nouns("denial", "told").isdisjoint(map(noun_of, reach))
    own = [
        word
        for word in reach
        if not (is_told and word in word_set("denial", "telling"))
    ]
    if said or _goes_elsewhere(own):
        return False  # نفى ذلك وقال إن الطيران قصف المدينة
    if clause.trigger.origin.startswith("verb:"):
        return "ان" in reach  # نفى أن يكون قد قصف المستشفى
    if not nouns("denial", "part_in_it").isdisjoint(map(noun_of, reach)):
        return False
    last = reach[-1] if reach else ""
    is_of_doer = last in ("يكون", "تكون") or noun_of(last) in all_forms(
        "denial", "doing"
    )
    return not (is_known(clause) and is_of_doer) and _leads_on(
        reach
    )  # نفت تنفيذ الهجوم


def _goes_elsewhere(
    reach: Sequence[str],
) -> bool:  # سوى هجوم واحد; نفى الخبر، مؤكدا أن الهجوم …
    ends = (
        word_set("negations", "ends")
        | word_set("roles", "elsewhere")
        | word_set("denial", "causes")
    )
    return not ends.isdisjoint(reach)


def is_known(clause: Clause) -> bool:
    """Whether the act is told as one that readers know of: الهجوم, هجماتها."""
    act = clause.trigger.quote.split()[0]
    return is_definite(fold_key(act)) or PRONOUN.search(act) is not None


def _leads_on(reach: Sequence[str]) -> bool:
    """Whether the last of the words in front of an act lead to it, and not to what it
    has to do with.
    """
    link = up_to_act(reach)
    last = link[-1] if link else ""
    leading = {"ل": nouns("denial", "suffered"), "ب": nouns("denial", "undertaken")}
    if (
        last
        not in word_set("roles", "oblique")
        | word_set("roles", "behind")
        | _PREPOSITIONS
    ):
        return True
    through = leading.get(last, frozenset()) | nouns("denial", "told")
    return not through.isdisjoint(map(noun_of, reach))


def up_to_act(reach: Sequence[str]) -> Sequence[str]:
    """The words without those right in front of an act that only say that it happens:
    وقوع أي (هجوم).
    """
    empty = (
        word_set("denial", "any")
        | all_forms("denial", "happening")
        | all_forms("denial", "doing")
    )
    link = [*reach]
    while link and (noun_of(link[-1]) in empty or noun_of(link[-1][1:]) in empty):
        word = link.pop()
        if (
            noun_of(word) not in empty and word[0] in _PREPOSITIONS
        ):  # لأي قصف, بشن غارات
            link.append(word[0])
    return up_to_act(link[:-2]) if link[-1:] == ["او"] else link  # أي قتال أو اشتباكات


def _is_denied_behind(clause: Clause, lexicon: Lexicon) -> bool:
    """Whether the words behind a noun deny the act: الهجوم لم يقع, أنباء عن هجوم عارية
    عن الصحة.
    """
    trigger, end = clause.trigger, min(clause.next, clause.trigger.end + FAR_BEHIND)
    if trigger.origin.startswith("verb:"):
        return False
    words = [w.strip(SIGNS) for w in clause.words(trigger.end, end).split()]
    for phrase in word_set("denial", "untrue"):
        between, found, _ = f" {' '.join(words)} ".partition(f" {phrase} ")
        if found:
            return not _tells_of_other(between.split(), lexicon)
    if not is_known(clause) and clause.before(trigger, 1) not in word_set(
        "denial", "any"
    ):
        return False
    at = next(
        (at for at, word in enumerate(words[: _WHERE + 1]) if word == "لم"), len(words)
    )
    verb, then, *_ = [*words[at + 1 :], "", ""]
    is_whole = not then or then in word_set(
        "roles", "oblique"
    )  # لم يحدث في المدينة, not لم يحدث أضرارا
    agrees = is_feminine(verb) == fold_key(trigger.quote).split()[0].endswith(
        ("ه", "ات")
    )
    happening = all_forms("denial", "happening") | (
        verbs("denial", "occurring") if is_whole else set()
    )
    return agrees and verb in happening


def _tells_of_other(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether what is untrue is told of something else: هجوم على ثكنة وقالت إن الأرقام
    (غير صحيحة).
    """
    said = any(word.removeprefix("و") in saying_verbs(lexicon) for word in words)
    told = nouns("denial", "told") | nouns("denial", "shown")
    bare_words = {noun_of(word.removeprefix("و")) for word in words}
    return (
        said
        or not word_set("roles", "that").isdisjoint(words)
        or not told.isdisjoint(bare_words)
    )


def noun_of(word: str) -> str:
    """A word without its article and the pronoun attached to it."""
    return bare(PRONOUN.sub("", word))
