"""Triggers: the one word or set phrase that says an event happened, and the event type it speaks for.

A verb that leaves the meaning to its noun gives way to it (شنّ غارات: غارات); words with other senses count
only beside somebody who could act; reporting verbs in front of a reported clause are no events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from coder.codebook.lexicon import Lexicon
from coder.model import Candidate
from coder.suggest.lexicon import TRIGGER, WEAPON, Vocabulary
from coder.suggest.matcher import Match, Term
from coder.suggest.page import Page
from coder.suggest.phrase import follows, is_definite, is_nisba, precedes
from coder.suggest.words import bare, light_verbs, readings, verb_set, word_set, words
from coder.text.normalize import fold_key

_SURE, _DOUBTFUL = 0.9, 0.6
_GAP = 18
"""Words that may part a set phrase, or a light verb and its noun."""
_BESIDE = 3
"""Words within which somebody who acts must stand for a doubtful word to count."""
_AGAINST = frozenset({"ضد"})
_NOT = frozenset({"لم", "ولم", "فلم", "لا", "ولا"})
_SALVO = frozenset({"دفعه", "رشقه", "وابل"})
_PREPOSITIONS = frozenset(map(fold_key, ["من", "على", "عن", "في", "إلى", "مع"]))
_THAT = frozenset(
    map(fold_key, ["أن", "إن", "بأن", "أنه", "إنه", "أنها", "إنها", "بأنه", "بأنها", "أنهم", "إنهم", ":"])
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger over the words first..last, with the terms that match, the surest first."""

    first: int
    last: int
    skipped: int
    terms: tuple[Term, ...]

    @property
    def doubtful(self) -> bool:
        """Whether every reading has other senses."""
        return self.terms[0].doubtful


def triggers(
    page: Page,
    matches: Sequence[Match],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    signs: Set[int],
    named: Set[int],
) -> list[Candidate]:
    """The triggers of a page, in order.

    signs: indices of words for somebody who could act and for counts. named: of words inside a name.
    """
    armed = [page.words_in(m.start, m.stop) for m in matches if m.kind == WEAPON]
    means = {i for weapon in armed for i in weapon}
    found = [_trimmed(page, m, vocabulary, means) for m in matches if m.kind == TRIGGER]
    taken = {i for t in found for i in range(t.first, t.last + 1)}
    found += [t for t in _parted(page, vocabulary) if t.first not in taken]
    reporting, standing = verb_set(lexicon.reporting.verbs), _standing()
    decoys = _decoys(page)
    sources = {fold_key(n) for n in lexicon.reporting.source_nouns}
    acting = {t.last for t in found if not t.doubtful}
    kept: list[Trigger] = []
    for trigger in sorted(found, key=lambda t: t.first):
        covered = set(range(trigger.first, trigger.last + 1))
        if (
            covered & decoys
            or covered <= named
            or any(_is_means(page, trigger, weapon, vocabulary) for weapon in armed)
        ):
            continue
        if _is_denied(page, trigger) or page.words[trigger.first].text[trigger.skipped :] in standing:
            continue
        if _is_report(page, trigger, reporting) or _is_light(page, trigger, found):
            continue
        if trigger.doubtful and not _has_sign(page, trigger, signs | means, acting, sources):
            continue
        kept.append(trigger)
    return [_candidate(page, t) for t in kept]


def _candidate(page: Page, trigger: Trigger) -> Candidate:
    start = page.words[trigger.first].start + trigger.skipped
    term = trigger.terms[0]
    return page.candidate(
        TRIGGER,
        start,
        page.words[trigger.last].stop,
        value=term.id,
        origin=f"{term.part}:{term.listed}",
        score=_DOUBTFUL if trigger.doubtful else _SURE,
    )


# ---------------------------------------------------------------- the extent of a trigger
def _trimmed(page: Page, match: Match, vocabulary: Vocabulary, means: Set[int]) -> Trigger:
    """The match cut to the shortest wording that still says it."""
    covered = page.words_in(match.start, match.stop)
    first, last = covered[0], covered[-1]
    skipped = match.start - page.words[first].start
    terms = tuple(sorted(match.terms, key=lambda t: t.doubtful))
    head = page.words[first].text[skipped:]
    if last > first and (head in light_verbs() or head not in vocabulary.single_triggers):
        if page.words[last].text in vocabulary.single_triggers:
            return Trigger(last, last, 0, terms)
        first, skipped = (first + 1, 0) if head in light_verbs() else (first, skipped)
    if page.words[last].text == "ان" and (verb := follows(page, last)):
        return Trigger(first, last + (not is_definite(verb.text)), skipped, terms)  # يجب أن with its verb
    is_act = head in vocabulary.single_triggers
    while last > first and ((is_act and last in means) or _is_loose(page, last, head, terms, vocabulary)):
        if is_nisba(page.words[last].text):
            break
        last -= 1
    own = vocabulary.single_triggers.get(head)
    if first == last and own is not None and own.id == terms[0].id:
        terms = (own, *terms)
    if head in ("اعاده", "الاعاده") and (word := follows(page, last)) and word.text[0] == "و":
        last += word.text[1:] in vocabulary.single_triggers
    return Trigger(first, last, skipped, terms)


def _is_loose(page: Page, last: int, head: str, terms: Sequence[Term], vocabulary: Vocabulary) -> bool:
    """Whether the last word of a set phrase can be left out: a preposition, or a complement of the head."""
    text = page.words[last].text
    if text in _PREPOSITIONS:
        return True
    own = vocabulary.single_triggers.get(head)
    if own is None or is_nisba(text) or (own.doubtful and text not in _SALVO):
        return False
    if bare(text).startswith("م") and is_definite(text) == is_definite(head):
        return True  # an adjective that comments: قصف مكثّف, هجمات متكررة
    by_preposition = text[0] == "ب" or page.words[last - 1].text in _PREPOSITIONS or own.id != terms[0].id
    return own.id == terms[0].id or (by_preposition and _has_preposition(page, last, head))


def _has_preposition(page: Page, last: int, head: str) -> bool:
    """Whether a preposition stands, attached or not, between the head and the last word."""
    index = last
    while not page.words[index].text.endswith(head):
        if page.words[index].text in _PREPOSITIONS or page.words[index].text[0] == "ب":
            return True
        index -= 1
    return False


def _parted(page: Page, vocabulary: Vocabulary) -> Iterator[Trigger]:
    """First words of set phrases whose rest stands further on in the sentence (ألقت … باللوم)."""
    for index, word in enumerate(page.words):
        for skipped, text in readings(word.text):
            for gap in vocabulary.gaps.get(text, ()):
                ahead = page.words[index + 1 : index + 1 + _GAP]
                rest = [w.text for w in ahead if w.sentence == word.sentence and not w.is_sign]
                if any(tuple(rest[i : i + len(gap.rest)]) == gap.rest for i in range(len(rest))):
                    term = Term(TRIGGER, gap.type_id, f"{text} … {' '.join(gap.rest)}", part="verb")
                    yield Trigger(index, index, skipped, (term,))
                    break
            else:
                continue
            break


# ---------------------------------------------------------------- what is no trigger
def _decoys(page: Page) -> set[int]:
    """The indices of words in phrases that only look like triggers."""
    phrases = [tuple(p.split()) for p in word_set("decoys")]
    found: set[int] = set()
    for index, word in enumerate(page.words):
        for phrase in phrases:
            rest = tuple(w.text for w in page.words[index + 1 : index + len(phrase)])
            if rest == phrase[1:] and any(w == phrase[0] for _, w in readings(word.text)):
                found |= set(range(index, index + len(phrase)))
    return found


def _is_means(page: Page, trigger: Trigger, weapon: range, vocabulary: Vocabulary) -> bool:
    """Whether the trigger is but the name of a weapon (بقذائف، مسيّرات) and not an act with it (إطلاق نار)."""
    if trigger.first not in weapon or trigger.last not in weapon:
        return False
    head = page.words[trigger.first].text[trigger.skipped :]
    whole = trigger.first < trigger.last and (trigger.first, trigger.last) == (weapon[0], weapon[-1])
    return not whole or head not in vocabulary.single_triggers


def _is_denied(page: Page, trigger: Trigger) -> bool:
    """Whether the verb is said not to have happened."""
    before = precedes(page, trigger.first)
    return before is not None and before.text in _NOT


def _standing() -> Set[str]:
    """Present forms of verbs that then tell a state (تسيطر، تنتشر)."""
    return {f for f in verb_set(tuple(words()["standing_verbs"])) if f[0] in "يت" and len(f) > 3}


def _is_report(page: Page, trigger: Trigger, reporting: Set[str]) -> bool:
    """Whether the trigger is a reporting verb with the reported clause behind it."""
    word = page.words[trigger.first]
    if word.text[trigger.skipped :] not in reporting:
        return False
    ahead = page.words[trigger.last + 1 : trigger.last + 1 + _GAP]
    return any(w.text in _THAT for w in ahead if w.sentence == word.sentence)


def _is_light(page: Page, trigger: Trigger, found: Iterable[Trigger]) -> bool:
    """Whether the trigger is a verb that leaves the meaning to a trigger further on in its sentence."""
    word = page.words[trigger.first]
    if word.text[trigger.skipped :] not in light_verbs():
        return False
    sentence = word.sentence
    return any(
        trigger.last < t.first <= trigger.last + _GAP
        and page.words[t.first].sentence == sentence
        and t is not trigger
        for t in found
    )


def _has_sign(page: Page, trigger: Trigger, signs: Set[int], acting: Set[int], sources: Set[str]) -> bool:
    """Whether somebody who acts, a means or a number stands beside a doubtful word that names no document."""
    text = page.words[trigger.first].text[trigger.skipped :]
    if text.removeprefix("ال") in sources:
        return False
    sentence = page.words[trigger.first].sentence
    near = (
        *range(trigger.first - _BESIDE, trigger.first),
        *range(trigger.last + 1, trigger.last + 1 + _BESIDE),
    )
    beside = [i for i in near if 0 <= i < len(page.words) and page.words[i].sentence == sentence]
    if text.endswith(("ها", "هم")) or any(i in signs or page.words[i].text in _AGAINST for i in beside):
        return True
    before, following = precedes(page, trigger.first), follows(page, trigger.last)
    if before is not None and page.words[trigger.first].text[: trigger.skipped].endswith("ب"):
        return trigger.first - 1 in acting  # what is threatened, ordered or claimed: هددت بالردّ
    return following is not None and following.text in light_verbs()
