"""Where a trigger begins and ends: one word or one set phrase, a light verb left for its noun.

The boundary rule `minimal_trigger` of the codebook: adjectives that tell the means stay, complements and
adjectives that comment go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache

from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import TRIGGER, WEAPON, Vocabulary
from coder.suggest.forms import nation_forms
from coder.suggest.matcher import Match, Term
from coder.suggest.phrase import follows, is_definite, is_nisba
from coder.suggest.word_lists import bare, light_verbs, words
from coder.text.normalize import fold_key

SET_PHRASE = "set phrase"
GAP = 18
"""Words that may part a set phrase, or a light verb and its noun."""
_SALVO = frozenset({"دفعه", "رشقه", "وابل"})
_PREPOSITIONS = frozenset(map(fold_key, ["من", "على", "عن", "في", "إلى", "مع"]))


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


def found_triggers(page: Page, matches: Sequence[Match], vocabulary: Vocabulary) -> list[Trigger]:
    """All that matches as a trigger, in order, each cut to its shortest wording."""
    weapons = {(m.start, m.stop) for m in matches if m.kind == WEAPON}
    means = {i for stretch in weapons for i in page.words_in(*stretch)}
    found = [
        # what is both act and arms as a whole (إطلاق نار) stays whole
        _trimmed(page, m, vocabulary, set() if (m.start, m.stop) in weapons else means)
        for m in matches
        if m.kind == TRIGGER
    ]
    parted = list(_parted(page, vocabulary))
    opened = {t.first for t in parted}
    # a set phrase says more than its first word with other senses (فجّر … نفسه)
    found = [t for t in found if t.first not in opened or t.last > t.first or not t.doubtful]
    taken = {i for t in found for i in range(t.first, t.last + 1)}
    found += [t for t in parted if t.first not in taken]
    return sorted(found, key=lambda t: t.first)


def _trimmed(page: Page, match: Match, vocabulary: Vocabulary, means: Set[int]) -> Trigger:
    """The match cut to the shortest wording that still says it."""
    covered = page.words_in(match.start, match.stop)
    first, last = covered[0], covered[-1]
    skipped = match.start - page.words[first].start
    terms = tuple(sorted(match.terms, key=lambda t: t.doubtful))
    head = page.words[first].text[skipped:]
    if last > first and (head in light_verbs() or terms[0].part == "verb"):
        if head not in vocabulary.single_triggers and page.words[last].text in vocabulary.single_triggers:
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
    if len(covered) > 1 and first == last and own is not None and own.id == terms[0].id:
        terms = (own, *terms)
    if head in ("اعاده", "الاعاده") and (word := follows(page, last)) and word.text[0] == "و":
        last += word.text[1:] in vocabulary.single_triggers
    if own is not None and own.part == "noun":
        last = _last_means(page, first, last, is_definite(head))
    return Trigger(first, last, skipped, terms)


def _last_means(page: Page, first: int, last: int, definite: bool) -> int:
    """The end behind the adjectives of means, the second joined by و (قصف مدفعي وصاروخي)."""
    if (word := follows(page, last)) and word.text in _means_adjectives():
        last += is_definite(word.text) == definite
    word = follows(page, last)
    return last + (last > first and word is not None and word.text[1:] in _means_adjectives())


@cache
def _means_adjectives() -> Set[str]:
    return {form.text for adjective in words()["means_adjectives"] for form in nation_forms(adjective)}


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
    for index, found in page.opened(SET_PHRASE):
        word = page.words[index]
        for skipped, text in found:
            for gap in vocabulary.gaps[text]:
                ahead = page.words.between(index + 1, index + 1 + GAP)
                rest = [w.text for w in ahead if w.sentence == word.sentence and not w.is_sign]
                if any(tuple(rest[i : i + len(gap.rest)]) == gap.rest for i in range(len(rest))):
                    term = Term(TRIGGER, gap.type_id, f"{text} … {' '.join(gap.rest)}", part="verb")
                    yield Trigger(index, index, skipped, (term,))
                    break
            else:
                continue
            break
