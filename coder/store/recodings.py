"""A coding as it was before it was carried to another revision of the codebook, read off its journal."""

from __future__ import annotations

from coder.model import Coding
from coder.store import convert, journal
from coder.store.queries import Queries


def before_recodings(queries: Queries, subject: str, coding: Coding) -> list[Coding]:
    """The coding before each recoding since it was last submitted or opened by somebody, oldest first.

    coding: as it is now; subject: its name in the journal, where gold's clusters stand beside it.
    """
    history = queries.history(subject)
    recoded = _standing(history)
    found: list[Coding] = []
    rows = convert.coding_rows(coding)
    for version in range(len(history), min(recoded, default=len(history) + 1) - 1, -1):
        for change in reversed(queries.entry(subject, version).changes):
            if change.table != "cluster":
                rows.pop((change.table, *change.key), None)
                if change.before is not None:
                    rows[change.table, *change.key] = change.before
        if version in recoded and (before := convert.to_coding((key[0], row) for key, row in rows.items())):
            found.append(before)
    return found[::-1]


def _standing(history: list[tuple[int, str, int | None]]) -> set[int]:
    """The versions of the recodings that stand at the end of a history, with no other barrier after them."""
    taken_back = {target for _, what, target in history if what == journal.UNDO}
    found: set[int] = set()
    for version, what, _ in history:
        if version in taken_back or what not in journal.BARRIERS:
            continue
        found = {*found, version} if what in journal.RECODED else set()
    return found
