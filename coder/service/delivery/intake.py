"""Articles and codings in: everything in the given files, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from coder.codebook.validate import Problem, problems
from coder.errors import CoderError
from coder.importers.reader import Taken
from coder.importers.registry import LeftOut, files
from coder.model import GOLD, Article, Coding, Json, Status
from coder.native import from_coding
from coder.service.project.opened import Project
from coder.service.review.fitting import all_of, misfits, wrong_links, wrong_values
from coder.store.queries import Queries
from coder.store.storable import fault_in
from coder.store.work import Work
from coder.text.boilerplate import find_boilerplate

BATCH = 500
"""How many articles are in memory at once."""


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
    for taken in batch:
        if taken.article is not None:
            _refuse_unstorable(
                "article", [taken.article.id, taken.article.text, taken.article.source], taken.where
            )
    known = work.queries.article_hashes([taken.article.id for taken in batch if taken.article])
    new: dict[str, Article] = {}
    for taken in batch:
        article = taken.article
        if article is None:
            continue
        if article.id not in known and article.id not in new:
            boilerplate = find_boilerplate(article.text, project.codebook.lexicon.boilerplate_words)
            new[article.id] = replace(article, boilerplate=boilerplate)
        elif _is_same(article, new.get(article.id), known):
            report.unchanged += 1
        else:
            raise CoderError(
                f"There is already an article {article.id!r} with another text.",
                hint="An article's text never changes; give the new one another name.",
                where=taken.where,
            )
    work.add_articles(list(new.values()))
    report.articles += len(new)


def _refuse_unstorable(what: str, value: Json, where: str) -> None:
    if fault := fault_in(value):
        raise CoderError(f"The {what} holds {fault}.", hint="Take it out of the file.", where=where)


def _is_same(article: Article, batched: Article | None, known: Mapping[str, str]) -> bool:
    """Whether an article has the text of the one that has its id already."""
    if batched is not None:
        return article.text == batched.text
    return article.text_sha256 == known[article.id]


def _take_coding(
    project: Project, work: Work, coding: Coding, where: str, report: Intake
) -> list[CoderError]:
    """Keeps the coding, or says everything that speaks against it."""
    article, book = work.queries.article(coding.article), project.codebook
    if fault := fault_in(from_coding(coding)):
        return [CoderError(f"The coding holds {fault}.", hint="Take it out of the file.", where=where)]
    wrong = [*_strangers(project, coding, article, where, work.queries)]
    found: list[Problem] = []
    if article and coding.text_sha256 == article.text_sha256 and coding.codebook == book.ref:
        values = list(wrong_values(coding, book, where))
        found = problems(coding, book, article)
        links = [] if values else wrong_links(found, book, where)
        wrong += [*misfits(coding, article, book, where), *values, *links]
    if wrong:
        return wrong
    before = work.queries.coding(coding.article, coding.coder)
    if before is not None and before != coding:
        words = f"{coding.coder} already has another coding of {coding.article}."
        hint = "A coding is never overwritten; take one of the two out first."
        return [CoderError(words, hint=hint, where=where)]
    if before is None:
        work.save_coding(None, coding, "coding.imported")
        report.codings += 1
        if coding.status is Status.SUBMITTED:
            report.errors += sum(p.severity == "error" for p in found)
            report.warnings += sum(p.severity == "warning" for p in found)
    else:
        report.unchanged += 1
    return []


def _strangers(
    project: Project, coding: Coding, article: Article | None, where: str, queries: Queries
) -> Iterator[CoderError]:
    """What a coding names that the project does not know: coder, article, text, codebook."""
    if article is None:
        yield CoderError(
            f"There is no article {coding.article!r}.", hint="Import the article first.", where=where
        )
    elif coding.text_sha256 != article.text_sha256:
        yield CoderError(
            f"The coding is of another text: text_sha256 is {coding.text_sha256[:12]}…, "
            f"the article has {article.text_sha256[:12]}….",
            hint="Import exactly the text that was coded.",
            where=where,
        )
    if coding.coder != GOLD and coding.coder not in {p.name for p in queries.people()}:
        yield CoderError(
            f"There is no coder {coding.coder!r} in this project.",
            hint=f"Add them first: coder people add {coding.coder} --role coder",
            where=where,
        )
    if coding.codebook != project.codebook.ref:
        yield CoderError(
            f"The coding was made with {coding.codebook}, the project has {project.codebook.ref}.",
            hint="Import it into a project with that codebook.",
            where=where,
        )
