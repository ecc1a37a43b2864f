"""A folder for Hugging Face: `datasets.load_dataset("gold")` gives a row a coding, text and events in it.

`spans` is a list with id, kind, start, end, quote, value and decision; `events` a list with id, type and
`answers`, these with field, state, value, the ids of the spans they rest on and, in gold, whose they are and
why; `answers` has those about the article. Values are JSON. The data card of a whole dataset is `dataset`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow

from coder.codebook.effective import effective_events
from coder.exporters.dataset_tables import file_of, sign_of
from coder.exporters.parquet_tables import growing
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, article_answers
from coder.model import METADATA, Answer, Article, Blank, Coding, Json

_TEXT, _TEXTS = pyarrow.string(), pyarrow.list_(pyarrow.string())
_ANSWERS = pyarrow.list_(
    pyarrow.struct(
        [
            *((name, _TEXT) for name in ("field", "state", "value")),
            *(
                ("evidence", _TEXTS),
                ("comment", _TEXT),
                ("taken_from", _TEXTS),
                ("reason", _TEXT),
                ("by", _TEXT),
            ),
        ]
    )
)
_SPAN = [("id", _TEXT), ("kind", _TEXT), ("start", pyarrow.int64()), ("end", pyarrow.int64())]
_SPAN += [(name, _TEXT) for name in ("quote", "value", "decision", "candidate", "reason")]
_EVENT = [("id", _TEXT), ("type", _TEXT), ("answers", _ANSWERS)]
_SCHEMA = pyarrow.schema(
    [
        *(
            (name, _TEXT)
            for name in ("article", "text_sha256", "coder", "status", "codebook", "source", *METADATA)
        ),
        *(("other", _TEXT), ("text", _TEXT), ("answers", _ANSWERS)),
        *(("spans", pyarrow.list_(pyarrow.struct(_SPAN))), ("events", pyarrow.list_(pyarrow.struct(_EVENT)))),
    ]
)
_COLUMNS: Callable[[Mapping[str, Json]], tuple[Any, ...]] = itemgetter(*_SCHEMA.names)
_GROUP = 6_000_000  # bytes that are written as one group of rows: the one file has room for more than many
_CARD = "---\nlanguage:\n- ar\nconfigs:\n- config_name: default\n  data_files: data.parquet\n"


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[tuple[Any, ...]]]:
    """What makes the rows of an article's codings."""

    def row(article: Article, coding: Coding) -> tuple[Any, ...]:
        book, known = dataset.book(coding), dict(article.metadata)
        of_type = book.type_field.id if book.type_field else ""
        found: dict[str, Json] = {name: known.pop(name, None) for name in METADATA}
        found |= {"article": article.id, "text_sha256": article.text_sha256, "coder": coding.coder}
        found |= {"status": coding.status.value, "codebook": coding.codebook, "source": article.source}
        found |= {"other": _json(known or None), "text": article.text if dataset.text else None}
        found["answers"] = _answers(article_answers(coding, book))
        found["spans"] = [
            {name: getattr(span, name) for name, _ in _SPAN}
            | {"value": _json(span.value), "decision": span.decision and span.decision.value}
            | ({} if dataset.text else {"quote": None})
            for span in coding.spans
        ]
        found["events"] = [
            {
                "id": event.id,
                "type": event.answer(of_type).value if of_type else None,
                "answers": _answers(event.fields),
            }
            for event in effective_events(coding, book)
        ]
        return _COLUMNS(found)

    return lambda article, codings: [row(article, coding) for coding in codings]


def _answers(given: Mapping[str, Answer]) -> list[dict[str, Json]]:
    return [
        {
            "field": field,
            "state": answer.state,
            "value": _json(answer.value) if answer.coded else None,
            "evidence": [*answer.evidence],
            "comment": answer.comment,
            "taken_from": [*answer.taken_from],
            "reason": answer.reason,
            "by": answer.by,
        }
        for field, answer in given.items()
        if answer.state != Blank.MISSING.value
    ]


def _json(value: Json) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Puts rows into the folder `path`."""
    with growing(path / "data.parquet", _SCHEMA, _GROUP) as put:
        yield put
    sign = sign_of(file_of(path, path / "data.parquet"))
    (path / "README.md").write_text(f"{_CARD}{sign}---\n", "utf-8")
