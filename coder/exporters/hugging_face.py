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
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow

from coder.codebook.effective import effective_events
from coder.exporters.dataset_tables import checksum_line, file_of
from coder.exporters.parquet_tables import open_parquet
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, article_answers, is_empty, json_or_none
from coder.model import METADATA, Answer, Article, Coding, Json

_TEXT = pyarrow.string()
_TEXTS = pyarrow.list_(pyarrow.string())
_ANSWER = [
    ("field", _TEXT),
    ("state", _TEXT),
    ("value", _TEXT),
    ("evidence", _TEXTS),
    ("comment", _TEXT),
]
_ANSWER += [("taken_from", _TEXTS), ("how", _TEXT), ("reason", _TEXT)]
_ANSWER += [("by", _TEXT), ("applied_by", _TEXT)]
_ANSWERS = pyarrow.list_(pyarrow.struct(_ANSWER))
_SPAN = [
    ("id", _TEXT),
    ("kind", _TEXT),
    ("start", pyarrow.int64()),
    ("end", pyarrow.int64()),
]
_SPAN += [
    (name, _TEXT) for name in ("quote", "value", "decision", "candidate", "reason")
]
_EVENT = [("id", _TEXT), ("type", _TEXT), ("answers", _ANSWERS)]
_HEAD = (
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
_LISTS = {
    "spans": pyarrow.list_(pyarrow.struct(_SPAN)),
    "events": pyarrow.list_(pyarrow.struct(_EVENT)),
}
_SCHEMA = pyarrow.schema(
    [*((name, _TEXT) for name in _HEAD), ("answers", _ANSWERS), *_LISTS.items()]
)
_COLUMNS: Callable[[Mapping[str, Json]], tuple[Any, ...]] = itemgetter(*_SCHEMA.names)
# bytes per row group; more than for tables, as there is only one file to hold in memory
_GROUP = 6_000_000
_CARD = "---\nlanguage:\n- ar\nconfigs:\n- config_name: default\n  data_files: data.parquet\n"


def rows(
    dataset: Dataset,
) -> Callable[[Article, Sequence[Coding]], list[tuple[Any, ...]]]:
    """Return the function that makes the rows of an article's codings."""

    def row(article: Article, coding: Coding) -> tuple[Any, ...]:
        book = dataset.book(coding)
        metadata = dict(article.metadata)
        type_id = book.type_field.id if book.type_field else ""
        cells: dict[str, Json] = {name: metadata.pop(name, None) for name in METADATA}
        cells |= {
            "article": article.id,
            "text_sha256": article.text_sha256,
            "coder": coding.coder,
        }
        cells |= {
            "status": coding.status.value,
            "codebook": coding.codebook,
            "imported_from": coding.source,
            "source": article.source,
        }
        cells |= {
            "other": json_or_none(metadata or None),
            "text": article.text if dataset.text else None,
        }
        cells["answers"] = _answers(article_answers(coding, book))
        cells["spans"] = [
            {name: getattr(span, name) for name, _ in _SPAN}
            | {
                "value": json_or_none(span.value),
                "decision": span.decision and span.decision.value,
            }
            | ({} if dataset.text else {"quote": None})
            for span in coding.spans
        ]
        cells["events"] = [
            {
                "id": event.id,
                "type": event.answer(type_id).value if type_id else None,
                "answers": _answers(event.fields),
            }
            for event in effective_events(coding, book)
        ]
        return _COLUMNS(cells)

    return lambda article, codings: [row(article, coding) for coding in codings]


def _answers(answers: Mapping[str, Answer]) -> list[dict[str, Json]]:
    return [
        {
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
        for field, answer in answers.items()
        if not is_empty(answer)
    ]


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the folder `path`."""
    with open_parquet(path / "data.parquet", _SCHEMA, _GROUP) as put:
        yield put
    sign = checksum_line(file_of(path, path / "data.parquet"))
    (path / "README.md").write_text(f"{_CARD}{sign}---\n", "utf-8")
