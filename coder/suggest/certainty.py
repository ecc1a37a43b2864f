"""How certain the article is of an act, where its words or its sources show more or
less than a plain report.

Doubtful is what is doubted (شكك خبراء في وقوع الهجوم); alleged what is told with
reserve (يعتقد أن, مزاعم عن, الهجوم المزعوم, زعم الجيش أن), by an armed party alone, or
as an accusation; established what is admitted (أقر الجيش بمقتل جنود) or told by the
side that was hit. Of statements nothing is proposed: they were made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate, Json
from coder.suggest.act_status import (
    SIGNS,
    in_last_clause,
    is_known,
    is_negation,
    noun_of,
    up_to_act,
)
from coder.suggest.article_words import first_item
from coder.suggest.claims import is_attribution
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import CLAIM, TRIGGER
from coder.suggest.event_fields import Proposal
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import bare, nouns, verbs, word_set
from coder.text.normalize import fold_key

BY_SOURCE = "source"
"""The origin of a certainty without words of its own: who tells of the act shows it."""
_DOUBT, _RESERVE = "words:doubt", "words:reserve"  # origins of claims
_PARTIES = frozenset({"official", "party_statement"})  # kinds of sources
_MEN = 4  # words from a death to whose men died: مقتل ثلاثة من عناصره
_NOT_DONE = 60  # code points behind لم يتسن that say what could not be done


def certainty(
    clause: Clause, later: Sentence, found: Proposal, lexicon: Lexicon
) -> list[Candidate]:
    """The words that show how certain the act is, with the certainty as their value;
    none of a plain report.

    Where who the sources are shows it, the candidate has no words: the sources are
    cited as such. later: the next sentence, which can say that the report could not be
    verified.
    """
    if clause.trigger.value in word_set("events", "said") or found["event_status"]:
        return []
    speakers = [c for c in found["source"] if c.end > c.start]
    sides = {_side(item, lexicon) for c in found["targets"] for item in c.value}
    hit = [
        c
        for c in speakers
        if _side(first_item(c).get("who"), lexicon) in sides or _lost_men(clause, c)
    ]
    are_parties = bool(speakers) and all(
        first_item(c).get("kind") == "party_statement" for c in speakers
    )
    accused = _accused(clause)
    shown: Sequence[tuple[str, Iterable[Candidate]]] = (
        ("doubtful", _in_front(clause, _DOUBT)),
        ("established", _admitted(clause, speakers)),
        ("alleged", () if speakers else _in_front(clause, _RESERVE)),
        ("alleged", _behind(clause, later)),
        ("alleged", _claiming(clause, speakers)),
        ("established", () if accused else map(_without_words, hit[:1])),
        ("alleged", map(_without_words, speakers[:1]) if are_parties else accused),
    )
    proposed = ([replace(c, value=value) for c in words] for value, words in shown)
    return next(filter(None, proposed), [])


def _without_words(source: Candidate) -> Candidate:
    return replace(source, id="", end=source.start, quote="", origin=BY_SOURCE)


def _in_front(clause: Clause, origin: str) -> Iterator[Candidate]:
    """The claims of this origin that lead to the act, with no other act between them."""
    start, said = clause.trigger.start, word_set("events", "said")
    acts = [
        c.start
        for c in clause.of_kind(TRIGGER)
        if c.end <= start and c.value not in said
    ]
    others = word_set("certainty", "adjectives") | word_set("certainty", "unable")
    for claim in (
        c for c in clause.of_kind(CLAIM) if c.origin == origin and c.end <= start
    ):
        if bare(fold_key(claim.quote)) in others or any(
            claim.end <= act for act in acts
        ):
            continue
        if any(map(is_negation, up_to_act(clause.sentence.front(claim))[-1:])):
            continue  # لا شكوك, من دون أي شكوك
        if _is_parted(clause, claim):
            continue
        words = clause.words(claim.end, start).split()
        if not nouns("denial", "part_in_it").isdisjoint(map(noun_of, words)):
            continue  # شكك خبراء في مسؤولية إيران عن الهجوم
        if not word_set("roles", "that").isdisjoint(words):
            leads = not is_known(clause)  # not لا دليل على أن الهجوم نفذته إيران
        else:
            link = up_to_act(words)
            last = link[-1] if link else ""
            leads = last in ("", *word_set("certainty", "leading")) or last in nouns(
                "denial", "told"
            )
        if leads:
            yield claim


def _claiming(clause: Clause, speakers: Iterable[Candidate]) -> Iterator[Candidate]:
    """Who tells of the act without vouching for it: زعم الجيش أن القوات قصفت المدينة."""
    for speaker in (
        c for c in speakers if _verb_of(c) in verbs("certainty", "alleging")
    ):
        if speaker.end > clause.trigger.start or not _is_parted(clause, speaker):
            yield speaker


def _is_parted(clause: Clause, claim: Candidate) -> bool:
    """Whether another clause lies between a claim and the act: يعتقد أنه في كهف، وقصفت
    الطائرات.
    """
    words = clause.words(claim.end, clause.trigger.start).split()
    that = (
        at for at, word in enumerate(words) if word in word_set("roles", "telling_that")
    )
    told = words[next(that, 0) + 1 :]
    is_noun = clause.trigger.origin.startswith("noun:")
    ends = word_set("roles", "relative") | (
        word_set("certainty", "times") if is_noun else frozenset()
    )
    return len(in_last_clause(" ".join(told))) < len(told) or not ends.isdisjoint(told)


def _behind(clause: Clause, later: Sentence) -> Iterator[Candidate]:
    """What limits the report behind the act: الهجوم المزعوم; …. ولم يتسن التحقق من ذلك."""
    end = clause.trigger.end
    for claim in (
        c for c in clause.of_kind(CLAIM) if c.origin == _RESERVE and c.start >= end
    ):
        if bare(fold_key(claim.quote)) in word_set("certainty", "adjectives") and (
            len(clause.words(end, claim.start).split()) <= 1
        ):
            yield claim
    for sentence in (clause.sentence, later):
        for claim in (
            c
            for c in sentence.of_kind(CLAIM)
            if c.origin == _RESERVE and c.start >= end
        ):
            is_unable = fold_key(claim.quote) in word_set("certainty", "unable")
            if is_unable and _is_of_report(claim, sentence):
                yield claim


def _is_of_report(claim: Candidate, sentence: Sentence) -> bool:
    """Whether the report as a whole could not be verified: التحقق من ذلك, not من عدد
    القتلى.
    """
    words = sentence.words(
        claim.start, min(claim.end + _NOT_DONE, sentence.end)
    ).split()
    while words and words[0].strip(SIGNS) not in word_set("certainty", "verifying"):
        del words[0]
    own = re.split(f"[{SIGNS}]", " ".join(words))[0].split()
    behind = own[own.index("من") + 1 :] if "من" in own else []
    what = next(
        (
            word
            for word in behind
            if word not in word_set("certainty", "leading_to_report")
        ),
        "",
    )
    acts = {fold_key(c.quote).split()[0] for c in sentence.of_kind(TRIGGER)}
    is_report = noun_of(what) in nouns("denial", "told") | nouns("certainty", "reports")
    is_act = what in acts and is_definite(what)
    return bool(own) and (
        not what or is_report or is_act or what in word_set("roles", "telling_that")
    )


def _admitted(clause: Clause, speakers: Sequence[Candidate]) -> list[Candidate]:
    """Who admits the act: أقر الجيش بمقتل جنديين في هجوم."""
    earlier, admitting = clause.earlier, verbs("certainty", "admitting")
    confessed = [
        c
        for c in speakers
        if c.end <= clause.trigger.start and _verb_of(c) in admitting
    ]
    if not confessed and earlier and fold_key(earlier.quote) in admitting:
        confessed = [earlier]
    words = (
        clause.words(confessed[0].end, clause.trigger.start).split()
        if confessed
        else []
    )
    while words and not _is_admitted(words[0]):
        del words[0]
    return (
        confessed if words and word_set("certainty", "times").isdisjoint(words) else []
    )


def _is_admitted(word: str) -> bool:
    """Whether a word says that it is the act, or what came of it, that somebody admits:
    (أقر) بأن, بمقتل.
    """
    did = (
        nouns("denial", "undertaken")
        | nouns("denial", "doing", "nouns")
        | nouns("denial", "part_in_it")
    )
    befell = (
        nouns("roles", "deaths")
        | nouns("certainty", "losses")
        | nouns("denial", "suffered")
    )
    admitted = did | befell | word_set("roles", "telling_that")
    return word == "ب" or (word[0] == "ب" and noun_of(word[1:]) in admitted)


def _lost_men(
    clause: Clause, speaker: Candidate
) -> bool:  # أعلن الحزب مقتل ثلاثة من عناصره في غارة
    """Whether a party tells of its own dead and hurt in front of the act."""
    if first_item(speaker).get("kind") not in _PARTIES:
        return False
    words = clause.sentence.text[speaker.end : clause.trigger.start].split()
    deaths = [
        at
        for at, word in enumerate(words)
        if fold_key(word) in word_set("roles", "deaths")
    ]
    men = (word for at in deaths for word in words[at + 1 : at + 1 + _MEN])
    return any(word.endswith(("ه", "ها", "هم")) for word in men)


def _accused(clause: Clause) -> list[Candidate]:
    """The accusation that says of somebody that he did the act: اتهمت الحركة الجيش بقصف
    المستشفى.
    """
    earlier = clause.earlier
    if earlier is None or not is_attribution(earlier) or is_known(clause):
        return []
    link = up_to_act(clause.words(earlier.end, clause.trigger.start).split())
    return [earlier] if link[-1:] == ["ب"] else []


def _verb_of(speaker: Candidate) -> str:
    return fold_key(speaker.origin.removeprefix("source:"))


def _side(item: Json, lexicon: Lexicon) -> Json:
    """The state or group that somebody belongs to, as text; None of nobody."""
    if not isinstance(item, str):
        return str(item) if item else None
    actor = lexicon.actor(item)
    return actor.parent or item if actor else item
