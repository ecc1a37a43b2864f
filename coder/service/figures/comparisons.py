"""Articles compared: what follows from the codings of each, worked out once and kept until one of them changes.

Agreement, the queue of the review and adjudication all rest on these. A kept comparison is known by everything
that it was made from; `drop` of all of them loses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from coder.agreement.comparison import VERSION, Comparison, compare
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project, reopen
from coder.service.project.processes import spread
from coder.store.kept import Result
from coder.store.queries import CodingHead

KIND = "comparison"
_AT_ONCE = 20
"""Articles that are read and compared together."""
_WORTH = 3 * _AT_ONCE
"""Articles from which on further processes pay."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The codings of one article that are to be compared, and the stamp of what their comparison is made from."""

    article: str
    coders: tuple[str, ...]
    stamp: str

    @property
    def key(self) -> str:
        """Under which name the comparison is kept: another choice of coders is another comparison."""
        return "/".join((self.article, *self.coders))


def wanted(heads: Iterable[CodingHead], versions: Mapping[str, str]) -> list[Wanted]:
    """What to compare, article by article; versions: the last journal digest of each coding by its subject."""
    found = []
    for article, group in groupby(sorted(heads, key=lambda h: (h.article, h.coder)), lambda h: h.article):
        codings = list(group)
        made_from = [
            VERSION,
            *((h.id, h.codebook, h.text_sha256, versions.get(f"coding:{h.id}")) for h in codings),
        ]
        stamp = hashlib.blake2b(json.dumps(made_from).encode(), digest_size=16).hexdigest()
        found.append(Wanted(article, tuple(h.coder for h in codings), stamp))
    return found


def comparisons(
    project: Project, asked: Sequence[Wanted], progress: Progress = lambda done, of: None
) -> Iterator[Comparison]:
    """The comparison of each, in order; those that are not kept are made on all cores, and kept."""
    kept = dict(project.kept.fetch(KIND, {each.key: each.stamp for each in asked}))
    missing = [each for each in asked if each.key not in kept]
    parts = [missing[i : i + _AT_ONCE] for i in range(0, len(missing), _AT_ONCE)]
    cores = None if len(missing) >= _WORTH else 1
    made = 0
    for part, found in zip(parts, spread(_compare, parts, reopen, project.door, cores=cores), strict=True):
        project.kept.keep(KIND, found)
        kept.update((each.key, each.body) for each in found)
        made += len(part)
        progress(made, len(missing))
    for each in asked:
        yield Comparison.from_json(kept.pop(each.key))


def _compare(project: Project, part: Sequence[Wanted]) -> list[Result]:
    """The comparisons of some articles, each under the stamp of what was read for it."""
    with project.store.read() as queries:
        ids = [f"{each.article}/{coder}" for each in part for coder in each.coders]
        codings = {coding.id: coding for coding in queries.codings_of(ids)}
        lengths = queries.text_lengths([each.article for each in part])
        found = []
        for each in part:
            mine = [codings[f"{each.article}/{coder}"] for coder in each.coders]
            book = project.revision(queries, mine[0].codebook, mine[0].id)
            compared = compare([expect_sound(c, book) for c in mine], book, lengths.get(each.article))
            found.append(Result(each.key, each.stamp, compared.to_json()))
    return found
