"""The native format: lossless, one coding (or one article's candidates) a line."""

from __future__ import annotations

from typing import BinaryIO

from coder.exporters.writer import Dataset, field_ids
from coder.native import from_candidates, from_coding, to_line


def write(dataset: Dataset, out: BinaryIO) -> None:
    """One line per coding, or per article that has candidates."""
    for coding in dataset.codings:
        out.write((to_line(from_coding(coding, field_ids(dataset.book(coding)))) + "\n").encode("utf-8"))
    for article_id, candidates in dataset.candidates.items():
        record = from_candidates(dataset.articles[article_id], candidates, dataset.codebook.ref)
        out.write((to_line(record) + "\n").encode("utf-8"))
