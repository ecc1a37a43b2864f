"""When a screen has come to rest: nothing is left that would still change it.

Textual's pilot takes a process that computes little for one at rest; on a busy machine
it is one that waits for its turn. Here the event loop is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual._context import active_app

SOON = 0.05
"""Seconds: a timer that goes off within them is waited for, as repaints are, and
blinking cursors are not.
"""
PATIENCE = 60


async def at_rest(_least: float = 0, _most: float = 0) -> None:
    """Return when nothing is ready to run, no timer goes off soon, and no worker of the
    app is at work.
    """
    loop: Any = asyncio.get_running_loop()
    app = active_app.get()
    async with asyncio.timeout(PATIENCE):
        while True:
            now = loop.time()
            due = [
                each.when()
                for each in loop._scheduled
                if each.when() < now + SOON and not each.cancelled()
            ]
            if any(not worker.is_finished for worker in app.workers):
                await asyncio.sleep(0.001)
            elif loop._ready:
                await asyncio.sleep(0)
            elif (
                due and app.return_code is None
            ):  # a program that ends draws nothing more, but has timers that try to
                await asyncio.sleep(min(due) - now)
            else:
                return


async def until(done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for what comes in its time from a thread, a server or another process."""
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.05)
