"""Checks over a whole project: the database against its journal, and the values against their codebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from coder.errors import CoderError, DamagedError
from coder.messages.catalogue import Message
from coder.model import Coding
from coder.service.figures.comparisons import differing
from coder.service.project.fitting import value_problems
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.data_problems import DataProblem
from coder.store.queries import CodingHead, Queries
from coder.store.replay import Replay

_FOREIGN = Message("project.foreign")


@dataclass(frozen=True, slots=True)
class Integrity:
    """How many journal entries were replayed, and what was found."""

    entries: int
    findings: list[DataProblem]


def verify(project: Project, progress: Told = untold) -> Integrity:
    """Replay the journal and compare; the codings must fit their codebooks, which the project must have."""
    found: list[DataProblem] = []
    entries = 0
    try:
        with project.store.read() as queries:
            wrong: list[DataProblem] = []
            look = partial(_look, project, queries, wrong)
            replay = Replay(queries, look, progress)
            found.extend(replay.problems())
            if "chain" in replay.unread:
                raise replay.unread["chain"]
            entries = replay.entries
            for row in queries.rows("codebook"):
                if hashlib.sha256(str(row["body"]).encode()).hexdigest() != row["digest"]:
                    altered = Message("project.no_digest")
                    found.append(DataProblem("codebook", str(row["ref"]), altered, _FOREIGN))
            found.extend(wrong)
            if "codings" in replay.unread:
                raise replay.unread["codings"]
            for article in () if queries.own_only else differing(project, queries):
                what, mend = Message("project.compared_otherwise"), Message("project.compare_again")
                found.append(DataProblem("comparison", article, what, mend))
    except DamagedError as error:  # the last finding, as nothing more can be read
        found.append(DataProblem("database", project.store.name, error.message, error.hint))
    return Integrity(entries, found)


def _look(
    project: Project, queries: Queries, wrong: list[DataProblem], head: CodingHead, coding: Coding | None
) -> None:
    wrong += _misfits(project, queries, head, coding)


def _misfits(
    project: Project, queries: Queries, head: CodingHead, coding: Coding | None
) -> Iterator[DataProblem]:
    """That a coding's codebook is not there, or the values that it does not allow."""
    try:
        book = project.revision(queries, head.codebook)
    except CoderError as error:
        what = Message("project.made_with", ref=head.codebook, why=error.message)
        yield DataProblem("codebook", head.id, what, Message("project.restore"))
        return
    if coding is not None:  # else told by the store
        for wrong in value_problems(coding, book, head.id):
            yield DataProblem("value", head.id, wrong.message, _FOREIGN)
