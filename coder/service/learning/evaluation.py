"""How good the candidates are: held against codings, kind by kind, value by value, event by event.

A coder marks one mention of many, so against codings a false alarm may be a true mention that nobody needed:
precision is a lower bound there. Dates are resolved against the publication date that a coding gives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.importers.registry import reader_for
from coder.model import Article, Candidate, Coding, Decision, Json
from coder.service.edits.edits import Context
from coder.service.edits.event_edits import OpenEvent
from coder.service.learning.learned_terms import publication
from coder.service.project.fitting import all_of, expect_sound, value_problems
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
    """So many hits of n."""

    n: int = 0
    hits: int = 0

    def add(self, hit: bool) -> None:
        """One more, a hit or not."""
        self.n += 1
        self.hits += hit

    @property
    def share(self) -> float | None:
        """The part that are hits; None of nothing."""
        return self.hits / self.n if self.n else None


@dataclass
class Side:
    """The spans that are found, or the candidates that are right, by overlap and with the same edges."""

    overlap: Share = field(default_factory=Share)
    exact: Share = field(default_factory=Share)
    missing: Counter[str] = field(default_factory=Counter)  # folded words of those that overlap none


@dataclass
class KindScore:
    """One span kind, from the side of what was coded and of what was offered."""

    recall: Side = field(default_factory=Side)
    precision: Side = field(default_factory=Side)


def f1(precision: Share, recall: Share) -> dict[str, float | None]:
    """The two by name, and their harmonic mean, `f1`."""
    one, other = precision.share, recall.share
    both = 2 * one * other / (one + other) if one and other else None
    return {"precision": one, "recall": other, "f1": both}


@dataclass
class Evaluation:
    """All figures: by kind; normalised values by kind; events with a proposal; proposed values by field."""

    kinds: dict[str, KindScore] = field(default_factory=lambda: defaultdict(KindScore))
    values: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    events: Share = field(default_factory=Share)
    fields: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))


def evaluate_file(project: Project, name: str) -> Evaluation:
    """The figures against a native file, or against the project's closed `gold` or submitted `codings`."""
    if name in ("gold", "codings") and not Path(name).exists():
        with project.store.read() as queries:
            found = queries.golds() if name == "gold" else queries.codings()
            codings = [expect_sound(c, project.revision(queries, c.codebook, c.id)) for c in found]
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
        if wrong := list(value_problems(taken.coding, project.codebook, taken.where)):
            raise all_of(wrong)
        pairs.append((article, taken.coding))
    return evaluate(pairs, project.codebook)


def evaluate(pairs: Iterable[tuple[Article, Coding]], codebook: Codebook) -> Evaluation:
    """The figures against codings; a candidate is right if any coding of its article has it."""
    found = Evaluation()
    marked: dict[str, set[Place]] = defaultdict(set)
    offered: dict[str, dict[Place, str]] = {}
    for article, coding in pairs:
        candidates = propose(article, codebook, publication(coding))
        offered[article.id] = {c.stretch: c.quote for c in candidates}
        spans = (s for s in coding.spans if s.decision is not Decision.REJECTED)
        places = {s.stretch: s.quote for s in spans}
        marked[article.id].update(places)
        for place, quote in places.items():
            _count(found.kinds[place[0]].recall, place, quote, offered[article.id])
        _score_values(found, coding, candidates, codebook)
        _score_events(found, article, coding, candidates, codebook)
    for key, places in offered.items():
        for place, quote in places.items():
            _count(found.kinds[place[0]].precision, place, quote, marked[key])
    return found


def _count(side: Side, here: Place, quote: str, others: Collection[Place]) -> None:
    kind, start, end = here
    hit = any(k == kind and s < end and start < e for k, s, e in others)
    side.overlap.add(hit)
    side.exact.add(here in others)
    if not hit:
        side.missing[fold_key(quote)] += 1


def _score_values(
    found: Evaluation, coding: Coding, candidates: Sequence[Candidate], codebook: Codebook
) -> None:
    """Coded dates and numbers that rest on one span, beside the value of the candidate over that span."""
    for event in coding.events:
        for name, answer in event.fields.items():
            kind = VALUED.get(codebook.event_field(name).type)
            spans = [s for i in answer.evidence if (s := coding.span(i)) and s.kind == kind]
            if not kind or not answer.coded or len(spans) != 1:
                continue
            [s] = spans
            over = [c for c in candidates if c.kind == kind and c.start < s.end and s.start < c.end]
            if over:
                best = max(over, key=lambda c: min(c.end, s.end) - max(c.start, s.start))
                found.values[kind].add(same_thing(best.value, answer.value))


def _score_events(
    found: Evaluation, article: Article, coding: Coding, candidates: Sequence[Candidate], codebook: Codebook
) -> None:
    """Each coded event: whether a trigger proposes it, and what of the values so proposed it has."""
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
        told = [(a, b) for a, b in extents if any(a <= s.start < b for s in spans)]
        typed = [c for c in triggers if c.value == answer.value and any(a <= c.start < b for a, b in told)]
        # One on a coded trigger of the event, else one of its type in a sentence of these.
        trigger = next(iter((*both, *exact, *typed)), None)
        found.events.add(trigger is not None)
        if trigger is None:
            continue
        proposed = OpenEvent(trigger).apply(blank, context).events[-1]
        for name, answer in proposed.fields.items():
            coded = event.answer(name)
            for item in _items(answer.value) if answer.proposed else ():
                hit = coded.coded and any(same_thing(item, other) for other in _items(coded.value))
                found.fields[name].add(hit)


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
