"""Trains a statistical suggester on the project's gold, used only for the kinds at which it beats the rules.

Both are evaluated by cross-validation (Stone 1974) on gold that the model has not seen. The model trained on
all articles is used for a kind if its exact F1 is higher and the bootstrap interval of the difference, over
articles, lies above 0.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from coder.agreement.bootstrap import LEAST_ARTICLES, Plan
from coder.agreement.pooled_f1 import Contrast, contrast
from coder.agreement.spans import Mark, span_hits
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.wrong_codings import read_sound
from coder.suggest import spacy_ner
from coder.suggest.registry import propose
from coder.suggest.spacy_ner import Labelled, Span


class Compared(Struct, frozen=True):
    """The scores of one kind on unseen gold: exact F1 of the model (first) and of the rules (second)."""

    kind: str
    f1: Contrast
    precision: float

    @property
    def better(self) -> bool:
        """Whether the model is significantly better."""
        return self.f1.interval.lower is not None and self.f1.interval.lower > 0


def train(
    project: Project,
    *,
    folds: int = 5,
    epochs: int = 20,
    seed: int = 0,
    tell: ReportProgress = no_progress,
) -> tuple[int, list[Compared], Path | None]:
    """Train on closed gold, compare with the rules, and save the model for the kinds it is better at.

    Returns the number of training articles, the comparison by kind, and the model's path, None if not saved.
    """
    examples = _gold(project)
    if len(examples) < LEAST_ARTICLES:
        articles = Message("counts.articles", n=len(examples))
        raise CoderError(
            "learning.little_gold", articles=articles, least=LEAST_ARTICLES
        )
    if not 2 <= folds <= len(examples):
        raise CoderError("learning.folds", folds=folds, most=len(examples))
    predicted = _out_of_fold(examples, folds, epochs, seed, tell)
    ruled = [
        [(c.start, c.end, c.kind) for c in propose(e.article, project.codebook)]
        for e in examples
    ]
    kinds = sorted({kind for each in examples for *_, kind in each.spans})
    compared = [_compared(kind, examples, predicted, ruled) for kind in kinds]
    scores = {each.kind: each.precision for each in compared if each.better}
    saved = None
    if scores:
        model = spacy_ner.trained(examples, epochs, seed)
        saved = spacy_ner.keep(
            model, project.config.folder, scores, (e.article.id for e in examples)
        )
    tell(folds + 1, folds + 1)
    return len(examples), compared, saved


def _gold(project: Project) -> list[Labelled]:
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads() if h.is_gold and h.is_submitted]
        closed, _ = read_sound(project, queries, heads)
    examples = []
    for gold in closed:
        spans = tuple((s.start, s.end, s.kind) for s in gold.standing)
        examples.append(Labelled(project.article(gold.article), spans))
    return examples


def _out_of_fold(
    examples: Sequence[Labelled],
    folds: int,
    epochs: int,
    seed: int,
    tell: ReportProgress,
) -> list[list[Span]]:
    """Return for each example the spans predicted by a model that has not seen it."""
    order = list(range(len(examples)))
    random.Random(seed).shuffle(order)
    predicted: list[list[Span]] = [[] for _ in examples]
    for fold in range(folds):
        held_out = set(order[fold::folds])
        model = spacy_ner.trained(
            [e for i, e in enumerate(examples) if i not in held_out], epochs, seed
        )
        for i in held_out:
            predicted[i] = spacy_ner.spans_in(model, examples[i].article.text)
        tell(fold + 1, folds + 1)
    return predicted


def _compared(
    kind: str,
    examples: Sequence[Labelled],
    model: Sequence[Sequence[Span]],
    rules: Sequence[Sequence[Span]],
) -> Compared:
    def marks(spans: Iterable[Span]) -> list[Mark]:
        return [
            Mark.of([(start, end)], kind)
            for start, end, its_kind in spans
            if its_kind == kind
        ]

    gold = [marks(each.spans) for each in examples]
    by_model, by_rule = (
        [
            span_hits(marks(spans), coded, "exact")
            for spans, coded in zip(each, gold, strict=True)
        ]
        for each in (model, rules)
    )
    offered, hits = (
        sum(each.first for each in by_model),
        sum(each.hits for each in by_model),
    )
    precision = round(hits / offered, 3) if offered else 0.0
    return Compared(kind, contrast(by_model, by_rule, Plan()), precision)
