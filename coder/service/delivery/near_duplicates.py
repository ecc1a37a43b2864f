"""Finds near-duplicate articles by MinHash over runs of three folded words; they are
linked, never dropped.

Source: Broder, On the resemblance and containment of documents, 1997; the library is
datasketch. The similarity of two candidates is then computed exactly, as the Jaccard
index of their runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from coder.grouping import batched
from coder.importers.extras import library
from coder.model import Article
from coder.service.delivery.metadata import correct_metadata
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.text.normalize import fold_key

NEAR = "near_duplicate_of"
SIMILARITY = "near_similarity"
"""Metadata names of a near-duplicate article: the other article's id, and their
similarity.
"""
_RUN = 3
_PERMUTATIONS = 128
_AT_ONCE = 200
# factor that lowers the index's threshold, as MinHash reliably finds only pairs well
# above it
_WIDER = 0.7


class Near(NamedTuple):
    """A new article, the earlier one most similar to it, and their similarity from 0 to
    1.
    """

    article: str
    like: str
    similarity: float


def datasketch_library() -> Any:
    """Return the datasketch library; raises CoderError if it is not installed."""
    return library("datasketch", "datasketch", "near duplicates")


def link_near(
    project: Project,
    new: Sequence[str],
    least: float,
    progress: ReportProgress = no_progress,
) -> list[Near]:
    """Find and store for each new article the most similar earlier one, if similar by
    at least `least`.

    new: the articles' ids in the order of import.
    """
    datasketch = datasketch_library()
    index = datasketch.MinHashLSH(threshold=_WIDER * least, num_perm=_PERMUTATIONS)
    fresh = set(new)
    links = list[Near]()
    with project.store.read() as queries:
        ids = [*(each for each in queries.article_ids() if each not in fresh), *new]
    for done, article in enumerate(_articles(project, ids), start=1):
        sketch = datasketch.MinHash(num_perm=_PERMUTATIONS, hashfunc=crc32)
        runs = _runs(article)
        sketch.update_batch([run.encode() for run in runs])
        if article.id in fresh:
            alike = [
                Near(article.id, other, _alike(project, runs, other))
                for other in index.query(sketch)
            ]
            best = max(
                alike, key=lambda near: (near.similarity, near.like), default=None
            )
            if best is not None and best.similarity >= least:
                links.append(best)
        index.insert(article.id, sketch, check_duplication=False)
        progress(done, len(ids))
    correct_metadata(
        project,
        {n.article: {NEAR: n.like, SIMILARITY: f"{n.similarity:.2f}"} for n in links},
    )
    return links


def _articles(project: Project, ids: list[str]) -> Iterator[Article]:
    for some in batched(ids, _AT_ONCE):
        with project.store.read() as queries:
            articles = queries.articles_of(some)
        yield from (articles[each] for each in some if each in articles)


def _alike(project: Project, runs: set[str], other: str) -> float:
    other_runs = _runs(project.article(other))
    return len(runs & other_runs) / len(runs | other_runs)


def _runs(article: Article) -> set[str]:
    words = fold_key(article.text).split()
    return {" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
