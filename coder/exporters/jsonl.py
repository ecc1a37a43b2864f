"""JSON Lines for data users: a line per coding, then one per event, each value with its
evidence.

The coding's line has the article's text and all spans that the coder decided on;
offsets are code points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring as json_text

from coder.codebook.effective import effective_events
from coder.codebook.schema import Field
from coder.exporters.writer import (
    Dataset,
    article_answers,
    by_answer,
    quoted,
    span_json,
    span_records,
)
from coder.foreign import to_json
from coder.model import Answer, Article, Coding, Json, Span


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the lines of codings: the coding, then its spans
    or events.
    """
    parts_of = by_answer(_parts)

    def lines(article: Article, codings: Sequence[Coding]) -> str:
        text: dict[str, Json] = (
            {"metadata": dict(article.metadata)} if article.metadata else {}
        )
        text |= {"text": article.text} if dataset.text else {}
        about = f", {_members(text)}" if text else ""
        return "".join(
            [f"{{{line}}}\n" for coding in codings for line in lines_of(coding, about)]
        )

    def lines_of(coding: Coding, about: str) -> Iterator[str]:
        """The lines without their braces; about: the article's metadata and text, for
        the first line.
        """
        book = dataset.book(coding)
        spans = {span.id: span for span in coding.spans}
        cited = {span.id: _cited(span) for span in coding.spans}
        starts = {field.id: f"{json_text(field.id)}: {{" for field in book.fields}

        def members(answer: Answer) -> str:
            before, after, whole = parts_of(answer)
            if not answer.evidence:
                return whole
            if len(answer.evidence) == 1:
                return f'{before}, "evidence": [{cited.get(answer.evidence[0], "")}]{after}'
            every = ", ".join(
                [
                    cited[span.id]
                    for span in quoted(spans, answer.evidence, answer.value)
                ]
            )
            return f'{before}, "evidence": [{every}]{after}'

        def fields(order: Iterable[Field], answers: Mapping[str, Answer]) -> str:
            answered = [
                (starts[field.id], answers[field.id])
                for field in order
                if field.id in answers
            ]
            return ", ".join(
                [f"{start}{members(answer)}}}" for start, answer in answered]
            )

        start = _members({"dataset": dataset.what, "codebook": coding.codebook})
        article = _members({"id": coding.article, "text_sha256": coding.text_sha256})
        of_coding = {"coder": coding.coder, "status": coding.status.value}
        if coding.source:
            of_coding["imported_from"] = coding.source
        end = _members(of_coding)
        head = f'{start}, "article": {{{article}}}, {end}'
        answers = fields(book.article_fields, article_answers(coding, book))
        first = f'"record": "article", {start}, "article": {{{article}{about}}}, {end}'
        yield f'{first}, "fields": {{{answers}}}, "spans": [{", ".join(map(span_json, coding.spans))}]'
        for record in span_records(coding, book):
            yield f'"record": "span", {head}, {_members(record)}'
        for event in effective_events(coding, book):
            answers = fields(book.event_fields, event.fields)
            yield f'"record": "event", {head}, "event": {json_text(event.id)}, "fields": {{{answers}}}'

    return lines


def _members(record: Mapping[str, Json]) -> str:
    """A record as JSON without its braces."""
    return to_json(record)[1:-1]


def _parts(answer: Answer) -> tuple[str, str, str]:
    """The members of an answer's record before and after its evidence, and all if it
    has no evidence.
    """
    rest_of = {
        "comment": answer.comment,
        "how": answer.how,
        "reason": answer.reason,
        "by": answer.by,
        "applied_by": answer.applied_by,
        "from": list(answer.taken_from),
    }
    after = {name: value for name, value in rest_of.items() if value}
    before = _members(
        {"value": answer.value} if answer.coded else {"blank": answer.state}
    )
    rest = f", {_members(after)}" if after else ""
    return before, rest, before + rest


def _cited(span: Span) -> str:
    kind = json_text(span.kind)
    quote = json_text(span.quote)
    return f'{{"kind": {kind}, "start": {span.start}, "end": {span.end}, "quote": {quote}}}'
