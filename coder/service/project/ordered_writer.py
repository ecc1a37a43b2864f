"""One ordered writer: changes are written one after the other, off the screen's thread.

While the database is out of reach the changes wait, and are written in their order when it is back.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar

from coder.codebook.label import Label
from coder.errors import CoderError, ConflictError, UnavailableError, in_words
from coder.store.queries import Queries
from coder.store.unit_of_work import Store
from coder.store.work import Work

Job: TypeAlias = Callable[[], None]
Way: TypeAlias = Literal["undo", "redo"]
Found = TypeVar("Found")
SHORTEST, LONGEST = 0.1, 5.0  # seconds between two attempts, each time twice as long
PATIENCE = 1.0  # seconds that a change waits for the one before it, until it joins the line behind it


class Once:
    """A change that may be tried again after a lost connection and yet is written once.

    Where a connection breaks during a commit, nobody is told whether it was done. The journal tells: the
    entry is there with its digest, or it is not.
    """

    def __init__(self, store: Store, person: str, change: Callable[[Work], None], what: str = "") -> None:
        self.store = store
        self.person = person
        self.change = change
        self.what = what  # as the journal calls the change
        self._attempts: list[tuple[str, int, str]] = []

    def __call__(self) -> None:
        """Write it; raises UnavailableError when it is to be tried again."""
        if self.arrived():
            return
        try:
            with self.store.begin(self.person) as work:
                self.change(work)
                self._attempts += work.written[-1:]
        except ConflictError:
            # An attempt that was given up for lost may still have been under way.
            if not self.arrived():
                raise

    def arrived(self) -> bool:
        """Whether an attempt that broke off was written all the same."""
        if not self._attempts:
            return False
        with self.store.read() as queries:
            return any(queries.has_entry(*attempt) for attempt in self._attempts)


class Writer:
    """Runs jobs in the order in which they came, each until it is done.

    A job that raises UnavailableError is tried again with growing pauses; `on_line` gets that error once,
    and None when the database is back. Any other error goes to `on_failure` and nothing more is written:
    later changes rest on the one that failed, and stay in line with it. Both are called on the writer's
    thread and must not wait for one that waits for the writer.
    """

    def __init__(
        self,
        on_failure: Callable[[Exception], None] = lambda _: None,
        on_line: Callable[[UnavailableError | None], None] = lambda _: None,
    ) -> None:
        self.on_failure = on_failure
        self.on_line = on_line
        self.failure: Exception | None = None
        self.lost: UnavailableError | None = None  # why nothing can be written at present
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many changes are not written yet."""
        return len(self._jobs)

    @property
    def unwritten(self) -> list[Job]:
        """The changes that are not written yet, in their order."""
        return list(self._jobs)

    def add(self, job: Job) -> None:
        """Put a job at the end of the line, once the one before it is written or has had its time.

        So a kill costs one keystroke at most. A database that is busy for longer holds up one key, and what
        comes then waits in line. Raises CoderError after a failure: later work rests on it.
        """
        with self._changed:
            if len(self._jobs) < 2:
                self._changed.wait_for(lambda: not self._jobs or self.failure or self.lost, PATIENCE)
            if self.failure is not None:
                why = Label(ar=in_words(self.failure, "ar")[0] or "…", en=str(self.failure) or "…")
                raise CoderError("coding.nothing_saved", why=why)
            self._jobs.append(job)
            if len(self._jobs) == 1:
                threading.Thread(target=self._run, name="writer", daemon=True).start()

    def flush(self) -> None:
        """Wait until everything is written; raises what went wrong, or why it must go on waiting."""
        self.settle()
        if error := self.failure or self.lost:
            raise error

    def settle(self, *, patient: bool = False) -> None:
        """Wait until everything is written, or failed; patient: also while the database is out of reach."""
        with self._changed:
            self._changed.wait_for(lambda: not self._jobs or self.failure or (self.lost and not patient))

    def give_up(self) -> None:
        """Wait for the database no longer: that it is out of reach is the failure."""
        with self._changed:
            self.failure = self.failure or self.lost
            self._changed.notify_all()

    def _run(self) -> None:
        more = True
        while more:
            try:
                self._until_done(self._jobs[0])
            except Exception as error:
                with self._changed:
                    self.failure = error
                    self._changed.notify_all()
                return self.on_failure(error)
            with self._changed:
                self._jobs.popleft()
                self._changed.notify_all()
                more = bool(self._jobs)

    def _until_done(self, job: Job) -> None:
        pause = SHORTEST
        while True:
            if self.failure is not None:
                raise self.failure
            try:
                job()
            except UnavailableError as error:
                self._line(error)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST)
            else:
                return self._line(None)

    def _line(self, lost: UnavailableError | None) -> None:
        with self._changed:
            turned = (self.lost is None) != (lost is None)
            self.lost = lost
            self._changed.notify_all()
        if turned:
            self.on_line(lost)


def turn(
    writer: Writer,
    store: Store,
    person: str,
    subject: str,
    way: Way | int,
    read: Callable[[Queries], Found],
    *,
    own: bool = False,
) -> tuple[list[str], Found]:
    """Undo or redo changes of a subject at once, as `Work.turn`: their names, and what is read then.

    Raises UnavailableError when the connection breaks; should it have been done all the same, the writer
    takes it back before it writes anything else, so that what was not seen did not happen. own: what somebody
    else did is theirs to take back; raises CoderError then.
    """
    writer.flush()
    done: list[tuple[int, list[str], Found]] = []

    def there(work: Work) -> None:
        done.append((*work.turn(subject, way, own=own), read(work.queries)))

    def where_it_was(work: Work) -> None:
        work.turn(subject, done[-1][0])

    once, back = Once(store, person, there), Once(store, person, where_it_was)

    def take_back() -> None:
        if once.arrived():
            back()

    try:
        once()
    except UnavailableError:
        writer.add(take_back)
        raise
    _, what, found = done[-1]
    return what, found
