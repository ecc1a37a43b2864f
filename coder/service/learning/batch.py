"""Candidates for the articles that lack them, on all cores."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.service.learning.plugin_panel import Panel
from coder.service.project.opened import Project
from coder.suggest.registry import propose

RULES = "rules"
"""The name under which the built-in suggester is kept."""
_WORTH = 24
"""Articles from which on further processes pay: each takes a second to start."""
_AHEAD = 32
"""Articles for each process that are taken ahead of those being written."""


def suggest(
    project: Project,
    *,
    again: bool = False,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> int:
    """Read every article that was not read yet by all that `coder.toml` names (or all articles, `again`).

    Returns how many were read. Each article is written on its own, so that the work can be interrupted and
    taken up again. cores: how many processes read, as many as the machine has if it is not given.
    warn: told of plug-ins that fail; the articles are then read without them.
    """
    everybody = "+".join((RULES, *project.config.plugins))
    with project.store.read() as queries:
        read_by = {} if again else queries.suggested()
        todo = [article for article in queries.article_ids() if read_by.get(article) != everybody]
    with Panel(project, warn) as panel:
        proposed = _read(project, todo, cores or os.cpu_count() or 1)
        for count, (article_id, found) in enumerate(proposed, start=1):
            found, by = panel.join(article_id, found, RULES)
            with project.store.begin(project.actor) as work:
                work.replace_candidates(article_id, found, by)
            if progress is not None:
                progress(count, len(todo))
    return len(todo)


def _read(project: Project, ids: Sequence[str], cores: int) -> Iterator[tuple[str, list[Candidate]]]:
    """The articles with their candidates, in order."""
    if cores == 1 or len(ids) < _WORTH:
        yield from ((key, propose(project.article(key), project.codebook)) for key in ids)
        return
    spawn = get_context("spawn")
    pool = ProcessPoolExecutor(cores, spawn, initializer=_prepare, initargs=(project.codebook,))
    ahead: deque[tuple[str, Future[list[Candidate]]]] = deque()
    try:
        for key in ids:
            ahead.append((key, pool.submit(_propose, project.article(key))))
            if len(ahead) == cores * _AHEAD:
                key, found = ahead.popleft()
                yield key, found.result()
        yield from ((key, found.result()) for key, found in ahead)
    except BrokenProcessPool as error:
        raise CoderError(
            "A process that read articles was stopped.",
            hint="Run `coder suggest` again; it goes on with the articles that are left.",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


_codebook: list[Codebook] = []


def _prepare(codebook: Codebook) -> None:
    """What a process needs once; an interrupt is left to the process that writes, whose end is its end."""
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _codebook.append(codebook)
    propose(Article("", ""), codebook)
    gc.freeze()  # words and rules stay as they are: no collection need go through them


def _end_with_parent() -> None:
    """A process that is killed cannot end those that it started: each looks out for itself."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _propose(article: Article) -> list[Candidate]:
    return propose(article, _codebook[0])
