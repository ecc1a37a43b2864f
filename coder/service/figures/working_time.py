"""Working time, read off the journal: the time between a coder's changes, without the pauses."""

from __future__ import annotations

from datetime import datetime, timedelta

from coder.store.journal import RECODED, REDO, UNDO, Entry, Made, moment

IDLE = timedelta(minutes=5)  # a longer gap between two changes is a pause and not working time
NOT_WORK = ("coding.imported", "coding.rescued", "coding.reopened", *RECODED)
"""What is done to a coding by others, or by the program for many codings at once."""


class Stopwatch:
    """Told of the changes to one coding in their order."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._upgrades: set[int | None] = set()

    def spent_on(self, change: Made | Entry) -> timedelta:
        """How long the coder worked on a change: since the one before, nothing after a pause."""
        when = moment(change.at)
        taken_back = change.what in (UNDO, REDO) and change.undoes in self._upgrades
        if change.what in NOT_WORK or taken_back:
            self._upgrades.add(change.version)
            return timedelta()
        if when is None:
            return timedelta()  # `verify` names it
        gap = when - (self._last or when)
        self._last = when
        return max(gap, timedelta()) if gap <= IDLE else timedelta()
