"""Parallel work on independent parts, on all cores; results and errors come in the
parts' order.

This process works alongside the others. A process that loads the program takes a second
and the memory of a whole program, so callers limit `cores` to 1 for little work. A
command that is going to need others forks them before it opens a project (`stand_by`):
these share the program that is already loaded.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, redirect_stderr
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread, active_count
from traceback import format_exc
from typing import Any, NamedTuple, NoReturn, TypeVar

from coder.errors import CoderError
from coder.grouping import batched

Here = TypeVar("Here")
Item = TypeVar("Item")
Part = TypeVar("Part")
Result = TypeVar("Result")

ReportProgress = Callable[[int, int], None]
"""Progress callback of a long job: called with the number of finished steps and the
total.
"""

_AHEAD = 2
"""Parts queued per process, so that none is idle while this process works on its own
part.
"""
_HELD = 8
_HELD_AT_FIRST = 32
"""Results per process that may wait for an earlier one, in general and while the
processes start.
"""
# the interpreter's thread switch interval in seconds, short so that answers come in
# quickly
_SWITCH = 0.0002
_FORKED = 3  # processes that stand by at most
_SECONDS = 10  # for a terminated process to clean up before it is killed


def no_progress(done: int, of: int) -> None:
    """Report no progress."""


def spread(
    work: Callable[[Here, Part], Result],
    parts: Iterable[Part],
    here: Here,
    *,
    cores: int | None = None,
) -> Iterator[Result]:
    """Yield `work(here, part)` for each part, in order.

    `work` is a module-level function; its arguments and results can be pickled. Every other process gets a
    copy of `here`, once; a project opens itself again there. cores: the number of
    processes including this one, by default one per CPU.
    """
    others = (cores or _all_cores()) - 1
    if (
        others < 1 or parent_process() is not None
    ):  # worker processes start no further ones
        yield from (work(here, part) for part in parts)
        return
    todo = enumerate(parts)
    running: dict[Future[Result], int] = {}
    done: dict[int, Future[Result]] = {}
    expected = 0
    with _workers(others, here) as submit:
        while True:
            limit = (_HELD if expected else _HELD_AT_FIRST) * (others + 1)
            while (
                len(done) < limit
                and len(running) < _AHEAD * others
                and (each := next(todo, None))
            ):
                running[submit(work, each[1])] = each[0]
            if len(done) < limit and (each := next(todo, None)):
                done[each[0]] = _run_here(work, here, each[1])
            elif running:
                wait(running, return_when=FIRST_COMPLETED)
            else:
                return
            for future in [future for future in running if future.done()]:
                done[running.pop(future)] = future
            while expected in done:
                yield done.pop(expected).result()
                expected += 1


def spread_over(
    items: Sequence[Item],
    work: Callable[[Here, list[Item]], Result],
    here: Here,
    *,
    at_once: int,
    worth: int,
    progress: ReportProgress = no_progress,
) -> Iterator[Result]:
    """Yield what `spread` gives for items in parts of `at_once`; for fewer than `worth`
    it uses one core.

    progress: told of a part's items once its result was consumed.
    """
    done = 0
    cores = None if len(items) >= worth else 1
    for result in spread(work, batched(items, at_once), here, cores=cores):
        yield result
        done = min(done + at_once, len(items))
        progress(done, len(items))


def _all_cores() -> int:
    return len(os.sched_getaffinity(0))


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


_standing_by: list[_Worker] = []


def stand_by(cores: int | None = None) -> None:
    """Fork processes that `spread` may need; to be called while no database is open.

    cores: as for `spread`. On many cores only a few are forked, as each takes some
    milliseconds for nothing where there is little work; `spread` starts the others.

    An SQLite connection must not be carried across a fork
    (https://sqlite.org/howtocorrupt.html, 2.6), and of several threads only one would
    be, perhaps while another holds a lock (numpy's are prepared for that). Beside other
    threads, and on systems whose libraries forbid it, nothing is forked, and `spread`
    starts processes that load the program.
    """
    if sys.platform == "linux" and active_count() == 1 and parent_process() is None:
        while len(_standing_by) < min((cores or _all_cores()) - 1, _FORKED):
            _standing_by.append(_start(get_context("fork")))


def _start(context: ForkContext | SpawnContext) -> _Worker:
    pipe, far_end = context.Pipe()
    process = context.Process(
        target=_serve, args=[far_end, gc.get_threshold()], daemon=True
    )
    process.start()
    far_end.close()
    return _Worker(process, pipe)


@contextmanager
def _workers(many: int, here: object) -> Iterator[Callable[..., Future[Any]]]:
    """Give processes a copy of `here`; yield a function that submits work to them.

    Processes that stood by do so again afterwards, unless they were interrupted; others
    end with the block. Each has a pipe of its own, so either side notices when the
    other dies. The standard library's pools share their pipes and can wait forever
    after a kill (CPython issue 94777).
    """
    # A pipe's buffer is small: a long answer comes in pieces, and each would wait 5 ms
    # for its turn.
    sys.setswitchinterval(_SWITCH)
    workers = [_standing_by.pop() for _ in _standing_by[:many]]
    free = SimpleQueue[tuple[Connection, bytes]]()
    standing_by = [*workers]
    threads = ThreadPoolExecutor(many)
    setup = pickle.dumps(here)

    def call(*request: Any) -> Any:
        pipe, new = free.get()
        try:
            pipe.send((new, *request))
            result, error = pipe.recv()
        except (EOFError, OSError) as gone:
            raise CoderError("project.process_ended") from gone
        finally:
            free.put((pipe, b""))
        if error is not None:
            raise error
        return result

    try:
        if len(workers) < many:
            with redirect_stderr(
                sys.__stderr__
            ):  # Textual replaces stderr by an object that is not a file
                resource_tracker.ensure_running()
        while len(workers) < many:
            workers.append(_start(get_context("spawn")))
        for worker in workers:
            free.put((worker.pipe, setup))
        yield lambda *request: threads.submit(call, *request)
        _standing_by.extend(standing_by)
    finally:
        ended = [worker.process for worker in workers if worker not in _standing_by]
        for process in ended:
            process.terminate()
        for process in ended:
            process.join(_SECONDS)
            process.kill()
        threads.shutdown(cancel_futures=True)


def _run_here(
    work: Callable[[Here, Part], Result], here: Here, part: Part
) -> Future[Result]:
    """Compute a part right away; return a finished future with its result or
    CoderError.
    """
    future = Future[Result]()
    try:
        future.set_result(work(here, part))
    except CoderError as error:
        future.set_exception(error)
    return future


def _serve(pipe: Connection, threshold: tuple[int, int, int]) -> NoReturn:
    """Run a worker process: answer requests until the pipe is closed."""
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # handled by the parent, and this process ends with it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    gc.set_threshold(*threshold)
    here = None
    try:
        while True:
            setup, *request = pipe.recv()
            if setup:
                here = pickle.loads(setup)
            pipe.send(_answer(here, *request))
            if setup:
                # what the first answer has built stays: exempt it from garbage
                # collection
                gc.freeze()
    except (EOFError, SystemExit):
        os._exit(0)


def _answer(
    here: Any, work: Callable[[Any, Part], Result], part: Part
) -> tuple[Result | None, Exception | None]:
    try:
        return work(here, part), None
    except Exception as error:
        if not isinstance(error, CoderError):
            error.add_note(format_exc())
        return None, error


def _end_with_parent() -> None:
    """Exit when the parent has died: a killed parent cannot end its workers."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
