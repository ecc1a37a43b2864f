"""Turns an article's candidates into a coding: an event for each trigger, with all
proposals confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import (
    Answer,
    Article,
    Candidate,
    Coding,
    Event,
    ProposedAnswer,
    Span,
)
from coder.native import SUGGESTER
from coder.service.edits.context import Context, Given, Proposals
from coder.service.edits.event_edits import OpenEvent
from coder.suggest.event_proposals import TOLD, EventProposer


def propose_coding(
    article: Article, candidates: Sequence[Candidate], codebook: Codebook
) -> Coding:
    """Return a coding with the candidates as spans and, for each trigger that tells an
    event, the event it would open, with the origin of each value.
    """
    proposer = EventProposer(candidates, article, codebook)
    offers: list[Proposals] = []

    def propose(trigger: Candidate | Span, _given: Given) -> Proposals:
        offer = proposer.propose(trigger) if isinstance(trigger, Candidate) else {}
        offers.append(offer)
        return offer

    offered = {candidate.id: candidate for candidate in candidates}
    context = Context(codebook, article, offered, propose)
    blank = Coding(article.id, article.text_sha256, codebook.ref, SUGGESTER)
    opened = blank
    origins: dict[tuple[str, str], tuple[str, ...]] = {}
    for candidate in candidates:
        if codebook.is_trigger(candidate.kind) and candidate.score >= TOLD:
            offers.clear()
            opened = OpenEvent(candidate).apply(opened, context)
            event = opened.events[-1]
            for name, answer in event.fields.items():
                origins[event.id, name] = _origin_of(answer, name, offers, opened)
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
    events = []
    for event in opened.events:
        fields: dict[str, Answer] = {}
        for name, answer in event.fields.items():
            evidence = dict.fromkeys(
                number[each] for each in answer.evidence if each in number
            )
            fields[name] = ProposedAnswer(
                answer.value,
                answer.blank,
                tuple(evidence),
                answer.comment,
                origin=origins.get((event.id, name), ()),
            )
        events.append(Event(event.id, fields))
    return replace(blank, spans=spans, events=tuple(events))


def _origin_of(
    answer: Answer, field_id: str, offers: Sequence[Proposals], coding: Coding
) -> tuple[str, ...]:
    """Return the origins of the candidates that gave an answer, in their order."""
    cited = {
        span.candidate if (span := coding.span(each)) else each
        for each in answer.evidence
    } or {""}
    proposed = [each for offer in offers for each in offer.get(field_id, ())]
    return tuple(dict.fromkeys(each.origin for each in proposed if each.id in cited))
