"""JSON Lines for data users: one line per article, one per event, every value with its evidence quoted."""

from __future__ import annotations

from typing import BinaryIO

from coder.codebook.scope import effective
from coder.exporters.writer import Dataset, article_answers, marked, quoted, span_record
from coder.model import Answer, Coding, Json
from coder.native import to_line


def write(dataset: Dataset, out: BinaryIO) -> None:
    """The article's own answers first, then its events in order; without events its spans."""
    for coding in dataset.codings:
        book = dataset.book(coding)
        head = {
            "dataset": dataset.what,
            "codebook": coding.codebook,
            "article": {"id": coding.article, "text_sha256": coding.text_sha256},
            "coder": coding.coder,
            "status": coding.status.value,
        }
        names = [f.id for f in book.article_fields]
        answers = article_answers(coding, book)
        _line(out, {"record": "article", **head, "fields": _fields(coding, names, answers)})
        for span in marked(coding, book):
            _line(out, {"record": "span", **head, **span_record(coding, span)})
        names = [f.id for f in book.event_fields]
        for event in coding.events:
            fields = effective(event, coding, book).fields
            _line(
                out, {"record": "event", **head, "event": event.id, "fields": _fields(coding, names, fields)}
            )


def _line(out: BinaryIO, record: Json) -> None:
    out.write((to_line(record) + "\n").encode("utf-8"))


def _fields(coding: Coding, names: list[str], answers: Json) -> dict[str, Json]:
    return {name: _field(coding, answers[name]) for name in names if name in answers}


def _field(coding: Coding, answer: Answer) -> dict[str, Json]:
    out: dict[str, Json] = {}
    if answer.coded:
        out["value"] = answer.value
    else:
        out["blank"] = answer.state
    if answer.evidence:
        out["evidence"] = [
            {"kind": s.kind, "start": s.start, "end": s.end, "quote": s.quote}
            for s in quoted(coding, answer.evidence)
        ]
    for name, value in (("comment", answer.comment), ("reason", answer.reason), ("by", answer.by)):
        if value:
            out[name] = value
    if answer.taken_from:
        out["from"] = list(answer.taken_from)
    return out
