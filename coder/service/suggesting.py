"""Candidates for the articles that lack them."""

from __future__ import annotations

from collections.abc import Callable

from coder.model import Article, Candidate
from coder.service.project import Project
from coder.suggest.registry import propose

RULES = "rules"
"""The name under which the built-in suggester is kept."""


def suggest(
    project: Project, *, again: bool = False, progress: Callable[[int, int], None] | None = None
) -> int:
    """Read every article that was not read yet (or all, `again`); returns how many were read.

    Each article is written on its own, so that the work can be interrupted and taken up again.
    """
    with project.store.read() as queries:
        todo = queries.article_ids() if again else queries.unsuggested()
    for count, article_id in enumerate(todo, start=1):
        article = project.article(article_id)
        found = propose(article, project.codebook)
        with project.store.begin(project.actor) as work:
            work.replace_candidates(article_id, found, RULES)
        if progress is not None:
            progress(count, len(todo))
    return len(todo)


def candidates(project: Project, article: Article) -> list[Candidate]:
    """The stored candidates of one article."""
    with project.store.read() as queries:
        return queries.candidates(article.id)
