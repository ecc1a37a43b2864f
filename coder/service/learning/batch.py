"""Proposes candidates for articles that lack them, with the rules (on all cores) and
with plug-ins.

What coders see while they work on an article stays as it is: articles that somebody has
opened are read only if that is asked for, and candidates that somebody decided about
are kept even then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from traceback import extract_tb
from typing import NamedTuple

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.grouping import batched
from coder.model import IMPORTED, RULES, Article, Candidate
from coder.service.edits.decided_spans import DecidedSpans
from coder.service.project import config as configuration
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread
from coder.storage_limits import unstorable
from coder.store.queries import Queries
from coder.suggest import registry
from coder.suggest.plugins import SECONDS, Plugin, installed, joined

_AT_ONCE = 8  # articles per part given to a process
_WORTH = 24  # number of articles from which several processes pay off
Warn = Callable[[str], None]
Join = Callable[[str, list[Candidate]], tuple[list[Candidate], str]]


class Unread(NamedTuple):
    """The ids of articles that the configured suggesters have not all read.

    opened: those on which somebody has a coding, which only `opened_too` reads.
    """

    todo: list[str]
    opened: list[str]


def find_unread(
    project: Project,
    *,
    again: bool = False,
    opened_too: bool = False,
    only: Collection[str] | None = None,
) -> Unread:
    """Return the articles that `suggest` reads with these options, and those left out."""
    with project.store.read() as queries:
        queries.expect_all()
        read_by = {} if again else queries.suggested()
        unread = [
            article
            for article in queries.article_ids()
            if read_by.get(article) != _suggesters(project)
            and (only is None or article in only)
        ]
        heads = [] if opened_too else queries.with_withdrawn().coding_heads()
    opened = {head.article for head in heads}
    return Unread(
        [article for article in unread if article not in opened],
        [article for article in unread if article in opened],
    )


def suggest(
    project: Project,
    *,
    again: bool = False,
    opened_too: bool = False,
    only: Collection[str] | None = None,
    cores: int | None = None,
    progress: ReportProgress = no_progress,
    warn: Warn = lambda _: None,
) -> int:
    """Propose candidates for articles not yet read by all configured suggesters; return
    how many were read.

    Each article is written on its own, so the work can be interrupted and resumed.
    again: process all articles. opened_too: also those that somebody has opened. only:
    of these articles. cores: number of processes, by default one per CPU.
    warn: called about each plug-in that fails, without which the work goes on, and
    about each article on which the rules fail.
    """
    todo = find_unread(project, again=again, opened_too=opened_too, only=only).todo
    parts = ([*map(project.article, ids)] for ids in batched(todo, _AT_ONCE))
    failed = 0
    with running_plugins(project, warn) as join:
        book = project.codebook
        cores = cores if len(todo) >= _WORTH else 1
        found = chain.from_iterable(spread(_propose, parts, book, cores=cores))
        for count, (article_id, by_rules) in enumerate(found, start=1):
            if isinstance(by_rules, CoderError):
                warn(str(by_rules))
                failed += 1
            else:
                new, by = join(article_id, by_rules)
                with project.store.begin(project.actor) as work:
                    kept = _keep_known(work.queries, article_id, new)
                    work.replace_candidates(article_id, kept, by)
            progress(count, len(todo))
    return len(todo) - failed


def _suggesters(project: Project) -> str:
    return "+".join((RULES, *project.config.plugins))


def _keep_known(
    queries: Queries, article_id: str, new: list[Candidate]
) -> list[Candidate]:
    """Return new candidates of an article with those that other tools proposed before
    and those that somebody decided on.
    """
    imported = [
        each
        for each in queries.candidates(article_id)
        if each.origin.startswith(f"{IMPORTED}:")
    ]
    if imported:
        new = joined(new, imported)
    return keep_decided(queries, article_id, new)


def keep_decided(
    queries: Queries, article_id: str, new: list[Candidate]
) -> list[Candidate]:
    """Return new candidates of an article with those old ones that somebody confirmed,
    changed or rejected.

    These stay with their offsets and origin, in place of new ones of the same words.
    """
    old = queries.candidates(article_id)
    if not old:
        return new
    every = queries.with_withdrawn()
    heads = every.coding_heads([article_id])
    codings = [DecidedSpans(coding.spans) for coding in every.codings_of(heads)]
    decided = [each for each in old if any(spans.find(each) for spans in codings)]
    stretches = {each.stretch for each in decided}
    ids = {each.id for each in decided}
    undecided = [
        each for each in new if each.stretch not in stretches and each.id not in ids
    ]
    return sorted(
        [*undecided, *decided], key=lambda each: (each.start, each.end, each.kind)
    )


def propose(
    article: Article, codebook: Codebook, *, where: str = ""
) -> list[Candidate]:
    """Return the proposals of the rules for an article; raises CoderError if they fail,
    which costs only this article.

    where: the place in the article's source, for the message.
    """
    try:
        return registry.propose(article, codebook)
    except Exception as error:
        last = extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
        raise CoderError(
            "learning.rules_failed", article=article.id, what=what, where=where
        ) from error


def _propose(
    codebook: Codebook, part: Sequence[Article]
) -> list[tuple[str, list[Candidate] | CoderError]]:
    found: list[tuple[str, list[Candidate] | CoderError]] = []
    for article in part:
        try:
            found.append((article.id, propose(article, codebook)))
        except CoderError as error:
            found.append((article.id, error))
    return found


@contextmanager
def running_plugins(project: Project, warn: Warn) -> Iterator[Join]:
    """Run the configured plug-ins for the duration of the block; raises CoderError for
    unknown ones.

    Yields a function that adds the plug-ins' candidates to the rules' for an article
    and also returns the suggesters' names, `rules+NAME…`. A failing plug-in is reported
    once and left out from then on.
    """
    config = project.config
    known = installed() if config.plugins else {}
    if missing := next((name for name in config.plugins if name not in known), None):
        where = str(config.folder / configuration.FILE)
        if not known:
            raise CoderError("learning.no_plugins", name=missing, where=where)
        raise CoderError(
            "learning.no_plugin",
            name=missing,
            installed=", ".join(sorted(known)),
            where=where,
        )
    running: list[Plugin] = []

    def join(
        article_id: str, candidates: list[Candidate]
    ) -> tuple[list[Candidate], str]:
        names = [RULES]
        for plugin in list(running):
            try:
                more = plugin.suggest(project.article(article_id))
                if problem := unstorable([(each.value, each.origin) for each in more]):
                    raise CoderError(
                        "learning.unstorable", name=plugin.name, problem=problem
                    )
            except CoderError as error:
                warn(f"{article_id}: {error}")
                running.remove(plugin)
                plugin.close()
                continue
            candidates = joined(candidates, more)
            names.append(plugin.name)
        return candidates, "+".join(names)

    try:
        for name, table in config.plugins.items():
            settings = dict(table)
            seconds = float(settings.pop("timeout", SECONDS))
            try:
                running.append(
                    Plugin(name, project.codebook, config.folder, settings, seconds)
                )
            except CoderError as error:
                warn(str(error))
        yield join
    finally:
        for plugin in running:
            plugin.close()
