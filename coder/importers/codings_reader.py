"""Codings of other projects: the native format, and JSON Lines for data users, read as any tool's work.

Spans and events are marks; a field's value is an attribute of its event, its evidence are links of its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, records
from coder.importers.native_reader import taken_from
from coder.importers.records import first_keys
from coder.model import Answer, Decision, Event
from coder.native import FORMAT, SUGGESTER


def is_mine(path: Path) -> bool:
    """Whether the lines are in the native format, or those for data users."""
    return bool(first_keys(path) & {"format", "record"})


def documents(path: Path) -> Iterator[Document]:
    """The codings: a line each, or the lines of an article and of the events behind it."""
    of: dict[str, Any] | None = None  # the coding whose lines are being read, in the native shape
    begun = ""
    for where, line in records(path):
        if not isinstance(line, dict) or "record" not in line:
            yield _document(path, where, line)
            continue
        if line["record"] == "article":
            if of is not None:
                yield _document(path, begun, of)
            held = {name: line.get(name) for name in ("article", "codebook", "coder", "status", "spans")}
            begun, of = where, {"format": FORMAT, **held, "events": []}
            of["answers"] = _answers(of, line, where)
        elif line["record"] == "event":
            if of is None or _whose(of) != _whose(line):
                raise CoderError("delivery.event_alone", where=where)
            of["events"].append({"id": line.get("event"), "fields": _answers(of, line, where)})
    if of is not None:
        yield _document(path, begun, of)


def _whose(line: Any) -> tuple[Any, Any]:
    article = line.get("article")
    return article.get("id") if isinstance(article, dict) else None, line.get("coder")


def _answers(of: dict[str, Any], line: Any, where: str) -> dict[str, Any]:
    """The fields of a line in the native shape: their evidence names spans of the article's line."""
    try:
        ids = {(s["kind"], s["start"], s["end"]): s["id"] for s in of["spans"]}
        found = {}
        for name, answer in line["fields"].items():
            evidence = [ids[e["kind"], e["start"], e["end"]] for e in answer.get("evidence", ())]
            found[name] = answer | ({"evidence": evidence} if evidence else {})
    except (KeyError, TypeError, AttributeError) as error:
        raise CoderError("delivery.no_shape", place="fields", problem=repr(error), where=where) from None
    return found


def _document(path: Path, where: str, line: Any) -> Document:
    taken = taken_from(line, where, path.name)
    coding = taken.coding
    assert coding is not None
    marks, links = list[Mark](), list[Link]()
    for span in coding.spans:
        if span.decision is not Decision.REJECTED:
            told = {} if span.value is None else {"value": span.value}
            marks.append(Mark(f"/{span.id}", span.kind, ((span.start, span.end),), span.quote, told))
    for event in coding.events:
        marks.append(_event(event))
        for name, answer in event.fields.items():
            links += [Link(event.id, name, f"/{each}") for each in answer.evidence]
    choices = {name: [_said(answer)] for name, answer in coding.answers.items() if _is_told(answer)}
    held = {key: value for key, value in line["article"].items() if key != "metadata"}
    record = {**line["article"].get("metadata", {}), **held}
    whose = "" if coding.coder == SUGGESTER else coding.coder
    return Document(path, where, record, whose, marks, links, choices)


def _event(event: Event) -> Mark:
    told = {name: _said(answer) for name, answer in event.fields.items() if _is_told(answer)}
    return Mark(event.id, "", attributes=told, is_event=True)


def _is_told(answer: Answer) -> bool:
    return answer.state in ("coded", "not_stated")


def _said(answer: Answer) -> Any:
    return answer.value if answer.coded else {"blank": answer.state}
