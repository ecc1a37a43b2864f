"""The native format `coder/1`: one coding as one JSON object, keys and lists in
canonical order.

`importers.native_reader` reads back exactly what is written; of proposals only comments on them are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coder.model import (
    MISSING,
    Answer,
    Article,
    Blank,
    Candidate,
    Coding,
    Json,
    Passage,
    ProposedAnswer,
    Span,
)

FORMAT = "coder/1"
# the name under which other tools' annotations are imported as candidates
CANDIDATES = "candidates"
SUGGESTER = "suggester"


def from_coding(
    coding: Coding,
    order: Sequence[str] = (),
    text: str | None = None,
    text_version: int = 1,
) -> dict[str, Json]:
    """Convert a coding to the native JSON object.

    order: field ids in the codebook's order; other fields follow alphabetically.
    text: the article's text, if it is to be included. text_version: of the text; the
    first one is not stated.
    """
    article: dict[str, Json] = {
        "id": coding.article,
        "text_sha256": coding.text_sha256,
    }
    if text_version > 1:
        article["text_version"] = text_version
    if text is not None:
        article["text"] = text
    return {
        "format": FORMAT,
        "article": article,
        "codebook": coding.codebook,
        "coder": coding.coder,
        "status": coding.status.value,
        "answers": _from_answers(coding.answers, order),
        "spans": [from_span(span) for span in coding.spans],
        "events": [
            {"id": e.id, "fields": _from_answers(e.fields, order)}
            for e in coding.events
        ],
    }


def from_candidates(
    article: Article, candidates: Iterable[Candidate], codebook: str, text: bool = False
) -> dict[str, Json]:
    """Convert an article's candidates to the same shape as a coding, each a span with
    origin and score.
    """
    coding = Coding(article.id, article.text_sha256, codebook, SUGGESTER)
    spans = [_stretch(c) | {"origin": c.origin, "score": c.score} for c in candidates]
    included = article.text if text else None
    record = from_coding(coding, text=included, text_version=article.version)
    return record | {"spans": spans}


def _from_answers(
    answers: Mapping[str, Answer], order: Sequence[str]
) -> dict[str, Json]:
    rank = {name: i for i, name in enumerate(order)}
    names = sorted(answers, key=lambda name: (rank.get(name, len(rank)), name))
    written = {
        name: answers[name]
        for name in names
        if not answers[name].proposed or answers[name].comment
    }
    return {
        name: _from_answer(answer.effective(MISSING) if answer.proposed else answer)
        for name, answer in written.items()
    }


def state_answers(answers: Mapping[str, Answer]) -> dict[str, Json]:
    """Return field → value, or the blank for an answer that is not stated; other
    answers are left out.
    """
    return {
        name: answer.value if answer.coded else {"blank": answer.state}
        for name, answer in answers.items()
        if answer.state in ("coded", Blank.NOT_STATED)
    }


def _from_answer(answer: Answer) -> dict[str, Json]:
    out: dict[str, Json] = (
        {"value": answer.value}
        if answer.blank is None
        else {"blank": answer.blank.value}
    )
    if answer.evidence:
        out["evidence"] = list(answer.evidence)
    if answer.comment:
        out["comment"] = answer.comment
    if isinstance(answer, ProposedAnswer) and answer.origin:
        out["origin"] = list(answer.origin)
    if answer.taken_from:
        out["from"] = list(answer.taken_from)
    if answer.reason:
        out["reason"] = answer.reason
    if answer.by:
        out["by"] = answer.by
    if answer.how:
        out["how"] = answer.how
    if answer.applied_by:
        out["applied_by"] = answer.applied_by
    return out


def from_span(span: Span) -> dict[str, Json]:
    """Convert a span to a native JSON object."""
    out = _stretch(span)
    if span.decision is not None:
        out["decision"] = span.decision.value
    if span.candidate:
        out["candidate"] = span.candidate
    if span.reason:
        out["reason"] = span.reason
    return out


def _stretch(span: Passage) -> dict[str, Json]:
    out = {
        "id": span.id,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
    }
    if span.value is not None:
        out["value"] = span.value
    return out
