"""Checks over a whole project: the database against its journal, and the values against their codebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from coder.errors import CoderError, DamagedError
from coder.messages.catalogue import Message
from coder.model import Coding
from coder.service.delivery.releases import release_problems
from coder.service.figures.comparisons import differing
from coder.service.project.fitting import value_problems
from coder.service.project.opened import Project, reopened
from coder.service.project.processes import Told, spread, untold
from coder.store import replay
from coder.store.data_problems import DataProblem
from coder.store.queries import Queries

_WORTH = 100  # articles from which on further processes pay
_FOREIGN = Message("project.foreign")


@dataclass(frozen=True, slots=True)
class Integrity:
    """How many journal entries were replayed, and what was found."""

    entries: int
    findings: list[DataProblem]


def verify(project: Project, progress: Told = untold) -> Integrity:
    """Replay the journal and compare; the codings must fit their codebooks, which the project must have."""
    entries, problems = 0, list[DataProblem]()
    try:
        with project.store.read() as queries:
            for found in _all_replayed(project, queries, progress):
                entries += found.entries
                problems += found.problems
            problems += _whole_problems(project, queries)
        problems += release_problems(project)
    except DamagedError as error:  # the last one, as nothing more can be read
        problems.append(DataProblem("database", project.store.name, error.message, error.hint))
    return Integrity(entries, problems)


def _all_replayed(project: Project, queries: Queries, progress: Told) -> Iterator[replay.Replayed]:
    yield replay.without_work(queries)
    parts = replay.parts(queries)
    of, done = sum(len(part.articles) for part in parts), 0
    cores = None if of >= _WORTH else 1
    for part, found in zip(
        parts, spread(_replayed, parts, project, reopened, project.way, cores=cores), strict=True
    ):
        yield found
        done += len(part.articles)
        progress(done, of)


def _replayed(project: Project, part: replay.Part) -> replay.Replayed:
    """What comes of replaying a part, and how its codings fit their codebooks."""
    with project.store.read() as queries:
        found = replay.replayed(queries, part)
        found.problems += [p for coding in found.codings for p in _misfits(project, queries, *coding)]
    found.codings.clear()
    return found


def _whole_problems(project: Project, queries: Queries) -> Iterator[DataProblem]:
    for row in queries.rows("codebook"):
        if hashlib.sha256(str(row["body"]).encode()).hexdigest() != row["digest"]:
            yield DataProblem("codebook", str(row["ref"]), Message("project.no_digest"), _FOREIGN)
    for article in differing(project, queries):
        what, mend = Message("project.compared_otherwise"), Message("project.compare_again")
        yield DataProblem("comparison", article, what, mend)


def _misfits(
    project: Project, queries: Queries, id_: str, codebook: str, coding: Coding | None
) -> Iterator[DataProblem]:
    """That a coding's codebook is not there, or the values that it does not allow."""
    try:
        book = project.revision(queries, codebook)
    except CoderError as error:
        what = Message("project.made_with", ref=codebook, why=error.message)
        yield DataProblem("codebook", id_, what, Message("project.restore"))
        return
    if coding is not None:  # else told by the store
        for wrong in value_problems(coding, book, id_):
            yield DataProblem("value", id_, wrong.message, _FOREIGN)
