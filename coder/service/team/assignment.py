"""Who codes what, balanced and reproducible; and articles that a supervisor takes out, and back in."""

from __future__ import annotations

import random
from collections.abc import Sequence

from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Message
from coder.model import STAGES
from coder.service.project.opened import Project
from coder.store.convert import Rows


def assign(
    project: Project,
    coders: Sequence[str],
    per_article: int,
    stage: str = "production",
    seed: int = 0,
    blind: float = 0.0,
) -> int:
    """Give each article to `per_article` coders, so that loads differ by one at most; returns how many.

    The same seed gives the same assignment; an article that a coder has already is left as it is. blind: the
    share of the articles of which one coder, these loads too within one, gets to see no candidates.
    """
    for name in coders:
        project.person(name)
    if stage not in STAGES:
        raise CoderError("team.no_stage", stage=stage, stages=", ".join(STAGES))
    if not 1 <= per_article <= len(set(coders)):
        raise CoderError("team.too_few_coders", wanted=per_article, there=len(set(coders)))
    if not 0 <= blind <= 1:
        raise CoderError("team.no_share", share=blind)
    with project.store.begin(project.actor) as work:
        existing, queue = work.queries.assignments(), work.queries.article_ids()
        has = {(a.article, a.coder) for a in existing}
        load = {name: sum(a.coder == name for a in existing) for name in dict.fromkeys(coders)}
        order = random.Random(seed)
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
        work.make_blind(_blind_sample(made, blind, random.Random(f"{seed} blind")))
    return len(made)


def _blind_sample(
    made: Sequence[tuple[str, str, str, int]], share: float, order: random.Random
) -> list[tuple[str, str]]:
    """(article, coder) for the share of the articles, one coder each; of a share above 0 at least one."""
    coders: dict[str, list[str]] = {}
    for article, coder, *_ in made:
        coders.setdefault(article, []).append(coder)
    size = max(1, round(share * len(coders))) if share and coders else 0
    load = {coder: 0 for _, coder, *_ in made}
    drawn: list[tuple[str, str]] = []
    for article in order.sample(sorted(coders), size):
        coder = min(order.sample(coders[article], len(coders[article])), key=load.__getitem__)
        load[coder] += 1
        drawn.append((article, coder))
    return drawn


def claim(project: Project, coder: str, stage: str = "production") -> str:
    """Give the coder an article that fewest have, however many ask at once, as their last; returns its id.

    Raises CoderError when the coder has all whose gold is not closed.
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
        raise CoderError("team.nothing_to_claim", name=coder)
    return article


def withdraw(project: Project, supervisor: str, articles: Sequence[str], reason: str) -> list[str]:
    """Take articles, named by id or its beginning, out of work and figures; returns their ids."""
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
