"""Numbered releases of the gold: a place in the journal, with the sha256 of what stood there.

The journal is never changed, so a release can be made out of it at any time; nothing else is kept. The sha256
is that of the release in the native format, as `coder export native --release N` writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD, Status
from coder.service.delivery.datasets import deliver
from coder.service.delivery.sign_off import expect_signed
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.data_problems import DataProblem
from coder.store.journal import Entry
from coder.store.queries import Queries

SUBJECT, WHAT = "releases", "gold.released"


@dataclass(frozen=True, slots=True)
class Release:
    """One release; position: of the journal's last entry that counts. at: when it was made, ISO 8601."""

    number: int
    at: str
    by: str
    articles: int
    sha256: str
    position: int


def releases(queries: Queries) -> list[Release]:
    """All releases, the first one first."""
    return [_release(entry) for entry in queries.entries(subject=SUBJECT)]


def release_of(project: Project, number: int) -> Release:
    """The release of that number; raises CoderError where there is none."""
    with project.store.read() as queries:
        found = releases(queries)
    if not 1 <= number <= len(found):
        raise CoderError("gold.no_release", number=number, last=len(found))
    return found[number - 1]


def make(project: Project, supervisor: str, progress: Told = untold) -> tuple[Release, bool]:
    """Release the closed gold as it is now; the last release, and False, where it holds just that.

    Raises CoderError where gold that a second supervisor is to sign is not signed.
    """
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        work.hold_journal()  # what was begun before is in it now, or never
        position = work.queries.last_position()
    with project.at(position).store.read() as then:
        gold = [h for h in then.coding_heads() if h.coder == GOLD and h.status == Status.SUBMITTED.value]
    with project.store.read() as queries:
        expect_signed(project, queries, gold)
    articles, sha256 = _contents(project, position, progress)
    with project.store.begin(supervisor) as work:
        work.hold_journal()
        made = releases(work.queries)
        if made and made[-1].sha256 == sha256:
            return made[-1], False
        work.note(SUBJECT, f"{WHAT} {position} {articles} {sha256}")
        return releases(work.queries)[-1], True


def release_problems(project: Project, progress: Told = untold) -> Iterator[DataProblem]:
    """The releases that the journal does not give any more as they were made."""
    with project.store.read() as queries:
        made = releases(queries)
    for release in made:
        try:
            found = _contents(project, release.position, progress)
        except CoderError as error:
            found = (0, str(error))
        if found != (release.articles, release.sha256):
            said, mend = Message("gold.release_differs"), Message("store.mend_journal")
            yield DataProblem("release", str(release.number), said, mend)


class _Digest(BytesIO):
    """A stream that keeps the sha256 of what is written, and its number of lines."""

    def __init__(self) -> None:
        super().__init__()
        self.sha256, self.lines = hashlib.sha256(), 0

    def write(self, data: Any, /) -> int:
        self.sha256.update(data)
        self.lines += bytes(data).count(b"\n")
        return len(data)


def _contents(project: Project, position: int, progress: Told) -> tuple[int, str]:
    out = _Digest()
    deliver(project.at(position), "native", "gold", out, progress=progress)
    return out.lines, out.sha256.hexdigest()


def _release(entry: Entry) -> Release:
    position, articles, sha256 = entry.what.removeprefix(f"{WHAT} ").split(" ")
    return Release(entry.version, entry.at, entry.person, int(articles), sha256, int(position))
