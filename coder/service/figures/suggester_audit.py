"""The suggester audited by the blind sample: what coders did who saw no candidates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from coder.agreement.blind_sample import Recall, SampledArticle, anchoring, recalls
from coder.agreement.bootstrap import Plan
from coder.agreement.pooled_f1 import Contrast
from coder.agreement.spans import Mark
from coder.model import TRAINING, Candidate, Coding, Decision, Span
from coder.service.figures.progress import documents
from coder.service.project.opened import Project
from coder.store.merge import is_copy


@dataclass(frozen=True, slots=True)
class Audit:
    """What the blind sample says; assigned, submitted: codings of the sample."""

    assigned: int
    submitted: int
    recalls: list[Recall]
    anchoring: Contrast


def audit(project: Project) -> Audit | None:
    """The figures over all submitted codings but trainees'; None where there is no blind sample.

    Candidates below the threshold of their kind count as not suggested, as they are not shown.
    """
    with project.store.read() as queries:
        blind = queries.blind()
        if not blind:
            return None
        trainees = {(a.article, a.coder) for a in queries.assignments() if a.stage == TRAINING}
        sample: list[SampledArticle] = []
        for article in sorted({article for article, _ in blind}):
            found = {c.coder: _kept(c) for c in queries.codings(article_id=article) if not is_copy(c.coder)}
            codings = {coder: found[coder] for coder in found if (article, coder) not in trainees}
            without = tuple(codings[coder] for coder in codings if (article, coder) in blind)
            if without:
                sighted = tuple(codings[coder] for coder in codings if (article, coder) not in blind)
                offered = queries.candidates(article)
                shown = _marks(c for c in offered if c.score >= project.thresholds.get(c.kind, 0))
                sample.append(SampledArticle(shown, without, sighted))
    kinds, plan = [kind.id for kind in project.codebook.span_kinds], Plan()
    submitted = sum(len(article.blind) for article in sample)
    return Audit(len(blind), submitted, recalls(sample, kinds, plan), anchoring(sample, plan))


def _kept(coding: Coding) -> tuple[Mark, ...]:
    return _marks(span for span in coding.spans if span.decision is not Decision.REJECTED)


def _marks(found: Iterable[Span | Candidate]) -> tuple[Mark, ...]:
    return tuple(Mark.of([(each.start, each.end)], each.kind) for each in found)


def audit_document(found: Audit) -> dict[str, Any]:
    """The figures as JSON; undefined ones are null beside their reason."""
    recall = []
    for row in found.recalls:
        overlap = documents(overlap=row.overlap, overlap_interval=row.overlap_interval)
        exact = documents(exact=row.exact, exact_interval=row.exact_interval)
        recall.append({"kind": row.kind or "all", "articles": row.articles, **overlap, **exact})
    contrast = found.anchoring
    sides = documents(f1_with_suggestions=contrast.first, f1_without=contrast.second)
    between = documents(difference=contrast.difference, interval=contrast.interval)
    anchoring = {"articles": contrast.articles, **sides, **between}
    counts = {"assigned": found.assigned, "submitted": found.submitted}
    return {**counts, "recall": recall, "anchoring": anchoring}
