"""Triggers: the words that say an event happened, and the event type they speak for.

Words with other senses count only beside somebody who could act; reporting verbs in front of a reported
clause, states, negated verbs, weapons and words inside names are no events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from coder.codebook.lexicon import Lexicon
from coder.model import Candidate
from coder.suggest import marches as marching
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import TRIGGER, WEAPON, Vocabulary
from coder.suggest.forms import SHADDA
from coder.suggest.matcher import Match
from coder.suggest.openings import Tables
from coder.suggest.phrase import follows, is_definite, precedes
from coder.suggest.trigger_spans import GAP, SET_PHRASE, Trigger, found_triggers
from coder.suggest.word_lists import light_verbs, nouns, verb_set, word_set, words
from coder.text.normalize import fold_key

_SURE, _DOUBTFUL = 0.9, 0.6
_BESIDE = 3
"""Words within which somebody who acts must stand for a doubtful word to count."""
_AGAINST = frozenset({"ضد"})
_BEFALL = frozenset({"وقع", "وقعت"})
_NOT = frozenset({"لم", "ولم", "فلم", "لا", "ولا"})
_THAT = frozenset(
    map(fold_key, ["أن", "إن", "بأن", "أنه", "إنه", "أنها", "إنها", "بأنه", "بأنها", "أنهم", "إنهم", ":"])
)


_AS = frozenset({"ما", "كما", "حسبما", "وفقما"})
"""In front of a reporting verb: وفق ما أعلن."""

_COME_OUT = "خرج"
_KILLING = frozenset({"قتل", "استشهد"})
_THROUGH = frozenset(map(fold_key, ["في", "إثر", "جراء", "نتيجة", "خلال", "بعد", "عقب"]))
"""Words in front of the act that somebody died of."""
_NEAR = 6
"""Words between a death and the act that it came of."""

DECOY = "decoy"


def openings(vocabulary: Vocabulary) -> Tables:
    """First words of set phrases: of triggers that other words may part, and of what only looks like one."""
    return {DECOY: _decoy_phrases(), SET_PHRASE: vocabulary.gaps, **marching.openings()}


def triggers(
    page: Page,
    matches: Sequence[Match],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    signs: Set[int],
    named: Set[int],
    marches: Set[int],
) -> list[Candidate]:
    """The triggers of a page, in order.

    signs: indices of words for somebody who could act and for counts. named: of words inside a name.
    marches: of words for marches, which could also be drones.
    """
    found = found_triggers(page, matches, vocabulary)
    weapons = [page.words_in(m.start, m.stop) for m in matches if m.kind == WEAPON]
    around = _Around(
        page,
        vocabulary,
        found,
        weapons,
        signs | {i for weapon in weapons for i in weapon},
        named,
        marches,
        _decoys(page),
        verb_set(lexicon.reporting.verbs),
        frozenset(map(fold_key, lexicon.reporting.source_nouns)),
    )
    return [_candidate(page, t) for t in found if around.happened(t)]


def _candidate(page: Page, trigger: Trigger) -> Candidate:
    term = trigger.terms[0]
    return page.candidate(
        TRIGGER,
        page.words[trigger.first].start + trigger.skipped,
        page.words[trigger.last].stop,
        value=term.id,
        origin=f"{term.part}:{term.listed}",
        score=_DOUBTFUL if trigger.doubtful else _SURE,
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands on a page around its triggers, by which look-alikes are told.

    weapons: word ranges. signs, named, marches, decoys: word indices. reports: forms of reporting verbs.
    documents: nouns that are also names of documents (بيان).
    """

    page: Page
    vocabulary: Vocabulary
    found: Sequence[Trigger]
    weapons: Sequence[range]
    signs: Set[int]
    named: Set[int]
    marches: Set[int]
    decoys: Set[int]
    reports: Set[str]
    documents: Set[str]

    def happened(self, trigger: Trigger) -> bool:
        """Whether the trigger says that something happened."""
        covered = set(range(trigger.first, trigger.last + 1))
        if covered & self.decoys or covered <= self.named:
            return False
        if trigger.first in self.marches:
            return True
        if self._is_arms(trigger) or self._is_coming_out(trigger):
            return False
        if self._is_denied(trigger) or self._is_standing(trigger) or self._befell(trigger):
            return False
        if self._is_report(trigger) or self._is_light(trigger) or self._is_rest(trigger):
            return False
        if self._is_outcome(trigger):
            return False
        return not trigger.doubtful or self._has_sign(trigger)

    def _head(self, trigger: Trigger) -> str:
        return self.page.words[trigger.first].text[trigger.skipped :]

    def _front(self, trigger: Trigger) -> str:
        return self.page.words[trigger.first].text[: trigger.skipped]

    def _is_arms(self, trigger: Trigger) -> bool:
        """Whether the trigger but names arms (بقذائف، مسيّرات) and is no act with them (إطلاق نار)."""
        is_word = trigger.first == trigger.last
        if (
            is_word
            and self._front(trigger).endswith("ب")
            and self._head(trigger) in self.vocabulary.weapon_heads
        ):
            return True
        for weapon in self.weapons:
            if trigger.first in weapon and trigger.last not in weapon and self._front(trigger).endswith("ب"):
                return True
            if trigger.first in weapon and trigger.last in weapon:
                is_whole = (trigger.first, trigger.last) == (weapon[0], weapon[-1])
                is_act = self.vocabulary.is_act(self._head(trigger))
                return is_word or not (is_whole and is_act)
        return False

    def _is_coming_out(self, trigger: Trigger) -> bool:
        """Whether خرج says that a crowd took to the street (خرجت اليوم مظاهرات)."""
        if trigger.terms[0].listed != _COME_OUT:
            return False
        sentence = self.page.words[trigger.first].sentence
        ahead = self.page.words.between(trigger.last + 1, trigger.last + 1 + _BESIDE + 1)
        return any(w.sentence == sentence and w.text in nouns("crowds") for w in ahead)

    def _is_standing(self, trigger: Trigger) -> bool:
        """Whether every verb that it can be tells a state in the present (تسيطر, but not تبنّى for بنى)."""
        if self._head(trigger) not in _standing():
            return False
        listed = {fold_key(term.listed).split()[0] for term in trigger.terms}
        return listed <= word_set("standing_verbs")

    def _is_denied(self, trigger: Trigger) -> bool:
        """Whether the verb is said not to have happened."""
        before = precedes(self.page, trigger.first)
        return before is not None and before.text in _NOT

    def _befell(self, trigger: Trigger) -> bool:
        """Whether وقع says where or when another act happened (الهجوم الذي وقع قرب …), and no signing."""
        before = precedes(self.page, trigger.first)
        if self._head(trigger) not in _BEFALL or before is None or before.text not in ("الذي", "التي"):
            return False
        signed = (t for t in self.found if t.last == trigger.first - 2)
        is_signed = any(t.terms[0].id == trigger.terms[0].id for t in signed)
        return not is_signed and SHADDA not in self.page.raw(trigger.first)

    def _is_report(self, trigger: Trigger) -> bool:
        """Whether the trigger is a reporting verb with the reported clause behind it."""
        if self._head(trigger) not in self.reports:
            return False
        if (before := precedes(self.page, trigger.first)) and before.text in _AS:
            return True
        sentence = self.page.words[trigger.first].sentence
        ahead = self.page.words.between(trigger.last + 1, trigger.last + 1 + GAP)
        return any(w.text in _THAT for w in ahead if w.sentence == sentence)

    def _is_light(self, trigger: Trigger) -> bool:
        """Whether the trigger leaves the meaning to another: a noun to the next, a verb to a later one."""
        if self._head(trigger) in nouns("light_nouns"):
            return any(t.first == trigger.last + 1 and not t.skipped for t in self.found)
        if self._head(trigger) not in light_verbs():
            return False
        sentence, reach = (
            self.page.words[trigger.first].sentence,
            range(trigger.last + 1, trigger.last + 1 + GAP),
        )
        return any(t.first in reach and self.page.words[t.first].sentence == sentence for t in self.found)

    def _is_rest(self, trigger: Trigger) -> bool:
        """Whether the noun ends a set phrase that began further in front (ألقت … القبض)."""
        sentence, rest = self.page.words[trigger.first].sentence, f"… {self._head(trigger)}"
        opened = (t for t in self.found if t.last < trigger.first and t.terms[0].listed.endswith(rest))
        return any(self.page.words[t.first].sentence == sentence for t in opened)

    def _is_outcome(self, trigger: Trigger) -> bool:
        """Whether a killing is only what came of another act of the sentence (قتل مسلحون بضربة جوية)."""
        if trigger.terms[0].listed not in _KILLING:
            return False
        ahead = self.page.words.between(trigger.last + 1, trigger.last + 2 + _NEAR)
        parted = next(
            (i for i, word in enumerate(ahead, trigger.last + 1) if word.is_sign), len(self.page.words)
        )
        acts = (t for t in self.found if trigger.last < t.first < min(parted, trigger.last + 2 + _NEAR))
        fronts = ((self._front(act), precedes(self.page, act.first)) for act in acts)
        return any(front.endswith("ب") or (word and word.text in _THROUGH) for front, word in fronts)

    def _has_sign(self, trigger: Trigger) -> bool:
        """Whether somebody who acts, a means or a number stands beside a word that names no document."""
        head = self._head(trigger)
        if head.removeprefix("ال") in self.documents:
            return False
        words_, sentence = self.page.words, self.page.words[trigger.first].sentence
        near = set(range(trigger.first - _BESIDE, trigger.last + _BESIDE + 1))
        near -= set(range(trigger.first, trigger.last + 1))
        beside = [i for i in near if 0 <= i < len(words_) and words_[i].sentence == sentence]
        if head.endswith(("ها", "هم")) or any(i in self.signs or words_[i].text in _AGAINST for i in beside):
            return True
        if self._front(trigger).endswith("ب"):  # what is threatened, ordered or claimed: هددت بالردّ
            return any(t.last == trigger.first - 1 and not t.doubtful for t in self.found)
        following = follows(self.page, trigger.last)
        if following is None:
            return False
        is_subject = is_definite(following.text) and any(t.first == trigger.last + 1 for t in self.found)
        return following.text in light_verbs() or (trigger.terms[0].part == "verb" and is_subject)


@cache
def _standing() -> Set[str]:
    """Present forms of verbs that then tell a state (تسيطر، تنتشر)."""
    return {f for f in verb_set(tuple(words()["standing_verbs"])) if f[0] in "يت" and len(f) > 3}


def _decoys(page: Page) -> set[int]:
    """The indices of words in phrases that only look like triggers."""
    found: set[int] = set()
    for index, opening in page.opened(DECOY):
        for phrase in (p for _, text in opening for p in _decoy_phrases()[text]):
            if tuple(page.words.texts[index + 1 : index + len(phrase)]) == phrase[1:]:
                found |= set(range(index, index + len(phrase)))
    return found


@cache
def _decoy_phrases() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """First word → the phrases it opens."""
    phrases = sorted(tuple(p.split()) for p in word_set("decoys"))
    return {head: list(opened) for head, opened in groupby(phrases, key=lambda p: p[0])}
