"""Evaluates candidates against codings, by span kind, by value and by event.

Coders mark only one mention of many, so a false positive may be a true mention that nobody needed: precision
is a lower bound. Dates are resolved against the publication date in the coding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.importers.registry import reader_for
from coder.model import Article, Candidate, Coding, Json
from coder.service.edits.edits import Context
from coder.service.edits.event_edits import OpenEvent
from coder.service.learning.learned_terms import publication
from coder.service.project.fitting import expect_none, expect_sound, value_problems
from coder.service.project.opened import Project
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from coder.text.normalize import fold_key
from coder.text.segment import sentences
from coder.values.typed import same_thing

Place = tuple[str, int, int]  # kind, start and end of a span or a candidate
VALUED = {"date": "date", "int_range": "number"}  # field type → the span kind whose value is compared


@dataclass
class Share:
    """A count of hits out of n."""

    n: int = 0
    hits: int = 0

    def add(self, hit: bool) -> None:
        """Count one more case."""
        self.n += 1
        self.hits += hit

    @property
    def share(self) -> float | None:
        """The proportion of hits; None if n is 0."""
        return self.hits / self.n if self.n else None


@dataclass
class Side:
    """Recall of spans or precision of candidates, by any overlap and by exact boundaries."""

    overlap: Share = field(default_factory=Share)
    exact: Share = field(default_factory=Share)
    missing: Counter[str] = field(default_factory=Counter)  # folded quotes without any overlap


@dataclass
class KindScore:
    """The recall and precision of one span kind."""

    recall: Side = field(default_factory=Side)
    precision: Side = field(default_factory=Side)


def f1(precision: Share, recall: Share) -> dict[str, float | None]:
    """Return precision, recall and their harmonic mean by name; None where undefined."""
    p, r = precision.share, recall.share
    return {"precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p and r else None}


@dataclass
class Evaluation:
    """All scores: by kind; normalised values by kind; events with a proposal; proposed values by field."""

    kinds: dict[str, KindScore] = field(default_factory=lambda: defaultdict(KindScore))
    values: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    events: Share = field(default_factory=Share)
    fields: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))


def evaluate_file(project: Project, name: str) -> Evaluation:
    """Evaluate against a native file, or against the project's closed `gold` or submitted `codings`."""
    if name in ("gold", "codings") and not Path(name).exists():
        with project.store.read() as queries:
            stored = queries.golds() if name == "gold" else queries.codings()
            codings = [expect_sound(c, project.revision(queries, c.codebook, c.id)) for c in stored]
        if not codings:
            raise CoderError(f"learning.no_{name}")
        return evaluate(((project.article(c.article), c) for c in codings), project.codebook)
    pairs: list[tuple[Article, Coding]] = []
    reader = reader_for(Path(name), "native")
    for taken in map(reader.taken, reader.pieces(Path(name))):
        if taken.coding is None:
            continue
        article = taken.article or project.article(taken.coding.article)
        if article.text_sha256 != taken.coding.text_sha256:
            raise CoderError("learning.other_text", article=article.id, where=taken.where)
        expect_none(value_problems(taken.coding, project.codebook, taken.where))
        pairs.append((article, taken.coding))
    return evaluate(pairs, project.codebook)


def evaluate(pairs: Iterable[tuple[Article, Coding]], codebook: Codebook) -> Evaluation:
    """Evaluate against codings; a candidate is correct if any coding of its article has it."""
    result = Evaluation()
    marked: dict[str, set[Place]] = defaultdict(set)
    offered: dict[str, dict[Place, str]] = {}
    for article, coding in pairs:
        candidates = propose(article, codebook, publication(coding))
        offered[article.id] = {c.stretch: c.quote for c in candidates}
        places = {s.stretch: s.quote for s in coding.standing}
        marked[article.id].update(places)
        for place, quote in places.items():
            _count(result.kinds[place[0]].recall, place, quote, offered[article.id])
        _score_values(result, coding, candidates, codebook)
        _score_events(result, article, coding, candidates, codebook)
    for key, places in offered.items():
        for place, quote in places.items():
            _count(result.kinds[place[0]].precision, place, quote, marked[key])
    return result


def _count(side: Side, place: Place, quote: str, others: Collection[Place]) -> None:
    kind, start, end = place
    hit = any(k == kind and s < end and start < e for k, s, e in others)
    side.overlap.add(hit)
    side.exact.add(place in others)
    if not hit:
        side.missing[fold_key(quote)] += 1


def _score_values(
    result: Evaluation, coding: Coding, candidates: Sequence[Candidate], codebook: Codebook
) -> None:
    """Compare coded dates and numbers that rest on one span with the overlapping candidate's value."""
    types = {field.id: field.type for field in codebook.event_fields}  # without those of other revisions
    for event in coding.events:
        for name, answer in event.fields.items():
            kind = VALUED.get(types.get(name, ""))
            spans = [s for i in answer.evidence if (s := coding.span(i)) and s.kind == kind]
            if not kind or not answer.coded or len(spans) != 1:
                continue
            [s] = spans
            over = [c for c in candidates if c.kind == kind and c.start < s.end and s.start < c.end]
            if over:
                best = max(over, key=lambda c: min(c.end, s.end) - max(c.start, s.start))
                result.values[kind].add(same_thing(best.value, answer.value))


def _score_events(
    result: Evaluation, article: Article, coding: Coding, candidates: Sequence[Candidate], codebook: Codebook
) -> None:
    """Score for each coded event whether a trigger proposes it, and which proposed values are correct."""
    if codebook.type_field is None:
        return
    blank = Coding(article.id, article.text_sha256, codebook.ref, "suggester", answers=coding.answers)
    events, extents = EventProposer(candidates, article, codebook), sentences(article.text)
    context = Context(
        codebook, article, propose=lambda c: events.propose(c) if isinstance(c, Candidate) else {}
    )
    triggers = [c for c in candidates if c.kind == "trigger"]
    for event in coding.events:
        answer = event.answer(codebook.type_field.id)
        spans = [s for i in answer.evidence if (s := coding.span(i)) and s.kind == "trigger"]
        exact = [c for s in spans for c in triggers if (c.start, c.end) == (s.start, s.end)]
        both = [c for c in exact if c.value == answer.value]
        near = [(a, b) for a, b in extents if any(a <= s.start < b for s in spans)]
        typed = [c for c in triggers if c.value == answer.value and any(a <= c.start < b for a, b in near)]
        # A candidate on a coded trigger of the event, else one of the event's type in the same sentence.
        trigger = next(iter((*both, *exact, *typed)), None)
        result.events.add(trigger is not None)
        if trigger is None:
            continue
        proposed = OpenEvent(trigger).apply(blank, context).events[-1]
        for name, answer in proposed.fields.items():
            coded = event.answer(name)
            for item in _items(answer.value) if answer.proposed else ():
                hit = coded.coded and any(same_thing(item, other) for other in _items(coded.value))
                result.fields[name].add(hit)


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
