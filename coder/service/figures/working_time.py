"""Working time according to the journal: the time between a coder's changes, without
pauses.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from coder.model import moment
from coder.store.journal import RECODED, REDO, UNDO, Entry, Made

IDLE = timedelta(
    minutes=5
)  # a longer gap between two changes is a pause, not working time
SUBMITTED = "coding.submitted"  # ends a sitting, however soon the coder comes back
NOT_WORK = ("coding.imported", "coding.rescued", "coding.reopened", *RECODED)
"""Changes to a coding made by somebody else, or by the program for many codings at
once.
"""


class Stopwatch:
    """Measures the working time on one coding.

    It must see the coding's changes in order.
    """

    def __init__(self) -> None:
        self.spent = timedelta()  # in all
        self._last: datetime | None = None
        self._upgrades: set[int | None] = set()

    def spent_on(self, change: Made | Entry) -> timedelta:
        """Return the time since the previous change.

        Zero after a pause or submission and for others'.
        """
        when = moment(change.at)
        taken_back = change.what in (UNDO, REDO) and change.undoes in self._upgrades
        if change.what in NOT_WORK or taken_back:
            self._upgrades.add(change.version)
            return timedelta()
        if when is None:
            return timedelta()  # unreadable time: `verify` reports it
        gap = when - (self._last or when)
        self._last = None if change.what == SUBMITTED else when
        spent = max(gap, timedelta()) if gap <= IDLE else timedelta()
        self.spent += spent
        return spent
