"""Articles, codings and candidates in: everything in the given files, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from coder.codebook.validate import Problem, problems
from coder.errors import CoderError
from coder.importers.registry import LeftOut, Reader, Taken, files
from coder.model import GOLD, Article, Coding, Status
from coder.native import SUGGESTER, from_coding, to_line
from coder.service.project.fitting import all_of, link_problems, text_problems, value_problems
from coder.service.project.opened import Project
from coder.store.data_problems import is_plain, unstorable
from coder.store.queries import CodingHead
from coder.store.work import Work
from coder.text.boilerplate import find_boilerplate

BATCH = 500  # articles that are in memory at once
_CODINGS = 25  # codings that are


@dataclass(slots=True)
class Intake:
    """What an import did; errors and warnings: what the codebook's rules say of the codings submitted."""

    articles: int = 0
    codings: int = 0
    suggested: int = 0  # articles that got candidates
    unchanged: int = 0
    errors: int = 0
    warnings: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


def take(project: Project, paths: Iterable[Path], format_name: str | None = None) -> Intake:
    """All that the files hold, as one unit of work; what is there already changes nothing.

    Articles come in first and a batch at a time, so that memory holds one batch however many there are;
    files that may hold codings are then read again for these.
    """
    report = Intake()
    found = list(files(paths, format_name, report.left_out))
    with project.store.begin(project.actor) as work:
        articles = (taken for path, reader in found for taken in reader.articles(path))
        while batch := list(islice(articles, BATCH)):
            _take_articles(project, work, batch, report)
        wrong: list[CoderError] = []
        codings = (taken for path, reader in found for taken in _codings(path, reader))
        team = {person.name for person in work.queries.people()}
        read_by = work.queries.suggested()
        while several := list(islice(codings, _CODINGS)):
            made = [taken for taken in several if taken.candidates is None]
            wrong += _take_codings(project, work, made, team, report)
            proposed = [taken for taken in several if taken.candidates is not None]
            wrong += _take_candidates(project, work, proposed, read_by, report)
        if wrong:
            raise all_of(wrong)
    return report


def _codings(path: Path, reader: Reader) -> Iterator[Taken]:
    return (taken for taken in reader.read(path) if taken.coding) if "codings" in reader.yields else iter(())


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


def _take_codings(
    project: Project, work: Work, several: Sequence[Taken], team: Container[str], report: Intake
) -> list[CoderError]:
    """Keeps the codings, or says everything that speaks against them."""
    given = [(taken.coding, taken.where) for taken in several if taken.coding is not None]
    articles = work.queries.articles_of([coding.article for coding, _ in given])
    heads = [CodingHead(c.id, c.article, c.coder, c.codebook, c.text_sha256, c.status) for c, _ in given]
    there = {coding.id: coding for coding in work.queries.codings_of(heads)}
    new: list[Coding] = []
    wrong: list[CoderError] = []
    for coding, where in given:
        article = articles.get(coding.article)
        against, found = _looked_at(project, coding, article, where, team)
        before = there.get(coding.id)
        if against:
            wrong += against
        elif before == coding:
            report.unchanged += 1
        elif before is not None:
            values = {"coder": coding.coder, "article": coding.article}
            wrong.append(CoderError("delivery.another_coding", **values, where=where))
        else:
            there[coding.id] = coding
            new.append(coding)
            counts = Counter(p.severity for p in found if coding.status is Status.SUBMITTED)
            report.errors += counts["error"]
            report.warnings += counts["warning"]
    if not wrong:
        work.add_codings(new, "coding.imported")
        report.codings += len(new)
    return wrong


def _take_candidates(
    project: Project, work: Work, several: Sequence[Taken], read_by: Container[str], report: Intake
) -> list[CoderError]:
    """Keeps the candidates in place of those that the articles had, or says everything against them."""
    from coder.service.learning.batch import RULES  # the suggester: needed here only

    articles = work.queries.articles_of([taken.coding.article for taken in several if taken.coding])
    wrong: list[CoderError] = []
    for taken in several:
        assert taken.coding is not None and taken.candidates is not None
        article, candidates = taken.coding.article, list(taken.candidates)
        against, _ = _looked_at(project, taken.coding, articles.get(article), taken.where, {SUGGESTER})
        if problem := unstorable([candidate.origin for candidate in candidates]):
            against.append(CoderError("delivery.coding_holds", problem=problem, where=taken.where))
        if against:
            wrong += against
        elif article in read_by and work.queries.candidates(article) == candidates:
            report.unchanged += 1
        else:
            work.replace_candidates(article, candidates, RULES)
            report.suggested += 1
    return wrong


def _looked_at(
    project: Project, coding: Coding, article: Article | None, where: str, team: Container[str]
) -> tuple[list[CoderError], list[Problem]]:
    """Everything that speaks against taking the coding, and what the codebook's rules say of it."""
    book, found = project.codebook, list[Problem]()
    written = from_coding(coding)
    if not is_plain(to_line(written)) and (problem := unstorable(written)):
        return [CoderError("delivery.coding_holds", problem=problem, where=where)], found
    wrong = [*_strangers(project, coding, article, where, team)]
    if article and coding.text_sha256 == article.text_sha256 and coding.codebook == book.ref:
        values = list(value_problems(coding, book, where))
        found = problems(coding, book, article)
        links = [] if values else link_problems(found, book, where)
        wrong += [*text_problems(coding, article, book, where), *values, *links]
    return wrong, found


def _strangers(
    project: Project, coding: Coding, article: Article | None, where: str, team: Container[str]
) -> Iterator[CoderError]:
    """What a coding names that the project does not know: coder, article, text, codebook."""
    if article is None:
        yield CoderError("delivery.no_article", article=coding.article, where=where)
    elif coding.text_sha256 != article.text_sha256:
        ours, theirs = article.text_sha256[:12], coding.text_sha256[:12]
        yield CoderError("delivery.coded_text", theirs=theirs, ours=ours, where=where)
    if coding.coder != GOLD and coding.coder not in team:
        yield CoderError("delivery.no_coder", coder=coding.coder, where=where)
    if coding.codebook != project.codebook.ref:
        theirs, ours = coding.codebook, project.codebook.ref
        yield CoderError("delivery.other_codebook", theirs=theirs, ours=ours, where=where)
