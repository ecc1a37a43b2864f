"""Merges the journal of one coding from elsewhere (a packet) into the database.

The incoming history is replayed from empty first: every change must start from the rows
that exist, and result in a coding of the article, so that undo never reaches a state
that no program wrote.

A history is all entries of one coding from its first. If the stored and the incoming
history have the same digests up to the end of the shorter one, the longer one continues
it. If they diverge, somebody worked on two copies at once: the stored history stays,
and the whole incoming one is stored as the coding of `NAME~2` (`NAME~3`, …), with its
own id but the original persons and times. Entries that are stored already, under either
name, are recognised by their digests, so merging the same history twice changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import Article, Coding, moment
from coder.store import convert, journal
from coder.store.convert import Row, Rows
from coder.store.data_problems import row_problem
from coder.store.journal import Change, Entry
from coder.store.row_checks import expect_within_limits
from coder.store.tables import CODING_TABLES, STATE
from coder.store.work import Work

COPY_SIGN = "~"  # between a coder's name and the number of a copy; not allowed in names
CLOCKS_DIFFER = timedelta(
    days=1
)  # the tolerated difference between the clocks of two computers


class Merged(Struct, frozen=True):
    """The article and coder under which a history was stored, and the number of new
    entries.
    """

    article: str
    coder: str
    entries: int

    @property
    def second(self) -> bool:
        """True if it was stored as another copy of the coder's work."""
        return is_copy(self.coder)


def merge_history(
    work: Work, article: str, coder: str, entries: Sequence[Entry], since: str
) -> Merged:
    """Merge the history of one coding, as `read_history` returns it, into the database.

    since: the time before which nobody can have coded the article. Raises CoderError if
    a new entry is older than that or than the stored entries, or lies in the future.
    """
    place = _find_place(work, article, coder, entries)
    history = place.history
    known = place.known
    since = max([since, *(entry.at for entry in history[:known])])
    for entry in history[known:]:
        _expect_time(entry, since, work.clock(), f"{article}/{place.coder}")
        expect_within_limits(entry.changes)
    if history[known:]:
        _append(work, f"coding:{article}/{place.coder}", place)
    return Merged(article, place.coder, len(history) - known)


class _Place(NamedTuple):
    """Where a history is stored.

    coder: under whose name. history: its entries under that name. known: how many of
    them are stored already. versions: version in the history → the stored entry's.
    """

    coder: str
    history: Sequence[Entry]
    known: int
    versions: dict[int, int]


def _find_place(
    work: Work, article: str, coder: str, entries: Sequence[Entry]
) -> _Place:
    """Return the first of `NAME`, `NAME~2` … whose stored history the incoming one
    continues, or is the beginning of; at the latest a name without any.

    The stored history may have been carried over to a corrected text meanwhile.
    """
    name = coder
    history = entries
    for number in count(2):
        stored = [*work.queries.entries(subject=f"coding:{article}/{name}")]
        shared = _count_shared(stored, history)
        own, versions = _without_carrying(stored, shared)
        known = min(len(own), len(history))
        if _count_shared(own, history) == known:
            break
        name = f"{coder}{COPY_SIGN}{number}"
        history = _rename(entries, article, name)
    return _Place(name, history, known, versions)


def _count_shared(one: Sequence[Entry], other: Sequence[Entry]) -> int:
    """Return how many entries are the same from the first."""
    for index, (first, second) in enumerate(zip(one, other, strict=False)):
        if first.digest != second.digest:
            return index
    return min(len(one), len(other))


def _without_carrying(
    stored: Sequence[Entry], since: int
) -> tuple[list[Entry], dict[int, int]]:
    """Return the entries as if the coding had not been carried over to a corrected text
    after version `since`, and version there → stored version.
    """
    own: list[Entry] = []
    versions: dict[int, int] = {}
    own_version: dict[int | None, int | None] = {None: None}
    carrying: set[int | None] = set()
    for entry in stored:
        is_carrying = entry.version > since and entry.what in journal.CARRIED
        if is_carrying or entry.undoes in carrying:
            carrying.add(entry.version)
            continue
        version = len(own) + 1
        versions[version] = entry.version
        own_version[entry.version] = version
        entry = replace(entry, version=version, undoes=own_version[entry.undoes])
        previous = own[-1].digest if own else ""
        own.append(replace(entry, digest=entry.digest_after(previous)))
    return own, versions


def _append(work: Work, subject: str, place: _Place) -> None:
    """Append the new entries of a history to the stored one, on the text that they were
    made on.
    """
    last = journal.last_standing(work.queries.history(subject))
    if last and last not in place.versions.values():  # carried over meanwhile
        work.undo_entry(subject, last)
    versions = {**place.versions}
    next_version, _ = work.queries.last_version(subject)
    for entry in place.history[place.known :]:
        next_version += 1
        versions[entry.version] = next_version
        undoes = None if entry.undoes is None else versions[entry.undoes]
        work.take(replace(entry, undoes=undoes))


def _expect_time(entry: Entry, since: str, now: datetime, coding: str) -> None:
    """Raise CoderError unless an entry was written between `since` and `now`, give or
    take what clocks differ.
    """
    first = datetime.fromisoformat(since) - CLOCKS_DIFFER
    last = now + CLOCKS_DIFFER
    if not first <= datetime.fromisoformat(entry.at) <= last:
        raise CoderError(
            "store.wrong_time",
            entry=entry.version,
            coding=coding,
            at=entry.at,
            first=since,
            last=now.isoformat(timespec="minutes"),
        )


def is_copy(coder: str) -> bool:
    """Return whether a coding's coder stands for another copy of somebody's work."""
    return COPY_SIGN in coder


def original(coder: str) -> str:
    """Return the name of the person whose work, or copy of it, a coding is."""
    return coder.partition(COPY_SIGN)[0]


def read_history(
    article_id: str,
    texts: Mapping[str, Article],
    coder: str,
    rows: Sequence[Mapping[str, Any]],
) -> list[Entry]:
    """Parse the history in journal rows from elsewhere, oldest first, and replay it.

    texts: text_sha256 → the article with that text, for each text it ever had. Raises
    CoderError that names the entry, unless the history is complete and unaltered, about
    this coding only, and each entry continues from the state that those before it
    result in.
    """
    coding = f"{article_id}/{coder}"
    entries: list[Entry] = []
    state: Rows = {}
    try:
        for version, row in enumerate(rows, start=1):
            entry = journal.to_entry(
                {**row, "position": 0, "subject": f"coding:{coding}"}
            )
            previous = entries[-1].digest if entries else ""
            entries.append(entry)
            _expect_next(entry, version, previous)
            _expect_undo(entry, entries)
            for change in entry.changes:
                _expect_within(coding, change)
                _apply(change, state)
            _expect_coding(state, texts)
        journal.stacks([(e.version, e.what, e.undoes) for e in entries], strict=True)
    except ValueError as error:
        raise CoderError(
            "store.altered", entry=version, coding=coding, what=error.args[0]
        ) from None
    return entries


def find_written_codings(entries: Sequence[Entry]) -> Iterator[tuple[int, Coding]]:
    """Yield each entry's version with a coding that contains only what the entry wrote.

    Its head is the last one written; its events are those that the answers are about.
    """
    head: list[tuple[str, Row]] = []
    for entry in entries:
        parts: list[tuple[str, Row]] = []
        events: dict[str, Row] = {}
        for change in entry.changes:
            row = change.after
            if row is None:
                continue
            if change.table == "coding":
                head = [("coding", row)]
            elif change.table != "event":
                parts.append((change.table, row))
            if change.table == "answer" and row["event"]:
                id_ = row["event"]
                events[id_] = {"coding": row["coding"], "id": id_, "position": 0}
        parts += [("event", row) for row in events.values()]
        if coding := convert.to_coding([*head, *parts]):
            yield entry.version, coding


def _expect_next(entry: Entry, version: int, previous: str) -> None:
    """Raise ValueError unless an entry has this version, a valid time, and a digest
    that follows the previous one.
    """
    if moment(entry.at) is None:
        raise ValueError(Message("store.no_moment"))
    if entry.version != version or entry.digest != entry.digest_after(previous):
        raise ValueError(Message("store.not_as_written"))


def _apply(change: Change, state: Rows) -> None:
    """Apply a change to rows; raises ValueError unless they are as before it."""
    if not change.apply(state):
        row = "/".join(change.key)
        raise ValueError(Message("store.other_start", table=change.table, row=row))


def _expect_within(coding: str, change: Change) -> None:
    """Raise ValueError unless a change is about valid rows of this coding, under their
    own keys.
    """
    table = change.table
    key = change.key
    if table not in CODING_TABLES or key[0] != coding:
        raise ValueError(Message("store.other_row", table=table, row=key[0]))
    if change.before == change.after:
        raise ValueError(Message("store.nothing_changed"))
    state = STATE[table]
    for row in (change.before, change.after):
        if row is None:
            continue
        if extra := row.keys() - set(state.table.columns.keys()):
            raise ValueError(
                Message("store.no_column", table=table, column=sorted(extra)[0])
            )
        if problem := row_problem(table, row):
            raise ValueError(
                Message("store.of_row", table=table, row="/".join(key), what=problem)
            )
        if table == "coding" and row["id"] != f"{row['article']}/{row['coder']}":
            raise ValueError(Message("store.other_coding"))
        if tuple(row[name] for name in state.key) != key:
            raise ValueError(Message("store.other_key"))
        if not key[-1]:
            raise ValueError(Message("store.no_name", table=table))


def _expect_undo(entry: Entry, entries: Sequence[Entry]) -> None:
    """Raise ValueError if an undo or redo, the last of these entries, does not match
    the entry it names.
    """
    if entry.what not in (journal.UNDO, journal.REDO):
        if entry.undoes is not None:
            raise ValueError(Message("store.names_another"))
        return
    if entry.undoes is None or not 0 < entry.undoes < entry.version:
        raise ValueError(Message("store.names_none"))
    target = entries[entry.undoes - 1]
    is_redo = entry.what == journal.REDO
    expected = target.changes if is_redo else target.taken_back
    if entry.changes != expected:
        raise ValueError(
            Message("store.other_turn", what=entry.what, entry=entry.undoes)
        )


def _expect_coding(state: Rows, texts: Mapping[str, Article]) -> None:
    """Raise ValueError unless the rows after an entry are a coding of one of the
    article's texts, or there are none.
    """
    if not state:
        return
    rows: dict[str, list[Row]] = {name: [] for name in CODING_TABLES}
    for key, row in state.items():
        if key[0] in rows:
            rows[key[0]].append(row)
    if not rows["coding"]:
        raise ValueError(Message("store.headless"))
    article = texts.get(rows["coding"][0]["text_sha256"])
    if article is None:
        raise ValueError(Message("store.other_text"))
    for name in ("span", "event"):
        positions = sorted(row["position"] for row in rows[name])
        if positions != list(range(len(positions))):
            raise ValueError(Message("store.gap", table=name))
    for row in rows["span"]:
        quote = article.text[row["start"] : row["end"]]
        if not quote or quote != row["quote"]:
            what = {"span": row["id"], "quote": row["quote"], "there": quote}
            raise ValueError(Message("store.other_quote", **what))
    spans = {row["id"] for row in rows["span"]}
    events = {row["id"] for row in rows["event"]}
    for row in rows["answer"]:
        if row["event"] and row["event"] not in events:
            raise ValueError(Message("store.lost_event", event=row["event"]))
        if not row["proposed"] and not spans.issuperset(row["evidence"] or ()):
            raise ValueError(Message("store.lost_evidence", field=row["field"]))


def _rename(entries: Sequence[Entry], article: str, name: str) -> list[Entry]:
    """Return a coding's entries as those of the coder `name`, with new digests."""
    out: list[Entry] = []
    previous = ""
    coding = f"{article}/{name}"
    for entry in entries:
        changes = []
        for change in entry.changes:
            columns = {"coding": coding}
            if change.table == "coding":
                columns = {"id": coding, "coder": name}
            before = change.before and {**change.before, **columns}
            after = change.after and {**change.after, **columns}
            key = (coding, *change.key[1:])
            changes.append(Change(change.table, key, before, after))
        entry = replace(
            entry,
            subject=f"coding:{coding}",
            changes=tuple(changes),
            told=journal.dump(changes),
        )
        previous = entry.digest_after(previous)
        out.append(replace(entry, digest=previous))
    return out
