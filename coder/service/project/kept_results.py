"""Results computed per item from a project's data; cached results are read, missing
ones are computed.

The computation can be interrupted and resumed. An item is identified by its key; its
stamp is a digest of everything its result depends on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from coder import __version__
from coder.grouping import batched
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.store.kept import Result

_AT_ONCE = 20  # items computed per call of `work`
_READ = 200  # results held in memory at a time


class _Item(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def stamp(self) -> str: ...


Item = TypeVar("Item", bound=_Item)


class Keyed(NamedTuple):
    """An item that is nothing but its key and its stamp."""

    key: str
    stamp: str


def stamp(*made_from: object) -> str:
    """Return a digest of everything a result depends on, including the program's
    version.
    """
    return hashlib.blake2b(
        json.dumps([__version__, *made_from]).encode(), digest_size=16
    ).hexdigest()


class KeptResults(Generic[Item]):
    """The results of one kind for the items `asked`; `missing` are the items without a
    cached result.
    """

    def __init__(
        self,
        project: Project,
        kind: str,
        asked: Sequence[Item],
        work: Callable[[Project, Sequence[Item]], list[Result]],
        *,
        anew: bool = False,
    ) -> None:
        """work: computes the results of some items, a module-level function; anew:
        ignore cached results.
        """
        self._project = project
        self._kind = kind
        self._work = work
        cached = {} if anew else project.kept.stamps(kind)
        self.asked = asked
        self.missing = [item for item in asked if cached.get(item.key) != item.stamp]
        self._uncached: dict[str, str] = {}  # results that the cache could not store

    def make(self, progress: ReportProgress = no_progress, *, worth: int = 60) -> None:
        """Compute and cache the missing results, in several processes from `worth`
        items on.
        """
        for results in spread_over(
            self.missing,
            self._work,
            self._project,
            at_once=_AT_ONCE,
            worth=worth,
            progress=progress,
        ):
            self._cache(results)
        self.missing = []

    def bodies(self, asked: Sequence[Item]) -> Iterator[str]:
        """Yield these items' results in order, recomputing those changed or discarded
        since.
        """
        for part in batched(asked, _READ):
            bodies = dict(
                self._project.kept.fetch(
                    self._kind, {item.key: item.stamp for item in part}
                )
            )
            bodies |= self._uncached
            if lost := [item for item in part if item.key not in bodies]:
                results = self._work(self._project, lost)
                self._cache(results)
                bodies |= {result.key: result.body for result in results}
            yield from (bodies[item.key] for item in part)

    def _cache(self, results: Sequence[Result]) -> None:
        if not self._project.kept.keep(self._kind, results):
            self._uncached |= {result.key: result.body for result in results}
