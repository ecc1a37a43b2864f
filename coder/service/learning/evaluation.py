"""Evaluates candidates against codings, by span kind, by value and by event.

Coders mark only one mention of many, so a false positive may be a true mention that
nobody needed: precision is a lower bound. Dates are resolved against the publication
date in the coding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.grouping import grouped
from coder.importers.registry import reader_for
from coder.model import Answer, Article, Candidate, Coding, Span, items_of
from coder.service.edits.context import Context
from coder.service.edits.event_edits import OpenEvent
from coder.service.learning.learned_terms import publication
from coder.service.project.fitting import expect_none, value_problems
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.service.project.wrong_codings import (
    WrongCoding,
    read_sound,
    sentence,
    without_wrong,
)
from coder.store.queries import CodingHead
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose
from coder.text.normalize import fold_key
from coder.text.segment import sentences
from coder.values.days import Publication
from coder.values.typed import same_thing

Place = tuple[str, int, int]  # kind, start and end of a span or a candidate
Stretch = tuple[int, int]
_AT_ONCE = 4  # articles evaluated together
_WORTH = 24  # number of articles from which several processes pay off
VALUED = {"date": "date", "int_range": "number"}
"""Field type → the span kind whose value is compared."""


@dataclass
class Share:
    """A count of hits out of n."""

    n: int = 0
    hits: int = 0

    def add(self, hit: bool) -> None:
        """Count one more case."""
        self.n += 1
        self.hits += hit

    def add_all(self, other: Share) -> None:
        """Count the cases of another share too."""
        self.n += other.n
        self.hits += other.hits

    @property
    def share(self) -> float | None:
        """The proportion of hits; None if n is 0."""
        return self.hits / self.n if self.n else None


@dataclass
class Side:
    """Recall of spans or precision of candidates, by any overlap and by exact
    boundaries.
    """

    overlap: Share = field(default_factory=Share)
    exact: Share = field(default_factory=Share)
    missing: Counter[str] = field(default_factory=Counter)
    """Folded quotes without any overlap."""

    def add_all(self, other: Side) -> None:
        """Count the cases of another side too."""
        self.overlap.add_all(other.overlap)
        self.exact.add_all(other.exact)
        self.missing.update(other.missing)


@dataclass
class KindScore:
    """The recall and precision of one span kind."""

    recall: Side = field(default_factory=Side)
    precision: Side = field(default_factory=Side)


def f1(precision: Share, recall: Share) -> dict[str, float | None]:
    """Return precision, recall and their harmonic mean by name; None where undefined."""
    p = precision.share
    r = recall.share
    return {"precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p and r else None}


@dataclass
class Evaluation:
    """All scores: by kind; normalised values by kind; events with a proposal; proposed
    values by field.

    wrong: the codings that were left out because of wrong values.
    """

    kinds: dict[str, KindScore] = field(default_factory=lambda: defaultdict(KindScore))
    values: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    events: Share = field(default_factory=Share)
    fields: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    wrong: Sequence[WrongCoding] = ()

    def add_all(self, other: Evaluation) -> None:
        """Count the cases of another evaluation, of other articles, too."""
        for kind, score in other.kinds.items():
            self.kinds[kind].recall.add_all(score.recall)
            self.kinds[kind].precision.add_all(score.precision)
        for own, others in ((self.values, other.values), (self.fields, other.fields)):
            for name, share in others.items():
                own[name].add_all(share)
        self.events.add_all(other.events)


def evaluate_file(
    project: Project, name: str, progress: ReportProgress = no_progress
) -> Evaluation:
    """Evaluate against a native file, or against the project's closed `gold` or
    submitted `codings`.
    """
    by_article: dict[str, list[Any]]
    work: Callable[[Project, list[Any]], Evaluation]
    wrong: Sequence[WrongCoding] = ()
    if name in ("gold", "codings") and not Path(name).exists():
        with project.store.read() as queries:
            heads = [
                h
                for h in queries.coding_heads()
                if h.is_submitted and h.is_gold is (name == "gold")
            ]
        heads, wrong = without_wrong(project, heads)
        if wrong and not heads:
            raise CoderError("project.all_wrong", wrong=sentence(wrong))
        if not heads:
            raise CoderError(f"learning.no_{name}")
        by_article = grouped((head.article, head) for head in heads)
        work = _of_stored
    else:
        by_article = grouped((pair[0].id, pair) for pair in _pairs_in(name, project))
        work = _of_pairs
    result = Evaluation(wrong=wrong)
    parts = list(by_article.values())
    for part in spread_over(
        parts, work, project, at_once=_AT_ONCE, worth=_WORTH, progress=progress
    ):
        result.add_all(part)
    return result


def _pairs_in(name: str, project: Project) -> Iterator[tuple[Article, Coding]]:
    """Yield the articles and codings of a native file, checked."""
    reader = reader_for(Path(name), "native")
    for taken in map(reader.taken, reader.pieces(Path(name))):
        if taken.coding is None:
            continue
        article = taken.article or project.article(taken.coding.article)
        if article.text_sha256 != taken.coding.text_sha256:
            raise CoderError(
                "learning.other_text", article=article.id, where=taken.where
            )
        expect_none(value_problems(taken.coding, project.codebook, taken.where))
        yield article, taken.coding


def _of_stored(project: Project, part: Sequence[Sequence[CodingHead]]) -> Evaluation:
    with project.store.read() as queries:
        articles = queries.articles_of([heads[0].article for heads in part])
        sound, _ = read_sound(project, queries, list(chain.from_iterable(part)))
    return evaluate(
        [(articles[coding.article], coding) for coding in sound], project.codebook
    )


def _of_pairs(
    project: Project, part: Sequence[Sequence[tuple[Article, Coding]]]
) -> Evaluation:
    return evaluate(chain.from_iterable(part), project.codebook)


class _Offered:
    """The candidates and events offered in an article for a day of publication."""

    def __init__(
        self, article: Article, codebook: Codebook, published: Publication | None
    ) -> None:
        self.published = published
        self.candidates = propose(article, codebook, published)
        self.places = {c.stretch: c.quote for c in self.candidates}
        self.by_kind = _by_kind(self.places)
        self.event_at = cache(EventProposer(self.candidates, article, codebook).propose)


def evaluate(pairs: Iterable[tuple[Article, Coding]], codebook: Codebook) -> Evaluation:
    """Evaluate against codings; a candidate is correct if any coding of its article has
    it.
    """
    result = Evaluation()
    marked: dict[str, set[Place]] = defaultdict(set)
    offered: dict[str, _Offered] = {}
    for article, coding in pairs:
        published = publication(coding)
        if (here := offered.get(article.id)) is None or here.published != published:
            here = offered[article.id] = _Offered(article, codebook, published)
        places = {s.stretch: s.quote for s in coding.standing}
        marked[article.id].update(places)
        for (kind, start, end), quote in places.items():
            others = here.by_kind.get(kind, ())
            _count(result.kinds[kind].recall, (start, end), quote, others)
        _score_values(result, coding, here.candidates, codebook)
        _score_events(result, article, coding, here, codebook)
    for key, here in offered.items():
        by_kind = _by_kind(marked[key])
        for (kind, start, end), quote in here.places.items():
            others = by_kind.get(kind, ())
            _count(result.kinds[kind].precision, (start, end), quote, others)
    return result


def _by_kind(places: Iterable[Place]) -> dict[str, list[Stretch]]:
    return grouped((kind, (start, end)) for kind, start, end in places)


def _count(side: Side, stretch: Stretch, quote: str, others: Sequence[Stretch]) -> None:
    start, end = stretch
    hit = any(s < end and start < e for s, e in others)
    side.overlap.add(hit)
    side.exact.add(stretch in others)
    if not hit:
        side.missing[fold_key(quote)] += 1


def _score_values(
    result: Evaluation,
    coding: Coding,
    candidates: Sequence[Candidate],
    codebook: Codebook,
) -> None:
    """Compare coded dates and numbers that rest on one span with the overlapping
    candidate's value.
    """
    # Without the fields of other revisions.
    types = {field.id: field.type for field in codebook.event_fields}
    for event in coding.events:
        for name, answer in event.fields.items():
            kind = VALUED.get(types.get(name, ""))
            if not kind or not answer.coded:
                continue
            spans = _find_cited_spans(answer, coding, kind)
            if len(spans) != 1:
                continue
            best = _find_most_overlapping(spans[0], candidates)
            if best is not None:
                result.values[kind].add(same_thing(best.value, answer.value))


def _find_cited_spans(answer: Answer, coding: Coding, kind: str) -> list[Span]:
    """Return the spans of one kind in an answer's evidence."""
    spans = filter(None, map(coding.span, answer.evidence))
    return [span for span in spans if span.kind == kind]


def _find_most_overlapping(
    span: Span, candidates: Sequence[Candidate]
) -> Candidate | None:
    """Return the first candidate of the span's kind that overlaps it most, None if none
    does.
    """
    best = None
    most = 0
    for candidate in candidates:
        if candidate.kind == span.kind:
            end = min(candidate.end, span.end)
            overlap = end - max(candidate.start, span.start)
            if overlap > most:
                best = candidate
                most = overlap
    return best


def _score_events(
    result: Evaluation,
    article: Article,
    coding: Coding,
    offered: _Offered,
    codebook: Codebook,
) -> None:
    """Score for each coded event whether a trigger proposes it, and which proposed
    values are correct.
    """
    if codebook.type_field is None:
        return
    blank = Coding(
        article.id,
        article.text_sha256,
        codebook.ref,
        "suggester",
        answers=coding.answers,
    )
    context = Context(
        codebook,
        article,
        propose=lambda c, given: (
            offered.event_at(c) if isinstance(c, Candidate) else {}
        ),
    )
    type_id = codebook.type_field.id
    for event in coding.events:
        trigger = _find_trigger(event.answer(type_id), article, coding, offered)
        result.events.add(trigger is not None)
        if trigger is None:
            continue
        proposed = OpenEvent(trigger).apply(blank, context).events[-1]
        for name, answer in proposed.fields.items():
            if not answer.proposed:
                continue
            coded = event.answer(name)
            known = items_of(coded.value) if coded.coded else []
            for item in items_of(answer.value):
                is_hit = any(same_thing(item, other) for other in known)
                result.fields[name].add(is_hit)


def _find_trigger(
    event_type: Answer, article: Article, coding: Coding, offered: _Offered
) -> Candidate | None:
    """Return the trigger that proposes a coded event, None if none does.

    It is a candidate on one of the event's coded triggers, at best of its type, else
    one of its type in the same sentence. event_type: the answer that the coded triggers
    are evidence of.
    """
    spans = _find_cited_spans(event_type, coding, "trigger")
    coded_places = [(span.start, span.end) for span in spans]
    triggers = [c for c in offered.candidates if c.kind == "trigger"]
    of_type = [c for c in triggers if c.value == event_type.value]
    exact = []
    for place in coded_places:
        exact += [c for c in triggers if (c.start, c.end) == place]
    for candidate in exact:
        if candidate.value == event_type.value:
            return candidate
    if exact:
        return exact[0]
    sentences_of_event = []
    for start, end in sentences(article.text):
        if any(start <= place[0] < end for place in coded_places):
            sentences_of_event.append((start, end))
    for candidate in of_type:
        if any(start <= candidate.start < end for start, end in sentences_of_event):
            return candidate
    return None
