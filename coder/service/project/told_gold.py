"""Gold as readers are told of it: each value with how it came about, imported gold with
its file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from coder.messages.catalogue import Message
from coder.model import POLICY, Answer, Cluster, Coding, with_how
from coder.store.queries import CodingHead, Queries

UNKNOWN_FILE = "unknown"  # gold was imported before files were recorded


def tell_golds(queries: Queries, heads: Sequence[CodingHead]) -> Iterator[Coding]:
    """Iterate over the gold of these heads, with what `tell_gold` adds."""
    importers = queries.importers([head.id for head in heads])
    return (tell_gold(gold, importers) for gold in queries.codings_of(heads))


def tell_gold(gold: Coding, importers: Mapping[str, str]) -> Coding:
    """Return gold with `how` of each value and, if it was imported, a source.

    importers: gold's id → who imported it. Only what was stored before these were
    recorded changes.
    """
    importer = importers.get(gold.id, "")
    gold = gold.with_each_answer(partial(with_how, importer=importer))
    if importer and not gold.source:
        gold = replace(gold, source=UNKNOWN_FILE)
    return gold


def rejection(cluster: Cluster, by: str) -> Answer:
    """Return why, how and by whom a cluster was rejected, as of a gold value; by: the
    journal's person.
    """
    return with_how(Answer(reason=cluster.rejected, by=by))


def how_in_words(how: str) -> Message:
    """Return how a gold value came about, one of HOW, in words."""
    if how.startswith(POLICY):
        policy = Message(f"gold.{how.removeprefix(POLICY)}")
        return Message("gold.how_policy", policy=policy)
    return Message(f"gold.how_{how}")
