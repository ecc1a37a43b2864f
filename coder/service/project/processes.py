"""Work that is independent part by part, done on all cores; results and errors come in the parts' order.

This process does its share beside those that it starts. Each of them takes a second to start and the memory
of a whole program, so a few parts are done here alone.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, redirect_stderr
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from traceback import format_exc
from typing import Any, NoReturn, TypeVar

from coder.errors import CoderError

Given = TypeVar("Given")
Ready = TypeVar("Ready")
Part = TypeVar("Part")
Result = TypeVar("Result")

Told = Callable[[int, int], None]
"""Told of each step of a long job: how many are done, and of how many."""

_AHEAD = 2
"""Parts that wait for each process, so that none is idle while this one is at its own."""
_HELD, _HELD_AT_FIRST = 8, 32
"""Results for each process that wait for an earlier one, and how many may while the processes start."""
_SWITCH = 0.0002  # seconds for which this process may go on with its own while an answer comes in
_SECONDS = 10  # that a process has to clear up when it is to end before it is done


def untold(done: int, of: int) -> None:
    """Nobody is told."""


def spread(
    work: Callable[[Ready, Part], Result],
    parts: Iterable[Part],
    here: Ready,
    prepare: Callable[[Given], Ready],
    given: Given,
    *,
    cores: int | None = None,
) -> Iterator[Result]:
    """What `work` makes of each part, with `here` in this process.

    In the others it is done with what `prepare` makes of `given`, once in each. Both are functions of a
    module, and what they take and give can be pickled. cores: how many processes work, this one among them;
    as many as the machine has if it is not given.
    """
    others = (cores or len(os.sched_getaffinity(0))) - 1
    if others < 1 or parent_process() is not None:  # one of the others starts none
        yield from (work(here, part) for part in parts)
        return
    todo = enumerate(parts)
    running: dict[Future[Result], int] = {}
    done: dict[int, Future[Result]] = {}
    expected = 0
    with _others(others, (prepare, given, gc.get_threshold())) as ask:
        while True:
            most = (_HELD if expected else _HELD_AT_FIRST) * (others + 1)
            while len(done) < most and len(running) < _AHEAD * others and (each := next(todo, None)):
                running[ask(work, each[1])] = each[0]
            if len(done) < most and (each := next(todo, None)):
                done[each[0]] = _done(work, here, each[1])
            elif running:
                wait(running, return_when=FIRST_COMPLETED)
            else:
                return
            for future in [future for future in running if future.done()]:
                done[running.pop(future)] = future
            while expected in done:
                yield done.pop(expected).result()
                expected += 1


def elsewhere(
    work: Callable[[Ready, Part], Result], part: Part, prepare: Callable[[Given], Ready], given: Given
) -> Result:
    """What `work` makes of one part in a process of its own, so that nothing waits for it in this one."""
    with _others(1, (prepare, given, gc.get_threshold())) as ask:
        result: Result = ask(work, part).result()
        return result


@contextmanager
def _others(many: int, at_first: tuple[Any, ...]) -> Iterator[Callable[..., Future[Any]]]:
    """Processes that end with the block, each on a line of its own, and what asks one of them for some work.

    Each line has one end here and one there: whoever waits on it is told when the other side has died. The
    pools of the standard library share their lines, and can wait for ever after a kill (CPython issue 94777).
    """
    with redirect_stderr(sys.__stderr__):  # a screen puts one in its place that is no file
        resource_tracker.ensure_running()
    # A line holds little: a long answer comes piece by piece, and each would wait 5 ms for its turn.
    sys.setswitchinterval(_SWITCH)
    context, processes, free = get_context("spawn"), [], SimpleQueue[tuple[Connection, bool]]()
    threads = ThreadPoolExecutor(many)

    def asked(*question: Any) -> Any:
        line, is_new = free.get()
        try:
            if is_new:
                line.send(at_first)
            line.send(question)
            result, error = line.recv()
        except (EOFError, OSError) as gone:
            raise CoderError("project.process_ended") from gone
        finally:
            free.put((line, False))
        if error is not None:
            raise error
        return result

    try:
        for _ in range(many):
            line, theirs = context.Pipe()
            process = context.Process(target=_serve, args=[theirs], daemon=True)
            process.start()  # one that cannot start has nothing to be ended
            processes.append(process)
            theirs.close()
            free.put((line, True))
        yield lambda *question: threads.submit(asked, *question)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(_SECONDS)
            process.kill()
        threads.shutdown(cancel_futures=True)


def _done(work: Callable[[Ready, Part], Result], here: Ready, part: Part) -> Future[Result]:
    """What came of a part that is done at once."""
    future = Future[Result]()
    try:
        future.set_result(work(here, part))
    except CoderError as error:
        future.set_exception(error)
    return future


def _serve(line: Connection) -> NoReturn:
    """What a further process does: it prepares itself, then answers until nobody asks any more."""
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # left to the one that started it, whose end is its end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        prepare, given, threshold = line.recv()
        gc.set_threshold(*threshold)
        ready = prepare(given)
        gc.freeze()  # what was prepared stays as it is: no collection need go through it
        while True:
            work, part = line.recv()
            line.send(_answer(work, ready, part))
    except (EOFError, SystemExit):
        os._exit(0)


def _answer(
    work: Callable[[Any, Part], Result], ready: Any, part: Part
) -> tuple[Result | None, Exception | None]:
    try:
        return work(ready, part), None
    except CoderError as error:
        return None, error
    except Exception as error:
        error.add_note(format_exc())
        return None, error


def _end_with_parent() -> None:
    """A process that is killed cannot end those that it started: each looks out for itself."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
