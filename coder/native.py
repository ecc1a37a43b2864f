"""The native format `coder/1`: one coding as one JSON object, keys and lists in canonical order.

The same coding always gives the same bytes, and reading them back gives the same coding. Proposals
are not data yet and are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from coder.errors import CoderError
from coder.model import Answer, Article, Blank, Candidate, Coding, Decision, Event, Json, Span, Status

FORMAT = "coder/1"
SUGGESTER = "suggester"
_T = TypeVar("_T", Span, Event)


def to_line(record: Mapping[str, Json]) -> str:
    """One record as one line of JSON Lines, without the newline."""
    return json.dumps(record, ensure_ascii=False)


def from_coding(coding: Coding, order: Sequence[str] = (), text: str | None = None) -> dict[str, Json]:
    """A coding as the native JSON object.

    order: field ids in the codebook's order; fields it does not name follow in alphabetical order.
    text: the article's text where the file is to carry it.
    """
    article = {"id": coding.article, "text_sha256": coding.text_sha256}
    if text is not None:
        article["text"] = text
    return {
        "format": FORMAT,
        "article": article,
        "codebook": coding.codebook,
        "coder": coding.coder,
        "status": coding.status.value,
        "answers": _from_answers(coding.answers, order),
        "spans": [_from_span(span) for span in coding.spans],
        "events": [{"id": e.id, "fields": _from_answers(e.fields, order)} for e in coding.events],
    }


def from_candidates(
    article: Article, candidates: Iterable[Candidate], codebook: str, text: bool = False
) -> dict[str, Json]:
    """The suggester's candidates of one article in the same shape, a span each with origin and score."""
    head = {"id": article.id, "text_sha256": article.text_sha256}
    if text:
        head["text"] = article.text
    spans = []
    for c in candidates:
        span: dict[str, Json] = {"id": c.id, "kind": c.kind, "start": c.start, "end": c.end, "quote": c.quote}
        if c.value is not None:
            span["value"] = c.value
        spans.append({**span, "origin": c.origin, "score": c.score})
    return {
        "format": FORMAT,
        "article": head,
        "codebook": codebook,
        "coder": SUGGESTER,
        "status": Status.OPEN.value,
        "answers": {},
        "spans": spans,
        "events": [],
    }


def to_coding(record: Json) -> Coding:
    """Read one native JSON object; raises CoderError that names the place in it which does not fit."""
    top = _Reader(record, "")
    if (name := top.get("format", str)) != FORMAT:
        raise CoderError(
            f"The format is {name!r}, not {FORMAT!r}.",
            hint=f'A native file says "format": "{FORMAT}" on each line.',
            where="format",
        )
    article = top.child("article")
    return Coding(
        article=article.name("id"),
        text_sha256=article.get("text_sha256", str),
        codebook=top.get("codebook", str),
        coder=top.name("coder"),
        status=Status(top.one_of("status", [s.value for s in Status])),
        answers=_to_answers(top.child("answers")),
        spans=_distinct(tuple(_to_span(s) for s in top.children("spans")), "spans"),
        events=_distinct(tuple(_to_event(e) for e in top.children("events")), "events"),
    )


def _from_answers(answers: Mapping[str, Answer], order: Sequence[str]) -> dict[str, Json]:
    rank = {name: i for i, name in enumerate(order)}
    names = sorted(answers, key=lambda name: (rank.get(name, len(rank)), name))
    return {name: _from_answer(answers[name]) for name in names if not answers[name].proposed}


def _from_answer(answer: Answer) -> dict[str, Json]:
    out: dict[str, Json] = {}
    if answer.blank is None:
        out["value"] = answer.value
    else:
        out["blank"] = answer.blank.value
    if answer.evidence:
        out["evidence"] = list(answer.evidence)
    if answer.comment:
        out["comment"] = answer.comment
    if answer.taken_from:
        out["from"] = list(answer.taken_from)
    if answer.reason:
        out["reason"] = answer.reason
    if answer.by:
        out["by"] = answer.by
    return out


def _from_span(span: Span) -> dict[str, Json]:
    out: dict[str, Json] = {
        "id": span.id,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
    }
    if span.value is not None:
        out["value"] = span.value
    if span.decision is not None:
        out["decision"] = span.decision.value
    if span.candidate:
        out["candidate"] = span.candidate
    if span.reason:
        out["reason"] = span.reason
    return out


class _Reader:
    """Takes typed values out of parsed JSON and says where something else was found."""

    def __init__(self, value: Json, where: str) -> None:
        if not isinstance(value, dict):
            raise CoderError(
                f"Expected an object, found {type(value).__name__}.",
                hint="See docs/native-format.md.",
                where=where or "line",
            )
        self.value: dict[str, Json] = value
        self.where = where

    def at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str, kind: type, default: Any = ...) -> Any:
        value = self.value.get(key, default)
        if value is ...:
            raise CoderError(f"{key!r} is missing.", hint="See docs/native-format.md.", where=self.at(key))
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise CoderError(
                f"{key!r} must be {kind.__name__}, found {value!r}.",
                hint="See docs/native-format.md.",
                where=self.at(key),
            )
        return value

    def name(self, key: str) -> str:
        """A text that something goes by, so not an empty one."""
        value: str = self.get(key, str)
        if not value:
            raise CoderError(f"{key!r} is empty.", hint="Give it a name.", where=self.at(key))
        return value

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        value: str = self.get(key, str)
        if value not in allowed:
            raise CoderError(
                f"{key!r} is {value!r}.", hint=f"Allowed: {', '.join(allowed)}.", where=self.at(key)
            )
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.get(key, list, [])
        if not all(isinstance(item, str) for item in value):
            raise CoderError(
                f"{key!r} must be a list of strings.", hint="See docs/native-format.md.", where=self.at(key)
            )
        return tuple(value)

    def child(self, key: str) -> _Reader:
        return _Reader(self.get(key, dict), self.at(key))

    def children(self, key: str) -> list[_Reader]:
        return [_Reader(item, f"{self.at(key)}[{i}]") for i, item in enumerate(self.get(key, list))]


def _to_answers(reader: _Reader) -> dict[str, Answer]:
    return {name: _to_answer(reader.child(name)) for name in reader.value}


def _to_answer(reader: _Reader) -> Answer:
    if ("value" in reader.value) == ("blank" in reader.value):
        raise CoderError(
            "An answer holds either a value or a blank.",
            hint='Write {"value": …} or {"blank": "not_stated"}.',
            where=reader.where,
        )
    blank = None
    if "blank" in reader.value:
        blank = Blank(reader.one_of("blank", [b.value for b in Blank]))
    return Answer(
        value=reader.value.get("value"),
        blank=blank,
        evidence=reader.strings("evidence"),
        comment=reader.get("comment", str, ""),
        taken_from=reader.strings("from"),
        reason=reader.get("reason", str, ""),
        by=reader.get("by", str, ""),
    )


def _to_span(reader: _Reader) -> Span:
    decision = None
    if "decision" in reader.value:
        decision = Decision(reader.one_of("decision", [d.value for d in Decision]))
    span = Span(
        id=reader.name("id"),
        kind=reader.get("kind", str),
        start=reader.get("start", int),
        end=reader.get("end", int),
        quote=reader.get("quote", str),
        value=reader.value.get("value"),
        decision=decision,
        candidate=reader.get("candidate", str, ""),
        reason=reader.get("reason", str, ""),
    )
    if not 0 <= span.start < span.end:
        raise CoderError(
            f"Span {span.id!r} has offsets {span.start}–{span.end}.",
            hint="Offsets are code points with 0 ≤ start < end.",
            where=reader.where,
        )
    return span


def _to_event(reader: _Reader) -> Event:
    return Event(id=reader.name("id"), fields=_to_answers(reader.child("fields")))


def _distinct(items: tuple[_T, ...], where: str) -> tuple[_T, ...]:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise CoderError(f"Two of them have the id {item.id!r}.", hint="Ids are unique.", where=where)
        seen.add(item.id)
    return items
