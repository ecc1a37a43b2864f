"""One ordered writer: changes are written one after the other, off the screen's thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeAlias

Job: TypeAlias = Callable[[], None]


class Writer:
    """Runs jobs in the order in which they came; the first failure stops the rest and is reported.

    After a failure nothing more is written: later changes rest on the one that was lost.
    """

    def __init__(self, on_failure: Callable[[Exception], None] | None = None) -> None:
        self.on_failure = on_failure
        self.failure: Exception | None = None
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def add(self, job: Job) -> None:
        """Put a job at the end of the line."""
        self._jobs.put(job)

    @property
    def waiting(self) -> int:
        """How many changes are not written yet."""
        return self._jobs.unfinished_tasks

    def flush(self) -> None:
        """Wait until everything is written; raises what went wrong."""
        self._jobs.join()
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Write what is left and stop."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if self.failure is None:
                    job()
            except Exception as error:
                self.failure = error
                if self.on_failure is not None:
                    self.on_failure(error)
            finally:
                self._jobs.task_done()
        self._jobs.task_done()
