"""JSON Lines for doccano's sequence labelling with relations: one coding per line, its
spans as entities.

Relations lead from the span of an event's type to the evidence of its fields and are
named after the field. Offsets are code points. `article` and `coder` are metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters.tokens import relations, standing
from coder.exporters.writer import Dataset
from coder.foreign import to_json
from coder.model import Article, Coding, Json


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the lines of an article's codings."""

    def record(article: Article, coding: Coding) -> dict[str, Json]:
        spans = standing(coding)
        ids = {span.id: i for i, span in enumerate(spans, start=1)}
        links = relations(coding, dataset.book(coding))
        return {
            "text": article.text,
            "entities": [
                {
                    "id": i,
                    "start_offset": span.start,
                    "end_offset": span.end,
                    "label": span.kind,
                }
                for i, span in enumerate(spans, start=1)
            ],
            "relations": [
                {"id": i, "from_id": ids[one], "to_id": ids[other], "type": field}
                for i, (one, other, field) in enumerate(links, start=1)
            ],
            "article": coding.article,
            "coder": coding.coder,
        }

    return lambda article, codings: "".join(
        f"{to_json(record(article, each))}\n" for each in codings
    )
