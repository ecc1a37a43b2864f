"""Articles that a supervisor takes out of a project's work and figures, and takes back in."""

from __future__ import annotations

from collections.abc import Sequence

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.project.opened import Project
from coder.store.convert import Rows


def withdraw(project: Project, supervisor: str, articles: Sequence[str], reason: str) -> list[str]:
    """Take articles, given by id or its beginning, out of work and figures; returns their ids.

    All that was done on them stays. Raises CoderError, and changes nothing, where one is withdrawn already.
    """
    project.person(supervisor, "supervisor")
    if not reason.strip():
        raise CoderError("project.no_reason")
    ids = _ids(project, articles)
    with project.store.begin(supervisor) as work:
        gone = work.queries.withdrawn()
        if already := [i for i in ids if i in gone]:
            raise CoderError("project.withdrawn_already", article=already[0], reason=gone[already[0]])
        work.record("withdrawn", "article.withdrawn", {}, _rows(dict.fromkeys(ids, reason)))
    return ids


def take_back(project: Project, supervisor: str, articles: Sequence[str]) -> list[str]:
    """Withdrawn articles are among the others again, with all that was done on them; returns their ids."""
    project.person(supervisor, "supervisor")
    ids = _ids(project, articles)
    with project.store.begin(supervisor) as work:
        gone = work.queries.withdrawn()
        if standing := [i for i in ids if i not in gone]:
            count = Message("counts.articles", n=len(gone))
            raise CoderError("project.not_withdrawn", article=standing[0], count=count)
        work.record("withdrawn", "article.taken_back", _rows({i: gone[i] for i in ids}), {})
    return ids


def _ids(project: Project, articles: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(project.article(name).id for name in articles))


def _rows(reasons: dict[str, str]) -> Rows:
    return {("withdrawn", i): {"article": i, "reason": reason} for i, reason in reasons.items()}
