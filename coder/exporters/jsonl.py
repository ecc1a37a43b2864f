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
    find_quoted,
    span_json,
    span_records,
)
from coder.foreign import to_json
from coder.model import Answer, Article, Coding, Json, Span


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the lines of codings: the coding, then its spans
    or events.
    """
    split_at_evidence = by_answer(_split_at_evidence)

    def rows_of(article: Article, codings: Sequence[Coding]) -> str:
        about: dict[str, Json] = {}
        if article.metadata:
            about["metadata"] = dict(article.metadata)
        if dataset.text:
            about["text"] = article.text
        article_members = f", {_members(about)}" if about else ""
        lines: list[str] = []
        for coding in codings:
            lines += records_of(coding, article_members)
        return "".join([f"{{{line}}}\n" for line in lines])

    def records_of(coding: Coding, article_members: str) -> Iterator[str]:
        """Yield the records without their braces; article_members: the article's
        metadata and text, for the first record.
        """
        book = dataset.book(coding)
        spans = {span.id: span for span in coding.spans}
        cited = {span.id: _record_cited(span) for span in coding.spans}

        def answer_members(answer: Answer) -> str:
            before, after, without_evidence = split_at_evidence(answer)
            if not answer.evidence:
                return without_evidence
            if len(answer.evidence) == 1:
                evidence = cited.get(answer.evidence[0], "")
            else:
                found = find_quoted(spans, answer.evidence, answer.value)
                evidence = ", ".join([cited[span.id] for span in found])
            return f'{before}, "evidence": [{evidence}]{after}'

        def field_members(
            fields: Iterable[Field], answers: Mapping[str, Answer]
        ) -> str:
            members = []
            for field in fields:
                if field.id in answers:
                    answer = answer_members(answers[field.id])
                    members.append(f"{json_text(field.id)}: {{{answer}}}")
            return ", ".join(members)

        start = _members({"dataset": dataset.what, "codebook": coding.codebook})
        article = _members({"id": coding.article, "text_sha256": coding.text_sha256})
        of_coding = {"coder": coding.coder, "status": coding.status.value}
        if coding.source:
            of_coding["imported_from"] = coding.source
        end = _members(of_coding)
        head = f'{start}, "article": {{{article}}}, {end}'
        answers = field_members(book.article_fields, article_answers(coding, book))
        every_span = ", ".join(map(span_json, coding.spans))
        yield (
            f'"record": "article", {start}, "article": {{{article}{article_members}}}, '
            f'{end}, "fields": {{{answers}}}, "spans": [{every_span}]'
        )
        for record in span_records(coding, book):
            yield f'"record": "span", {head}, {_members(record)}'
        for event in effective_events(coding, book):
            answers = field_members(book.event_fields, event.fields)
            yield (
                f'"record": "event", {head}, "event": {json_text(event.id)}, '
                f'"fields": {{{answers}}}'
            )

    return rows_of


def _members(record: Mapping[str, Json]) -> str:
    """Return a record as JSON without its braces."""
    return to_json(record)[1:-1]


def _split_at_evidence(answer: Answer) -> tuple[str, str, str]:
    """Return the members of an answer's record before and after its evidence, and all
    if it has no evidence.
    """
    before = _members(
        {"value": answer.value} if answer.coded else {"blank": answer.state}
    )
    rest = {
        "comment": answer.comment,
        "how": answer.how,
        "reason": answer.reason,
        "by": answer.by,
        "applied_by": answer.applied_by,
        "from": list(answer.taken_from),
    }
    filled = {name: value for name, value in rest.items() if value}
    after = f", {_members(filled)}" if filled else ""
    return before, after, before + after


def _record_cited(span: Span) -> str:
    """Return the record of a span as evidence."""
    kind = json_text(span.kind)
    quote = json_text(span.quote)
    place = f'"start": {span.start}, "end": {span.end}'
    return f'{{"kind": {kind}, {place}, "quote": {quote}}}'
