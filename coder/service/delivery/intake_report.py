"""The report on an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from msgspec import Struct

from coder.codebook.label import join_texts
from coder.errors import CoderError, ConflictError
from coder.importers.registry import SkippedFile
from coder.messages.catalogue import Message
from coder.service.delivery.mapped_work import Left, no_counts
from coder.service.delivery.near_duplicates import Near

MOST_ERRORS = 5
"""Errors found by the codebook's rules that a report states, the first ones."""


class RuleError(Struct, frozen=True):
    """An error that a rule of the codebook finds; where: coding, event, field; words:
    language → message.
    """

    where: str
    rule: str
    words: Mapping[str, str]


class SameText(Struct, frozen=True):
    """A new article, and an earlier one with the same text."""

    article: str
    like: str


@dataclass(slots=True)
class Intake:
    """What an import did; errors and warnings: problems of submitted codings under the
    codebook's rules.

    first_errors: some of the errors, the first ones. corrected: articles whose metadata
    changed. left_columns: ignored column → number of records with a value in it.
    encodings: file → its encoding if not UTF-8. backwards: the ids of new articles
    whose letters seem to be stored in reverse order. shifted: where the offsets of
    spans seem to be in UTF-16 units.
    """

    articles: int = 0
    codings: int = 0
    suggested: int = 0  # articles that got candidates
    unchanged: int = 0  # items that the project had already
    repeated: int = 0  # duplicates within the files
    errors: int = 0
    warnings: int = 0
    first_errors: list[RuleError] = field(default_factory=list)
    corrected: int = 0
    left_out: list[SkippedFile] = field(default_factory=list)
    left_columns: Counter[str] = field(default_factory=Counter)
    left: Left = field(default_factory=no_counts)
    encodings: dict[str, str] = field(default_factory=dict)
    backwards: list[str] = field(default_factory=list)
    shifted: list[str] = field(default_factory=list)
    same_texts: list[SameText] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)


@contextmanager
def report_partial_import(report: Intake) -> Iterator[None]:
    """Say how much was written if others take an id meanwhile, as each part is a
    transaction of its own.
    """
    try:
        yield
    except ConflictError as error:
        if not (report.articles or report.codings):
            raise
        counts = {"counts.articles": report.articles, "counts.codings": report.codings}
        written = join_texts(Message(key, n=n) for key, n in counts.items() if n)
        raise CoderError("delivery.in_part", written=written) from error
