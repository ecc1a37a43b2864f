"""Terms learned from decisions: what is suggested in addition to the rules, and which
of theirs are withheld.

A pure function of lessons (what coders kept and rejected) and supervisors' rulings, so
that undoing a decision undoes what was learned from it:

* a term drawn twice where no rule proposed it is suggested wherever it occurs, with its value, unless it was
  rejected more often than kept or consists only of particles or a nationality adjective;
* a term rejected `OFTEN` times, and `RARELY` times as often as it was kept, is withheld;
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
RARELY = 3
SCORE = 0.8  # of learned candidates: between listed names and guesses by pattern

Key: TypeAlias = tuple[str, str]  # a term: span kind and folded text


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
        count.rejected += not lesson.kept
        count.kept += lesson.kept
        if lesson.kept and not lesson.proposed:
            count.drawn += 1
            if (value := _learned_value(lesson, codebook)) is not None:
                count.values[json.dumps(value, ensure_ascii=False, sort_keys=True)] += 1
    return counts


def entries(
    tallies: Sequence[Tally], rulings: Iterable[Ruling], codebook: Codebook
) -> dict[Key, Entry]:
    """Every term with lessons or a ruling, with its state, for the codebook's span
    kinds.
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
        count = sum(counts[1:], counts[0]) if counts else _Count()
        ruling = ruled.get(key)
        text = (
            ruling.text
            if ruling
            else min(count.texts, key=lambda t: (-count.texts[t], t))
        )
        first, second = [*count.values.most_common(2), ("null", 0), ("null", 0)][:2]
        value = (
            json.loads(first[0]) if first[1] != second[1] else None
        )  # the most frequent, unless tied
        value = ruling.value if ruling and ruling.value is not None else value
        state = _state(key, count, ruling, codebook)
        found[key] = Entry(
            key[0], text, value, state, count.drawn, count.kept, count.rejected
        )
    return found


def _state(key: Key, count: _Count, ruling: Ruling | None, codebook: Codebook) -> State:
    kind, term = key
    if ruling is not None and ruling.verdict is not Verdict.TAUGHT:
        return State(ruling.verdict.value)
    taught = TWICE if ruling is not None else 0
    often = (
        2 * OFTEN if codebook.is_trigger(kind) else OFTEN
    )  # mentions of one act again and again
    if count.rejected >= max(often, RARELY * (count.kept + taught)):
        return State.DEMOTED
    if count.drawn + taught < TWICE or count.rejected > count.kept + taught:
        return State.NOTED
    from coder.suggest.name_spans import (
        nation_adjectives,
    )  # word lists, loaded only if needed
    from coder.suggest.word_lists import word_set

    # nationality adjectives are proposed by rule beside an act (غارة أميركية)
    is_nationality = (
        term.endswith(("ي", "يه", "ين", "ون")) and term in nation_adjectives()
    )
    particles = word_set("particles")
    is_empty = all(
        w in particles or (w[0] in "وف" and w[1:] in particles) for w in term.split()
    )
    return (
        State.NOTED
        if is_nationality or is_empty or not is_learnable(kind, codebook)
        else State.SUGGESTED
    )


def is_learnable(kind: str, codebook: Codebook) -> bool:
    """Return whether words of this kind have a fixed value, unlike those of dates and
    numbers.
    """
    return not any(
        f.type in ("date", "int_range") for f in codebook.fields_for_kind(kind)
    )


def candidates(
    article: Article,
    text: Folded,
    proposed: Sequence[Candidate],
    known: Mapping[Key, Entry],
    thresholds: Mapping[str, float],
    spans: Sequence[Span] = (),
) -> list[Candidate]:
    """The candidates shown to a coder, in order: those of the rules except withheld
    ones, and learned ones.

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
    """All occurrences of learned and promoted terms in an article."""
    live = {key: entry for key, entry in known.items() if entry.state in SHOWN}
    if not live:
        return []
    from coder.suggest.compiled_lexicon import Matcher, Term  # loaded only if needed
    from coder.suggest.forms import name_forms

    terms = (
        (form, Term(*key, entry.text))
        for key, entry in live.items()
        for form in name_forms(key[1])
    )
    found = []
    for match in Matcher(terms).find(text):
        entry = live[match.kind, match.terms[0].id]
        start, end = text.span(match.start, match.stop)
        quote = article.text[start:end]
        value = value_here(entry.value, article.text[start:end])
        origin = (
            f"{'promoted' if entry.state is State.PROMOTED else 'learned'}:{entry.text}"
        )
        id_ = f"{entry.kind}:{start}-{end}"
        found.append(
            Candidate(id_, entry.kind, start, end, quote, value, origin, SCORE)
        )
    return found


def blocked_ids(
    found: Iterable[Candidate], article: Article, spans: Iterable[Span]
) -> set[str]:
    """The ids of candidates that overlap boilerplate or a span that the coder marked
    differently.
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
    """The rules' candidates except withheld ones, and learned ones longer than any they
    overlap, in order.
    """
    shown: dict[str, Candidate] = {}
    for candidate in proposed:
        entry = known.get((candidate.kind, folded(candidate.quote)))
        state = entry.state if entry else State.NOTED
        is_likely = candidate.score >= thresholds.get(candidate.kind, 0.0)
        if (
            entry
            and state in SHOWN
            and candidate.value is None
            and entry.value is not None
        ):
            shown[candidate.id] = replace(
                candidate, value=value_here(entry.value, candidate.quote)
            )
        elif state in SHOWN or (
            is_likely and state not in (State.DEMOTED, State.VETOED)
        ):
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
    """The lesson's own value, or that of the first field given exactly one value; None
    if no longer valid.
    """
    field_values = (
        lesson.given.get(field.id) for field in codebook.fields_for_kind(lesson.kind)
    )
    single = (
        v
        for v in field_values
        if v is not None and (not isinstance(v, list) or len(v) == 1)
    )
    value = next(single, None) if lesson.value is None else lesson.value
    is_valid = (
        value_problem(lesson.kind, value, codebook) is None
    )  # else from an older revision
    return bare(value) if is_valid else None


def value_problem(kind: str, value: Json, codebook: Codebook) -> Message | None:
    """Why a term of the kind cannot have this value; None if it can."""
    return kind_problem(kind, value_here(value, "-"), codebook)


def bare(value: Json) -> Json:
    """The value without the written form of its words, which differs between
    occurrences.
    """
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name != "as_written"}
    return value


def value_here(value: Json, quote: str) -> Json:
    """A learned value for one occurrence; places get their written form from its quote."""
    if isinstance(value, list):
        return [value_here(item, quote) for item in value]
    if isinstance(value, dict) and "precision" in value:
        return {"as_written": without_lone_marks(quote), **value}
    return value


folded = lru_cache(2**16)(fold_key)  # the text by which terms are compared
