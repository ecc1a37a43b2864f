"""All closed gold of a project, for tests."""

from __future__ import annotations

from coder.model import Coding
from coder.store.queries import Queries


def read_closed_gold(queries: Queries) -> list[Coding]:
    heads = [h for h in queries.coding_heads() if h.is_gold and h.is_submitted]
    return list(queries.codings_of(heads))
