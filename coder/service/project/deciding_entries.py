"""The journal's entries that decided an article's gold: who gave a value or rejected an
event, and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from coder.grouping import grouped
from coder.store import journal
from coder.store.journal import Change, Entry
from coder.store.queries import Queries

_REJECTION = re.compile(
    '"rejected": "[^"]'
)  # in an entry's changes: a cluster that is or was rejected


def deciding_entries(entries: Iterable[Entry]) -> dict[tuple[str, ...], Entry]:
    """Return, by row key, the entry that last changed each answer or the rejection of
    each cluster.

    Entries that were undone do not count. entries: of one subject, all or those with
    such changes, in order.
    """
    versions = {entry.version: entry for entry in entries}
    deciding: dict[tuple[str, ...], Entry] = {}
    before: dict[
        int, dict[tuple[str, ...], Entry | None]
    ] = {}  # by version: the deciding entries before it
    for entry in versions.values():
        source = versions.get(entry.undoes, entry) if entry.undoes else entry
        for change in filter(_decides, entry.changes):
            previous = deciding.pop(change.key, None)
            if entry.what == journal.UNDO:
                current = before.get(source.version, {}).get(change.key)
            else:
                before.setdefault(source.version, {})[change.key] = previous
                current = source
            if change.after is not None and current is not None:
                deciding[change.key] = current
    return deciding


def _decides(change: Change) -> bool:
    """Return whether a change sets an answer or changes a cluster's rejection."""
    before = change.before or {}
    after = change.after or {}
    is_rejection = change.table == "cluster" and before.get("rejected") != after.get(
        "rejected"
    )
    return change.table == "answer" or is_rejection


def rejecting_entries(
    queries: Queries, articles: Sequence[str]
) -> dict[tuple[str, ...], Entry]:
    """Return (article, cluster id) → the entry that rejected it, for the rejected
    clusters of these articles.

    Only the entries about rejections are parsed, which are few: exports ask for those
    of every article.
    """
    rows = queries.entry_rows(f"gold:{article}" for article in articles)
    told = (row for row in rows if _REJECTION.search(row["changes"]))
    by_subject = grouped(
        (row["subject"], journal.parse_stored_entry(row)) for row in told
    )
    decided = (
        pair
        for entries in by_subject.values()
        for pair in deciding_entries(entries).items()
    )
    return {key: entry for key, entry in decided if len(key) == 2}
