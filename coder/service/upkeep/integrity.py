"""Checks over a whole project: the database against its journal, and the codebook's rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, DamagedError
from coder.messages.catalogue import Message
from coder.model import Coding
from coder.service.project.fitting import value_problems
from coder.service.project.opened import Project
from coder.store import replay
from coder.store.data_problems import DataProblem
from coder.store.queries import Queries

_FOREIGN = Message("project.foreign")


@dataclass(frozen=True, slots=True)
class Integrity:
    """How many journal entries were replayed, and what was found."""

    entries: int
    findings: list[DataProblem]


def verify(project: Project) -> Integrity:
    """Replay the journal and compare; the codings must fit their codebooks, which the project must have."""
    found: list[DataProblem] = []
    entries = 0
    try:
        with project.store.read() as queries:
            found.extend(replay.problems(queries))
            entries = sum(1 for _ in queries.entry_rows())
            for row in queries.rows("codebook"):
                if hashlib.sha256(str(row["body"]).encode()).hexdigest() != row["digest"]:
                    altered = Message("project.no_digest")
                    found.append(DataProblem("codebook", str(row["ref"]), altered, _FOREIGN))
            found.extend(_wrong_codings(project, queries.with_withdrawn()))
    except DamagedError as error:  # the last finding, as nothing more can be read
        found.append(DataProblem("database", project.store.name, error.message, error.hint))
    return Integrity(entries, found)


def _wrong_codings(project: Project, queries: Queries) -> Iterator[DataProblem]:
    """The codings whose codebook is not there, and the values that it does not allow."""
    for head in queries.coding_heads():
        try:
            book = project.revision(queries, head.codebook)
        except CoderError as error:
            what = Message("project.made_with", ref=head.codebook, why=error.message)
            yield DataProblem("codebook", head.id, what, Message("project.restore"))
            continue
        try:
            coding = queries.coding(head.article, head.coder)
        except DamagedError:
            continue  # told by the store
        if coding is not None:
            for wrong in value_problems(coding, book, head.id):
                yield DataProblem("value", head.id, wrong.message, _FOREIGN)


def check(project: Project) -> list[tuple[Coding, Problem]]:
    """What its own revision of the codebook has to say about every submitted coding and all gold."""
    out: list[tuple[Coding, Problem]] = []
    with project.store.read() as queries:
        for coding in (*queries.codings(), *queries.golds()):
            if (article := queries.article(coding.article)) is not None:
                book = project.revision(queries, coding.codebook, coding.id)
                out += [(coding, problem) for problem in problems(coding, book, article)]
    return out
