"""JSON Lines for data users: one line per article, one per event, every value with its evidence quoted.

The article's line has its text, and all spans that a coder decided on; offsets are code points of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from coder.codebook.effective import effective_events
from coder.codebook.schema import Field
from coder.codebook.scope import NOT_APPLICABLE
from coder.exporters.writer import Dataset, article_answers, marked, quoted, span_record
from coder.model import MISSING, Answer, Article, Coding, Json, Span
from coder.native import from_spans, to_line


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """What makes the lines of an article's codings: its own answers, then its events, or spans."""

    def of(article: Article, codings: Sequence[Coding]) -> str:
        text: dict[str, Json] = {"metadata": dict(article.metadata)} if article.metadata else {}
        text |= {"text": article.text} if dataset.text else {}
        return "".join(f"{to_line(record)}\n" for coding in codings for record in records(coding, text))

    def records(coding: Coding, text: dict[str, Json]) -> list[dict[str, Json]]:
        book = dataset.book(coding)
        spans = {span.id: span for span in coding.spans}
        article = {"id": coding.article, "text_sha256": coding.text_sha256}
        head = {"dataset": dataset.what, "codebook": coding.codebook, "article": article}
        head |= {"coder": coding.coder, "status": coding.status.value}
        fields = _fields(spans, book.article_fields, article_answers(coding, book))
        about_article = {"fields": fields, "spans": from_spans(coding.spans)}
        found = [{"record": "article", **head, "article": article | text, **about_article}]
        found += [{"record": "span", **head, **span_record(coding, s)} for s in marked(coding, book)]
        for event in effective_events(coding, book):
            fields = _fields(spans, book.event_fields, event.fields)
            found.append({"record": "event", **head, "event": event.id, "fields": fields})
        return found

    return of


def _fields(
    spans: Mapping[str, Span], fields: Iterable[Field], answers: Mapping[str, Answer]
) -> dict[str, Json]:
    return {field.id: _answer(spans, answers[field.id]) for field in fields if field.id in answers}


def _answer(spans: Mapping[str, Span], answer: Answer) -> dict[str, Json]:
    if answer is NOT_APPLICABLE or answer is MISSING:  # most are
        return {"blank": answer.state}
    held: dict[str, Json] = {"value": answer.value} if answer.coded else {"blank": answer.state}
    if answer.evidence:
        held["evidence"] = [
            {"kind": span.kind, "start": span.start, "end": span.end, "quote": span.quote}
            for span in quoted(spans, answer.evidence)
        ]
    for name, said in (("comment", answer.comment), ("reason", answer.reason), ("by", answer.by)):
        if said:
            held[name] = said
    return held | {"from": list(answer.taken_from)} if answer.taken_from else held
