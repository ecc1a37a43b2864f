"""The codebook's rules over all codings; what they find in each is kept until something of it changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from coder import __version__
from coder.codebook.validate import VERSION, problems
from coder.messages.catalogue import LANGUAGES
from coder.model import GOLD, Coding, Status
from coder.service.figures.comparisons import stamp
from coder.service.project.opened import Project, reopened
from coder.service.project.processes import Told, spread, untold
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

KIND = "rules"
_AT_ONCE = 20  # codings that are read and checked together
_WORTH = 400  # codings from which on further processes pay
_READ = 200  # kept results that are in memory together


class Finding(NamedTuple):
    """One thing that a rule finds in a coding, as `validate.Problem` has it; words: in each language."""

    coding: str
    article: str
    rule: str
    severity: str
    event_id: str | None
    field: str | None
    words: Mapping[str, str]


class _Wanted(NamedTuple):
    head: CodingHead
    stamp: str


def check(project: Project, *, anew: bool = False, progress: Told = untold) -> list[Finding]:
    """What its own revision of the codebook has to say about every submitted coding and all gold.

    anew: also of what is kept.
    """
    with project.store.read() as queries:
        asked = _asked(queries)
        anew = anew or queries.own_only  # a coder's login does not see what names the state of a coding
    kept = {} if anew else project.kept.stamps(KIND)
    missing = [each for each in asked if kept.get(each.head.id) != each.stamp]
    parts = [missing[i : i + _AT_ONCE] for i in range(0, len(missing), _AT_ONCE)]
    cores = None if len(missing) >= _WORTH else 1
    made: dict[str, str] = {}
    done = 0
    for part, found in zip(
        parts, spread(_checked, parts, project, reopened, project.way, cores=cores), strict=True
    ):
        project.kept.keep(KIND, found)
        made |= {result.key: result.body for result in found}
        done += len(part)
        progress(done, len(missing))
    return [finding for each, body in _bodies(project, asked, made) for finding in _findings(each.head, body)]


def _asked(queries: Queries) -> list[_Wanted]:
    """The codings to check, those of coders before gold, each with a name for all that comes into it."""
    heads = [h for h in queries.coding_heads() if h.coder == GOLD or h.status == Status.SUBMITTED]
    heads.sort(key=lambda head: head.coder == GOLD)
    versions = {} if queries.own_only else queries.versions()
    articles = queries.article_marks()
    asked = []
    for h in heads:
        if h.article in articles:
            last = [versions.get(f"coding:{h.id}"), h.coder == GOLD and versions.get(f"gold:{h.article}")]
            asked.append(_Wanted(h, stamp(__version__, VERSION, h.codebook, last, articles[h.article])))
    return asked


def _bodies(
    project: Project, asked: Sequence[_Wanted], made: Mapping[str, str]
) -> Iterator[tuple[_Wanted, str]]:
    """What was made just now, or kept; what of that was changed by something else is made again."""
    for start in range(0, len(asked), _READ):
        part = asked[start : start + _READ]
        old = {each.head.id: each.stamp for each in part if each.head.id not in made}
        found = dict(project.kept.fetch(KIND, old)) if old else {}
        damaged = [each for each in part if each.head.id not in made and each.head.id not in found]
        if damaged:
            again = _checked(project, damaged)
            project.kept.keep(KIND, again)
            found |= {result.key: result.body for result in again}
        yield from ((each, made.get(each.head.id) or found.get(each.head.id) or "[]") for each in part)


def _findings(head: CodingHead, body: str) -> Iterator[Finding]:
    return (Finding(head.id, head.article, *each) for each in json.loads(body))


def _checked(project: Project, part: Sequence[_Wanted]) -> list[Result]:
    """What the rules find in some codings."""
    with project.store.read() as queries:
        articles = queries.articles_of([each.head.article for each in part])
        codings = {coding.id: coding for coding in queries.codings_of([each.head for each in part])}
        found = []
        for head, name in part:
            rows: list[Any] = []
            coding: Coding | None = codings.get(head.id)
            if coding is not None and head.article in articles:
                book = project.revision(queries, coding.codebook, coding.id)
                for p in problems(coding, book, articles[head.article]):
                    words = {lang: p.message.of(lang) for lang in LANGUAGES}
                    rows.append([p.rule, p.severity, p.event_id, p.field, words])
            found.append(Result(head.id, name, json.dumps(rows, ensure_ascii=False)))
    return found
