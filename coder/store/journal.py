"""The journal: every change ever made, append-only, with the rows before and after.

An entry's changes are row differences, so replaying all of them from an empty state
gives the current state, and applying one backwards undoes it. Undo and redo are entries
like any other; the undo and redo stacks are computed from the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from coder import foreign
from coder.messages.catalogue import Message
from coder.model import Coding, Span
from coder.store import convert
from coder.store.convert import Key, Row, Rows
from coder.store.data_problems import damaged, row_problem
from coder.store.tables import LATER, STATE

# (version, action, version that it undoes or redoes) of one subject's entries in order.
History: TypeAlias = Sequence[tuple[int, str, int | None]]

UNDO = "undo"
REDO = "redo"
UPGRADED = "codebook.upgraded"
RESTORED = "codebook.restored"
# Work carried over to another revision of the codebook; undone only together with the
# whole upgrade.
RECODED = ("coding.recoded", "gold.recoded", "lexicon.recoded")
CORRECTED = "article.corrected"
# Work carried over to a corrected text; undone only together with the correction.
CARRIED = ("coding.carried", "gold.carried", "remark.carried")
IMPORTED = "coding.imported"  # gold too is imported as a coding
# Undo stops at these: whatever was done before them stands.
_CLOSED = (
    IMPORTED,
    "coding.submitted",
    "coding.reopened",
    "gold.closed",
    "gold.reopened",
)
_TOGETHER = (*RECODED, *CARRIED)
BARRIERS = (*_CLOSED, *_TOGETHER)


class Change(Struct, frozen=True):
    """One changed row; before is None for a new row, after is None for a deleted one."""

    table: str
    key: Key
    before: Row | None
    after: Row | None

    def apply(self, rows: Rows) -> bool:
        """Apply the change to rows in memory; return whether the row was equal to
        `before`. It is applied in any case, so that a check can go on.
        """
        key = (self.table, *self.key)
        matches = rows.get(key) == self.before
        if self.after is None:
            rows.pop(key, None)
        else:
            rows[key] = self.after
        return matches


class Made(NamedTuple):
    """Time and action of an entry, without its changes."""

    subject: str
    version: int
    at: str
    what: str
    undoes: int | None


class Entry(Struct, frozen=True):
    """One journal entry; version counts the entries of its subject from 1."""

    position: int
    subject: str
    version: int
    at: str
    person: str
    what: str
    undoes: int | None
    changes: tuple[Change, ...]
    digest: str
    told: str  # the changes as JSON text, exactly as stored

    @property
    def taken_back(self) -> tuple[Change, ...]:
        """The changes that undo this entry."""
        return tuple(
            Change(c.table, c.key, c.after, c.before) for c in reversed(self.changes)
        )

    def digest_after(self, previous: str) -> str:
        """Return this entry's digest, given the digest of the subject's previous entry
        ("" for none).
        """
        fields = (
            self.subject,
            self.version,
            self.at,
            self.person,
            self.what,
            self.undoes,
            self.told,
        )
        return digest(previous, fields)


def differences(before: Rows, after: Rows) -> tuple[Change, ...]:
    """Return the differing rows: deletions (children first), then insertions and
    updates (parents first).
    """
    rank = {name: i for i, name in enumerate(STATE)}
    deleted = sorted(before.keys() - after, key=lambda key: (-rank[key[0]], key[1:]))
    changed = [key for key in after if before.get(key) != after[key]]
    changed.sort(key=lambda key: (rank[key[0]], key[1:]))
    return tuple(
        Change(key[0], key[1:], before.get(key), after.get(key))
        for key in (*deleted, *changed)
    )


def apply_changes(coding: Coding | None, changes: Iterable[Change]) -> Coding | None:
    """Apply changes to a coding; unchanged spans remain the same objects."""
    rows = convert.coding_rows(coding and replace(coding, spans=()))
    spans = {}
    if coding is not None:
        for position, span in enumerate(coding.spans):
            spans[span.id] = position, span
    for change in changes:
        if change.table != "span":
            change.apply(rows)
        elif change.after is None:
            spans.pop(change.key[-1], None)
        else:
            span = convert.item(Span, change.after)
            spans[change.key[-1]] = change.after["position"], span
    new = convert.to_coding((key[0], row) for key, row in rows.items())
    in_order = sorted(spans.values(), key=lambda each: (each[0], each[1].id))
    return new and replace(new, spans=tuple(span for _, span in in_order))


def dump(changes: Iterable[Change]) -> str:
    """Return changes as the journal's JSON text, without the columns that are not
    journaled.
    """
    stated = []
    for change in changes:
        before = _take_stated(change.table, change.before)
        after = _take_stated(change.table, change.after)
        place = {"table": change.table, "key": change.key}
        stated.append({**place, "before": before, "after": after})
    return foreign.to_json(stated)


def _take_stated(table: str, row: Row | None) -> Row | None:
    """Return the columns of a row that an entry states: those journaled, without unused
    later ones.

    So rows that use no later column look as they did before these existed, in packets
    too.
    """
    told = take_journaled(table, row)
    later = LATER.get(table)
    if told is None or later is None:
        return told
    stated = {}
    for name, value in told.items():
        if name not in later or value != later[name]:
            stated[name] = value
    return stated


def to_entry(row: Mapping[str, Any]) -> Entry:
    """Parse a row of the journal; raises ValueError with the reason if it is invalid."""
    problem = row_problem("journal", row)
    if problem is not None:
        raise ValueError(problem)
    changes = []
    try:
        for stated in foreign.from_json(row["changes"]):
            table = stated["table"]
            before = _whole(table, stated["before"])
            after = _whole(table, stated["after"])
            changes.append(Change(table, tuple(stated["key"]), before, after))
    except (LookupError, TypeError):
        raise ValueError(Message("store.no_changes")) from None
    for change in changes:
        if not isinstance(change.table, str) or change.table not in STATE:
            raise ValueError(Message("store.no_such_table", table=change.table))
        if [str] * len(STATE[change.table].key) != [type(part) for part in change.key]:
            raise ValueError(Message("store.no_key"))
        for side in (change.before, change.after):
            if side is not None and not isinstance(side, dict):
                raise ValueError(Message("store.no_row"))
    names = (
        "position",
        "subject",
        "version",
        "at",
        "person",
        "what",
        "undoes",
        "digest",
    )
    values = {name: row[name] for name in names}
    return Entry(**values, changes=tuple(changes), told=row["changes"])


def _whole(table: Any, row: Any) -> Any:
    """Return the row in an entry with the later columns that it does not state."""
    later = LATER.get(table) if isinstance(table, str) else None
    if later is None or not isinstance(row, dict):
        return row
    return {**later, **row}


def parse_stored_entry(row: Mapping[str, Any]) -> Entry:
    """Parse a row of our own journal; raises DamagedError that names the entry if it is
    invalid.
    """
    try:
        return to_entry(row)
    except ValueError as error:
        where = {"entry": row["version"], "subject": row["subject"]}
        raise damaged(
            Message("store.entry_unreadable", what=error.args[0], **where)
        ) from None


def take_journaled(table: str, row: Row | None) -> Row | None:
    """Return a row without the columns that are not journaled."""
    unjournaled = STATE[table].unjournaled
    if not unjournaled:
        return row
    return row and {
        name: value for name, value in row.items() if name not in unjournaled
    }


def digest(previous: str, fields: Sequence[Any]) -> str:
    """Return the chained digest of an entry: sha256 over the previous digest and the
    entry's own fields.
    """
    parts = [previous, *fields]
    # the same bytes as below, in half the time: imports and checks spend a while here
    try:
        body = b"[%b]" % b", ".join(map(encode, parts))
    except (
        UnicodeEncodeError
    ):  # half a character, in an entry that was not written by the program
        body = foreign.to_json(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(body).hexdigest()


def stacks(entries: History, *, strict: bool = False) -> tuple[list[int], list[int]]:
    """Return the undo and the redo stack as versions, the next one last.

    An undo or redo whose target is not on the stack, which only manual SQL can have
    written, is ignored; with
    `strict` it raises ValueError.
    """
    done: list[int] = []
    undone: list[int] = []
    before: dict[int, tuple[list[int], list[int]]] = {}
    for version, what, target in entries:
        if what == UNDO and target in before:
            done, undone = before.pop(target)
        elif what in (UNDO, REDO):
            source, goal = (done, undone) if what == UNDO else (undone, done)
            if target in source:
                source.remove(target)
                goal.append(target)
            elif strict:
                raise ValueError(Message("store.wrong_undo"))
        elif what in _TOGETHER:
            before[version] = (done, undone)
            done = []
            undone = []
        else:
            undone.clear()
            if what in BARRIERS:
                done.clear()
            else:
                done.append(version)
    return done, undone


def undoable(latest_first: Iterable[tuple[int, str, int | None]]) -> list[int] | None:
    """Return the end of the undo stack, as `stacks`, and read no further back than to
    find it.

    Every undo of months of work would else read their whole history. None if what was
    redone stands there, which `stacks` has to check.
    """
    undone = set[int | None]()
    for version, what, target in latest_first:
        if what == UNDO:
            undone.add(target)
        elif what == REDO and target not in undone:
            return None
        elif what in _CLOSED:
            return []
        elif version in undone:
            undone.discard(version)
        elif what != REDO:
            return [] if what in _TOGETHER else [version]
    return []


def last_standing(entries: History) -> int:
    """Return the version of the last entry that was not undone; 0 if there is none."""
    undone: set[int | None] = set()
    for version, what, target in reversed(entries):
        if what == UNDO:
            undone.add(target)
        elif version not in undone:
            return version
    return 0


def standing(entries: History, actions: Collection[str]) -> set[int]:
    """Return the versions of recodings or carried work, as `actions` say, that were not
    undone and have no submission, reopening or import after them.
    """
    undone = {target for _, what, target in entries if what == UNDO}
    versions: set[int] = set()
    for version, what, _ in entries:
        if version in undone:
            continue
        if what in _CLOSED:
            versions = set()
        elif what in actions:
            versions.add(version)
    return versions
