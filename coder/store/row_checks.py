"""Checks of new and changed rows, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from coder.errors import CoderError
from coder.model import Coding
from coder.storage_limits import is_plain, unstorable_column
from coder.store import convert, journal
from coder.store.journal import Change
from coder.store.limits import limit_problem
from coder.store.tables import STATE


def expect_coding_fits(coding: Coding) -> None:
    """Raise CoderError for a coding that exceeds a limit of `limits`, or that a
    database would change.
    """
    changes = journal.differences({}, convert.coding_rows(coding))
    expect_within_limits(changes)
    expect_storable(changes, is_plain_json=is_plain(journal.dump(changes)))


def expect_storable(changes: Iterable[Change], *, is_plain_json: bool = False) -> None:
    """Raise CoderError for values that a database cannot store; is_plain_json: their
    JSON text `is_plain`.
    """
    for change in changes:
        row = change.after or {}
        if is_plain_json:  # leaves bare numbers and columns that are not journaled
            unchecked = STATE[change.table].unjournaled
            if type(row.get("value")) in (int, float):
                unchecked = ("value", *unchecked)
            row = {name: row[name] for name in unchecked if name in row}
        for name, value in row.items():
            if problem := unstorable_column(value):
                raise CoderError(
                    "store.unstorable", column=name, table=change.table, what=problem
                )


def expect_within_limits(changes: Iterable[Change]) -> None:
    """Raise CoderError for a new row that exceeds a limit of `limits`."""
    for change in changes:
        if change.after is None:
            continue
        if problem := limit_problem(change.table, change.after):
            raise CoderError("store.over_limit", table=change.table, what=problem)
