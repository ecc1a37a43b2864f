"""One article's adjudication: clusters and codings in, what is decided and what is open.

What a supervisor does to it is in `gold_edits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from coder.adjudicate.diff import Row, article_rows, cluster_rows, gold_id
from coder.codebook.schema import Codebook
from coder.codebook.validate import is_stretch, visible, visible_article
from coder.model import GOLD, Answer, Cluster, Coding, Event

ARTICLE = ""
"""Stands for the article itself where a cluster id is asked for."""
Stored: TypeAlias = tuple[Coding | None, Sequence[Cluster]]
"""What of an adjudication is kept: the gold coding and the clusters."""


@dataclass(frozen=True, slots=True)
class Adjudication:
    """All that is known about one article's disagreements: submitted codings, clusters, gold so far."""

    codebook: Codebook
    codings: tuple[Coding, ...]
    clusters: tuple[Cluster, ...]
    gold: Coding

    @classmethod
    def begin(
        cls, codebook: Codebook, codings: Sequence[Coding], clusters: Sequence[Cluster]
    ) -> Adjudication:
        """Nothing decided yet; codings in the order of coders' names."""
        ordered = tuple(sorted(codings, key=lambda c: c.coder))
        first = ordered[0]
        gold = Coding(first.article, first.text_sha256, codebook.ref, GOLD)
        return cls(codebook, ordered, tuple(clusters), gold)

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders in the order in which the digits take their values."""
        return tuple(c.coder for c in self.codings)

    def cluster(self, cluster_id: str) -> Cluster:
        """The cluster of that id."""
        return next(c for c in self.clusters if c.id == cluster_id)

    def rows(self, cluster_id: str) -> list[Row]:
        """Who said what about the article (`ARTICLE`) or about one cluster."""
        if cluster_id == ARTICLE:
            return article_rows(self.codings, self.codebook)
        return cluster_rows(self.cluster(cluster_id), self.codings, self.clusters, self.codebook)

    def decided(self, cluster_id: str, field: str) -> Answer | None:
        """The gold answer to a field, None while there is none."""
        if cluster_id == ARTICLE:
            return self.gold.answers.get(field)
        event = self.gold.event(gold_id(self.cluster(cluster_id)))
        return event.fields.get(field) if event else None

    def open_cells(self) -> Iterator[tuple[str, str]]:
        """(cluster id, field) still to be decided, in reading order.

        Fields that the codebook does not compare (distance none) never count as open.
        """
        for row in self.rows(ARTICLE):
            if self._open(ARTICLE, row):
                yield ARTICLE, row.field.id
        for cluster in self.clusters:
            if not cluster.rejected:
                for row in self.rows(cluster.id):
                    if self._open(cluster.id, row):
                        yield cluster.id, row.field.id

    def _open(self, cluster_id: str, row: Row) -> bool:
        """Whether a field must be decided: compared, answered by somebody, and asked for this gold event.

        What gold asks follows from what is decided: of a field that depends on the event type nothing is
        open before the type is.
        """
        if row.field.distance.kind == "none" or row.state == "silent":
            return False
        if self.decided(cluster_id, row.field.id) is not None:
            return False
        if cluster_id == ARTICLE:
            asked = visible_article(self.gold, self.codebook)
            return is_stretch(row.field.id, self.codebook) or row.field.id in asked
        event_id = gold_id(self.cluster(cluster_id))
        event = self.gold.event(event_id) or Event(event_id)
        return row.field.id in visible(event, self.gold, self.codebook)
