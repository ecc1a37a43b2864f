"""Checks over a whole project: the database against its journal, and the values against
their codebooks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from msgspec import Struct

from coder.errors import CoderError, DamagedError
from coder.messages.catalogue import Message
from coder.model import Coding
from coder.service.delivery.releases import release_problems
from coder.service.figures.comparisons import differing
from coder.service.project.fitting import in_place, wrong_values
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread
from coder.store import replay
from coder.store.data_problems import DataProblem
from coder.store.queries import Queries

_WORTH = 100  # number of articles from which several processes pay off
_FOREIGN = Message("project.foreign")


class Integrity(Struct, frozen=True):
    """The number of journal entries replayed, and the problems found."""

    entries: int
    findings: list[DataProblem]


def verify(project: Project, progress: ReportProgress = no_progress) -> Integrity:
    """Compare the database with a replay of its journal, and check all codings against
    their codebooks.
    """
    entries = 0
    problems = list[DataProblem]()
    try:
        with project.store.read() as queries:
            for replayed in _all_replayed(project, queries, progress):
                entries += replayed.entries
                problems += replayed.problems
            problems += _whole_problems(project, queries)
        problems += release_problems(project)
    except (
        DamagedError
    ) as error:  # nothing more can be read, so this is the last finding
        problems.append(
            DataProblem("database", project.store.name, error.message, error.hint)
        )
    return Integrity(entries, problems)


def _all_replayed(
    project: Project, queries: Queries, progress: ReportProgress
) -> Iterator[replay.Replayed]:
    yield replay.replay_all_but_work(queries)
    parts = replay.parts(queries)
    total = sum(len(part.articles) for part in parts)
    done = 0
    cores = None if total >= _WORTH else 1
    for part, replayed in zip(
        parts, spread(_replay_part, parts, project, cores=cores), strict=True
    ):
        yield replayed
        done += len(part.articles)
        progress(done, total)


def _replay_part(project: Project, part: replay.Part) -> replay.Replayed:
    """Replay one part of the journal and check its codings against their codebooks."""
    with project.store.read() as queries:
        result = replay.replay_part(queries, part)
        result.problems += [
            p for coding in result.codings for p in _misfits(project, queries, *coding)
        ]
    result.codings.clear()  # not needed any more, and costly to send to another process
    return result


def _whole_problems(project: Project, queries: Queries) -> Iterator[DataProblem]:
    for row in queries.rows("codebook"):
        if hashlib.sha256(str(row["body"]).encode()).hexdigest() != row["digest"]:
            yield DataProblem(
                "codebook", str(row["ref"]), Message("project.no_digest"), _FOREIGN
            )
    if not queries.codebook_refs():
        what = Message("project.no_codebook")
        yield DataProblem("codebook", "codebooks", what, Message("project.restore"))
    for article in differing(project, queries):
        what = Message("project.compared_otherwise")
        mend = Message("project.compare_again")
        yield DataProblem("comparison", article, what, mend)


def _misfits(
    project: Project, queries: Queries, id_: str, codebook: str, coding: Coding | None
) -> Iterator[DataProblem]:
    """Yield a problem if a coding's codebook revision is missing, or one per value that
    it forbids.
    """
    try:
        book = project.revision(queries, codebook)
    except CoderError as error:
        what = Message("project.made_with", ref=codebook, why=error.message)
        yield DataProblem("codebook", id_, what, Message("project.restore"))
        return
    if coding is not None:  # else reported by the replay
        for wrong in wrong_values(coding, book):
            yield DataProblem("value", id_, in_place(*wrong), _FOREIGN)
