"""Gold, and what was known of its articles, as it was when the journal had come to some position.

That is what a release holds, at any time later. Most gold has not changed since, and is read as it stands; of
the rest the journal gives the rows of then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter

from coder.model import GOLD, Coding, Status
from coder.store import convert, journal
from coder.store.convert import Rows
from coder.store.queries import CodingHead, Queries


def closed_gold(queries: Queries, position: int) -> list[CodingHead]:
    """The heads of the gold that was closed then, of articles that were not withdrawn, in order."""
    withdrawn: Rows = {}
    for entry in queries.entries(subject="withdrawn", until=position):
        for change in entry.changes:
            change.apply(withdrawn)
    heads = [head for head in queries.with_withdrawn().coding_heads() if head.coder == GOLD]
    earlier = _rewound(queries, position, queries.changed_since("gold:", position))
    found = {head.article: head for head in heads if head.article not in earlier}
    for article, coding in earlier.items():
        if coding is not None:
            names = (coding.id, article, GOLD, coding.codebook, coding.text_sha256, coding.status.value)
            found[article] = CodingHead(*names)
    return [
        head
        for article, head in sorted(found.items())
        if head.status == Status.SUBMITTED.value and ("withdrawn", article) not in withdrawn
    ]


def golds(queries: Queries, position: int, heads: Sequence[CodingHead]) -> Iterator[Coding]:
    """The gold of these heads, in their order, as it was then."""
    changed = set(queries.changed_since("gold:", position, [f"gold:{head.article}" for head in heads]))
    earlier = _rewound(queries, position, [h.article for h in heads if h.article in changed])
    standing = [head for head in heads if head.article not in earlier]
    found = earlier | {coding.article: coding for coding in queries.codings_of(standing)}
    return (coding for head in heads if (coding := found[head.article]) is not None)


def metadata(queries: Queries, position: int) -> dict[str, dict[str, str]]:
    """What was known then of the articles of which something else is known now."""
    then: dict[str, dict[str, str]] = {}
    for entry in queries.entries(position, "metadata"):
        for change in entry.changes:
            then.setdefault(change.key[0], dict((change.before or {}).get("fields") or {}))
    return then


def _rewound(queries: Queries, position: int, articles: Sequence[str]) -> dict[str, Coding | None]:
    """The gold of some articles as it was then, None where there was none."""
    rows: dict[str, Rows] = defaultdict(dict)
    for row in queries.entry_rows([f"gold:{article}" for article in articles]):
        if row["position"] <= position:
            entry = journal.stored_entry(row)
            for change in entry.changes:
                if change.table != "cluster":
                    change.apply(rows[entry.subject.removeprefix("gold:")])
    return {
        article: convert.to_coding(
            (key[0], row) for key, row in sorted(rows[article].items(), key=itemgetter(0))
        )
        for article in articles
    }
