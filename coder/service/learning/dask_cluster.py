"""The engine that does shards on a Dask cluster: of this machine's cores, or whatever a scheduler leads.

Workers read and write the shards themselves, so that all machines need the same program, and the shards under
the same paths. Needs the extra `dask`, which is loaded when asked for.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.service.learning.shards import Done, Shard, program, propose_shard

_DEATHS = 20  # of workers that one shard may meet before it is given up
_SECONDS = 20  # to wait for a scheduler, and for its first worker
_LOOK = 5  # seconds between two looks at who works
_ALONE = 60  # seconds that a scheduler without a worker is waited for: a dead one may be started again


def on_dask(shards: Sequence[Shard], book: Codebook, address: str = "") -> Iterator[Done]:
    """Shards as they are done by the scheduler at an address, or by as many processes as there are cores.

    A shard whose worker dies is done again by another. Raises CoderError where nobody is there to do them.
    """
    try:
        import distributed

        as_completed: Any = distributed.as_completed
    except ModuleNotFoundError:
        raise CoderError("learning.needs_dask") from None
    for handler in logging.getLogger("distributed").handlers:
        handler.setLevel(logging.CRITICAL)  # what the person can put right is told here
    with ExitStack() as stack:
        client = _client(distributed, address, stack)
        # As a task of its own, so that it is made again if all who have it die.
        codebook = client.submit(Codebook.from_json, book.to_json(), pure=False)
        running = {client.submit(propose_shard, codebook, each, pure=False): each for each in shards}
        for future in _completed(client, as_completed(running)):
            try:
                yield future.result()
            except distributed.KilledWorker:
                name = running[future].source.name
                yield Done(name, problem=str(CoderError("learning.workers_died", where=name)))
            except distributed.client.FutureCancelledError:
                raise CoderError("learning.scheduler_gone") from None
            except RuntimeError as error:  # what Dask says where the scheduler has no such program
                raise CoderError("learning.other_program", where=address) from error


def _completed(client: Any, futures: Any) -> Iterator[Any]:
    """Futures as they are done; raises CoderError where nobody is left to do them, and Dask would wait."""
    seen = asked = time.monotonic()
    while not futures.is_empty():
        now = time.monotonic()
        if futures.has_ready():
            seen = now
            yield next(futures)
        elif now < asked + _LOOK:
            time.sleep(0.02)
        elif client.scheduler_info()["workers"]:
            seen = asked = now
        elif now > seen + _ALONE:
            raise CoderError("learning.scheduler_gone")
        else:
            asked = now


def dask_setup(_worker: object) -> None:
    """Dask calls it in a new process: an interrupt is left to the one that started it and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _client(distributed: Any, address: str, stack: ExitStack) -> Any:
    if not address:
        import dask

        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS}))
        cluster = distributed.LocalCluster(
            n_workers=len(os.sched_getaffinity(0)),
            threads_per_worker=1,
            dashboard_address=None,
            preload=__name__,
            silence_logs=logging.CRITICAL,
        )
        return stack.enter_context(distributed.Client(stack.enter_context(cluster)))
    try:
        client = stack.enter_context(distributed.Client(address, timeout=_SECONDS))
        client.wait_for_workers(1, timeout=_SECONDS)
    except (OSError, ValueError) as error:
        raise CoderError("learning.no_workers", address=address, problem=str(error)) from None
    # A worker without the program would end at its first shard, and nothing be told.
    if any(found != program() for found in client.run(program, on_error="return").values()):
        raise CoderError("learning.other_program", where=address)
    return client
