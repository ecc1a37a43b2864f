"""The data adjudicated together: an article's submitted codings, the clusters of their
events, its gold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from coder.adjudicate.event_clusters import update_clusters
from coder.adjudicate.resolve import SUPERVISOR, Adjudication, Stored
from coder.errors import CoderError
from coder.grouping import grouped
from coder.model import TRAINING, Article, Cluster, Coding
from coder.service.project.opened import Project
from coder.service.project.wrong_codings import WrongCoding, read_sound
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries


class Found(NamedTuple):
    """An article with everything stored for its adjudication; `heads` covers the
    codings and the gold.

    wrong: codings, or gold, that are left out because of wrong values. waiting: coders
    whose coding lost words to a correction of the text, and who have not submitted it
    again.
    """

    article: Article | None
    heads: Sequence[CodingHead]
    codings: Sequence[Coding]
    gold: Coding | None
    clusters: Sequence[Cluster]
    wrong: Sequence[WrongCoding]
    waiting: Sequence[str]

    @property
    def stored(self) -> Stored:
        """The gold and the clusters as stored."""
        return self.gold, tuple(self.clusters)

    @property
    def revisions(self) -> str:
        """The codebook revisions of codings and gold, or "" if they are comparable."""
        return revisions_of(self.heads)

    @property
    def is_foreign(self) -> bool:
        """Return whether the gold was imported, so it is unknown which coders' events
        its events come from.
        """
        known = {cluster.gold for cluster in self.clusters}
        return self.gold is not None and any(
            event.id not in known for event in self.gold.events
        )


def load_adjudicated(
    project: Project, queries: Queries, articles: Sequence[str]
) -> dict[str, Found]:
    """Read the adjudication data of these articles in one go."""
    every = without_trainees(queries.coding_heads(articles), queries.stages(articles))
    sound, wrong = read_sound(project, queries, every)
    wrong_ids = {each.id for each in wrong}
    heads = grouped((h.article, h) for h in every if h.id not in wrong_ids)
    codings = grouped((coding.article, coding) for coding in sound)
    wrong_of = grouped((each.article, each) for each in wrong)
    texts = queries.articles_of(articles)
    clusters = queries.clusters_of(articles)
    waiting = queries.waiting_for_correction(articles)
    return {
        article: Found(
            texts.get(article),
            heads.get(article, ()),
            [coding for coding in codings.get(article, ()) if not coding.is_gold],
            next(
                (coding for coding in codings.get(article, ()) if coding.is_gold), None
            ),
            clusters.get(article, ()),
            wrong_of.get(article, ()),
            waiting.get(article, ()),
        )
        for article in articles
    }


def expect_state(project: Project, queries: Queries, article: str) -> Adjudication:
    """Return the adjudication of an article; raise a CoderError that gives the reason
    if there is none.
    """
    found = _comparable(project, queries, article)
    if (state := state_from(project, queries, found)) is not None:
        return state
    if found.wrong:
        raise found.wrong[0].error
    reason = "imported_gold" if found.is_foreign else "fewer_than_two"
    raise CoderError(f"review.{reason}", article=article)


def state_of(project: Project, queries: Queries, article: str) -> Adjudication | None:
    """Return the article's adjudication, stored or fresh, or None if there is nothing
    to compare.
    """
    return state_from(project, queries, _comparable(project, queries, article))


def _comparable(project: Project, queries: Queries, article: str) -> Found:
    """Read the adjudication data of one article; raise a CoderError if it uses several
    revisions, or if a coder has not been through its corrected text yet.
    """
    found = load_adjudicated(project, queries, [article])[article]
    if found.revisions:
        raise CoderError(
            "review.several_revisions", article=article, revisions=found.revisions
        )
    if found.waiting:
        names = ", ".join(found.waiting)
        raise CoderError("review.text_corrected", article=article, names=names)
    return found


def state_from(
    project: Project, queries: Queries, found: Found, *, alone: bool = False
) -> Adjudication | None:
    """Return the adjudication, stored or fresh; None for imported gold or with fewer
    than two codings.

    Only submitted codings count, without trainees' and wrong ones. With `alone`, or if
    gold was already made from one coding, a single coding is enough. None also if the
    gold itself is wrong.
    """
    codings = found.codings
    article = found.article
    gold = found.gold
    if found.is_foreign or not codings or article is None:
        return None
    if any(each.is_gold for each in found.wrong):
        return None
    if len(codings) < 2 and not alone and not _is_of_one(found):
        return None
    book = project.revision(queries, codings[0].codebook, codings[0].id)

    def align() -> list[Cluster]:
        from coder.agreement.comparison import (
            aligned,
        )  # loads numpy, not needed if clusters are stored

        return aligned(codings, book)

    clusters = update_clusters(found.clusters, codings, align)
    state = Adjudication.begin(
        book, codings, clusters, article, spans=project.config.gold.spans
    )
    return state if gold is None else replace(state, gold=gold)


def _is_of_one(found: Found) -> bool:
    """Return whether the gold rests on a single coding: only its coder and the
    supervisor contributed to it.
    """
    if found.gold is None:
        return False
    contributors = {
        who for answer in found.gold.every_answer for who in answer.taken_from
    }
    contributors |= {
        coder for cluster in found.clusters for coder, _ in cluster.members
    }
    return contributors <= {found.codings[0].coder, SUPERVISOR}


def without_trainees(
    heads: Iterable[CodingHead], stages: Mapping[tuple[str, str], str]
) -> list[CodingHead]:
    """Filter `heads` to gold and submitted codings, leaving out those of trainees.

    stages: from `Queries.stages`.
    """
    return [
        head
        for head in heads
        if (head.is_gold or head.is_submitted)
        and stages.get((head.article, original(head.coder))) != TRAINING
    ]


def coders_of_data(
    stages: Mapping[tuple[str, str], str], retired: Collection[str]
) -> dict[str, set[str]]:
    """Return article → the coders to whom it is assigned, without trainees and retired
    people.

    stages: from `Queries.stages`.
    """
    coders: dict[str, set[str]] = {}
    for (article, coder), stage in stages.items():
        if stage != TRAINING and coder not in retired:
            coders.setdefault(article, set()).add(coder)
    return coders


def training_articles(stages: Mapping[tuple[str, str], str]) -> set[str]:
    """Return the articles that were assigned for training only; stages: from
    `Queries.stages`.
    """
    others = {article for (article, _), stage in stages.items() if stage != TRAINING}
    return {article for article, _ in stages} - others


def revisions_of(heads: Sequence[CodingHead]) -> str:
    """Return the codebook revisions, comma-separated, or "" if codings and gold share
    one.
    """
    refs = sorted({head.codebook for head in heads})
    return ", ".join(refs) if len(refs) > 1 else ""
