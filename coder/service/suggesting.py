"""Candidates for the articles that lack them."""

from __future__ import annotations

from collections.abc import Callable

from coder.model import Article, Candidate
from coder.service.panel import Panel
from coder.service.project import Project
from coder.suggest.registry import propose

RULES = "rules"
"""The name under which the built-in suggester is kept."""


def suggest(
    project: Project,
    *,
    again: bool = False,
    progress: Callable[[int, int], None] | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> int:
    """Read every article that was not read yet by all that `coder.toml` names (or all articles, `again`).

    Returns how many were read. Each article is written on its own, so that the work can be interrupted and
    taken up again. warn: told of plug-ins that fail; the articles are then read without them.
    """
    everybody = "+".join((RULES, *project.config.plugins))
    with project.store.read() as queries:
        read_by = {} if again else queries.suggested()
        todo = [article for article in queries.article_ids() if read_by.get(article) != everybody]
    with Panel(project, warn) as panel:
        for count, article_id in enumerate(todo, start=1):
            found = propose(project.article(article_id), project.codebook)
            found, by = panel.join(article_id, found, RULES)
            with project.store.begin(project.actor) as work:
                work.replace_candidates(article_id, found, by)
            if progress is not None:
                progress(count, len(todo))
    return len(todo)


def candidates(project: Project, article: Article) -> list[Candidate]:
    """The stored candidates of one article."""
    with project.store.read() as queries:
        return queries.candidates(article.id)
