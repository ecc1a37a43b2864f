"""Turns an article's candidates into a coding: an event for each trigger, with all
proposals confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Answer, Article, Candidate, Coding, Span
from coder.native import SUGGESTER
from coder.service.edits.context import Context
from coder.service.edits.event_edits import OpenEvent
from coder.suggest.event_proposals import TOLD, EventProposer


def propose_coding(
    article: Article, candidates: Sequence[Candidate], codebook: Codebook
) -> Coding:
    """Return a coding with the candidates as spans and, for each trigger that tells an
    event, the event it would open.
    """
    proposer = EventProposer(candidates, article, codebook)
    offered = {candidate.id: candidate for candidate in candidates}
    context = Context(
        codebook,
        article,
        offered,
        lambda c, given: proposer.propose(c) if isinstance(c, Candidate) else {},
    )
    blank = Coding(article.id, article.text_sha256, codebook.ref, SUGGESTER)
    opened = blank
    for candidate in candidates:
        if codebook.is_trigger(candidate.kind) and candidate.score >= TOLD:
            opened = OpenEvent(candidate).apply(opened, context)
    spans = tuple(
        Span(f"s{n}", c.kind, c.start, c.end, c.quote, c.value, candidate=c.id)
        for n, c in enumerate(candidates, start=1)
    )
    number = {span.candidate: span.id for span in spans}
    number |= {
        span.id: number[span.candidate]
        for span in opened.spans
        if span.candidate in number
    }

    def confirmed(answer: Answer) -> Answer:
        evidence = dict.fromkeys(
            number[each] for each in answer.evidence if each in number
        )
        return replace(answer, proposed=False, evidence=tuple(evidence))

    return replace(blank, spans=spans, events=opened.with_each_answer(confirmed).events)
