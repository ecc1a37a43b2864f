"""Terms learned from decisions: what is suggested in addition to the rules, and which
of theirs are withheld.

A pure function of lessons (what coders kept and rejected) and supervisors' rulings, so
that undoing a decision undoes what was learned from it:

* a term drawn twice where no rule proposed it is suggested wherever it occurs, with its
  value, unless it was rejected more often than kept or consists only of particles or a
  nationality adjective;
* a term rejected `OFTEN` times (twice that for a trigger), and `REJECTED_PER_KEPT`
  times as often as it was kept, is withheld;
* a term taught by a ruling counts as drawn and kept twice before coders decide on it;
* a term promoted by a supervisor is suggested to everybody, a vetoed one to nobody.

Terms are compared folded. Words for dates and numbers are never learned, as their words
have no fixed value.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import kind_problem
from coder.messages.catalogue import Message
from coder.model import (
    Article,
    Candidate,
    Decision,
    Json,
    Lesson,
    Ruling,
    Span,
    Verdict,
)
from coder.text.normalize import Folded, fold_key, without_lone_marks

TWICE = 2
OFTEN = 3
REJECTED_PER_KEPT = 3
SCORE = 0.8  # of learned candidates: between listed names and guesses by pattern

Key: TypeAlias = tuple[str, str]
"""A term: span kind and folded text."""


class State(StrEnum):
    """The status of a term; noted terms occurred but have no effect."""

    NOTED = "noted"
    SUGGESTED = "suggested"
    DEMOTED = "demoted"
    PROMOTED = "promoted"
    VETOED = "vetoed"


SHOWN = (State.SUGGESTED, State.PROMOTED)


class Entry(Struct, frozen=True):
    """A term with its counts; drawn: kept spans that no rule had proposed."""

    kind: str
    text: str
    value: Json
    state: State
    drawn: int = 0
    kept: int = 0
    rejected: int = 0


@dataclass(slots=True)
class _Count:
    """How often a term was drawn, kept and rejected, in which spellings and values."""

    drawn: int = 0
    kept: int = 0
    rejected: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)  # by canonical JSON

    def __add__(self, other: _Count) -> _Count:
        texts = self.texts + other.texts
        values = self.values + other.values
        drawn = self.drawn + other.drawn
        kept = self.kept + other.kept
        return _Count(drawn, kept, self.rejected + other.rejected, texts, values)


Tally: TypeAlias = Mapping[Key, _Count]


def tally(lessons: Iterable[Lesson], codebook: Codebook) -> Tally:
    """Count the lessons per term; an occurrence counts once. Kinds the codebook no
    longer has are skipped.
    """
    kinds = {kind.id for kind in codebook.span_kinds}
    counts: dict[Key, _Count] = {}
    seen: set[tuple[str, tuple[str, int, int] | None]] = set()
    for lesson in lessons:
        key = (lesson.kind, folded(lesson.quote))
        occurrence = (lesson.kind, lesson.where)
        if (
            (occurrence in seen and lesson.where is not None)
            or not key[1]
            or lesson.kind not in kinds
        ):
            continue
        seen.add(occurrence)
        count = counts.setdefault(key, _Count())
        count.texts[lesson.quote] += 1
        if not lesson.kept:
            count.rejected += 1
            continue
        count.kept += 1
        if lesson.proposed:
            continue
        count.drawn += 1
        value = _learned_value(lesson, codebook)
        if value is not None:
            count.values[json.dumps(value, ensure_ascii=False, sort_keys=True)] += 1
    return counts


def entries(
    tallies: Sequence[Tally], rulings: Iterable[Ruling], codebook: Codebook
) -> dict[Key, Entry]:
    """Return every term with lessons or a ruling, with its state, for the codebook's
    span kinds.
    """
    kinds = {kind.id for kind in codebook.span_kinds}
    ruled = {
        (ruling.kind, folded(ruling.text)): ruling
        for ruling in rulings
        if ruling.kind in kinds
    }
    found: dict[Key, Entry] = {}
    for key in sorted({key for each in tallies for key in each} | ruled.keys()):
        counts = [each[key] for each in tallies if key in each]
        count = sum(counts, _Count())
        ruling = ruled.get(key)
        if ruling is not None:
            text = ruling.text
        else:
            text = min(count.texts, key=lambda t: (-count.texts[t], t))
        value = _most_frequent_value(count)
        if ruling is not None and ruling.value is not None:
            value = ruling.value
        state = _decide_state(key, count, ruling, codebook)
        found[key] = Entry(
            key[0], text, value, state, count.drawn, count.kept, count.rejected
        )
    return found


def _most_frequent_value(count: _Count) -> Json:
    """Return the most frequent value of a term; None if two are, or there is none."""
    ranked = count.values.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    value: Json = json.loads(ranked[0][0])
    return value


def _decide_state(
    key: Key, count: _Count, ruling: Ruling | None, codebook: Codebook
) -> State:
    """Return the state of a term; the first that applies decides:

    1. promoted or vetoed: a supervisor ruled so;
    2. demoted: it was rejected often, and several times as often as kept;
    3. noted: it was drawn too rarely, or rejected more often than kept;
    4. noted: its kind or its words cannot be learned;
    5. suggested.
    """
    kind, term = key
    if ruling is not None and ruling.verdict is not Verdict.TAUGHT:
        return State(ruling.verdict.value)
    taught = TWICE if ruling is not None else 0
    drawn = count.drawn + taught
    kept = count.kept + taught
    # an article mentions one act again and again, and each mention can be rejected
    often = 2 * OFTEN if codebook.is_trigger(kind) else OFTEN
    if count.rejected >= max(often, REJECTED_PER_KEPT * kept):
        return State.DEMOTED
    if drawn < TWICE or count.rejected > kept:
        return State.NOTED
    if not is_learnable(kind, codebook) or not _has_learnable_words(term):
        return State.NOTED
    return State.SUGGESTED


def _has_learnable_words(term: str) -> bool:
    """Return whether a folded term is more than particles or a nationality adjective.

    Rules propose nationality adjectives beside an act (غارة أميركية).
    """
    # imported here, as the word lists take long to read and are seldom needed
    from coder.suggest.name_spans import nation_adjectives
    from coder.suggest.word_lists import word_set

    has_nations_ending = term.endswith(("ي", "يه", "ين", "ون"))
    if has_nations_ending and term in nation_adjectives():
        return False
    particles = word_set("particles")
    for word in term.split():
        is_joined_particle = word[0] in "وف" and word[1:] in particles
        if word not in particles and not is_joined_particle:
            return True
    return False


def is_learnable(kind: str, codebook: Codebook) -> bool:
    """Return whether words of this kind have a fixed value, unlike those of dates and
    numbers.
    """
    types = {each.type for each in codebook.fields_for_kind(kind)}
    return types.isdisjoint(("date", "int_range"))


def candidates(
    article: Article,
    text: Folded,
    proposed: Sequence[Candidate],
    known: Mapping[Key, Entry],
    thresholds: Mapping[str, float],
    spans: Sequence[Span] = (),
) -> list[Candidate]:
    """Return the candidates shown to a coder, in order: those of the rules except
    withheld ones, and learned ones.

    thresholds: kind → minimum score. spans: the coder's spans; learned candidates that
    overlap one are left out. Of overlapping learned and other candidates of a kind the
    longer is shown.
    """
    learned = met(article, text, known)
    excluded = blocked_ids(learned, article, spans)
    return joined(
        proposed, [c for c in learned if c.id not in excluded], known, thresholds
    )


def met(article: Article, text: Folded, known: Mapping[Key, Entry]) -> list[Candidate]:
    """Return all occurrences of learned and promoted terms in an article."""
    live = {key: entry for key, entry in known.items() if entry.state in SHOWN}
    if not live:
        return []
    # imported here, as the rules take long to load and are not needed without terms
    from coder.suggest.compiled_lexicon import Matcher, Term
    from coder.suggest.forms import name_forms

    terms = [
        (form, Term(*key, entry.text))
        for key, entry in live.items()
        for form in name_forms(key[1])
    ]
    found = []
    for match in Matcher(terms).find(text):
        entry = live[match.kind, match.terms[0].id]
        start, end = text.span(match.start, match.stop)
        quote = article.text[start:end]
        how = "promoted" if entry.state is State.PROMOTED else "learned"
        found.append(
            Candidate(
                id=f"{entry.kind}:{start}-{end}",
                kind=entry.kind,
                start=start,
                end=end,
                quote=quote,
                value=value_here(entry.value, quote),
                origin=f"{how}:{entry.text}",
                score=SCORE,
            )
        )
    return found


def blocked_ids(
    found: Iterable[Candidate], article: Article, spans: Iterable[Span]
) -> set[str]:
    """Return the ids of candidates that overlap boilerplate or a span that the coder
    marked differently.
    """
    marked = _Index(span for span in spans if span.decision is not Decision.REJECTED)
    return {
        c.id
        for c in found
        if any(c.start < end and start < c.end for start, end in article.boilerplate)
        or any(span.candidate != c.id for span in marked.overlapping(c))
    }


def joined(
    proposed: Sequence[Candidate],
    learned: Sequence[Candidate],
    known: Mapping[Key, Entry],
    thresholds: Mapping[str, float],
) -> list[Candidate]:
    """Return the rules' candidates except withheld ones, and learned ones longer than
    any they overlap, in order.
    """
    shown: dict[str, Candidate] = {}
    for candidate in proposed:
        entry = known.get((candidate.kind, folded(candidate.quote)))
        state = entry.state if entry else State.NOTED
        is_likely = candidate.score >= thresholds.get(candidate.kind, 0.0)
        is_withheld = state in (State.DEMOTED, State.VETOED)
        if state not in SHOWN and (is_withheld or not is_likely):
            continue
        if entry and state in SHOWN and candidate.value is None:
            value = value_here(entry.value, candidate.quote)
            candidate = replace(candidate, value=value)
        shown[candidate.id] = candidate
    ids = {c.id for c in proposed}
    by_place = _Index(shown.values() if learned else ())
    for new in learned:
        rivals = by_place.overlapping(new)
        if new.id not in ids and all(
            c.end - c.start < new.end - new.start for c in rivals
        ):
            for shorter in rivals:
                del shown[shorter.id]
                by_place.remove(shorter)
            shown[new.id] = new
            by_place.add(new)
    return sorted(shown.values(), key=lambda c: (c.start, c.end, c.kind))


def overlap(one: Candidate, other: Candidate | Span) -> bool:
    """Return whether two candidates or spans have the same kind and overlap."""
    return one.kind == other.kind and one.start < other.end and other.start < one.end


_Placed = TypeVar("_Placed", Candidate, Span)


class _Index(Generic[_Placed]):
    """Spans or candidates sorted by kind and start, to find overlapping ones without a
    full scan.
    """

    def __init__(self, stretches: Iterable[_Placed]) -> None:
        # the longest that was ever added bounds how far in front an overlap can begin
        self._by_kind: dict[str, list[_Placed]] = {}
        self._longest: int = 0
        for stretch in sorted(stretches, key=_start):
            self.add(stretch)

    def add(self, stretch: _Placed) -> None:
        insort(self._by_kind.setdefault(stretch.kind, []), stretch, key=_start)
        self._longest = max(self._longest, stretch.end - stretch.start)

    def remove(self, stretch: _Placed) -> None:
        self._by_kind[stretch.kind].remove(stretch)

    def overlapping(self, candidate: Candidate) -> list[_Placed]:
        """Return those of a candidate's kind that overlap it."""
        stretches = self._by_kind.get(candidate.kind, [])
        first = bisect_right(stretches, candidate.start - self._longest, key=_start)
        last = bisect_left(stretches, candidate.end, key=_start)
        return [
            stretch
            for stretch in stretches[first:last]
            if stretch.end > candidate.start
        ]


_start = attrgetter("start")


def _learned_value(lesson: Lesson, codebook: Codebook) -> Json:
    """Return the lesson's own value, or that of the first field with exactly one value.

    Return None if the value is not valid: a lesson can be from an older revision of the
    codebook.
    """
    value = lesson.value
    if value is None:
        value = _first_single_value(lesson, codebook)
    is_valid = value_problem(lesson.kind, value, codebook) is None
    return bare(value) if is_valid else None


def _first_single_value(lesson: Lesson, codebook: Codebook) -> Json:
    """Return the value of the first field that has exactly one, None if none has."""
    for each in codebook.fields_for_kind(lesson.kind):
        given = lesson.given.get(each.id)
        is_single = not isinstance(given, list) or len(given) == 1
        if given is not None and is_single:
            return given
    return None


def value_problem(kind: str, value: Json, codebook: Codebook) -> Message | None:
    """Return why a term of the kind cannot have this value; None if it can."""
    return kind_problem(kind, value_here(value, "-"), codebook)


def bare(value: Json) -> Json:
    """Return a value without the written form of its words, which differs between
    occurrences.
    """
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name != "as_written"}
    return value


def value_here(value: Json, quote: str) -> Json:
    """Return a learned value for one occurrence; places are written as in its quote."""
    if isinstance(value, list):
        return [value_here(item, quote) for item in value]
    if isinstance(value, dict) and "precision" in value:
        return {"as_written": without_lone_marks(quote), **value}
    return value


folded = lru_cache(2**16)(fold_key)
"""Return the text by which terms are compared."""
