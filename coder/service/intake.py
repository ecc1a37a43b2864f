"""Articles and codings in: everything in the given files, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.importers.reader import Taken
from coder.importers.registry import files
from coder.model import GOLD, Article, Coding, Json
from coder.native import from_coding
from coder.service.project import Project
from coder.store.queries import Queries
from coder.store.storable import fault_in
from coder.store.unit_of_work import Work
from coder.suggest.boilerplate import find_boilerplate

BATCH = 500
"""How many articles are in memory at once."""


@dataclass(slots=True)
class Intake:
    """What an import did."""

    articles: int = 0
    codings: int = 0
    unchanged: int = 0


def take(project: Project, paths: Iterable[Path], format_name: str | None = None) -> Intake:
    """All articles and codings in the files, as one unit of work; what is there already changes nothing.

    Articles come in first and a batch at a time, so that memory holds one batch however many there are;
    files that may hold codings are then read again for these.
    """
    found = list(files(paths, format_name))
    report = Intake()
    with project.store.begin(project.actor) as work:
        articles = (taken for path, reader in found for taken in reader.read(path) if taken.article)
        while batch := list(islice(articles, BATCH)):
            _take_articles(project, work, batch, report)
        for path, reader in found:
            for taken in reader.read(path) if "codings" in reader.yields else ():
                if taken.coding is not None:
                    _take_coding(project, work, taken.coding, taken.where, report)
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
            furniture = find_boilerplate(article.text, project.codebook.lexicon)
            new[article.id] = replace(article, boilerplate=furniture)
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


def _take_coding(project: Project, work: Work, coding: Coding, where: str, report: Intake) -> None:
    _refuse_unstorable("coding", from_coding(coding), where)
    _check(project, coding, where, work.queries)
    before = work.queries.coding(coding.article, coding.coder)
    if before == coding:
        report.unchanged += 1
        return
    if before is not None:
        raise CoderError(
            f"{coding.coder} already has another coding of {coding.article}.",
            hint="A coding is never overwritten; take one of the two out first.",
            where=where,
        )
    work.save_coding(None, coding, "coding.imported")
    report.codings += 1


def _check(project: Project, coding: Coding, where: str, queries: Queries) -> None:
    """A coding must fit the article, the team and the codebook; the error names file and line."""
    article = queries.article(coding.article)
    if article is None:
        raise CoderError(
            f"There is no article {coding.article!r}.", hint="Import the article first.", where=where
        )
    if coding.text_sha256 != article.text_sha256:
        raise CoderError(
            f"The coding is of another text: text_sha256 is {coding.text_sha256[:12]}…, "
            f"the article has {article.text_sha256[:12]}….",
            hint="Import exactly the text that was coded.",
            where=where,
        )
    if coding.coder != GOLD and coding.coder not in {p.name for p in queries.people()}:
        raise CoderError(
            f"There is no coder {coding.coder!r} in this project.",
            hint=f"Add them first: coder people add {coding.coder} --role coder",
            where=where,
        )
    if coding.codebook != project.codebook.ref:
        raise CoderError(
            f"The coding was made with {coding.codebook}, the project has {project.codebook.ref}.",
            hint="Import it into a project with that codebook.",
            where=where,
        )
    check_fits(coding, article, project.codebook, where)


def check_fits(coding: Coding, article: Article, book: Codebook, where: str) -> None:
    """Every span must be in the text and every name in the codebook; raises CoderError otherwise."""
    _check_spans(coding, article, where)
    _check_fields(coding, book, where)


def _check_spans(coding: Coding, article: Article, where: str) -> None:
    for span in coding.spans:
        there = article.text[span.start : span.end]
        if not 0 <= span.start < span.end <= len(article.text) or there != span.quote:
            raise CoderError(
                f"Span {span.id!r} [{span.start}, {span.end}) says {span.quote!r}, the text has {there!r}.",
                hint="Offsets are code points of the unaltered text, the end not included.",
                where=where,
            )


def _check_fields(coding: Coding, book: Codebook, where: str) -> None:
    kinds = {k.id for k in book.span_kinds}
    article_fields = {f.id for f in book.article_fields}
    event_fields = {f.id for f in book.event_fields}
    spans = {s.id for s in coding.spans}
    unknown = [f"span kind {s.kind!r}" for s in coding.spans if s.kind not in kinds]
    unknown += [f"article field {name!r}" for name in coding.answers if name not in article_fields]
    answers = list(coding.answers.items())
    for event in coding.events:
        unknown += [f"event field {name!r}" for name in event.fields if name not in event_fields]
        answers += event.fields.items()
    unknown += [
        f"evidence {span_id!r} of {name}"
        for name, a in answers
        if not a.proposed  # a proposal names candidates, not spans
        for span_id in a.evidence
        if span_id not in spans
    ]
    if unknown:
        raise CoderError(
            f"The coding uses what does not exist: {', '.join(dict.fromkeys(unknown))}.",
            hint=f"See the codebook {book.ref}: `coder codebook show`.",
            where=where,
        )
