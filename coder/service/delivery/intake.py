"""Articles and codings in: everything in the given files, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from coder.codebook.validate import Problem, problems
from coder.errors import CoderError
from coder.importers.registry import LeftOut, Taken, files
from coder.model import GOLD, Article, Coding, Status
from coder.native import from_coding
from coder.service.project.fitting import all_of, link_problems, text_problems, value_problems
from coder.service.project.opened import Project
from coder.store.data_problems import unstorable
from coder.store.queries import Queries
from coder.store.work import Work
from coder.text.boilerplate import find_boilerplate

BATCH = 500  # articles that are in memory at once


@dataclass(slots=True)
class Intake:
    """What an import did; errors and warnings: what the codebook's rules say of the codings submitted."""

    articles: int = 0
    codings: int = 0
    unchanged: int = 0
    errors: int = 0
    warnings: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


def take(project: Project, paths: Iterable[Path], format_name: str | None = None) -> Intake:
    """All articles and codings in the files, as one unit of work; what is there already changes nothing.

    Articles come in first and a batch at a time, so that memory holds one batch however many there are;
    files that may hold codings are then read again for these.
    """
    report = Intake()
    found = list(files(paths, format_name, report.left_out))
    with project.store.begin(project.actor) as work:
        articles = (taken for path, reader in found for taken in reader.read(path) if taken.article)
        while batch := list(islice(articles, BATCH)):
            _take_articles(project, work, batch, report)
        wrong: list[CoderError] = []
        for path, reader in found:
            for taken in reader.read(path) if "codings" in reader.yields else ():
                if taken.coding is not None:
                    wrong += _take_coding(project, work, taken.coding, taken.where, report)
        if wrong:
            raise all_of(wrong)
    return report


def _take_articles(project: Project, work: Work, batch: Sequence[Taken], report: Intake) -> None:
    articles = [(taken.article, taken.where) for taken in batch if taken.article is not None]
    for article, where in articles:
        if problem := unstorable([article.id, article.text, article.source]):
            raise CoderError("delivery.article_holds", problem=problem, where=where)
    known = work.queries.article_hashes([article.id for article, _ in articles])
    new: dict[str, Article] = {}
    for article, where in articles:
        if article.id not in known and article.id not in new:
            boilerplate = find_boilerplate(article.text, project.codebook.lexicon.boilerplate_words)
            new[article.id] = replace(article, boilerplate=boilerplate)
        elif article.text_sha256 == (known.get(article.id) or new[article.id].text_sha256):
            report.unchanged += 1
        else:
            raise CoderError("delivery.another_text", article=article.id, where=where)
    work.add_articles(list(new.values()))
    report.articles += len(new)


def _take_coding(
    project: Project, work: Work, coding: Coding, where: str, report: Intake
) -> Iterator[CoderError]:
    """Keeps the coding, or says everything that speaks against it."""
    article, book = work.queries.article(coding.article), project.codebook
    if problem := unstorable(from_coding(coding)):
        yield CoderError("delivery.coding_holds", problem=problem, where=where)
        return
    wrong = [*_strangers(project, coding, article, where, work.queries)]
    found: list[Problem] = []
    if article and coding.text_sha256 == article.text_sha256 and coding.codebook == book.ref:
        values = list(value_problems(coding, book, where))
        found = problems(coding, book, article)
        links = [] if values else link_problems(found, book, where)
        wrong += [*text_problems(coding, article, book, where), *values, *links]
    before = None if wrong else work.queries.coding(coding.article, coding.coder)
    if wrong:
        yield from wrong
    elif before == coding:
        report.unchanged += 1
    elif before is not None:
        yield CoderError("delivery.another_coding", coder=coding.coder, article=coding.article, where=where)
    else:
        work.save_coding(None, coding, "coding.imported")
        report.codings += 1
        counts = Counter(p.severity for p in found if coding.status is Status.SUBMITTED)
        report.errors += counts["error"]
        report.warnings += counts["warning"]


def _strangers(
    project: Project, coding: Coding, article: Article | None, where: str, queries: Queries
) -> Iterator[CoderError]:
    """What a coding names that the project does not know: coder, article, text, codebook."""
    if article is None:
        yield CoderError("delivery.no_article", article=coding.article, where=where)
    elif coding.text_sha256 != article.text_sha256:
        ours, theirs = article.text_sha256[:12], coding.text_sha256[:12]
        yield CoderError("delivery.coded_text", theirs=theirs, ours=ours, where=where)
    if coding.coder != GOLD and coding.coder not in {p.name for p in queries.people()}:
        yield CoderError("delivery.no_coder", coder=coding.coder, where=where)
    if coding.codebook != project.codebook.ref:
        theirs, ours = coding.codebook, project.codebook.ref
        yield CoderError("delivery.other_codebook", theirs=theirs, ours=ours, where=where)
