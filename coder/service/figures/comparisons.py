"""Comparisons of each article's codings, computed once and cached until one of the
codings changes.

Agreement figures and the review queue build on these. A cached comparison is identified
by everything it was computed from, so discarding the cache loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from random import sample
from types import MappingProxyType
from typing import NamedTuple, overload

from msgspec.structs import astuple

from coder.agreement.comparison import Comparison, compare
from coder.agreement.result import COMPARISON_VERSION, MeanScore, Score
from coder.errors import CoderError
from coder.model import GOLD
from coder.service.project.fitting import expect_sound
from coder.service.project.kept_results import KeptResults, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

KIND = "comparison"
_FORMAT = 2  # of a cached score
_DRAWN = 20  # cached comparisons that are recomputed to verify them


class Wanted(NamedTuple):
    """The codings of one article to compare.

    stamp: a digest of everything the comparison depends on.
    """

    article: str
    heads: tuple[CodingHead, ...]
    stamp: str

    @property
    def key(self) -> str:
        """The cache key of the comparison; it differs by set of coders."""
        return "/".join((self.article, *(head.coder for head in self.heads)))


def list_comparisons(
    heads: Iterable[CodingHead], versions: Mapping[str, str]
) -> list[Wanted]:
    """Return what to compare, by article.

    versions: the result of `Queries.versions`.
    """
    out = []
    for article, group in groupby(
        sorted(heads, key=attrgetter("article", "coder")), attrgetter("article")
    ):
        codings = tuple(group)
        made_from = [
            (h.id, h.codebook, versions.get(f"coding:{h.id}")) for h in codings
        ]
        if any(h.is_gold for h in codings):
            made_from.append((GOLD, "", versions.get(f"gold:{article}")))
        out.append(Wanted(article, codings, stamp(COMPARISON_VERSION, made_from)))
    return out


class Comparisons(Sequence[Comparison]):
    """The comparisons of some articles, in order, read lazily."""

    def __init__(
        self,
        project: Project,
        asked: Sequence[Wanted],
        progress: ReportProgress = no_progress,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """names: pseudonyms for coders."""
        self._project = project
        self._asked = asked
        self._names = names
        self._results = KeptResults(project, KIND, asked, _compare)
        self._results.make(progress)

    def __len__(self) -> int:
        return len(self._asked)

    @overload
    def __getitem__(self, place: int) -> Comparison: ...
    @overload
    def __getitem__(self, place: slice) -> list[Comparison]: ...
    def __getitem__(self, place: int | slice) -> Comparison | list[Comparison]:
        asked = self._asked[place] if isinstance(place, slice) else [self._asked[place]]
        comparisons = [*self._read(asked)]
        return comparisons if isinstance(place, slice) else comparisons[0]

    def __iter__(self) -> Iterator[Comparison]:
        return self._read(self._asked)

    def _read(self, asked: Sequence[Wanted]) -> Iterator[Comparison]:
        return (
            Comparison.from_json(body).under(self._names)
            for body in self._results.bodies(asked)
        )

    def cached_score(
        self, name: str, numbers: Sequence[int], work: Callable[[], Score]
    ) -> Score:
        """Return a score over the articles with these numbers, cached or else computed
        by `work`.
        """
        made_from = stamp(
            _FORMAT, name, [self._asked[number].stamp for number in numbers]
        )
        if not (cached := dict(self._project.kept.fetch("score", {name: made_from}))):
            score = work()
            body = json.dumps(astuple(score))
            self._project.kept.keep("score", [Result(name, made_from, body)])
            return score
        parts = json.loads(cached[name])
        return (MeanScore if len(parts) > len(Score.__struct_fields__) else Score)(
            *parts
        )


def differing(project: Project, queries: Queries) -> list[str]:
    """Recompute a random sample of cached comparisons.

    Return the articles where the result differs.
    """
    submitted = [h for h in queries.coding_heads() if not h.is_gold and h.is_submitted]
    stamps = project.kept.stamps(KIND)
    versions = queries.versions()
    cached = [
        each
        for each in list_comparisons(submitted, versions)
        if stamps.get(each.key) == each.stamp
    ]
    drawn = sample(cached, min(_DRAWN, len(cached)))
    bodies = dict(project.kept.fetch(KIND, {each.key: each.stamp for each in drawn}))
    try:
        again = _compare(project, drawn)
    except CoderError:
        return []  # other checks report why the codings cannot be compared
    return [
        each.article
        for each, result in zip(drawn, again, strict=True)
        if bodies.get(each.key, result.body) != result.body
    ]


def _compare(project: Project, part: Sequence[Wanted]) -> list[Result]:
    """Compute the comparisons of some articles."""
    with project.store.read() as queries:
        codings = {
            c.id: c
            for c in queries.codings_of([head for each in part for head in each.heads])
        }
        lengths = queries.text_lengths([each.article for each in part])
        results = []
        for each in part:
            own = [codings[head.id] for head in each.heads]
            book = project.revision(queries, own[0].codebook, own[0].id)
            compared = compare(
                [expect_sound(c, book) for c in own], book, lengths.get(each.article)
            )
            results.append(Result(each.key, each.stamp, compared.to_json()))
    return results
