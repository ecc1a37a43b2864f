"""A supervisor opens again what was submitted or closed too early."""

from __future__ import annotations

from dataclasses import replace

from coder.errors import CoderError
from coder.model import GOLD, Status
from coder.service.project.opened import Project


def reopen(project: Project, supervisor: str, article: str, coder: str) -> str:
    """Open a coder's submitted coding of an article again, or its closed gold (`gold`); returns its id.

    What was done stays; undo does not reach over the reopening.
    """
    project.person(supervisor, "supervisor")
    article_id = project.standing_article(article).id
    with project.store.begin(supervisor) as work:
        found = work.queries.coding(article_id, coder)
        if found is None or found.status is not Status.SUBMITTED:
            if coder == GOLD:
                raise CoderError("review.gold_not_closed", article=article_id)
            raise CoderError("review.nothing_to_reopen", article=article_id, coder=coder)
        opened = replace(found, status=Status.OPEN)
        if coder == GOLD:
            clusters = work.queries.clusters(article_id)
            work.save_gold((found, clusters), (opened, clusters), "gold.reopened", article_id)
        else:
            work.save_coding(found, opened, "coding.reopened")
    return found.id
