"""A project as it was when its journal had come to some position: what a release holds, at any time later.

Most has not changed since, and is read as it stands; of the rest the journal gives the rows of then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select

from coder.model import GOLD, Coding, Status
from coder.store import convert, journal
from coder.store.convert import Rows
from coder.store.queries import Assigned, CodingHead, Queries

_AT_ONCE = 100  # codings that are read together


class Past(Queries):
    """The view of then: gold and codings, who had what, what was known of articles, what was withdrawn.

    Candidates are not in the journal, so there is no blind sample by which those of then could be judged.
    """

    until: int

    def __init__(
        self, connection: Connection, until: int, corrected: dict[int, dict[str, dict[str, str]]]
    ) -> None:
        """until: the journal's last entry that counts. corrected: where views keep what they all ask for."""
        super().__init__(connection)
        self.until, self._corrected = until, corrected

    def withdrawn(self) -> dict[str, str]:
        """Article id → why it was withdrawn, of those that were."""
        return {str(key[1]): row["reason"] for key, row in self._rows(["withdrawn"]).items()}

    def metadata(self, ids: Sequence[str] | Select[Any] | None = None) -> dict[str, dict[str, str]]:
        """Article id → what was known of it beside its text."""
        found, (version, _) = super().metadata(ids), self.last_version("metadata")
        if version not in self._corrected:
            then: dict[str, dict[str, str]] = {}
            for entry in Queries(self.connection).entries(self.until, "metadata"):
                for change in entry.changes:
                    then.setdefault(change.key[0], dict((change.before or {}).get("fields") or {}))
            self._corrected[version] = then
        asked = found if isinstance(ids, Select) else ids
        then = {i: e for i, e in self._corrected[version].items() if asked is None or i in asked}
        return {article: fields for article, fields in (found | then).items() if fields}

    def blind(self) -> set[tuple[str, str]]:
        """Nothing."""
        return set()

    def assignments(self, coder: str | None = None, articles: Sequence[str] | None = None) -> list[Assigned]:
        """Assignments, all or those of one coder or of some articles, in working order."""
        status = {head.id: head.status for head in self.coding_heads(articles)}
        rows = self._rows(["assignments", *(f"assignments:{person.name}" for person in self.people())])
        stands = self._stands(articles)
        found = [
            Assigned(**row, status=status.get(f"{row['article']}/{row['coder']}", Status.OPEN.value))
            for row in rows.values()
            if coder in (None, row["coder"]) and stands(row["article"])
        ]
        return sorted(found, key=attrgetter("coder", "position", "article"))

    def coding_heads(self, articles: Sequence[str] | None = None) -> list[CodingHead]:
        """The heads of all codings or of those of some articles, gold among them."""
        found = {head.id: head for head in super().coding_heads(articles)}
        stands = self._stands(articles)
        for id_, coding in self._then(self._changed()):
            found.pop(id_, None)
            if coding is not None and stands(coding.article):
                names = (coding.article, coding.coder, coding.codebook)
                found[id_] = CodingHead(*names, coding.status.value)
        return sorted(found.values(), key=attrgetter("article", "coder"))

    def codings_of(self, heads: Sequence[CodingHead]) -> Iterator[Coding]:
        """The codings of these heads, in their order; a hundred at a time are in memory."""
        for start in range(0, len(heads), _AT_ONCE):
            some = heads[start : start + _AT_ONCE]
            found = dict(self._then(self._changed([head.id for head in some])))
            standing = super().codings_of([head for head in some if head.id not in found])
            found |= {coding.id: coding for coding in standing}
            yield from filter(None, (found.get(head.id) for head in some))

    def _changed(self, ids: Sequence[str] | None = None) -> list[str]:
        """The ids of the codings, all or among these, of which the journal has told something since."""
        subjects = None if ids is None else [subject for id_ in ids for subject in _subjects(id_)]
        gold = self.changed_since("gold:", self.until, subjects)
        return sorted(
            {*self.changed_since("coding:", self.until, subjects), *(f"{article}/{GOLD}" for article in gold)}
        )

    def _then(self, ids: Sequence[str]) -> Iterator[tuple[str, Coding | None]]:
        """These codings as they were, None for one that was not there."""
        for start in range(0, len(ids), _AT_ONCE):
            whose = {subject: id_ for id_ in ids[start : start + _AT_ONCE] for subject in _subjects(id_)}
            rows: dict[str, Rows] = {id_: {} for id_ in whose.values()}
            for row in self.entry_rows(whose):
                for change in journal.stored_entry(row).changes:
                    if change.table != "cluster":
                        change.apply(rows[whose[row["subject"]]])
            for id_, found in rows.items():
                yield id_, convert.to_coding((key[0], found[key]) for key in sorted(found))

    def _rows(self, subjects: Iterable[str]) -> Rows:
        """The rows that the journal's entries about some subjects gave."""
        rows: Rows = {}
        for row in self.entry_rows(subjects):
            for change in journal.stored_entry(row).changes:
                change.apply(rows)
        return rows

    def _stands(self, these: Sequence[str] | None) -> Any:
        """What tells whether an article is among these, or among those that were not withdrawn."""
        if these is not None:
            return {*these}.__contains__
        gone = {} if self._withdrawn_too else self.withdrawn()
        return lambda article: article not in gone

    def _standing(self, query: Select[Any], article: Any, these: Sequence[str] | None = None) -> Select[Any]:
        if these is None and not self._withdrawn_too:
            return query.where(article.not_in([*self.withdrawn()]))
        return super()._standing(query, article, these)


def _subjects(coding: str) -> list[str]:
    """What the journal calls a coding; gold that came from a file has begun as any coding."""
    article, _, coder = coding.rpartition("/")
    return [f"coding:{coding}", *([f"gold:{article}"] if coder == GOLD else [])]
