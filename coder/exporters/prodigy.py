"""JSON Lines for Prodigy, and for spaCy's examples of spans: one coding per line, with
tokens and spans.

Words are split where a span begins or ends. Offsets are code points; `meta` has the ids
of article and coder.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from coder.exporters.tokens import standing, tokens
from coder.exporters.writer import Dataset
from coder.foreign import to_json
from coder.model import Article, Coding, Json


def rows(_: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the lines of an article's codings."""
    return lambda article, codings: "".join(
        f"{to_json(_record(article.text, c))}\n" for c in codings
    )


def _record(text: str, coding: Coding) -> dict[str, Json]:
    spans = standing(coding)
    words = tokens(text, spans)
    starts = [start for start, _ in words]
    ends = [end for _, end in words]
    records = []
    for span in spans:
        record: dict[str, Json] = {
            "start": span.start,
            "end": span.end,
            "label": span.kind,
        }
        first = bisect_left(starts, span.start)
        last = bisect_right(ends, span.end) - 1
        if first <= last:
            record |= {"token_start": first, "token_end": last}
        records.append(record)
    return {
        "text": text,
        "tokens": [
            {
                "text": text[a:b],
                "start": a,
                "end": b,
                "id": i,
                "ws": text[b : b + 1] == " ",
            }
            for i, (a, b) in enumerate(words)
        ],
        "spans": records,
        "answer": "accept",
        "meta": {"article": coding.article, "coder": coding.coder},
    }
