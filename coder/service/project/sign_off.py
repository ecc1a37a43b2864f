"""A second supervisor's sign-off on a sample of the closed gold, recorded in the
journal.

A signature is valid until that gold changes. The sample is determined by the articles'
ids, so it is the same on every machine and new articles do not affect the others.
Imported gold is not part of it, as it was decided elsewhere, unless somebody works on
it here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD
from coder.service.project.opened import Project
from coder.store.queries import CodingHead, Queries

SIGNED = "gold.signed"


def in_sample(article: str, share: float) -> bool:
    """Return whether an article's gold requires a signature; share: of all articles,
    from 0 to 1.
    """
    number = int.from_bytes(
        hashlib.sha256(article.encode("utf-8", "surrogatepass")).digest()[:6]
    )
    return number < share * 2**48


def signatures(queries: Queries) -> dict[str, str]:
    """Return article id → who signed its present gold."""
    last = queries.last_actions("gold:")
    return {
        subject.removeprefix("gold:"): who
        for subject, (what, who) in last.items()
        if what == SIGNED
    }


def to_sign(queries: Queries, heads: Iterable[CodingHead], share: float) -> list[str]:
    """Return the articles of this gold whose gold requires a signature, whether or not
    it has one.
    """
    sample = [head for head in heads if in_sample(head.article, share)]
    if not sample:
        return []
    imported = queries.importers([head.id for head in sample])
    worked_on = queries.last_actions("gold:")
    return [
        head.article
        for head in sample
        if head.id not in imported or f"gold:{head.article}" in worked_on
    ]


def find_unsigned(
    project: Project, queries: Queries, heads: Iterable[CodingHead]
) -> list[str]:
    """Return the articles of this gold whose gold requires a signature and has none."""
    required = to_sign(queries, heads, project.config.gold.sign_off)
    signed = signatures(queries) if required else {}
    return [article for article in required if article not in signed]


def expect_signed(
    project: Project, queries: Queries, heads: Iterable[CodingHead]
) -> None:
    """Raise CoderError if any of this gold is in the sample and not signed."""
    if missing := find_unsigned(project, queries, heads):
        count = Message("counts.articles", n=len(missing))
        raise CoderError(
            "gold.not_signed",
            count=count,
            names=", ".join(missing[:5]),
            first=missing[0],
        )


def sign(project: Project, supervisor: str, article: str) -> str:
    """Sign closed gold whose last change was made by somebody else; return the
    article's id.
    """
    project.person(supervisor, "supervisor")
    article_id = project.available_article(article).id
    subject = f"gold:{article_id}"
    with project.store.begin(supervisor) as work:
        gold = work.queries.coding_heads([article_id])
        if not any(h.is_gold and h.is_submitted for h in gold):
            raise CoderError("review.gold_not_closed", article=article_id, coder=GOLD)
        entries = [e for e in work.queries.entries(subject=subject) if e.what != SIGNED]
        if entries and entries[-1].person == supervisor:  # imported gold has none
            raise CoderError("gold.own_work", article=article_id, who=supervisor)
        if article_id not in signatures(work.queries):
            work.note(subject, SIGNED)
    return article_id
