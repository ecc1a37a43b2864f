"""A trigger and its sentence, as used by the rules that propose an event."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.model import Candidate
from coder.suggest.compiled_lexicon import ACTOR, PLACE, TRIGGER, WEAPON
from coder.suggest.date_spans import DATE
from coder.suggest.word_lists import (
    PRONOUN,
    noun_forms_of,
    verbs,
    verbs_before_nouns,
    word_set,
)
from coder.text.normalize import Folded, fold

# words between a preposition and the group it governs (ضد عدد من أعضاء كتائب، بين وفدي
# الحكومة والحركة)
_SOME_OF = re.compile(
    r"(?:(?:^| )(?:عدد من|بعض|كل من|احد|اعضاء|وفد|وفدي|وفود|(?:ممثل|مندوب|مسوول)(?:ي|ين (?:من|عن))|طرفي))+$"
)
_QUOTES = re.compile('["«»“”#]')  # signs that do not separate words
_CLOSED = re.compile("،(?! و)")  # a comma behind which the main clause goes on
_REACH = 6  # words in front of a candidate that can determine its role
_HEADING = 6  # words that the heading of a section has at most
# code points: room for a particle and blanks; words further apart need not be looked at
ADJOINING = 8
_OBJECT_ENDINGS = (
    "ا",
    "ً",
    "هم",
    "ه",
)  # of a noun behind a verb: its object, not its subject
LONGEST_WORD = 30  # code points
_FAR = 200  # letters: words further away do not relate two candidates


class LightVerb(NamedTuple):
    """A verb whose meaning lies in the noun behind it; form is folded, start and end
    are code points.
    """

    form: str
    start: int
    end: int


class Sentence:
    """A sentence [start, end) and its candidates in order, in code points; caches
    lookups across triggers.
    """

    def __init__(
        self, text: str, start: int, end: int, candidates: Sequence[Candidate]
    ) -> None:
        self.text, self.start, self.end, self.here = text, start, end, candidates
        self._kinds: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            self._kinds.setdefault(candidate.kind, []).append(candidate)
        self._fronts: dict[int, list[str]] = {}
        self._governors: dict[int, frozenset[str]] = {}

    def of_kind(self, kind: str) -> list[Candidate]:
        """The sentence's candidates of a kind."""
        return self._kinds.get(kind, [])

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of a section: few words, without a sign at their
        end.
        """
        words = self.text[self.start : self.end].split()
        return len(words) <= _HEADING and not (words and words[-1][-1] in ".!?؟…")

    @cached_property
    def actors(self) -> Sequence[Candidate]:
        """The actors that are not inside a wider one and do not contain the start of a
        trigger.
        """
        acts = [c.start for c in self.of_kind(TRIGGER)]
        kept: list[Candidate] = []
        for actor in sorted(self.of_kind(ACTOR), key=lambda a: (a.start, -a.end)):
            holds_act = bisect_right(acts, actor.start) < bisect_left(acts, actor.end)
            if not holds_act and (not kept or actor.start >= kept[-1].end):
                kept.append(actor)
        return kept

    @cached_property
    def phrases(self) -> Sequence[Candidate]:
        """The actors, extended to weapons in construct state in front of them (طائرات
        التحالف).
        """
        # weapons with the article are not in construct state: بالمدفعية القوات
        arms = {
            a.end: a.start for a in self.of_kind(WEAPON) if not a.quote.startswith("ال")
        }
        phrases = []
        for actor in self.actors:
            starts = (
                arms[e]
                for e in arms
                if e <= actor.start and not self.words(e, actor.start)
            )
            phrases.append(replace(actor, start=next(starts, actor.start)))
        return phrases

    def plain(self, phrases: Iterable[Candidate]) -> list[Candidate]:
        """The original actors of `phrases`."""
        own = {actor.id: actor for actor in self.actors}
        return [own[phrase.id] for phrase in phrases]

    @cached_property
    def light_verbs(self) -> Sequence[LightVerb]:
        """The light verbs of the sentence, in order."""
        light, found = verbs_before_nouns(), []
        for match in re.finditer(r"\w+", self._folded.text):
            form = (
                match[0]
                if match[0] in light or match[0][0] not in "وفبلك"
                else match[0][1:]
            )
            if form in light:
                start, end = self._folded.span(match.end() - len(form), match.end())
                found.append(LightVerb(form, self.start + start, self.start + end))
        return found

    def front(self, candidate: Candidate) -> list[str]:
        """The last words in front of a candidate, folded, without its own proclitics."""
        if candidate.start not in self._fronts:
            front = self._folded.text[: self._index(candidate.start)]
            bare = front.rstrip("وفبكل") if front[-1:].isalpha() else front
            whole = bare if len(front) - len(bare) <= 2 else front
            self._fronts[candidate.start] = whole.rsplit(None, _REACH)[-_REACH:]
        return self._fronts[candidate.start]

    def governors(self, candidate: Candidate) -> frozenset[str]:
        """The last word and the last two words in front of a candidate, with and
        without the proclitic و.
        """
        if candidate.start not in self._governors:
            ahead = _SOME_OF.sub("", " ".join(self.front(candidate))).split()
            if ahead[-1:] == ["من"] and not noun_forms_of(
                "roles", "members"
            ).isdisjoint(ahead[-2:-1]):
                ahead = ahead[:-2]  # على يد مسلحين من الحركة
            tails = [" ".join(ahead[-size:]) for size in (1, 2)]
            self._governors[candidate.start] = frozenset(
                (*tails, *(t.removeprefix("و") for t in tails))
            )
        return self._governors[candidate.start]

    @cached_property
    def words(self) -> Callable[[int, int], str]:
        """A function returning the folded words between two offsets; of a long stretch
        only both ends.
        """
        text, index = _QUOTES.sub(" ", self._folded.text), self._index

        @cache
        def between(first: int, second: int) -> str:
            begin, end = index(first), index(second)
            is_far = end - begin > 2 * _FAR
            ends = (
                f"{text[begin : begin + _FAR]} {text[end - _FAR : end]}"
                if is_far
                else text[begin:end]
            )
            return " ".join(ends.split())

        return between

    def adjoins(self, start: int, ends: Iterable[int]) -> bool:
        """Whether no word stands between an offset and one of the ends in front of it."""
        return any(end <= start and not self.words(end, start) for end in ends)

    @cached_property
    def _index(self) -> Callable[[int], int]:
        folded, start = self._folded, self.start
        return cache(lambda offset: folded.index(offset - start))

    @cached_property
    def _folded(self) -> Folded:
        return fold(self.text[self.start : self.end])


class Clause(Struct, frozen=True, dict=True):
    """A trigger in its sentence."""

    trigger: Candidate
    sentence: Sentence

    @cached_property
    def next(self) -> int:
        """The start of the next trigger in the sentence; the sentence's end if there is
        none.
        """
        return next(
            (start for start in self._starts if start >= self.trigger.end),
            self.sentence.end,
        )

    @cached_property
    def earlier(self) -> Candidate | None:
        """The previous trigger in the sentence."""
        return next(
            (c for c in reversed(self.of_kind(TRIGGER)) if c.end <= self.trigger.start),
            None,
        )

    @cached_property
    def partner(self) -> Candidate | None:
        """The trigger for the same act: the verb of this noun, or the noun of this verb
        (الهجوم الذي ضرب).
        """
        here = self.trigger.start
        for first, second in pairwise(self.of_kind(TRIGGER)):
            if here in (first.start, second.start) and self._denote_one_act(
                first, second
            ):
                return second if first.start == here else first
        return None

    def _denote_one_act(
        self, first: Candidate, second: Candidate
    ) -> bool:  # غارة إسرائيلية استهدفت
        parts = first.origin.partition(":")[0], second.origin.partition(":")[0]
        is_violent = {first.value, second.value} <= word_set("events", "violent")
        if is_violent and parts == (
            "verb",
            "noun",
        ):  # دمرت الغارات، استهدف قصف الجيش منزلا
            is_object = second.quote.endswith(_OBJECT_ENDINGS)
            return not is_object and not self.words(first.end, second.start)
        if not is_violent or parts != ("noun", "verb"):
            return False
        start = first.end
        adjuncts = (
            c
            for c in (*self.of_kind(PLACE), *self.of_kind(DATE))
            if start <= c.start < second.start
        )
        for candidate in sorted(
            adjuncts, key=lambda c: c.start
        ):  # skip places and dates between the two
            if self.words(start, candidate.start) in ("", "في", "ب", "،"):
                start = max(start, candidate.end)
        words = self.words(start, second.start).removeprefix("،").split()
        return len(words) <= 2 and all(w.isalpha() for w in words)

    @property
    def front(self) -> str:
        """The text of the sentence in front of the trigger."""
        return self.sentence.text[self.sentence.start : self.trigger.start]

    def of_kind(self, kind: str) -> list[Candidate]:
        """The candidates of a kind in the sentence."""
        return self.sentence.of_kind(kind)

    def words(self, first: int, second: int) -> str:
        """The words between two offsets, folded."""
        return self.sentence.words(first, second)

    def before(self, candidate: Candidate, size: int) -> str:
        """The last `size` words in front of a candidate, folded."""
        return " ".join(self.sentence.front(candidate)[-size:])

    def after(self, candidate: Candidate) -> str:
        """The word behind a candidate, folded."""
        end = min(candidate.end + LONGEST_WORD, self.sentence.end)
        return self.words(candidate.end, end).partition(" ")[0].strip(".،")

    def is_in_clause(self, candidate: Candidate) -> bool:
        """Whether no word between the trigger and a later candidate opens another
        clause (حيث، بينما).
        """
        between = self.words(self.trigger.end, candidate.start).split()
        return word_set("roles", "elsewhere").isdisjoint(between)

    def is_parted_from(self, candidate: Candidate) -> bool:
        """Whether a word between an earlier candidate and the trigger opens another
        clause (بينما).
        """
        is_earlier = candidate.end <= self.trigger.start
        between = (
            self.words(candidate.end, self.trigger.start).split() if is_earlier else []
        )
        opening = [
            at
            for at, word in enumerate(between)
            if word in word_set("roles", "parting")
        ]
        return bool(opening) and not _is_aside(between[opening[-1] + 1 :])

    def falls_on(self, *kinds: str) -> bool:
        """Whether على precedes a candidate of these kinds behind the trigger (قصف
        للقوات على أحياء).
        """
        behind = (
            c
            for kind in kinds
            for c in self.of_kind(kind)
            if self.trigger.end <= c.start < self.next
        )
        return any(self.before(c, 1) == "علي" for c in behind)

    def is_own(self, candidate: Candidate) -> bool:
        """Whether no other trigger stands between the trigger and the candidate."""
        low, high = sorted((self.trigger.start, candidate.start))
        return bisect_left(self._starts, low + 1) == bisect_left(self._starts, high)

    @cached_property
    def _starts(self) -> list[int]:  # of triggers that denote other acts
        same = {self.trigger.start, self.partner.start if self.partner else -1}
        return [c.start for c in self.of_kind(TRIGGER) if c.start not in same]


def _is_aside(words: Sequence[str]) -> bool:
    """Whether an act behind بينما or فيما and these words is not what they tell: فيما
    يبدو هجوم.
    """
    verb, last = (words[0], words[-1]) if words else ("", "")
    if _CLOSED.search(" ".join(words)) or verb in word_set("roles", "seeming"):
        return True  # بينما كان المارة يتجولون، هاجم رجل شرطيا
    if PRONOUN.sub("", verb) in verbs("roles", "describing"):
        return bool(PRONOUN.search(verb)) or last in word_set("roles", "described_as")
    return verb in verbs("roles", "being") and last in ("في", "ب")
