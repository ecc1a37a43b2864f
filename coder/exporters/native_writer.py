"""The native format: lossless, each line one coding (or one article's candidates)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters.writer import Dataset, field_ids
from coder.foreign import to_json
from coder.model import Article, Candidate, Coding
from coder.native import from_candidates, from_coding


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the lines of an article's codings."""

    def lines(article: Article, codings: Sequence[Coding]) -> str:
        written = ""
        for coding in codings:
            order = field_ids(dataset.book(coding))
            record = from_coding(coding, order, text_version=article.version)
            written += f"{to_json(record)}\n"
        return written

    return lines


def candidate_rows(dataset: Dataset) -> Callable[[Article, Sequence[Candidate]], str]:
    """Return the function that makes the line of an article's candidates."""
    ref = dataset.codebook.ref
    return lambda article, candidates: (
        to_json(from_candidates(article, candidates, ref)) + "\n"
    )
