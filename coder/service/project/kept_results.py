"""Results worked out item by item from a project's data: those that are kept are read, the others are made.

Making them can be interrupted and begun again. An item is known by its key, and its stamp names all that its
result is made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from coder import __version__
from coder.service.project.opened import Project, reopened
from coder.service.project.processes import Told, spread, untold
from coder.store.kept import Result

_AT_ONCE = 20  # items that are worked at together
_READ = 200  # results that are in memory together


class _Item(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def stamp(self) -> str: ...


Asked = TypeVar("Asked", bound=_Item)


def stamp(*made_from: object) -> str:
    """A name for everything that a result was made from, this version of the program too."""
    return hashlib.blake2b(json.dumps([__version__, *made_from]).encode(), digest_size=16).hexdigest()


class KeptResults(Generic[Asked]):
    """The results of one kind for what is asked; missing: what has none yet."""

    def __init__(
        self,
        project: Project,
        kind: str,
        asked: Sequence[Asked],
        work: Callable[[Project, Sequence[Asked]], list[Result]],
        *,
        anew: bool = False,
    ) -> None:
        """work: a function of a module, which makes the results of some items; anew: also of what is kept."""
        self._project, self._kind, self._work = project, kind, work
        kept = {} if anew else project.kept.stamps(kind)
        self.asked = asked
        self.missing = [each for each in asked if kept.get(each.key) != each.stamp]
        self._unkept: dict[str, str] = {}

    def make(self, progress: Told = untold, *, worth: int = 60) -> None:
        """Make and keep those that are missing; worth: how many pay for further processes."""
        parts = [self.missing[i : i + _AT_ONCE] for i in range(0, len(self.missing), _AT_ONCE)]
        cores, done = None if len(self.missing) >= worth else 1, 0
        for part, made in zip(
            parts,
            spread(self._work, parts, self._project, reopened, self._project.way, cores=cores),
            strict=True,
        ):
            self._keep(made)
            done += len(part)
            progress(done, len(self.missing))
        self.missing = []

    def bodies(self, asked: Sequence[Asked]) -> Iterator[str]:
        """The results of these, in order; what was changed or thrown away since is made again."""
        for start in range(0, len(asked), _READ):
            part = asked[start : start + _READ]
            found = dict(self._project.kept.fetch(self._kind, {each.key: each.stamp for each in part}))
            found |= self._unkept
            if lost := [each for each in part if each.key not in found]:
                again = self._work(self._project, lost)
                self._keep(again)
                found |= {result.key: result.body for result in again}
            yield from (found[each.key] for each in part)

    def _keep(self, made: Sequence[Result]) -> None:
        if not self._project.kept.keep(self._kind, made):
            self._unkept |= {result.key: result.body for result in made}
