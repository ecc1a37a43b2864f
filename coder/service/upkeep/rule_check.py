"""Checks the codebook's rules over all codings; results are cached until something they
depend on changes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from coder.codebook.schema import Codebook
from coder.codebook.validate import (
    VALUE,
    VERSION,
    Problem,
    find_unasked_gold,
    problems,
    visible,
    visible_article,
)
from coder.messages.catalogue import LANGUAGES
from coder.model import Article, Coding
from coder.service.project.adjudicated import (
    load_adjudicated,
    state_from,
    without_trainees,
)
from coder.service.project.kept_results import KeptResults, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.wrong_codings import (
    StampedCoding,
    WrongCoding,
    without_wrong,
)
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

KIND = "rules"
_FORMAT = 4  # of the cached findings; increase it with changes here
_WORTH = 400  # number of codings from which several processes pay off


class Finding(NamedTuple):
    """One problem that a rule finds in a coding, like `validate.Problem`; words:
    language → message.
    """

    coding: str
    article: str
    rule: str
    severity: str
    event_id: str | None
    field: str | None
    words: Mapping[str, str]


def check(
    project: Project,
    *,
    anew: bool = False,
    warn: Callable[[WrongCoding], None] = lambda _: None,
    progress: ReportProgress = no_progress,
) -> list[Finding]:
    """Check every submitted coding and all gold by the codebook revision of each.

    For gold the findings include codings changed since it was made. Fields that are
    still to be decided have none, just as open codings are not checked, but for wrong
    values: of a coding that has some only these are findings. anew: ignore cached
    results. warn: called with each coding that has wrong values.
    """
    with project.store.read() as queries:
        queries.expect_all()
        every = queries.coding_heads()
    sound, wrong = without_wrong(project, every)
    with project.store.read() as queries:
        wanted = _stamp_codings(queries, sound)
        results = KeptResults(project, KIND, wanted, _check_part, anew=anew)
    results.make(progress, worth=_WORTH)
    bodies = zip(results.asked, results.bodies(results.asked), strict=True)
    found = [
        Finding(each.key, each.head.article, *row)
        for each, body in bodies
        for row in json.loads(body)
    ]
    named = list[Finding]()
    for each in wrong:
        warn(each)
        named += _wrong_values(each)
    return named + found


def _wrong_values(coding: WrongCoding) -> Iterator[Finding]:
    for each in coding.values:
        place = each.event_id or None, each.field or None
        yield Finding(
            coding.id, coding.article, VALUE, "error", *place, each.what.texts
        )


def _stamp_codings(
    queries: Queries, sound: Sequence[CodingHead]
) -> list[StampedCoding]:
    """Return the codings to check, each with a stamp of all that its findings depend
    on.

    Findings about gold also depend on the codings that were compared for it, those of
    trainees left out. Findings are listed in this order: those of coders, then those of
    gold.
    """
    heads = [head for head in sound if head.is_gold or head.is_submitted]
    heads.sort(key=lambda head: head.is_gold)
    versions = queries.versions()
    articles = queries.article_marks()
    compared: dict[str, list[object]] = defaultdict(list)
    for head in without_trainees(heads, queries.stages()):
        version = versions.get(f"coding:{head.id}")
        gold_version = versions.get(f"gold:{head.article}")
        compared[head.article].append((head.id, version, gold_version))
    stamped = []
    for head in heads:
        if head.article not in articles:
            continue
        depends_on: object = versions.get(f"coding:{head.id}")
        if head.is_gold:
            depends_on = compared[head.article]
        mark = articles[head.article]
        digest = stamp(VERSION, _FORMAT, head.codebook, depends_on, mark)
        stamped.append(StampedCoding(head, digest))
    return stamped


def _check_part(project: Project, part: Sequence[StampedCoding]) -> list[Result]:
    """Compute the findings for some codings."""
    with project.store.read() as queries:
        articles = queries.articles_of([each.head.article for each in part])
        codings = {
            coding.id: coding
            for coding in queries.codings_of([each.head for each in part])
        }
        results = []
        for head, digest in part:
            rows: list[Any] = []
            coding: Coding | None = codings.get(head.id)
            if coding is not None and head.article in articles:
                for p in _problems(project, queries, coding, articles[head.article]):
                    words = {lang: p.message.of(lang) for lang in LANGUAGES}
                    rows.append([p.rule, p.severity, p.event_id, p.field, words])
            results.append(
                Result(head.id, digest, json.dumps(rows, ensure_ascii=False))
            )
    return results


def _problems(
    project: Project, queries: Queries, coding: Coding, article: Article
) -> list[Problem]:
    if coding.is_gold:
        found = load_adjudicated(project, queries, [article.id])[article.id]
        if (
            not found.revisions
            and (state := state_from(project, queries, found)) is not None
        ):
            if next(state.open_cells(), None) is None:
                return state.problems()
            return _without_open(state.problems(), coding, state.codebook)
    book = project.revision(queries, coding.codebook, coding.id)
    found_here = problems(coding, book, article)
    if coding.is_gold and coding.is_submitted:
        found_here += find_unasked_gold(coding, book)
    return _without_open(found_here, coding, book)


def _without_open(
    found: list[Problem], coding: Coding, book: Codebook
) -> list[Problem]:
    """Leave out the problems, of gold that is open, that involve a field which is still
    to be decided.
    """
    if coding.is_submitted:
        return found
    names = {rule.id: rule.names for rule in book.rules}
    undecided = {
        f"article.{name}"
        for name in visible_article(coding, book) - coding.answers.keys()
    }
    of_event = {
        e.id: undecided | (visible(e, coding, book) - e.fields.keys())
        for e in coding.events
    }

    def is_open(problem: Problem) -> bool:
        field = problem.field if problem.event_id else f"article.{problem.field}"
        involved = {_without_part(name) for name in names.get(problem.rule, ())}
        return not of_event.get(problem.event_id or "", undecided).isdisjoint(
            {field, *involved}
        )

    return [problem for problem in found if not is_open(problem)]


def _without_part(name: str) -> str:
    """Return the name of a field in a rule without its part: `date` of `date.basis`."""
    first, _, rest = name.partition(".")
    return f"article.{rest.partition('.')[0]}" if first == "article" else first
