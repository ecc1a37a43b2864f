"""How good the candidates are: held against codings, kind by kind, value by value, event by event.

A coder marks one mention of many, so against codings a false alarm may be a true mention that nobody needed:
precision is a lower bound there. Dates are resolved against the publication date that a coding gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.codebook.schema import Field as CodebookField
from coder.errors import CoderError
from coder.importers.native_reader import read
from coder.model import Article, Candidate, Coding, Decision, Event, Json, Span
from coder.service.coding import edits
from coder.service.learning.learned_terms import publication
from coder.service.project.opened import Project
from coder.service.review.fitting import all_of, expect_sound, wrong_values
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from coder.text.normalize import fold_key
from coder.text.segment import sentences
from coder.values.same import same_thing

Stretch = tuple[int, int]
VALUED = {"date": "date", "int_range": "number"}
"""Field type → the span kind whose normalised value is compared."""


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
class KindScore:
    """One span kind: spans found and candidates that are right, by overlap and with the same edges.

    misses, alarms: the folded words of spans not overlapped and of candidates that overlap none.
    """

    recall: Share = field(default_factory=Share)
    recall_exact: Share = field(default_factory=Share)
    precision: Share = field(default_factory=Share)
    precision_exact: Share = field(default_factory=Share)
    misses: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall by overlap."""
        return _harmonic_mean(self.precision.share, self.recall.share)

    @property
    def f1_exact(self) -> float | None:
        """The same, by equal edges."""
        return _harmonic_mean(self.precision_exact.share, self.recall_exact.share)


def _harmonic_mean(one: float | None, other: float | None) -> float | None:
    return 2 * one * other / (one + other) if one and other else None


@dataclass
class Evaluation:
    """All figures: by kind; normalised values by kind; events with a proposal; proposed values by field."""

    kinds: dict[str, KindScore] = field(default_factory=dict)
    values: dict[str, Share] = field(default_factory=dict)
    events: Share = field(default_factory=Share)
    fields: dict[str, Share] = field(default_factory=dict)


def evaluate_file(project: Project, name: str) -> Evaluation:
    """The figures against a native file, or against the project's `gold` or submitted `codings`."""
    return evaluate(_named(project, name), project.codebook)


def _named(project: Project, name: str) -> list[tuple[Article, Coding]]:
    if name in ("gold", "codings") and not Path(name).exists():
        with project.store.read() as queries:
            found = queries.golds() if name == "gold" else queries.codings()
            codings = [expect_sound(c, project.revision(queries, c.codebook, c.id)) for c in found]
        if not codings:
            raise CoderError(f"learning.no_{name}")
        return [(project.article(c.article), c) for c in codings]
    pairs = []
    for taken in read(Path(name)):
        if taken.coding is None:
            continue
        article = taken.article or project.article(taken.coding.article)
        if article.text_sha256 != taken.coding.text_sha256:
            raise CoderError("learning.other_text", article=article.id, where=taken.where)
        if wrong := list(wrong_values(taken.coding, project.codebook, taken.where)):
            raise all_of(wrong)
        pairs.append((article, taken.coding))
    return pairs


def evaluate(pairs: Iterable[tuple[Article, Coding]], codebook: Codebook) -> Evaluation:
    """The figures against codings; a candidate is right if any coding of its article has it."""
    found = Evaluation()
    marked: dict[str, set[tuple[str, int, int]]] = {}
    offered: dict[str, list[Candidate]] = {}
    for article, coding in pairs:
        candidates = propose(article, codebook, publication(coding))
        offered[article.id] = candidates
        spans = [s for s in coding.spans if s.decision is not Decision.REJECTED]
        marked.setdefault(article.id, set()).update((s.kind, s.start, s.end) for s in spans)
        _score_spans(found, {(s.kind, s.start, s.end): s for s in spans}.values(), candidates)
        _score_values(found, coding, candidates, codebook)
        _score_events(found, article, coding, candidates, codebook)
    for key, candidates in offered.items():
        _score_candidates(found, candidates, marked[key])
    return found


# ---------------------------------------------------------------- spans
def _score_spans(found: Evaluation, spans: Iterable[Span], candidates: Sequence[Candidate]) -> None:
    for span in spans:
        score = found.kinds.setdefault(span.kind, KindScore())
        near = [c for c in candidates if c.kind == span.kind and c.start < span.end and span.start < c.end]
        score.recall.add(bool(near))
        score.recall_exact.add(any((c.start, c.end) == (span.start, span.end) for c in near))
        if not near:
            score.misses[fold_key(span.quote)] += 1


def _score_candidates(
    found: Evaluation, candidates: Iterable[Candidate], marked: set[tuple[str, int, int]]
) -> None:
    for candidate in candidates:
        score = found.kinds.setdefault(candidate.kind, KindScore())
        hit = any(k == candidate.kind and candidate.start < e and s < candidate.end for k, s, e in marked)
        score.precision.add(hit)
        score.precision_exact.add((candidate.kind, candidate.start, candidate.end) in marked)
        if not hit:
            score.alarms[fold_key(candidate.quote)] += 1


def _score_values(
    found: Evaluation, coding: Coding, candidates: Sequence[Candidate], codebook: Codebook
) -> None:
    """Coded dates and numbers that rest on one span, beside the value of the candidate over that span."""
    for event in coding.events:
        for name, answer in event.fields.items():
            kind = VALUED.get(codebook.event_field(name).type)
            spans = [s for i in answer.evidence if (s := coding.span(i)) and s.kind == kind]
            over = [
                c for s in spans for c in candidates if c.kind == kind and c.start < s.end and s.start < c.end
            ]
            if kind and answer.coded and len(spans) == 1 and over:
                best = max(over, key=lambda c: min(c.end, spans[0].end) - max(c.start, spans[0].start))
                found.values.setdefault(kind, Share()).add(same_thing(best.value, answer.value))


# ---------------------------------------------------------------- events
def _score_events(
    found: Evaluation, article: Article, coding: Coding, candidates: Sequence[Candidate], codebook: Codebook
) -> None:
    """Each coded event: whether a trigger proposes it, and what of the values so proposed it has."""
    if codebook.type_field is None:
        return
    blank = Coding(article.id, article.text_sha256, codebook.ref, "suggester", answers=coding.answers)
    events, extents = EventProposer(candidates, article, codebook), sentences(article.text)
    for event in coding.events:
        trigger = _proposing(event, coding, candidates, codebook.type_field, extents)
        found.events.add(trigger is not None)
        if trigger is None:
            continue
        proposals = events.propose(trigger)
        confirmed, span = edits.confirm(blank, trigger)
        _, proposed = edits.open_event(confirmed, codebook, span, proposals)
        for name, answer in proposed.fields.items():
            if answer.proposed:
                share = found.fields.setdefault(name, Share())
                for item in answer.value if isinstance(answer.value, list) else [answer.value]:
                    share.add(_is_set(codebook.event_field(name), item, event))


def _proposing(
    event: Event,
    coding: Coding,
    candidates: Sequence[Candidate],
    type_field: CodebookField,
    extents: Sequence[Stretch],
) -> Candidate | None:
    """The trigger on a coded trigger of the event, else one of its type in a sentence of these."""
    answer = event.answer(type_field.id)
    triggers = [c for c in candidates if c.kind == "trigger"]
    spans = [s for i in answer.evidence if (s := coding.span(i)) and s.kind == "trigger"]
    exact = [c for s in spans for c in triggers if (c.start, c.end) == (s.start, s.end)]
    told = [(a, b) for a, b in extents if any(a <= s.start < b for s in spans)]
    typed = [c for c in triggers if c.value == answer.value and any(a <= c.start < b for a, b in told)]
    both = [c for c in exact if c.value == answer.value]
    return next(iter((*both, *exact, *typed)), None)


def _is_set(field_: CodebookField, item: Json, event: Event) -> bool:
    """Whether a coder set this very value in the field, in lists among others."""
    answer = event.answer(field_.id)
    if not answer.coded:
        return False
    coded = answer.value if field_.is_list else [answer.value]
    return any(same_thing(item, other) for other in coded)
