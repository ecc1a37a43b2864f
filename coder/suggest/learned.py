"""The words that decisions teach: what is suggested besides the rules, and what of theirs is held back.

A pure function of lessons (what coders kept and rejected) and of supervisors' rulings, so that the same
decisions always give the same candidates, and taking a decision back takes back what it taught:

* a term drawn twice where no rule proposed it is suggested wherever it stands, with its value, as long as it
  was not rejected more often than kept, and unless it is nothing but particles or the adjective of a nation;
* one rejected `OFTEN` times, and `RARELY` times as often as it was kept, is held back;
* one promoted by a supervisor is suggested to everybody, one vetoed to nobody.

Terms are compared folded. Words for dates and numbers are never learned: their value is not in the words.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeAlias

from coder.codebook.conform import kind_problem
from coder.codebook.schema import Codebook
from coder.messages.catalogue import Message
from coder.model import Article, Candidate, Decision, Json, Lesson, Ruling, Span, Verdict
from coder.suggest.forms import name_forms
from coder.suggest.matcher import Match, Matcher, Term
from coder.suggest.name_words import nation_adjectives
from coder.text.normalize import Folded, fold_key

TWICE = 2
OFTEN = 3
RARELY = 3
SCORE = 0.8
"""Of a learned candidate, between a listed name and a guess by pattern."""

_PARTICLES = """
في من إلى على عن مع بعد قبل بين حتى عند أن إن أنه إنه أنها إنها أو ثم بل لا لم لن ما قد كان كانت
هو هي هم هذا هذه ذلك تلك الذي التي الذين كل أي غير كما لكن
"""
"""They stand everywhere, and one can be written like a name: folded, على and علي are the same."""

Key: TypeAlias = tuple[str, str]
"""Span kind and folded text: one term."""


class State(StrEnum):
    """What becomes of a term; noted: it was met and nothing follows."""

    NOTED = "noted"
    SUGGESTED = "suggested"
    DEMOTED = "demoted"
    PROMOTED = "promoted"
    VETOED = "vetoed"


_SHOWN = (State.SUGGESTED, State.PROMOTED)
_HELD_BACK = (State.DEMOTED, State.VETOED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A term with what was counted: drawn where no rule proposes it, kept in all, rejected."""

    kind: str
    text: str
    value: Json
    state: State
    drawn: int = 0
    kept: int = 0
    rejected: int = 0

    @property
    def origin(self) -> str:
        """What its candidates say of where they come from."""
        return f"{'promoted' if self.state is State.PROMOTED else 'learned'}:{self.text}"


@dataclass(slots=True)
class _Count:
    drawn: int = 0
    kept: int = 0
    rejected: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    """how often each value was given, as canonical JSON"""

    def __add__(self, other: _Count) -> _Count:
        return _Count(
            self.drawn + other.drawn,
            self.kept + other.kept,
            self.rejected + other.rejected,
            self.texts + other.texts,
            self.values + other.values,
        )


Tally: TypeAlias = Mapping[Key, _Count]


def tally(lessons: Iterable[Lesson], codebook: Codebook) -> Tally:
    """What lessons say of each term; a known stretch counts once. Kinds that are no more are left out."""
    kinds = {kind.id for kind in codebook.span_kinds}
    counts: dict[Key, _Count] = {}
    seen: set[tuple[str, tuple[str, int, int]]] = set()
    for lesson in lessons:
        key = (lesson.kind, folded(lesson.quote))
        if (lesson.kind, lesson.where) in seen or not key[1] or lesson.kind not in kinds:
            continue
        if lesson.where is not None:
            seen.add((lesson.kind, lesson.where))
        count = counts.setdefault(key, _Count())
        count.texts[lesson.quote] += 1
        count.rejected += not lesson.kept
        count.kept += lesson.kept
        if lesson.kept and not lesson.proposed:
            count.drawn += 1
            value = _taught_value(lesson, codebook)
            if value is not None:
                count.values[json.dumps(value, ensure_ascii=False, sort_keys=True)] += 1
    return counts


def entries(tallies: Sequence[Tally], rulings: Iterable[Ruling], codebook: Codebook) -> dict[Key, Entry]:
    """Every term that was met or ruled on, with its state, of the kinds that the codebook has."""
    kinds = {kind.id for kind in codebook.span_kinds}
    ruled = {(ruling.kind, folded(ruling.text)): ruling for ruling in rulings if ruling.kind in kinds}
    found: dict[Key, Entry] = {}
    for key in sorted({key for each in tallies for key in each} | ruled.keys()):
        counts = [each[key] for each in tallies if key in each]
        found[key] = _entry(key, sum(counts[1:], counts[0]) if counts else _Count(), ruled.get(key), codebook)
    return found


def _entry(key: Key, count: _Count, ruling: Ruling | None, codebook: Codebook) -> Entry:
    text = ruling.text if ruling else min(count.texts, key=lambda t: (-count.texts[t], t))
    value = ruling.value if ruling and ruling.value is not None else _commonest(count.values)
    return Entry(
        key[0], text, value, _state(key, count, ruling, codebook), count.drawn, count.kept, count.rejected
    )


def _state(key: Key, count: _Count, ruling: Ruling | None, codebook: Codebook) -> State:
    kind, term = key
    if ruling is not None and ruling.verdict is not Verdict.TAUGHT:
        return State(ruling.verdict.value)
    taught = TWICE if ruling is not None else 0
    if count.rejected >= max(OFTEN, RARELY * (count.kept + taught)):
        return State.DEMOTED
    if count.drawn + taught < TWICE or count.rejected > count.kept + taught:
        return State.NOTED
    names_nothing = _is_particles(term) or _is_nation(term)
    return State.SUGGESTED if is_learnable(kind, codebook) and not names_nothing else State.NOTED


def _is_nation(term: str) -> bool:
    """Whether a folded term is but a nation's adjective, which is proposed beside an act (غارة أميركية)."""
    return term.endswith(("ي", "يه", "ين", "ون")) and term in nation_adjectives()


def _is_particles(term: str) -> bool:
    """Whether a folded term has no word but particles, with و or ف in front or not."""
    particles = _particles()
    return all(w in particles or (w[0] in "وف" and w[1:] in particles) for w in term.split())


@cache
def _particles() -> frozenset[str]:
    return frozenset(folded(_PARTICLES).split())


def is_learnable(kind: str, codebook: Codebook) -> bool:
    """Whether the words of this kind have a value of their own, as those of dates and numbers have not."""
    return not any(f.type in ("date", "int_range") for f in codebook.fields_for_kind(kind))


def candidates(
    article: Article,
    text: Folded,
    proposed: Sequence[Candidate],
    known: Mapping[Key, Entry],
    thresholds: Mapping[str, float],
    spans: Sequence[Span] = (),
) -> list[Candidate]:
    """What a coder is shown: the rules' candidates without those held back, and learned ones, in order.

    thresholds: kind → the least score that is shown. spans: what the coder has marked; nothing learned
    lies across it. Of learned and other candidates of a kind that overlap, the longer is shown. An id is
    made of kind and offsets as the rules make it.
    """
    states = {c.id: _state_of(c, known) for c in proposed}
    shown = {
        c.id: _with_value(c, known.get((c.kind, folded(c.quote))))
        for c in proposed
        if states[c.id] not in _HELD_BACK
        and (c.score >= thresholds.get(c.kind, 0.0) or states[c.id] in _SHOWN)
    }
    for match, entry in _matches(text, known):
        new = _candidate(article, *text.span(match.start, match.stop), entry)
        if new.id in states or _is_barred(new, article, spans):
            continue
        over = [c for c in shown.values() if c.kind == new.kind and _overlap(c, new.start, new.end)]
        if all(c.end - c.start < new.end - new.start for c in over):
            for shorter in over:
                del shown[shorter.id]
            shown[new.id] = new
    return sorted(shown.values(), key=lambda c: (c.start, c.end, c.kind))


def _candidate(article: Article, start: int, end: int, entry: Entry) -> Candidate:
    quote = article.text[start:end]
    value = value_here(entry.value, quote)
    return Candidate(f"{entry.kind}:{start}-{end}", entry.kind, start, end, quote, value, entry.origin, SCORE)


def _is_barred(new: Candidate, article: Article, spans: Sequence[Span]) -> bool:
    """Whether furniture, or something that the coder marked otherwise, is there."""
    if any(_overlap(new, start, end) for start, end in article.boilerplate):
        return True
    return any(
        span.kind == new.kind
        and span.decision is not Decision.REJECTED
        and span.candidate != new.id
        and _overlap(new, span.start, span.end)
        for span in spans
    )


def _overlap(candidate: Candidate, start: int, end: int) -> bool:
    return candidate.start < end and start < candidate.end


def _matches(text: Folded, known: Mapping[Key, Entry]) -> list[tuple[Match, Entry]]:
    """Where the terms that are to be suggested stand, in order."""
    live = {key: entry for key, entry in known.items() if entry.state in _SHOWN}
    if not live:
        return []
    terms = ((form, Term(*key, entry.text)) for key, entry in live.items() for form in name_forms(key[1]))
    return [(m, live[m.kind, m.terms[0].id]) for m in Matcher(terms).find(text)]


def _state_of(candidate: Candidate, known: Mapping[Key, Entry]) -> State:
    entry = known.get((candidate.kind, folded(candidate.quote)))
    return entry.state if entry else State.NOTED


def _with_value(candidate: Candidate, entry: Entry | None) -> Candidate:
    """A rule's candidate, with the learned value where the rule knew none."""
    if candidate.value is not None or entry is None or entry.state not in _SHOWN or entry.value is None:
        return candidate
    return replace(candidate, value=value_here(entry.value, candidate.quote))


def _taught_value(lesson: Lesson, codebook: Codebook) -> Json:
    """The value of a kept stretch: its own, or that of the first field which it alone can stand for."""
    given = (lesson.given.get(each.id) for each in codebook.fields_for_kind(lesson.kind))
    alone = (v for v in given if v is not None and (not isinstance(v, list) or len(v) == 1))
    value = next(alone, None) if lesson.value is None else lesson.value
    return bare(value) if misfit(lesson.kind, value, codebook) is None else None  # of an older revision


def misfit(kind: str, value: Json, codebook: Codebook) -> Message | None:
    """Why a term of the kind cannot have this value; None where it can, or has none."""
    return kind_problem(kind, value_here(value, "-"), codebook)


def bare(value: Json) -> Json:
    """A value without how its words were written, which each occurrence has for itself."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name != "as_written"}
    return value


def value_here(value: Json, quote: str) -> Json:
    """A learned value for one occurrence; places are told by their parts and say how they are written."""
    if isinstance(value, list):
        return [value_here(item, quote) for item in value]
    if isinstance(value, dict) and "precision" in value:
        return {"as_written": quote, **value}
    return value


def _commonest(values: Counter[str]) -> Json:
    """The value given most often; None where two were given equally often."""
    first = values.most_common(2)
    if not first or (len(first) == 2 and first[0][1] == first[1][1]):
        return None
    return json.loads(first[0][0])


@lru_cache(2**16)
def folded(quote: str) -> str:
    """The text under which a term is known."""
    return fold_key(quote)
