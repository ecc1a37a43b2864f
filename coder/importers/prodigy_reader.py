"""Prodigy's JSON Lines: spans, relations and choices of the accepted examples.

Offsets are code points. A relation names its ends by their spans or by the last tokens
of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, records, validate
from coder.importers.records import first_keys
from coder.messages.catalogue import Message


def is_mine(path: Path) -> bool:
    """Return whether the lines are Prodigy's examples."""
    return bool(first_keys(path) & {"spans", "_task_hash", "answer", "pattern"})


def documents(path: Path) -> Iterator[Document]:
    """Yield one document per line; raises CoderError for pattern files, which belong
    into a lexicon.
    """
    for where, record in records(path):
        if isinstance(record, dict) and "pattern" in record:
            raise CoderError("delivery.patterns", where=where)
        line = validate(_Line, record, where)
        meta = {**line.get("meta", {})}
        article = meta.pop("article", "")
        coder = meta.pop("coder", "")
        annotator = coder or line.get("_annotator_id") or line.get("_session_id") or ""
        known = {"text": line.get("text"), **meta}
        if article:
            known["id"] = article
        answer = line.get("answer", "accept")
        if answer != "accept":
            refused = Message("delivery.not_accepted", answer=answer)
            yield Document(path, where, known, annotator, refused=refused)
            continue
        spans = line.get("spans", [])
        marks = []
        for number, span in enumerate(spans, start=1):
            extents = ((span["start"], span["end"]),)
            quote = _quote(span, line.get("tokens", []))
            marks.append(Mark(f"s{number}", span["label"], extents, quote))
        links = []
        for relation in line.get("relations", []):
            source = _find_end(relation, "head", spans)
            target = _find_end(relation, "child", spans)
            links.append(Link(source, relation["label"], target))
        choices = {"accept": line.get("accept", [])}
        yield Document(path, where, known, annotator, marks, links, choices)


def _quote(span: _Span, tokens: Sequence[_Token]) -> str:
    """Return the words of a span, from its tokens if it does not have them itself; ""
    if neither is known.
    """
    quote = span.get("text", "")
    if quote:
        return quote
    first = span.get("token_start", -1)
    last = span.get("token_end", -1)
    if not 0 <= first <= last < len(tokens):
        return ""
    return "".join([token["text"] for token in tokens[first : last + 1]])


def _find_end(relation: _Relation, end: str, spans: Sequence[_Span]) -> str:
    """Return the id of the mark at an end ("head" or "child") of a relation, "" if
    there is none.
    """
    values: Mapping[str, Any] = relation
    place = values.get(f"{end}_span")
    token = values.get(end)
    for number, span in enumerate(spans, start=1):
        if place:
            is_end = (span["start"], span["end"]) == (
                place.get("start"),
                place.get("end"),
            )
        else:
            is_end = token is not None and span.get("token_end") == token
        if is_end:
            return f"s{number}"
    return ""


class _Token(TypedDict):
    text: str


class _Span(TypedDict):
    start: int
    end: int
    label: str
    text: NotRequired[str]
    token_start: NotRequired[int]
    token_end: NotRequired[int]


class _Relation(TypedDict):
    label: str
    head: NotRequired[int]
    child: NotRequired[int]
    head_span: NotRequired[dict[str, Any] | None]
    child_span: NotRequired[dict[str, Any] | None]


class _Line(TypedDict):
    text: NotRequired[Any]
    tokens: NotRequired[list[_Token]]
    spans: NotRequired[list[_Span]]
    relations: NotRequired[list[_Relation]]
    accept: NotRequired[list[Any]]
    answer: NotRequired[str]
    meta: NotRequired[dict[str, Any]]
    _annotator_id: NotRequired[str | None]
    _session_id: NotRequired[str | None]
