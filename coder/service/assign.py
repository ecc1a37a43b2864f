"""Who codes what: balanced and reproducible."""

from __future__ import annotations

import random
from collections.abc import Sequence

from coder.errors import CoderError, ConflictError
from coder.service.project import Project

TRAINING = "training"
STAGES = (TRAINING, "calibration", "production")


def assign(
    project: Project, coders: Sequence[str], per_article: int, stage: str = "production", seed: int = 0
) -> int:
    """Give each article to `per_article` of the coders, so that loads differ by one at most.

    The same seed gives the same assignment. An article that a coder has already is left as it is.
    Returns how many assignments were made.
    """
    for name in coders:
        project.person(name)
    if stage not in STAGES:
        raise CoderError(f"There is no stage {stage!r}.", hint=f"Stages: {', '.join(STAGES)}.")
    if not 1 <= per_article <= len(set(coders)):
        raise CoderError(
            f"{per_article} coders per article cannot be had from {len(set(coders))}.",
            hint="Name more coders, or lower --per-article.",
        )
    with project.store.begin(project.actor) as work:
        articles = work.queries.article_ids()
        existing = work.queries.assignments()
        has = {(a.article, a.coder) for a in existing}
        load = {name: sum(a.coder == name for a in existing) for name in dict.fromkeys(coders)}
        order = random.Random(seed)
        queue = list(articles)
        order.shuffle(queue)
        made = []
        for position, article in enumerate(queue):
            missing = per_article - sum((article, name) in has for name in load)
            free = [name for name in load if (article, name) not in has]
            order.shuffle(free)
            for name in sorted(free, key=lambda n: load[n])[: max(0, missing)]:
                made.append((article, name, stage, position))
                load[name] += 1
        work.assign(made)
    return len(made)


def claim(project: Project, coder: str, stage: str = "production") -> str:
    """Give the coder an article that fewest have, at the end of their assignments; returns its id.

    However many ask at once, nobody gets an article twice and none gets one more coder while another has
    fewer. Raises CoderError when the coder has them all.
    """
    project.person(coder)
    for attempts_left in reversed(range(10)):
        try:
            with project.store.begin(coder) as work:
                article = work.claim(coder, stage)
            break
        except ConflictError:  # the same coder, at two screens at once
            if not attempts_left:
                raise
    if article is None:
        raise CoderError(f"{coder} has every article already.", hint="See `coder status`.")
    return article
