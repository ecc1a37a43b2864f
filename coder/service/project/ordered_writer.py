"""Writes changes to the database in order, on a thread of its own.

While the database is unreachable the changes wait; they are written in order once it is
back.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias, TypeVar

from coder.changes.coding_changes import MadeEdit
from coder.codebook.label import Label
from coder.errors import (
    CoderError,
    ConflictError,
    LostFileError,
    UnavailableError,
    in_words,
)
from coder.store.queries import Queries
from coder.store.unit_of_work import Store
from coder.store.work import Work

Job: TypeAlias = Callable[[], None]
Way: TypeAlias = Literal["undo", "redo"]
Found = TypeVar("Found")
SHORTEST = 0.1
LONGEST = 5.0  # seconds between two attempts; the pause doubles each time
PATIENCE = 1.0  # seconds for which adding a change waits for the one before it
# seconds in which the screen shows a change before its writing takes the processor
DRAWING = 0.03
# seconds for which the thread waits for another change, as starting one costs a
# millisecond
IDLE = 10.0


UNNAMED = MadeEdit("", ())


class Once:
    """A change that can be retried after a lost connection without being written twice.

    If a connection breaks during a commit, the outcome is unknown. The journal decides:
    either it contains the entry with its digest, or the change was not written.
    """

    def __init__(
        self,
        store: Store,
        person: str,
        change: Callable[[Work], None],
        made: MadeEdit = UNNAMED,
    ) -> None:
        self.store = store
        self.person = person
        self.change = change
        self.made = made
        self._attempts: list[tuple[str, int, str]] = []

    def __call__(self) -> None:
        """Write the change unless it already was; raises UnavailableError if it should
        be retried.
        """
        if self.arrived():
            return
        try:
            with self.store.begin(self.person) as work:
                self.change(work)
                self._attempts += work.written[-1:]
        except ConflictError:
            # An attempt that seemed lost may still have been in progress.
            if not self.arrived():
                raise

    @property
    def has_attempted(self) -> bool:
        """Return whether an attempt got as far as the database, so that it may have
        been written.
        """
        return bool(self._attempts)

    def arrived(self) -> bool:
        """Return whether an interrupted attempt was written after all."""
        if not self.has_attempted:
            return False
        with self.store.read() as queries:
            return any(queries.has_entry(*attempt) for attempt in self._attempts)


class Writer:
    """Runs jobs in the order they were added, retrying each until it succeeds.

    A job that raises UnavailableError is retried with growing pauses; `on_line` gets
    that error once, and None when the database is back. Any other error goes to
    `on_failure` and nothing more is written: later changes build on the failed one and
    stay queued behind it. Both callbacks run on the writer's thread and must not wait
    for a thread that waits for the writer.
    """

    def __init__(
        self,
        on_failure: Callable[[Exception], None] = lambda _: None,
        on_line: Callable[[UnavailableError | None], None] = lambda _: None,
    ) -> None:
        self.on_failure = on_failure
        self.on_line = on_line
        self.failure: Exception | None = None
        self.lost: UnavailableError | None = (
            None  # set while the database is unreachable
        )
        self.has_written = False  # whether anything was written
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._awaited = 0  # how many threads wait for what is not written yet
        self._is_running = False  # whether there is a thread that writes

    @property
    def waiting(self) -> int:
        """The number of changes not written yet."""
        return len(self._jobs)

    @property
    def unwritten(self) -> list[Job]:
        """The changes not written yet, in order."""
        return list(self._jobs)

    def add(self, job: Job) -> None:
        """Queue a job after waiting up to `PATIENCE` seconds for the one before it to
        be written.

        So a kill normally loses one keystroke at most, and a busy database delays a
        single key; later ones are queued. Raises CoderError after a failure, as later
        changes build on the failed one.
        """
        with self._changed:
            if len(self._jobs) < 2:
                self._wait_for(
                    lambda: not self._jobs or self.failure or self.lost, PATIENCE
                )
            if self.failure is not None:
                why = Label(
                    ar=in_words(self.failure, "ar")[0] or "…",
                    en=str(self.failure) or "…",
                )
                raise CoderError("coding.nothing_saved", why=why)
            self._jobs.append(job)
            self._changed.notify_all()
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="writer", daemon=True).start()

    def flush(self) -> None:
        """Wait until everything is written; raises the failure, or UnavailableError if
        unreachable.
        """
        self.settle()
        if error := self.failure or self.lost:
            raise error

    def settle(self, *, patient: bool = False) -> None:
        """Wait until everything is written or failed; patient: also while the database
        is unreachable.
        """
        with self._changed:
            self._wait_for(
                lambda: not self._jobs or self.failure or (self.lost and not patient)
            )

    def _wait_for(
        self, holds: Callable[[], object], seconds: float | None = None
    ) -> None:
        self._awaited += 1
        self._changed.notify_all()
        self._changed.wait_for(holds, seconds)
        self._awaited -= 1

    def give_up(self) -> None:
        """Stop waiting for an unreachable database and treat that as the failure."""
        with self._changed:
            self.failure = self.failure or self.lost
            self._changed.notify_all()

    def stop(self, error: CoderError) -> None:
        """Treat an error that was found elsewhere as the failure."""
        with self._changed:
            self.failure = self.failure or error
            self._changed.notify_all()

    def _run(self) -> None:
        is_idle = True
        while True:
            with self._changed:
                self._is_running = bool(
                    self._changed.wait_for(lambda: self._jobs, IDLE)
                )
                if not self._is_running:
                    return
                if is_idle:
                    self._changed.wait_for(lambda: self._awaited, DRAWING)
            try:
                self._until_done(self._jobs[0])
            except Exception as error:
                with self._changed:
                    self.failure = error
                    self._changed.notify_all()
                return self.on_failure(error)
            with self._changed:
                self.has_written = True
                self._jobs.popleft()
                self._changed.notify_all()
                is_idle = not self._jobs

    def _until_done(self, job: Job) -> None:
        pause = SHORTEST
        while True:
            if self.failure is not None:
                raise self.failure
            try:
                job()
            except UnavailableError as error:
                self._set_lost(error)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST)
            else:
                return self._set_lost(None)

    def _set_lost(self, lost: UnavailableError | None) -> None:
        with self._changed:
            has_changed = (self.lost is None) != (lost is None)
            self.lost = lost
            self._changed.notify_all()
        if has_changed:
            self.on_line(lost)


@contextmanager
def undo_needs_connection() -> Iterator[None]:
    """Raise an error that speaks of undo if the database cannot be reached in the
    block.
    """
    try:
        yield
    except UnavailableError as error:
        if error.key != "store.out_of_reach":
            raise
        raise UnavailableError("coding.undo_without_connection") from error


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
    """Undo or redo changes of a subject, as `Work.turn`; return their names and what
    `read` gives afterwards.

    Raises UnavailableError when the connection breaks. If the change was written
    nevertheless, the writer reverts it before it writes anything else, so that nothing
    changes unseen. own: raise CoderError for a change made by somebody else.
    """
    writer.flush()
    turns: list[tuple[int, list[str], Found]] = []

    def turn_there(work: Work) -> None:
        turns.append((*work.turn(subject, way, own=own), read(work.queries)))

    def turn_back(work: Work) -> None:
        work.turn(subject, turns[-1][0])

    there = Once(store, person, turn_there)
    back = Once(store, person, turn_back)

    def revert() -> None:
        if there.arrived():
            back()

    try:
        there()
    except UnavailableError:
        if there.has_attempted:
            writer.add(revert)
        raise
    except LostFileError as error:
        writer.stop(error)
        writer.on_failure(error)
        raise
    writer.has_written = True
    _, names, found = turns[-1]
    return names, found
