"""The codebook's rules over all codings; what they find in each is kept until something of it changes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from coder.codebook.validate import VERSION, Problem, problems
from coder.messages.catalogue import LANGUAGES
from coder.model import GOLD, Article, Coding, Status
from coder.service.project.adjudicated import found_of, not_trainees, state_from
from coder.service.project.kept_results import KeptResults, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

KIND = "rules"
_WORTH = 400  # codings from which on further processes pay


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

    @property
    def key(self) -> str:
        return self.head.id


def check(project: Project, *, anew: bool = False, progress: Told = untold) -> list[Finding]:
    """What its own revision of the codebook has to say about every submitted coding and all gold.

    Of gold also what coders changed under it.

    anew: also of what is kept.
    """
    with project.store.read() as queries:
        queries.expect_all()
        results = KeptResults(project, KIND, _asked(queries), _checked, anew=anew)
    results.make(progress, worth=_WORTH)
    bodies = zip(results.asked, results.bodies(results.asked), strict=True)
    return [finding for each, body in bodies for finding in _findings(each.head, body)]


def _asked(queries: Queries) -> list[_Wanted]:
    """The codings to check, those of coders before gold, each with a name for all that comes into it."""
    heads = [h for h in queries.coding_heads() if h.coder == GOLD or h.status == Status.SUBMITTED]
    heads.sort(key=lambda head: head.coder == GOLD)
    versions, articles = queries.versions(), queries.article_marks()
    compared: dict[str, list[object]] = defaultdict(list)
    for h in not_trainees(heads, queries.assignments()):
        compared[h.article].append((h.id, versions.get(f"coding:{h.id}"), versions.get(f"gold:{h.article}")))
    asked = []
    for h in heads:
        if h.article in articles:
            last = compared[h.article] if h.coder == GOLD else versions.get(f"coding:{h.id}")
            asked.append(_Wanted(h, stamp(VERSION, h.codebook, last, articles[h.article])))
    return asked


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
                for p in _problems(project, queries, coding, articles[head.article]):
                    words = {lang: p.message.of(lang) for lang in LANGUAGES}
                    rows.append([p.rule, p.severity, p.event_id, p.field, words])
            found.append(Result(head.id, name, json.dumps(rows, ensure_ascii=False)))
    return found


def _problems(project: Project, queries: Queries, coding: Coding, article: Article) -> list[Problem]:
    if coding.coder == GOLD:
        found = found_of(queries, [article.id])[article.id]
        if not found.revisions and (state := state_from(project, queries, found)) is not None:
            return state.problems()
    return problems(coding, project.revision(queries, coding.codebook, coding.id), article)
