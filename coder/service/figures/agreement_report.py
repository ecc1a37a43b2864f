"""The report on a project's agreement: the study, and cases of disagreement with
quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from coder.agreement.reliability_data import Unit
from coder.agreement.study import Study
from coder.model import GOLD, Answer, Coding, Event
from coder.report.beside import Beside
from coder.report.contents import Report, expect_compared, report_of, worst_first
from coder.report.details import Case, Said
from coder.report.figure_tables import field_of
from coder.service.figures.progress import audit, study, why_left_out
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.wrong_codings import read_sound, without_wrong
from coder.store.merge import is_copy
from coder.store.queries import Queries
from coder.values.typed import answer_in_words

CASES = 3
FIELDS_WITH_CASES = 8
"""The most cases per field, and the most fields with cases; a single field gets the
product of both.
"""
_LONGEST_QUOTE = 240


def agreement_report(
    project: Project,
    *,
    stage: str | None = None,
    coders: Sequence[str] = (),
    field: str = "",
    with_cases: bool = False,
    names: Mapping[str, str] = MappingProxyType({}),
    progress: ReportProgress = no_progress,
) -> tuple[Study, Report]:
    """Return the study of some coders (by default all), and the report on it.

    field: restricts the report to one field or part. stage: restricts the codings to
    one stage. with_cases: whether to read codings again for units on which coders
    differ. names: pseudonyms for coders, only without cases.
    """
    with project.store.read() as queries:
        queries.expect_all()
    result = study(project, stage=stage, coders=coders, names=names, progress=progress)
    if field:
        expect_compared(result, field)  # fail before the expensive reading
    beside = Beside(
        _against_gold(project, result, stage, names, progress),
        None if field else audit(project),
    )
    with project.store.read() as queries:
        cases = _cases(project, queries, result, field) if with_cases else []
    return result, report_of(result, cases, field, beside)


def _against_gold(
    project: Project,
    whole: Study,
    stage: str | None,
    names: Mapping[str, str],
    progress: ReportProgress,
) -> dict[str, Study]:
    """Return a study of each coder against closed gold of the codings' revision."""
    heads = []
    with project.store.read() as queries:
        stages = queries.stages()
        for head in queries.coding_heads():
            own_stage = stages.get((head.article, head.coder))
            if not is_copy(head.coder) and not why_left_out(head, own_stage, stage):
                heads.append(head)
    heads, _ = without_wrong(project, heads)
    closed = set[str]()
    for head in heads:
        if head.is_gold and head.codebook == whole.codebook.ref:
            closed.add(head.article)
    closed &= set(whole.articles)
    coders = {h.coder for h in heads if h.article in closed and not h.is_gold}
    studies = {}
    for coder in sorted(coders):
        name = names.get(coder, coder)
        if name in whole.coders:
            studies[name] = study(
                project,
                stage=stage,
                coders=(coder, GOLD),
                names=names,
                articles=closed,
                progress=progress,
            )
    return studies


def _cases(project: Project, queries: Queries, whole: Study, only: str) -> list[Case]:
    """Return the units on which coders differ most, of the weakest fields or of one."""
    chosen = _choose_units(whole, only)
    wanted = {unit.article for _, unit in chosen}
    heads = [
        head
        for head in queries.coding_heads()
        if head.article in wanted and head.coder in whole.coders
    ]
    sound, _ = read_sound(project, queries, heads)
    codings = {(coding.article, coding.coder): coding for coding in sound}
    articles = queries.articles_of(wanted)
    cases = []
    for name, unit in chosen:
        asked = field_of(whole.codebook, name)
        answers = []
        # Coder → their event, none for a field of the article.
        members = whole.members(name, unit)
        coders: Iterable[str] = members
        if not members:
            place = whole.articles.index(unit.article)
            coders = whole.comparisons[place].coders
        for coder in coders:
            coding = codings[unit.article, coder]
            event = coding.event(members[coder]) if members else None
            answer = (event or coding).answer(asked.id)
            quotes = _quotes(coding, event, answer, articles[unit.article].text)
            words = answer_in_words(asked, answer, whole.codebook)
            answers.append(Said(coder, words, quotes))
        cases.append(Case(name, unit.article, unit.cluster, answers))
    return cases


def _choose_units(whole: Study, only: str) -> list[tuple[str, Unit]]:
    """Return field and unit of the cases to show."""
    if only:
        units = whole.reliability_data(only, all_alike=False).differing()
        return [(only, unit) for unit in units[: CASES * FIELDS_WITH_CASES]]
    chosen: list[tuple[str, Unit]] = []
    fields = 0
    for row in worst_first(whole.fields):
        units = whole.reliability_data(row.field, all_alike=False).differing()
        if units:
            chosen += [(row.field, unit) for unit in units[:CASES]]
            fields += 1
        if fields == FIELDS_WITH_CASES:
            break
    return chosen


def _quotes(
    coding: Coding, event: Event | None, answer: Answer, text: str
) -> list[str]:
    """Return the quotes of the answer's evidence, or else of all the event's evidence,
    in text order.
    """
    cited: Iterable[str] = answer.evidence
    if not answer.evidence and event is not None:
        cited = {span for each in event.fields.values() for span in each.evidence}
    spans = filter(None, map(coding.span, cited))
    quotes = []
    length = 0
    for start, end in sorted({(span.start, span.end) for span in spans}):
        quote = " ".join(text[start:end].split())
        length += len(quote)
        if length > _LONGEST_QUOTE:
            break
        quotes.append(quote)
    return quotes
