"""JSON Lines for doccano's sequence labelling with relations: a coding a line, its spans as entities.

Relations lead from the span of an event's type to the evidence of its fields and are named by the field.
Offsets are code points. `article` and `coder` come along as metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from coder.codebook.effective import effective_events
from coder.exporters.tokens import relations, standing
from coder.exporters.writer import Dataset
from coder.model import Article, Coding, Json
from coder.native import to_line


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """What makes the lines of an article's codings."""

    def record(article: Article, coding: Coding) -> dict[str, Json]:
        book = dataset.book(coding)
        spans = standing(coding)
        number = dict(zip((span.id for span in spans), count(1), strict=False))
        places = [{"start_offset": s.start, "end_offset": s.end, "label": s.kind} for s in spans]
        links = relations(coding, effective_events(coding, book), book)
        return {
            "text": article.text,
            "entities": [{"id": i, **place} for i, place in enumerate(places, start=1)],
            "relations": [
                {"id": i, "from_id": number[one], "to_id": number[other], "type": field}
                for i, (one, other, field) in enumerate(links, start=1)
            ],
            "article": coding.article,
            "coder": coding.coder,
        }

    return lambda article, codings: "".join(f"{to_line(record(article, each))}\n" for each in codings)
