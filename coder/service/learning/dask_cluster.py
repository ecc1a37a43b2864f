"""Processes shards on a Dask cluster: a local one on this machine's cores, or that of a
given scheduler.

Workers read and write the shards themselves, so all machines need the same version of
the program and the shards under the same paths. Needs the extra `dask`, which is
imported on use.
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

_DEATHS = 20  # workers that may die on one shard before it is given up
_SECONDS = 20  # to wait for a scheduler, and for its first worker
_LOOK = 5  # seconds between two checks for workers
# seconds to wait for a scheduler without workers, as a dead worker may be restarted
_ALONE = 60


def on_dask(
    shards: Sequence[Shard], book: Codebook, address: str = ""
) -> Iterator[Done]:
    """Yield shards as they are completed by the scheduler at `address`, or by one local
    process per core.

    A shard whose worker dies is retried on another. Raises CoderError if there are no
    workers.
    """
    try:
        import distributed

        as_completed: Any = distributed.as_completed
    except ModuleNotFoundError:
        raise CoderError("learning.needs_dask") from None
    for handler in logging.getLogger("distributed").handlers:
        handler.setLevel(
            logging.CRITICAL
        )  # problems that the user can fix are reported here instead
    with ExitStack() as stack:
        client = _client(distributed, address, stack)
        # A task of its own, so that it is recomputed if all workers that hold it die.
        codebook = client.submit(Codebook.from_json, book.to_json(), pure=False)
        running = {
            client.submit(propose_shard, codebook, each, pure=False): each
            for each in shards
        }
        for future in _yield_completed(client, as_completed(running)):
            try:
                yield future.result()
            except distributed.KilledWorker:
                name = running[future].source.name
                yield Done(
                    name, problem=str(CoderError("learning.workers_died", where=name))
                )
            except distributed.client.FutureCancelledError:
                raise CoderError("learning.scheduler_gone") from None
            except (
                RuntimeError
            ) as error:  # raised by Dask if the scheduler lacks this program
                raise CoderError("learning.other_program", where=address) from error


def _yield_completed(client: Any, futures: Any) -> Iterator[Any]:
    """Yield futures as they complete; raises CoderError if no workers are left, where
    Dask would wait on.
    """
    alive = time.monotonic()
    checked = alive
    while not futures.is_empty():
        now = time.monotonic()
        if futures.has_ready():
            alive = now
            yield next(futures)
        elif now < checked + _LOOK:
            time.sleep(0.02)
        elif client.scheduler_info()["workers"]:
            alive = now
            checked = now
        elif now > alive + _ALONE:
            raise CoderError("learning.scheduler_gone")
        else:
            checked = now


def dask_setup(_worker: object) -> None:
    """Ignore interrupts in a new worker process (a hook of Dask), as its parent handles
    them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _client(distributed: Any, address: str, stack: ExitStack) -> Any:
    if not address:
        import dask

        stack.enter_context(
            dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS})
        )
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
        raise CoderError(
            "learning.no_workers", address=address, problem=str(error)
        ) from None
    # A worker without the program would die at its first shard without an explanation.
    if any(
        theirs != program()
        for theirs in client.run(program, on_error="return").values()
    ):
        raise CoderError("learning.other_program", where=address)
    return client
