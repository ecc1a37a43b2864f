"""Checks codings before import: unknown coder, other text or codebook, or values that
do not fit.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from coder.codebook.validate import Problem, problems
from coder.errors import CoderError
from coder.model import Article, Coding
from coder.native import from_coding
from coder.service.project.fitting import link_problems, text_problems, value_problems
from coder.service.project.opened import Project
from coder.service.project.person_names import name_problem
from coder.storage_limits import unstorable


def find_import_problems(
    project: Project,
    coding: Coding,
    article: Article | None,
    where: str,
    team: Container[str],
) -> tuple[list[CoderError], list[Problem]]:
    """Return the errors that prevent importing the coding, and the problems that the
    codebook's rules find.
    """
    book = project.codebook
    findings = list[Problem]()
    if problem := unstorable(from_coding(coding)):
        return [
            CoderError("delivery.coding_holds", problem=problem, where=where)
        ], findings
    errors = [*find_strangers(project, coding, article, where, team)]
    if (
        article
        and coding.text_sha256 == article.text_sha256
        and coding.codebook == book.ref
    ):
        values = list(value_problems(coding, book, where))
        findings = problems(coding, book, article, values_fit=not values)
        links = [] if values else link_problems(findings, book, where)
        errors += [*text_problems(coding, article, book, where), *values, *links]
    return errors, findings


def find_strangers(
    project: Project,
    coding: Coding,
    article: Article | None,
    where: str,
    team: Container[str],
) -> Iterator[CoderError]:
    """Yield an error for each of coder, article, text and codebook that the project
    does not know.
    """
    if article is None:
        yield CoderError("delivery.no_article", article=coding.article, where=where)
    elif coding.text_sha256 != article.text_sha256:
        ours = article.text_sha256[:12]
        theirs = coding.text_sha256[:12]
        yield CoderError("delivery.coded_text", theirs=theirs, ours=ours, where=where)
    if not coding.is_gold and coding.coder not in team:
        if problem := name_problem(coding.coder):
            yield CoderError("project.name_holds", problem=problem, where=where)
        else:
            yield CoderError("delivery.no_coder", coder=coding.coder, where=where)
    for name in _find_names(coding):
        if name not in team and (problem := name_problem(name)):
            yield CoderError("project.name_holds", problem=problem, where=where)
    if coding.codebook != project.codebook.ref:
        theirs = coding.codebook
        ours = project.codebook.ref
        yield CoderError(
            "delivery.other_codebook", theirs=theirs, ours=ours, where=where
        )


def _find_names(coding: Coding) -> set[str]:
    """Return the people that gold names: whose answers it took, and who decided."""
    answers = [answer for _, fields in coding.records for answer in fields.values()]
    names = {name for answer in answers for name in answer.taken_from}
    return names | {answer.by for answer in answers if answer.by}
