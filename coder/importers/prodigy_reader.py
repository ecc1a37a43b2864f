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
from coder.importers.annotated import Document, Link, Mark, records, validated
from coder.importers.records import first_keys
from coder.messages.catalogue import Message

_META = ("article", "coder")


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
        line = validated(_Line, record, where)
        meta = {**line.get("meta", {})}
        article, coder = (meta.pop(name, "") for name in _META)
        annotator = coder or line.get("_annotator_id") or line.get("_session_id") or ""
        known = {"text": line.get("text"), **meta} | (
            {"id": article} if article else {}
        )
        if (answer := line.get("answer", "accept")) != "accept":
            refused = Message("delivery.not_accepted", answer=answer)
            yield Document(path, where, known, annotator, refused=refused)
            continue
        spans = line.get("spans", [])
        marks = [
            _mark(number, span, line) for number, span in enumerate(spans, start=1)
        ]
        links = [
            Link(_end(r, "head", spans), r["label"], _end(r, "child", spans))
            for r in line.get("relations", [])
        ]
        yield Document(
            path,
            where,
            known,
            annotator,
            marks,
            links,
            {"accept": line.get("accept", [])},
        )


def _mark(number: int, span: _Span, line: _Line) -> Mark:
    tokens = line.get("tokens")
    quote = span.get("text", "")
    if (
        not quote
        and tokens
        and 0 <= span.get("token_start", -1) <= span.get("token_end", -1) < len(tokens)
    ):
        inside = tokens[span.get("token_start", 0) : span.get("token_end", 0) + 1]
        quote = "".join(token["text"] for token in inside)
    return Mark(f"s{number}", span["label"], ((span["start"], span["end"]),), quote)


def _end(relation: _Relation, end: str, spans: Sequence[_Span]) -> str:
    """The id of the mark at an end ("head" or "child") of a relation, "" if there is
    none.
    """
    values: Mapping[str, Any] = relation
    at = values.get(f"{end}_span") or {}
    token = values.get(end)
    for number, span in enumerate(spans, start=1):
        if at and (span["start"], span["end"]) == (at.get("start"), at.get("end")):
            return f"s{number}"
        if not at and token is not None and span.get("token_end") == token:
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
