"""A folder for Hugging Face: `datasets.load_dataset("gold")` gives one row per coding,
with text and events.

`spans` is a list with id, kind, start, end, quote, value and decision. `events` is a list with id, type and
`answers`, which have field, state, value, the ids of the spans that are evidence and, in gold, from which
coders they were taken, how, why and by whom. The row's `answers` are those about the
article. Values are JSON. For a full data card, export a `dataset`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook
from coder.exporters.dataset_tables import checksum_line, file_of
from coder.exporters.parquet_tables import open_parquet
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, article_answers, is_empty, json_or_none
from coder.model import METADATA, Answer, Article, Coding, Json, Span

_TEXT = pyarrow.string()
_TEXTS = pyarrow.list_(pyarrow.string())
_ANSWER = [
    ("field", _TEXT),
    ("state", _TEXT),
    ("value", _TEXT),
    ("evidence", _TEXTS),
    ("comment", _TEXT),
    ("taken_from", _TEXTS),
    ("how", _TEXT),
    ("reason", _TEXT),
    ("by", _TEXT),
    ("applied_by", _TEXT),
]
_ANSWERS = pyarrow.list_(pyarrow.struct(_ANSWER))
_SPAN = [
    ("id", _TEXT),
    ("kind", _TEXT),
    ("start", pyarrow.int64()),
    ("end", pyarrow.int64()),
    ("quote", _TEXT),
    ("value", _TEXT),
    ("decision", _TEXT),
    ("candidate", _TEXT),
    ("reason", _TEXT),
]
_EVENT = [("id", _TEXT), ("type", _TEXT), ("answers", _ANSWERS)]
_TEXT_COLUMNS = (
    "article",
    "text_sha256",
    "coder",
    "status",
    "codebook",
    "imported_from",
    "source",
    *METADATA,
    "other",
    "text",
)
_SCHEMA = pyarrow.schema(
    [
        *((name, _TEXT) for name in _TEXT_COLUMNS),
        ("answers", _ANSWERS),
        ("spans", pyarrow.list_(pyarrow.struct(_SPAN))),
        ("events", pyarrow.list_(pyarrow.struct(_EVENT))),
    ]
)
# bytes per row group; more than for tables, as there is only one file to hold in memory
_GROUP = 6_000_000
_CARD = """\
---
language:
- ar
configs:
- config_name: default
  data_files: data.parquet
"""


def rows(
    dataset: Dataset,
) -> Callable[[Article, Sequence[Coding]], list[tuple[Any, ...]]]:
    """Return the function that makes the rows of an article's codings."""

    def row(article: Article, coding: Coding) -> tuple[Any, ...]:
        book = dataset.book(coding)
        other = dict(article.metadata)
        metadata = {name: other.pop(name, None) for name in METADATA}
        cells = {
            **metadata,
            "article": article.id,
            "text_sha256": article.text_sha256,
            "coder": coding.coder,
            "status": coding.status.value,
            "codebook": coding.codebook,
            "imported_from": coding.source,
            "source": article.source,
            "other": json_or_none(other or None),
            "text": article.text if dataset.text else None,
            "answers": _answers(article_answers(coding, book)),
            "spans": [_span(span, dataset.text) for span in coding.spans],
            "events": _events(coding, book),
        }
        return tuple(cells[name] for name in _SCHEMA.names)

    return lambda article, codings: [row(article, coding) for coding in codings]


def _span(span: Span, text: bool) -> dict[str, Json]:
    """Return a span's record; text: whether it has its quote."""
    return {
        "id": span.id,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "quote": span.quote if text else None,
        "value": json_or_none(span.value),
        "decision": span.decision and span.decision.value,
        "candidate": span.candidate,
        "reason": span.reason,
    }


def _events(coding: Coding, book: Codebook) -> list[dict[str, Json]]:
    """Return the records of a coding's effective events."""
    records = []
    for event in effective_events(coding, book):
        record: dict[str, Json] = {"id": event.id, "type": None}
        if book.type_field:
            record["type"] = event.answer(book.type_field.id).value
        record["answers"] = _answers(event.fields)
        records.append(record)
    return records


def _answers(answers: Mapping[str, Answer]) -> list[dict[str, Json]]:
    """Return the records of answers; those that say nothing are left out."""
    records = []
    for field, answer in answers.items():
        if is_empty(answer):
            continue
        record: dict[str, Json] = {
            "field": field,
            "state": answer.state,
            "value": json_or_none(answer.value) if answer.coded else None,
            "evidence": [*answer.evidence],
            "comment": answer.comment,
            "taken_from": [*answer.taken_from],
            "how": answer.how,
            "reason": answer.reason,
            "by": answer.by,
            "applied_by": answer.applied_by,
        }
        records.append(record)
    return records


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the folder `path`."""
    with open_parquet(path / "data.parquet", _SCHEMA, _GROUP) as put:
        yield put
    sign = checksum_line(file_of(path, path / "data.parquet"))
    (path / "README.md").write_text(f"{_CARD}{sign}---\n", "utf-8")
