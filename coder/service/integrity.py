"""Checks over a whole project: the database against its journal, and the codebook's rules."""

from __future__ import annotations

from dataclasses import dataclass

from coder.codebook.validate import Problem, problems
from coder.errors import DamagedError
from coder.model import Coding
from coder.service.project import Project
from coder.store import verify as store_verify
from coder.store.verify import Finding


@dataclass(frozen=True, slots=True)
class Integrity:
    """How many journal entries were replayed, and what was found."""

    entries: int
    findings: list[Finding]


def verify(project: Project) -> Integrity:
    """Replay the journal and compare; the project must have the codebook of each coding.

    What is too damaged to be read is the last finding.
    """
    found: list[Finding] = []
    entries = 0
    try:
        with project.store.read() as queries:
            found.extend(store_verify.findings(queries))
            entries = sum(1 for _ in queries.entries())
            for head in queries.coding_heads():
                if queries.row("codebook", (head.codebook,)) is None:
                    what = f"It was made with {head.codebook}, which the project does not have."
                    found.append(Finding("codebook", head.id, what, "Restore the last good backup."))
    except DamagedError as error:
        found.append(Finding("database", project.store.name, error.message, error.hint))
    return Integrity(entries, found)


def check(project: Project) -> list[tuple[Coding, Problem]]:
    """What its own revision of the codebook has to say about every submitted coding and all gold."""
    out: list[tuple[Coding, Problem]] = []
    with project.store.read() as queries:
        for coding in (*queries.codings(), *queries.golds()):
            article = queries.article(coding.article)
            if article is not None:
                book = project.revision(queries, coding.codebook)
                out += [(coding, problem) for problem in problems(coding, book, article)]
    return out
