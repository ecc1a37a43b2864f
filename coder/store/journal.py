"""The journal: every change ever made, append-only, with the rows before and after.

An entry's changes are row differences, so replaying them from empty gives the state, and applying one
backwards takes it back. Undo and redo are entries like any other; the stack is read off the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import JSON, Boolean, Column, Integer

from coder import foreign
from coder.messages.catalogue import Message
from coder.model import Coding, Span
from coder.store import convert
from coder.store.convert import Key, Row, Rows
from coder.store.data_problems import damaged, row_problem
from coder.store.tables import STATE

# (version, what, version it undoes or redoes) of one subject's entries in order.
History: TypeAlias = Sequence[tuple[int, str, int | None]]

UNDO, REDO = "undo", "redo"
UPGRADED, RESTORED = "codebook.upgraded", "codebook.restored"
# What was carried to another revision of the codebook; only with all else that was is it taken back.
RECODED = ("coding.recoded", "gold.recoded", "lexicon.recoded")
# What was done before these stands; undo does not reach over them.
_CLOSED = ("coding.imported", "coding.submitted", "coding.reopened", "gold.closed", "gold.reopened")
BARRIERS = (*_CLOSED, *RECODED)


@dataclass(frozen=True, slots=True)
class Change:
    """One row that a change touched; before is None for a new row, after None for a deleted one."""

    table: str
    key: Key
    before: Row | None
    after: Row | None

    def apply(self, rows: Rows) -> bool:
        """Do it to rows in memory; whether the row was as this change says."""
        key = (self.table, *self.key)
        fits = rows.get(key) == self.before
        if self.after is None:
            rows.pop(key, None)
        else:
            rows[key] = self.after
        return fits


class Made(NamedTuple):
    """When a change was made and what it was, without what it changed."""

    subject: str
    version: int
    at: str
    what: str
    undoes: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry as read back; version counts the entries of its subject from 1."""

    position: int
    subject: str
    version: int
    at: str
    person: str
    what: str
    undoes: int | None
    changes: tuple[Change, ...]
    digest: str
    told: str  # the changes as JSON, as they were written

    @property
    def taken_back(self) -> tuple[Change, ...]:
        """The changes that take this entry back."""
        return tuple(Change(c.table, c.key, c.after, c.before) for c in reversed(self.changes))

    def digest_after(self, previous: str) -> str:
        """The digest of this entry after the one with the digest `previous`, "" for none."""
        fields = (self.subject, self.version, self.at, self.person, self.what, self.undoes, self.told)
        return digest(previous, fields)


def differences(before: Rows, after: Rows) -> tuple[Change, ...]:
    """The rows that differ: deletions (children first), then insertions and updates (parents first)."""
    rank = {name: i for i, name in enumerate(STATE)}
    gone = sorted(before.keys() - after, key=lambda key: (-rank[key[0]], key[1:]))
    kept = [key for key in after if before.get(key) != after[key]]
    kept.sort(key=lambda key: (rank[key[0]], key[1:]))
    return tuple(Change(key[0], key[1:], before.get(key), after.get(key)) for key in (*gone, *kept))


def applied(coding: Coding | None, changes: Iterable[Change]) -> Coding | None:
    """A coding after changes to its rows; the spans that none of them touches stay the very same objects."""
    rows = convert.coding_rows(coding and replace(coding, spans=()))
    placed = {span.id: (place, span) for place, span in enumerate(coding.spans if coding else ())}
    for change in changes:
        if change.table != "span":
            change.apply(rows)
        elif change.after is None:
            placed.pop(change.key[-1], None)
        else:
            placed[change.key[-1]] = change.after["position"], convert.item(Span, change.after)
    found = convert.to_coding((key[0], row) for key, row in rows.items())
    in_order = sorted(placed.values(), key=lambda each: (each[0], each[1].id))
    return found and replace(found, spans=tuple(span for _, span in in_order))


def dump(changes: Iterable[Change]) -> str:
    """Changes as the JSON text that the journal keeps; columns that stay out of it are left out."""
    return foreign.to_json(
        [
            {
                "table": each.table,
                "key": each.key,
                "before": journaled(each.table, each.before),
                "after": journaled(each.table, each.after),
            }
            for each in changes
        ]
    )


def dump_new(rows: Mapping[str, Iterable[Sequence[Any]]]) -> str:
    """The same of nothing but new rows, as `convert` has them."""
    told: list[str] = []
    for table, several in rows.items():
        keys, form, words = _form_of_new(table)
        by_column = zip(words, zip(*several, strict=True), strict=False)
        columns = [[*map(word, column)] for word, column in by_column if word]
        told += map(form.__mod__, zip(*columns[:keys], *columns, strict=True))
    return f"[{', '.join(told)}]"


@cache
def _form_of_new(table: str) -> tuple[int, str, list[Callable[[Any], str] | None]]:
    """How long a new row's key is, the form of its change for key and values, and what writes each column.

    None for a column that stays out of the journal.
    """
    rows, key, left_out = STATE[table]
    after = ", ".join(f'"{column.name}": %s' for column in rows.columns if column.name not in left_out)
    start = f'"table": "{table}", "key": [{", ".join(["%s"] * len(key))}]'
    words = [None if column.name in left_out else _word_for(column) for column in rows.columns]
    return len(key), f'{{{start}, "before": null, "after": {{{after}}}}}', words


def _word_for(column: Column[Any]) -> Callable[[Any], str]:
    if isinstance(column.type, Boolean):
        return {True: "true", False: "false"}.__getitem__
    if isinstance(column.type, JSON):
        return lambda told: told or "null"
    if isinstance(column.type, Integer):
        return str
    return (
        (lambda text: "null" if text is None else encode_basestring(text))
        if column.nullable
        else encode_basestring
    )


def to_entry(row: Mapping[str, Any]) -> Entry:
    """The entry in a row of the journal; raises ValueError, which says why, where there is none."""
    if problem := row_problem("journal", row):
        raise ValueError(problem)
    try:
        rows = foreign.from_json(row["changes"])
        changes = tuple(Change(r["table"], tuple(r["key"]), r["before"], r["after"]) for r in rows)
    except (LookupError, TypeError):
        raise ValueError(Message("store.no_changes")) from None
    for change in changes:
        if not isinstance(change.table, str) or change.table not in STATE:
            raise ValueError(Message("store.no_such_table", table=change.table))
        if [str] * len(STATE[change.table].key) != [type(part) for part in change.key]:
            raise ValueError(Message("store.no_key"))
        if not all(each is None or isinstance(each, dict) for each in (change.before, change.after)):
            raise ValueError(Message("store.no_row"))
    names = ("position", "subject", "version", "at", "person", "what", "undoes", "digest")
    return Entry(**{name: row[name] for name in names}, changes=changes, told=row["changes"])


def stored_entry(row: Mapping[str, Any]) -> Entry:
    """The entry in a row of our own journal; raises DamagedError, which names it, where it cannot be read."""
    try:
        return to_entry(row)
    except ValueError as error:
        where = {"entry": row["version"], "subject": row["subject"]}
        raise damaged(Message("store.entry_unreadable", what=error.args[0], **where)) from None


def is_moment(at: str) -> bool:
    """Whether a text is a moment as entries have them: ISO 8601 with its distance from UTC."""
    return moment(at) is not None


def moment(at: str) -> datetime | None:
    """The moment that such a text is, None where it is none."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def journaled(table: str, row: Row | None) -> Row | None:
    """A row without the columns that stay out of the journal."""
    left_out = STATE[table].unjournaled
    if not left_out:
        return row
    return row and {name: value for name, value in row.items() if name not in left_out}


def digest(previous: str, fields: Sequence[Any]) -> str:
    """The chained digest of an entry: sha256 over the digest before it and the entry's own fields."""
    body = foreign.to_json([previous, *fields])
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def stacks(entries: History, *, strict: bool = False) -> tuple[list[int], list[int]]:
    """What can be undone and redone, as versions, last first out.

    A turn of what does not stand, which only somebody's SQL can have written, turns nothing; where strict, it
    raises ValueError.
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
        elif what in RECODED:
            before[version] = (done, undone)
            done, undone = [], []
        else:
            undone.clear()
            if what in BARRIERS:
                done.clear()
            else:
                done.append(version)
    return done, undone


def last_recoding(entries: History) -> int | None:
    """The version of the recoding on which nothing else was done that stands, None if there is none."""
    return None if stacks(entries)[0] else max(standing_recodings(entries), default=None)


def standing_recodings(entries: History) -> set[int]:
    """The versions of the recodings that stand at the end, with no other barrier after them."""
    taken_back = {target for _, what, target in entries if what == UNDO}
    found: set[int] = set()
    for version, what, _ in entries:
        if version not in taken_back and what in BARRIERS:
            found = {*found, version} if what in RECODED else set()
    return found
