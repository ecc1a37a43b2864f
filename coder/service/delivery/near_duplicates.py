"""Articles that are nearly others: found by MinHash over runs of three folded words, linked, never dropped.

Source: Broder, On the resemblance and containment of documents, 1997; the library is datasketch. How alike
two are is then worked out from the runs themselves: the share of those in either that are in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from coder.importers.extras import library
from coder.model import Article
from coder.service.delivery.metadata import corrected
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.text.normalize import fold_key

NEAR, SIMILARITY = "near_duplicate_of", "near_similarity"
"""What is known of an article that is nearly another: that one's id, and how alike they are."""
_RUN, _PERMUTATIONS, _AT_ONCE = 3, 128, 200
_WIDER = 0.7  # sketches find almost all pairs well above their threshold, and some below


class Near(NamedTuple):
    """An article that has come, the one before it that it is most like, and how alike they are, 0 to 1."""

    article: str
    like: str
    similarity: float


def sketches() -> Any:
    """The library; raises CoderError where it is not there."""
    return library("datasketch", "datasketch", "near duplicates")


def link_near(project: Project, new: Sequence[str], least: float, told: Told = untold) -> list[Near]:
    """Each new article that is at least so alike to one that was there or came before it, kept with it.

    new: in the order in which they came.
    """
    datasketch = sketches()
    index = datasketch.MinHashLSH(threshold=_WIDER * least, num_perm=_PERMUTATIONS)
    fresh, found, done = set(new), list[Near](), 0
    with project.store.read() as queries:
        ids = [*(each for each in queries.article_ids() if each not in fresh), *new]
    for article in _articles(project, ids):
        sketch = datasketch.MinHash(num_perm=_PERMUTATIONS, hashfunc=crc32)
        runs = _runs(article)
        sketch.update_batch([run.encode() for run in runs])
        if article.id in fresh:
            alike = [Near(article.id, other, _alike(project, runs, other)) for other in index.query(sketch)]
            best = max(alike, key=lambda near: (near.similarity, near.like), default=None)
            if best is not None and best.similarity >= least:
                found.append(best)
        index.insert(article.id, sketch, check_duplication=False)
        told(done := done + 1, len(ids))
    corrected(project, {n.article: {NEAR: n.like, SIMILARITY: f"{n.similarity:.2f}"} for n in found})
    return found


def _articles(project: Project, ids: list[str]) -> Iterator[Article]:
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        with project.store.read() as queries:
            there = queries.articles_of(some)
        yield from (there[each] for each in some if each in there)


def _alike(project: Project, runs: set[str], other: str) -> float:
    theirs = _runs(project.article(other))
    return len(runs & theirs) / len(runs | theirs)


def _runs(article: Article) -> set[str]:
    words = fold_key(article.text).split()
    return {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
