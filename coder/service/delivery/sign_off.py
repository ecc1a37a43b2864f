"""A second supervisor's signature under a sample of the closed gold, kept in the journal.

A signature stands until something of that gold changes. Which articles are in the sample follows from their
ids, so that it is the same on every machine, and others stay in it when articles come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD, Status
from coder.service.project.opened import Project
from coder.store.queries import CodingHead, Queries

SIGNED = "gold.signed"


def in_sample(article: str, share: float) -> bool:
    """Whether an article is among those whose gold is signed; share: of all articles, from 0 to 1."""
    drawn = int.from_bytes(hashlib.sha256(article.encode("utf-8", "surrogatepass")).digest()[:6])
    return drawn < share * 2**48


def signatures(queries: Queries) -> dict[str, str]:
    """Article id → who signed its gold as it is."""
    last = queries.last_done("gold:")
    return {subject.removeprefix("gold:"): who for subject, (what, who) in last.items() if what == SIGNED}


def expect_signed(project: Project, queries: Queries, heads: Iterable[CodingHead]) -> None:
    """Raises CoderError where some of this gold is in the sample and nobody has signed it."""
    share = project.config.gold.sign_off
    signed = signatures(queries) if share else {}
    left = [h.article for h in heads if in_sample(h.article, share) and h.article not in signed]
    if left:
        count = Message("counts.articles", n=len(left))
        raise CoderError("gold.not_signed", count=count, names=", ".join(left[:5]), first=left[0])


def sign(project: Project, supervisor: str, article: str) -> str:
    """Sign closed gold that somebody else closed; returns the article's id."""
    project.person(supervisor, "supervisor")
    article_id = project.standing_article(article).id
    subject = f"gold:{article_id}"
    with project.store.begin(supervisor) as work:
        gold = work.queries.coding_heads([article_id])
        if not any(h.coder == GOLD and h.status == Status.SUBMITTED.value for h in gold):
            raise CoderError("review.gold_not_closed", article=article_id, coder=GOLD)
        entries = [e for e in work.queries.entries(subject=subject) if e.what != SIGNED]
        if entries[-1].person == supervisor:
            raise CoderError("gold.own_work", article=article_id, who=supervisor)
        if article_id not in signatures(work.queries):
            work.note(subject, SIGNED)
    return article_id
