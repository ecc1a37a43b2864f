"""JSON Lines for data users: one line per article, one per event, every value with its evidence quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from coder.codebook.effective import effective_events
from coder.codebook.schema import Field
from coder.codebook.scope import NOT_APPLICABLE
from coder.exporters.writer import Dataset, article_answers, marked, quoted, span_record
from coder.model import MISSING, Answer, Coding, Json, Span
from coder.native import to_line


def rows(dataset: Dataset) -> Callable[[Coding], str]:
    """What makes a coding's lines: the article's own answers, then its events; without events its spans."""

    def of(coding: Coding) -> str:
        book = dataset.book(coding)
        spans = {span.id: span for span in coding.spans}
        article = {"id": coding.article, "text_sha256": coding.text_sha256}
        head = {"dataset": dataset.what, "codebook": coding.codebook, "article": article}
        head |= {"coder": coding.coder, "status": coding.status.value}
        about_article = _fields(spans, book.article_fields, article_answers(coding, book))
        records = [{"record": "article", **head, "fields": about_article}]
        records += [{"record": "span", **head, **span_record(coding, s)} for s in marked(coding, book)]
        for event in effective_events(coding, book):
            fields = _fields(spans, book.event_fields, event.fields)
            records.append({"record": "event", **head, "event": event.id, "fields": fields})
        return "".join(f"{to_line(record)}\n" for record in records)

    return of


def _fields(
    spans: Mapping[str, Span], fields: Iterable[Field], answers: Mapping[str, Answer]
) -> dict[str, Json]:
    return {field.id: _answer(spans, answers[field.id]) for field in fields if field.id in answers}


def _answer(spans: Mapping[str, Span], answer: Answer) -> dict[str, Json]:
    if answer is NOT_APPLICABLE or answer is MISSING:  # most are
        return {"blank": answer.state}
    held: dict[str, Json] = {"value": answer.value} if answer.coded else {"blank": answer.state}
    names = ("kind", "start", "end", "quote")
    if answer.evidence:
        held["evidence"] = [
            {name: getattr(span, name) for name in names} for span in quoted(spans, answer.evidence)
        ]
    taken_from = list(answer.taken_from)
    rest = {"comment": answer.comment, "reason": answer.reason, "by": answer.by, "from": taken_from}
    return held | {name: value for name, value in rest.items() if value}
