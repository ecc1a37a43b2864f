"""Candidates for the articles that lack them, from the rules on all cores and from plug-ins."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.service.project import config as configuration
from coder.service.project.opened import Project
from coder.store.data_problems import unstorable
from coder.suggest.plugins import SECONDS, Plugin, installed, joined
from coder.suggest.registry import propose

RULES = "rules"  # the name under which the built-in suggester is kept
_WORTH = 24  # articles from which on further processes pay: each takes a second to start
_AHEAD = 32  # articles for each process that are taken ahead of those being written
Warn = Callable[[str], None]
Join = Callable[[str, list[Candidate]], tuple[list[Candidate], str]]


def suggest(
    project: Project,
    *,
    again: bool = False,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    warn: Warn = lambda _: None,
) -> int:
    """Read every article not read yet by all that `coder.toml` names (or all, `again`); returns how many.

    Each article is written on its own, so that the work can be interrupted and taken up again. cores: how
    many processes read, by default all. warn: told of plug-ins that fail; the rest is done without them.
    """
    everybody = "+".join((RULES, *project.config.plugins))
    with project.store.read() as queries:
        read_by = {} if again else queries.suggested()
        todo = [article for article in queries.article_ids() if read_by.get(article) != everybody]
    with running_plugins(project, warn) as join:
        proposed = _read(project, todo, cores or os.cpu_count() or 1)
        for count, (article_id, found) in enumerate(proposed, start=1):
            found, by = join(article_id, found)
            with project.store.begin(project.actor) as work:
                work.replace_candidates(article_id, found, by)
            if progress is not None:
                progress(count, len(todo))
    return len(todo)


def _read(project: Project, ids: Sequence[str], cores: int) -> Iterator[tuple[str, list[Candidate]]]:
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
        raise CoderError("learning.stopped") from error
    finally:
        pool.shutdown(cancel_futures=True)


_codebook: list[Codebook] = []


def _prepare(codebook: Codebook) -> None:
    """What a process needs once; an interrupt is left to the process that writes, whose end is its end."""

    def end_with_parent() -> None:
        """A process that is killed cannot end those that it started: each looks out for itself."""
        if parent := parent_process():
            parent.join()
            os._exit(1)

    Thread(target=end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _codebook.append(codebook)
    propose(Article("", ""), codebook)
    gc.freeze()  # words and rules stay as they are: no collection need go through them


def _propose(article: Article) -> list[Candidate]:
    return propose(article, _codebook[0])


@contextmanager
def running_plugins(project: Project, warn: Warn) -> Iterator[Join]:
    """The plug-ins that `coder.toml` names, until the block is left; raises CoderError for unknown ones.

    Gives what joins the rules' candidates for an article with theirs, and says who proposed: `rules+NAME…`. A
    plug-in that fails is warned of once, and left out from then on.
    """
    config = project.config
    known = installed() if config.plugins else {}
    if missing := next((name for name in config.plugins if name not in known), None):
        where = str(config.folder / configuration.FILE)
        if not known:
            raise CoderError("learning.no_plugins", name=missing, where=where)
        raise CoderError("learning.no_plugin", name=missing, installed=", ".join(sorted(known)), where=where)
    running: list[Plugin] = []

    def join(article_id: str, found: list[Candidate]) -> tuple[list[Candidate], str]:
        names = [RULES]
        for plugin in list(running):
            try:
                more = plugin.suggest(project.article(article_id))
                if problem := unstorable([(each.value, each.origin) for each in more]):
                    raise CoderError("learning.unstorable", name=plugin.name, problem=problem)
            except CoderError as error:
                warn(f"{article_id}: {error}")
                running.remove(plugin)
                plugin.close()
                continue
            found = joined(found, more)
            names.append(plugin.name)
        return found, "+".join(names)

    try:
        for name, given in config.plugins.items():
            settings = dict(given)
            seconds = float(settings.pop("timeout", SECONDS))
            try:
                running.append(Plugin(name, project.codebook, config.folder, settings, seconds))
            except CoderError as error:
                warn(str(error))
        yield join
    finally:
        for plugin in running:
            plugin.close()
