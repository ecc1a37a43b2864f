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
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr
from multiprocessing import get_context, parent_process, resource_tracker
from threading import Thread
from typing import Any, TypeVar

from coder.errors import CoderError

Given = TypeVar("Given")
Ready = TypeVar("Ready")
Part = TypeVar("Part")
Result = TypeVar("Result")

Told = Callable[[int, int], None]
"""Told of each step of a long job: how many are done, and of how many."""

_AHEAD = 2
"""Parts that wait for each process, so that none is idle while this one is at its own."""


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
    if others < 1:
        yield from (work(here, part) for part in parts)
        return
    with redirect_stderr(sys.__stderr__):  # a screen puts one in its place that is no file
        resource_tracker.ensure_running()
    at_first = (prepare, given, gc.get_threshold())
    pool = ProcessPoolExecutor(others, get_context("spawn"), initializer=_begin, initargs=at_first)
    todo = enumerate(parts)
    running: dict[Future[Result], int] = {}
    done: dict[int, Future[Result]] = {}
    expected, is_left = 0, True
    try:
        while is_left or running:
            while (
                is_left
                and len(running) < _AHEAD * others
                and (is_left := (each := next(todo, None)) is not None)
            ):
                running[pool.submit(_work, work, each[1])] = each[0]
            if is_left and (is_left := (each := next(todo, None)) is not None):
                done[each[0]] = _done(work, here, each[1])
            else:
                wait(running, return_when=FIRST_COMPLETED)
            for future in [future for future in running if future.done()]:
                done[running.pop(future)] = future
            while expected in done:
                yield done.pop(expected).result()
                expected += 1
    except BrokenProcessPool as error:
        raise CoderError("project.process_ended") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _done(work: Callable[[Ready, Part], Result], here: Ready, part: Part) -> Future[Result]:
    """What came of a part that is done at once."""
    future = Future[Result]()
    try:
        future.set_result(work(here, part))
    except CoderError as error:
        future.set_exception(error)
    return future


_ready: list[Any] = []


def _begin(prepare: Callable[[Given], Ready], given: Given, threshold: tuple[int, int, int]) -> None:
    """What a process needs once; an interrupt is left to the one that started it, whose end is its end."""
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*threshold)
    _ready.append(prepare(given))
    gc.freeze()  # what was prepared stays as it is: no collection need go through it


def _end_with_parent() -> None:
    """A process that is killed cannot end those that it started: each looks out for itself."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(work: Callable[[Any, Part], Result], part: Part) -> Result:
    return work(_ready[0], part)
