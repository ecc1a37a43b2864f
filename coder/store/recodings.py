"""A coding as it was before it was carried to another revision of the codebook, read off its journal."""

from __future__ import annotations

from coder.model import Coding
from coder.store import convert, journal
from coder.store.convert import Key, Row
from coder.store.queries import Queries


def before_recodings(queries: Queries, subject: str) -> list[Coding]:
    """The coding before each recoding since it was last submitted or opened by somebody, oldest first."""
    recoded = _standing(queries.history(subject))
    if not recoded:
        return []
    found: list[Coding] = []
    rows: dict[Key, Row] = {}
    for entry in queries.entries(subject=subject):
        if entry.version in recoded and (coding := convert.to_coding((k[0], r) for k, r in rows.items())):
            found.append(coding)
        for change in entry.changes:
            rows.pop((change.table, *change.key), None)
            if change.after is not None:
                rows[change.table, *change.key] = change.after
    return found


def _standing(history: list[tuple[int, str, int | None]]) -> set[int]:
    """The versions of the recodings that stand at the end of a history, with no other barrier after them."""
    taken_back = {target for _, what, target in history if what == journal.UNDO}
    found: set[int] = set()
    for version, what, _ in history:
        if version in taken_back or what not in journal.BARRIERS:
            continue
        found = {*found, version} if what in journal.RECODED else set()
    return found
