"""A project as it was at an earlier position of its journal: what a release contains,
at any later time.

Most rows have not changed since and are read from the tables; the others are
reconstructed from the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, FromClause, Select

from coder.grouping import batched, grouped
from coder.model import GOLD, Cluster, Coding, Correction, Status
from coder.store import convert, journal
from coder.store.convert import Rows
from coder.store.queries import Assigned, CodingHead, Queries, newest_corrections

_TEXT = "text:"  # begins the subjects of corrections
_BATCH = 100  # codings that are read together


class Past(Queries):
    """Gold, clusters, codings, assignments, metadata and what was withdrawn, at an
    earlier position.

    Candidates are not journaled, so the earlier ones are unknown, and there is no blind
    sample.
    """

    until: int

    def __init__(
        self,
        connection: Connection,
        until: int,
        earlier_metadata: dict[int, dict[str, dict[str, str]]],
        earlier_heads: dict[str, CodingHead | None],
    ) -> None:
        """until: position of the last journal entry to include. The others: caches
        shared by views.

        earlier_heads: by coding id, None for a coding that did not exist yet.
        """
        super().__init__(connection)
        self.until = until
        self._earlier_metadata = earlier_metadata
        self._earlier_heads = earlier_heads

    def withdrawn(self) -> dict[str, str]:
        """Return article id → reason for the articles that were withdrawn."""
        return {
            key[1]: row["reason"]
            for key, row in self._rows(["withdrawn"]).items()
            if key[0] == "withdrawn"
        }

    def set_aside(self) -> dict[tuple[str, str], str]:
        """Return (article, coder) → reason for the codings that were set aside."""
        return {
            (key[1], key[2]): row["reason"]
            for key, row in self._rows(["withdrawn"]).items()
            if key[0] == "aside"
        }

    def metadata(
        self, ids: Sequence[str] | Select[Any] | None = None
    ) -> dict[str, dict[str, str]]:
        """Return article id → metadata at the earlier position."""
        current = super().metadata(ids)
        version, _ = self.last_version("metadata")
        if version not in self._earlier_metadata:
            self._earlier_metadata[version] = self._read_changed_metadata()
        wanted = current if isinstance(ids, Select) else ids
        for article, fields in self._earlier_metadata[version].items():
            if wanted is None or article in wanted:
                current[article] = fields
        return {article: fields for article, fields in current.items() if fields}

    def corrections(self, ids: Sequence[str] | None = None) -> dict[str, Correction]:
        """Return article id → the newest correction of its text at the earlier
        position.
        """
        corrected = [each for each in self.subjects() if each.startswith(_TEXT)]
        subjects = corrected
        if ids is not None:
            wanted = {f"{_TEXT}{article}" for article in ids}
            subjects = [each for each in corrected if each in wanted]
        return newest_corrections(self._rows(subjects).values())

    def _read_changed_metadata(self) -> dict[str, dict[str, str]]:
        """Return article id → metadata at the earlier position, of articles whose
        metadata changed since.
        """
        earlier: dict[str, dict[str, str]] = {}
        for entry in Queries(self.connection).entries(self.until, "metadata"):
            for change in entry.changes:
                before = change.before or {}
                earlier.setdefault(change.key[0], dict(before.get("fields") or {}))
        return earlier

    def blind(self) -> set[tuple[str, str]]:
        """Return no assignments."""
        return set()

    def assignments(
        self, coder: str | None = None, articles: Sequence[str] | None = None
    ) -> list[Assigned]:
        """Return assignments in working order, optionally those of one coder or of some
        articles only.
        """
        status = {head.id: head.status for head in self.coding_heads(articles)}
        subjects = [f"assignments:{person.name}" for person in self.people()]
        rows = self._rows(["assignments", *subjects])
        is_included = self._work_filter(articles)
        assignments = []
        for row in rows.values():
            coding = f"{row['article']}/{row['coder']}"
            is_wanted = coder in (None, row["coder"])
            if is_wanted and is_included(row["article"], row["coder"]):
                of_coding = status.get(coding, Status.OPEN.value)
                assignments.append(Assigned(**row, status=of_coding))
        return sorted(assignments, key=attrgetter("coder", "position", "article"))

    def stages(
        self, articles: Sequence[str] | None = None
    ) -> dict[tuple[str, str], str]:
        """Return (article, coder) → stage of the assignments, all or those of some
        articles only.
        """
        return {
            (each.article, each.coder): each.stage
            for each in self.assignments(articles=articles)
        }

    def assigned_articles(self) -> int:
        """Return the number of articles that were assigned to anybody."""
        return len({each.article for each in self.assignments()})

    def coding_heads(self, articles: Sequence[str] | None = None) -> list[CodingHead]:
        """Return the heads of all codings or those of some articles, including gold."""
        heads = {head.id: head for head in super().coding_heads(articles)}
        is_included = self._work_filter(articles)
        changed = self._find_changed()
        earlier = self._earlier_heads  # which never change, as the journal does not
        unknown = [each for each in changed if each not in earlier]
        for id_, coding in self._earlier_codings(unknown):
            earlier[id_] = None if coding is None else _head_of(coding)
        for id_ in changed:
            heads.pop(id_, None)
            head = earlier[id_]
            if head is not None and is_included(head.article, head.coder):
                heads[id_] = head
        return sorted(heads.values(), key=attrgetter("article", "coder"))

    def codings_of(self, heads: Sequence[CodingHead]) -> Iterator[Coding]:
        """Iterate over the codings of these heads, in their order; only a batch of them
        is in memory.
        """
        for batch in batched(heads, _BATCH):
            changed = self._find_changed([head.id for head in batch])
            codings = dict(self._earlier_codings(changed))
            unchanged = [head for head in batch if head.id not in codings]
            codings |= {each.id: each for each in super().codings_of(unchanged)}
            for head in batch:
                coding = codings.get(head.id)
                if coding is not None:
                    yield coding

    def clusters_of(self, articles: Sequence[str]) -> dict[str, list[Cluster]]:
        """Return article id → its clusters in their order, without articles that had
        none.
        """
        subjects = [f"gold:{article}" for article in articles]
        changed = set(self.changed_since("gold:", self.until, subjects))
        rows = self._rows([f"gold:{article}" for article in sorted(changed)])
        clusters = [row for key, row in rows.items() if key[0] == "cluster"]
        clusters.sort(key=itemgetter("position"))
        earlier = grouped(
            (row["article"], convert.item(Cluster, row)) for row in clusters
        )
        unchanged = [article for article in articles if article not in changed]
        return super().clusters_of(unchanged) | earlier

    def _find_changed(self, ids: Sequence[str] | None = None) -> list[str]:
        """Return the ids of codings, all or among these, that changed after the earlier
        position.
        """
        subjects = None if ids is None else _subjects(ids)
        gold = self.changed_since("gold:", self.until, subjects)
        changed = set(self.changed_since("coding:", self.until, subjects))
        changed.update(f"{article}/{GOLD}" for article in gold)
        return sorted(changed)

    def _earlier_codings(
        self, ids: Sequence[str]
    ) -> Iterator[tuple[str, Coding | None]]:
        """Reconstruct these codings at the earlier position, None for one that did not
        exist yet.
        """
        for batch in batched(ids, _BATCH):
            rows = self._rows(_subjects(batch))
            keys = grouped((key[1], key) for key in sorted(rows) if key[0] != "cluster")
            for id_ in batch:
                of_coding = [(key[0], rows[key]) for key in keys.get(id_, ())]
                yield id_, convert.to_coding(of_coding)

    def _rows(self, subjects: Iterable[str]) -> Rows:
        """Reconstruct the rows of some subjects from the journal."""
        rows: Rows = {}
        for row in self.entry_rows(subjects):
            for change in journal.parse_stored_entry(row).changes:
                change.apply(rows)
        return rows

    def _work_filter(self, ids: Sequence[str] | None) -> Callable[[str, str], bool]:
        """Return the test whether work, by article and coder, belongs to a list; ids:
        as in `_restricted`.
        """
        aside = {} if self._withdrawn_too else self.set_aside()
        if ids is not None:
            wanted = {*ids}
            return lambda article, coder: (
                article in wanted and (article, coder) not in aside
            )
        withdrawn = {} if self._withdrawn_too else self.withdrawn()
        return lambda article, coder: (
            article not in withdrawn and (article, coder) not in aside
        )

    def _restricted(
        self, query: Select[Any], article: Any, ids: Sequence[str] | None = None
    ) -> Select[Any]:
        if ids is None and not self._withdrawn_too:
            return query.where(article.not_in([*self.withdrawn()]))
        return super()._restricted(query, article, ids)

    def _restricted_to_work(
        self, query: Select[Any], work: FromClause, ids: Sequence[str] | None = None
    ) -> Select[Any]:
        query = self._restricted(query, work.c.article, ids)
        if self._withdrawn_too:
            return query
        aside = ["/".join(pair) for pair in self.set_aside()]
        return query.where((work.c.article + "/" + work.c.coder).not_in(aside))


def _subjects(codings: Sequence[str]) -> list[str]:
    """Return the codings' subjects in the journal; gold imported from a file begins as
    `coding:`, too.
    """
    subjects = [f"coding:{id_}" for id_ in codings]
    for id_ in codings:
        if id_.endswith(f"/{GOLD}"):
            subjects.append(f"gold:{id_.removesuffix(f'/{GOLD}')}")
    return subjects


def _head_of(coding: Coding) -> CodingHead:
    status = coding.status.value
    return CodingHead(coding.article, coding.coder, coding.codebook, status)
