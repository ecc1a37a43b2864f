"""JSON for Label Studio: each article a task, each coding an annotation, for `<Labels
name="label" toName="text">`.

Relations lead from the span of an event's type to the evidence of its fields and are
named after the field. Offsets are code points. `data.coders` has the coders of the
annotations, in their order; a task's number is derived from the article's id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from coder.exporters.tokens import relations, standing
from coder.exporters.writer import Dataset
from coder.foreign import to_json
from coder.model import Article, Coding, Json, Span

BETWEEN = ",\n"
TAIL = "\n]\n"


def head(_: Dataset) -> str:
    """The text before the first task."""
    return "[\n"


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the task of an article."""

    def annotation(coding: Coding) -> dict[str, Json]:
        result = [_region(span) for span in standing(coding)]
        result += [
            {
                "type": "relation",
                "from_id": one,
                "to_id": other,
                "direction": "right",
                "labels": [field],
            }
            for one, other, field in relations(coding, dataset.book(coding))
        ]
        return {"result": result, "ground_truth": dataset.what == "gold"}

    def task(article: Article, codings: Sequence[Coding]) -> str:
        coders = [coding.coder for coding in codings]
        data = {"article": article.id, "text": article.text, "coders": coders}
        digest = sha256(article.id.encode()).digest()
        number = int.from_bytes(digest[:6])  # fits into JavaScript's integers
        annotations = [annotation(coding) for coding in codings]
        return to_json({"id": number, "data": data, "annotations": annotations})

    return task


def _region(span: Span) -> dict[str, Json]:
    value = {
        "start": span.start,
        "end": span.end,
        "text": span.quote,
        "labels": [span.kind],
    }
    return {
        "id": span.id,
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": value,
    }
