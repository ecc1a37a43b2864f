"""The changes of a journal entry, which stores them as rows, as `coder.changes`
describes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coder.changes.coding_changes import Change, compare_codings, compare_gold
from coder.model import Answer, Cluster, Coding, Event, Span, Status
from coder.store.convert import Row, item
from coder.store.journal import Entry


def changes_of(entry: Entry, spans: Mapping[str, Span]) -> list[Change]:
    """Return what an entry changed in a coding, or in an article's gold.

    spans: the spans that the coding had before, by id, which answers may cite.
    """
    before = _Partial(spans)
    after = _Partial(spans)
    for change in entry.changes:
        before.add(change.table, change.key, change.before)
        after.add(change.table, change.key, change.after)
    # An event keeps its row when only its answers change.
    for event_id in {**before.answers, **after.answers}:
        is_stated = event_id in before.events or event_id in after.events
        if event_id and not is_stated:
            before.events.append(event_id)
            after.events.append(event_id)
    cited = before.cited() | after.cited()
    old, old_clusters = before.state(cited)
    new, new_clusters = after.state(cited)
    if entry.subject.startswith("gold:"):
        return compare_gold((old, old_clusters), (new, new_clusters))
    return compare_codings(old, new)


class _Partial:
    """As much of a coding as the rows of an entry state."""

    def __init__(self, spans: Mapping[str, Span]) -> None:
        self.known = spans
        self.status = Status.OPEN
        self.spans: dict[str, Span] = {}
        self.gone = set[str]()
        self.events: list[str] = []
        self.answers: dict[str, dict[str, Answer]] = {}
        self.clusters: list[Cluster] = []

    def add(self, table: str, key: tuple[Any, ...], row: Row | None) -> None:
        """Take in the state of one row, None if it does not exist."""
        if row is None:
            if table == "span":
                self.gone.add(key[1])
        elif table == "coding":
            self.status = Status(row["status"])
        elif table == "span":
            self.spans[key[1]] = item(Span, row)
        elif table == "event":
            self.events.append(key[1])
        elif table == "answer":
            self.answers.setdefault(key[1], {})[key[2]] = item(Answer, row)
        elif table == "cluster":
            self.clusters.append(item(Cluster, row))

    def cited(self) -> set[str]:
        """Return the ids of the spans that the answers cite."""
        found = set[str]()
        for answers in self.answers.values():
            for answer in answers.values():
                found.update(answer.evidence)
        return found

    def state(self, cited: set[str]) -> tuple[Coding, list[Cluster]]:
        """Return the coding, whose head says only its status, and the clusters.

        Its spans are those that the entry states, and of those that it had before the
        cited ones.
        """
        spans = dict(self.spans)
        for span_id in cited - self.gone:
            if span_id in self.known:
                spans.setdefault(span_id, self.known[span_id])
        events = [
            Event(event_id, self.answers.get(event_id, {}))
            for event_id in dict.fromkeys(self.events)
        ]
        coding = Coding(
            "",
            "",
            "",
            "",
            self.status,
            answers=self.answers.get("", {}),
            spans=tuple(spans.values()),
            events=tuple(events),
        )
        return coding, self.clusters
