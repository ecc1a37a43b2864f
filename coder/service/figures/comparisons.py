"""Articles compared: what follows from the codings of each is worked out once, and kept until one changes.

Agreement and the queue of the review rest on these. A kept comparison is known by all that it was made from,
so throwing all of them away loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from random import sample
from types import MappingProxyType
from typing import NamedTuple, overload

from coder.agreement.comparison import Comparison, compare
from coder.agreement.result import Score
from coder.agreement.version import VERSION
from coder.errors import CoderError
from coder.model import GOLD, Status
from coder.service.project.fitting import expect_sound
from coder.service.project.kept_results import KeptResults, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

KIND = "comparison"
_DRAWN = 20  # kept comparisons that are made again to see whether they hold


class Wanted(NamedTuple):
    """The codings of one article that are to be compared; stamp: names all that comes into it."""

    article: str
    heads: tuple[CodingHead, ...]
    stamp: str

    @property
    def key(self) -> str:
        """The name under which the comparison is kept: other coders make another one."""
        return "/".join((self.article, *(head.coder for head in self.heads)))


def wanted(heads: Iterable[CodingHead], versions: Mapping[str, str]) -> list[Wanted]:
    """What to compare, article by article; versions: as `Queries.versions` tells them."""
    found = []
    for article, group in groupby(sorted(heads, key=attrgetter("article", "coder")), attrgetter("article")):
        codings = tuple(group)
        made_from = [(h.id, h.codebook, versions.get(f"coding:{h.id}")) for h in codings]
        found.append(Wanted(article, codings, stamp(VERSION, made_from)))
    return found


class Comparisons(Sequence[Comparison]):
    """The comparisons of some articles, in order, read when they are gone through."""

    def __init__(
        self,
        project: Project,
        asked: Sequence[Wanted],
        progress: Told = untold,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """names: other ones for coders."""
        self._project, self._asked, self._names = project, asked, names
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
        found = [*self._read(asked)]
        return found if isinstance(place, slice) else found[0]

    def __iter__(self) -> Iterator[Comparison]:
        return self._read(self._asked)

    def _read(self, asked: Sequence[Wanted]) -> Iterator[Comparison]:
        return (Comparison.from_json(body).under(self._names) for body in self._results.bodies(asked))

    def remembered(self, name: str, numbers: Sequence[int], work: Callable[[], Score]) -> Score:
        """A score that rests on the articles of these numbers, worked out once."""
        made_from = stamp(name, [self._asked[number].stamp for number in numbers])
        if not (kept := dict(self._project.kept.fetch("score", {name: made_from}))):
            score = work()
            body = json.dumps([score.value, score.n, score.reason])
            self._project.kept.keep("score", [Result(name, made_from, body)])
            return score
        value, n, reason = json.loads(kept[name])
        return Score(value, n, reason)


def differing(project: Project, queries: Queries) -> list[str]:
    """Of some articles, drawn at random, those whose kept comparison is not what comes out now."""
    submitted = [h for h in queries.coding_heads() if h.coder != GOLD and h.status == Status.SUBMITTED.value]
    kept, versions = project.kept.stamps(KIND), queries.versions()
    standing = [each for each in wanted(submitted, versions) if kept.get(each.key) == each.stamp]
    drawn = sample(standing, min(_DRAWN, len(standing)))
    bodies = dict(project.kept.fetch(KIND, {each.key: each.stamp for each in drawn}))
    try:
        again = _compare(project, drawn)
    except CoderError:
        return []  # what cannot be compared is told as what it is
    return [
        each.article
        for each, result in zip(drawn, again, strict=True)
        if bodies.get(each.key, result.body) != result.body
    ]


def _compare(project: Project, part: Sequence[Wanted]) -> list[Result]:
    """The comparisons of some articles."""
    with project.store.read() as queries:
        codings = {c.id: c for c in queries.codings_of([head for each in part for head in each.heads])}
        lengths = queries.text_lengths([each.article for each in part])
        found = []
        for each in part:
            mine = [codings[head.id] for head in each.heads]
            book = project.revision(queries, mine[0].codebook, mine[0].id)
            compared = compare([expect_sound(c, book) for c in mine], book, lengths.get(each.article))
            found.append(Result(each.key, each.stamp, compared.to_json()))
    return found
