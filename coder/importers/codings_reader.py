"""Codings of other projects, in the native format or as JSON Lines for data users, read
like another tool's.

Spans and events become marks, a field's value an attribute of its event or a choice
about the article, and its evidence links whose role is the field's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, records
from coder.importers.native_reader import taken_from
from coder.importers.records import first_keys
from coder.native import FORMAT, SUGGESTER, stated


def is_mine(path: Path) -> bool:
    """Return whether the lines are in the native format or in the `jsonl` format for
    data users.
    """
    return bool(first_keys(path) & {"format", "record"})


def documents(path: Path) -> Iterator[Document]:
    """The codings: one per line, or one from an article's line and the lines of its
    events after it.
    """
    coding: dict[str, Any] | None = (
        None  # the coding whose lines are being read, in the native form
    )
    start = ""  # where its first line is
    for where, line in records(path):
        if not isinstance(line, dict) or "record" not in line:
            yield _document(path, where, line)
            continue
        if line["record"] == "article":
            if coding is not None:
                yield _document(path, start, coding)
            head = {
                name: line.get(name)
                for name in ("article", "codebook", "coder", "status", "spans")
            }
            start = where
            coding = {"format": FORMAT, **head, "events": []}
            coding["answers"] = _answers(coding, line, where)
        elif line["record"] == "event":
            if coding is None or _article_and_coder(coding) != _article_and_coder(line):
                raise CoderError("delivery.event_alone", where=where)
            coding["events"].append(
                {"id": line.get("event"), "fields": _answers(coding, line, where)}
            )
    if coding is not None:
        yield _document(path, start, coding)


def _article_and_coder(line: Any) -> tuple[Any, Any]:
    article = line.get("article")
    return article.get("id") if isinstance(article, dict) else None, line.get("coder")


def _answers(coding: dict[str, Any], line: Any, where: str) -> dict[str, Any]:
    """A line's fields in the native form, with the ids of the coding's spans as
    evidence.
    """
    try:
        ids = {(s["kind"], s["start"], s["end"]): s["id"] for s in coding["spans"]}
        answers = {}
        for name, answer in line["fields"].items():
            evidence = [
                ids[e["kind"], e["start"], e["end"]] for e in answer.get("evidence", ())
            ]
            answers[name] = answer | ({"evidence": evidence} if evidence else {})
    except (KeyError, TypeError, AttributeError) as error:
        raise CoderError(
            "delivery.no_shape", place="fields", problem=repr(error), where=where
        ) from None
    return answers


def _document(path: Path, where: str, record: Any) -> Document:
    coding = taken_from(record, where, path.name).coding
    assert coding is not None
    marks = list[Mark]()
    links = list[Link]()
    for span in coding.standing:
        value = {} if span.value is None else {"value": span.value}
        marks.append(
            Mark(f"/{span.id}", span.kind, ((span.start, span.end),), span.quote, value)
        )
    for event in coding.events:
        marks.append(Mark(event.id, "", attributes=stated(event.fields), is_event=True))
    for source, answers in (
        ("", coding.answers),
        *((event.id, event.fields) for event in coding.events),
    ):
        for name, answer in answers.items():
            links += [Link(source, name, f"/{each}") for each in answer.evidence]
    choices = {name: [value] for name, value in stated(coding.answers).items()}
    head = {key: value for key, value in record["article"].items() if key != "metadata"}
    article = {**record["article"].get("metadata", {}), **head}
    annotator = "" if coding.coder == SUGGESTER else coding.coder
    return Document(path, where, article, annotator, marks, links, choices)
