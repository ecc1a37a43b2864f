"""Codings of other projects, in the native format or as JSON Lines for data users, read
like another tool's.

Spans and events become marks, a field's value an attribute of its event or a choice
about the article, and its evidence links whose role is the field's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, records
from coder.importers.native_reader import taken_from
from coder.importers.records import first_keys
from coder.model import Answer
from coder.native import FORMAT, SUGGESTER, state_answers


def is_mine(path: Path) -> bool:
    """Return whether the lines are in the native format or in the `jsonl` format for
    data users.
    """
    return bool(first_keys(path) & {"format", "record"})


def documents(path: Path) -> Iterator[Document]:
    """Yield the codings: one per line, or one from an article's line and the lines of
    its events after it.
    """
    # The coding whose lines are being read, in the native form, and where they begin.
    coding: dict[str, Any] | None = None
    start = ""
    for where, line in records(path):
        if not isinstance(line, dict) or "record" not in line:
            yield _document(path, where, line)
            continue
        if line["record"] == "article":
            if coding is not None:
                yield _document(path, start, coding)
            coding = _begin(line, where)
            start = where
        elif line["record"] == "event":
            if coding is None or _article_and_coder(coding) != _article_and_coder(line):
                raise CoderError("delivery.event_alone", where=where)
            fields = _answers(coding["spans"], line, where)
            coding["events"].append({"id": line.get("event"), "fields": fields})
    if coding is not None:
        yield _document(path, start, coding)


def _begin(line: Any, where: str) -> dict[str, Any]:
    """Return a coding in the native form, without events, from an article's line."""
    spans = line.get("spans")
    return {
        "format": FORMAT,
        "article": line.get("article"),
        "codebook": line.get("codebook"),
        "coder": line.get("coder"),
        "status": line.get("status"),
        "spans": spans,
        "events": [],
        "answers": _answers(spans, line, where),
    }


def _article_and_coder(line: Any) -> tuple[Any, Any]:
    article = line.get("article")
    return article.get("id") if isinstance(article, dict) else None, line.get("coder")


def _answers(spans: Any, line: Any, where: str) -> dict[str, Any]:
    """Return a line's fields in the native form, with the ids of the coding's spans as
    evidence.
    """
    answers = {}
    try:
        ids = {(s["kind"], s["start"], s["end"]): s["id"] for s in spans}
        for name, answer in line["fields"].items():
            evidence = []
            for cited in answer.get("evidence", ()):
                evidence.append(ids[cited["kind"], cited["start"], cited["end"]])
            answers[name] = answer | ({"evidence": evidence} if evidence else {})
    except (KeyError, TypeError, AttributeError) as error:
        raise CoderError(
            "delivery.no_shape", place="fields", problem=repr(error), where=where
        ) from None
    return answers


def _document(path: Path, where: str, record: Any) -> Document:
    coding = taken_from(record, where, path.name).coding
    assert coding is not None
    marks: list[Mark] = []
    for span in coding.standing:
        value = {} if span.value is None else {"value": span.value}
        extents = ((span.start, span.end),)
        marks.append(Mark(f"/{span.id}", span.kind, extents, span.quote, value))
    for event in coding.events:
        marks.append(
            Mark(event.id, "", attributes=state_answers(event.fields), is_event=True)
        )
    links = _evidence_links("", coding.answers)
    for event in coding.events:
        links += _evidence_links(event.id, event.fields)
    choices = {name: [value] for name, value in state_answers(coding.answers).items()}
    head = dict(record["article"])
    metadata = head.pop("metadata", {})
    annotator = "" if coding.coder == SUGGESTER else coding.coder
    return Document(path, where, {**metadata, **head}, annotator, marks, links, choices)


def _evidence_links(source: str, answers: Mapping[str, Answer]) -> list[Link]:
    """Return links from an event, or "" for the article, to its answers' evidence."""
    links = []
    for name, answer in answers.items():
        for span_id in answer.evidence:
            links.append(Link(source, name, f"/{span_id}"))
    return links
