"""The report on a project's agreement: the study, and cases on which coders differ, with their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from coder.agreement.reliability_data import Unit
from coder.agreement.study import Study
from coder.codebook.label import Label
from coder.codebook.schema import Codebook
from coder.messages.catalogue import Bilingual
from coder.model import GOLD, Answer, Coding, Event, Status
from coder.report.beside import Beside
from coder.report.contents import Report, expect_compared, report_of, worst_first
from coder.report.details import Case, Said
from coder.report.figure_tables import field_of
from coder.service.figures.progress import audit, study
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.queries import Queries
from coder.values.typed import show

CASES, FIELDS_WITH_CASES = 3, 8
"""So many of each field, of so many fields; of one field alone all together."""
_LONGEST_QUOTE = 240


def agreement_report(
    project: Project,
    *,
    stage: str | None = None,
    coders: Sequence[str] = (),
    field: str = "",
    with_cases: bool = False,
    names: Mapping[str, str] = MappingProxyType({}),
    progress: Told = untold,
) -> tuple[Study, Report]:
    """The study of some coders (all by default), of one stage if named, and the report on it or on one field.

    with_cases: whether codings are read again for units on which coders differ. names: other ones for coders,
    where there are no cases.
    """
    with project.store.read() as queries:
        queries.expect_all()
    found = study(project, stage=stage, coders=coders, names=names, progress=progress)
    if field:
        expect_compared(found, field)  # before anything is read for it
    beside = Beside(_against_gold(project, found, stage, names, progress), None if field else audit(project))
    with project.store.read() as queries:
        cases = _cases(queries, found, field) if with_cases else []
    return found, report_of(found, cases, field, beside)


def _against_gold(
    project: Project, found: Study, stage: str | None, names: Mapping[str, str], progress: Told
) -> dict[str, Study]:
    """Each coder of a study with gold alone, in the articles whose gold is closed."""
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads() if h.status == Status.SUBMITTED.value]
    closed = {head.article for head in heads if head.coder == GOLD} & set(found.articles)
    coded = {head.coder for head in heads if head.article in closed and head.coder != GOLD}
    return {
        names.get(coder, coder): study(
            project, stage=stage, coders=(coder, GOLD), names=names, articles=closed, progress=progress
        )
        for coder in sorted(coded)
        if names.get(coder, coder) in found.coders
    }


def _cases(queries: Queries, found: Study, only: str) -> list[Case]:
    """Units on which coders differ most, of the weakest fields or of one."""
    names = [only] if only else [row.field for row in worst_first(found.fields)]
    chosen: list[tuple[str, Unit]] = []
    fields = 0
    for name in names:
        if units := found.reliability_data(name).differing():
            chosen += [(name, unit) for unit in units[: CASES * FIELDS_WITH_CASES if only else CASES]]
            fields += 1
        if fields == FIELDS_WITH_CASES:
            break
    wanted = {unit.article for _, unit in chosen}
    heads = [h for h in queries.coding_heads() if h.article in wanted and h.coder in found.coders]
    codings = {(c.article, c.coder): c for c in queries.codings_of(heads)}
    texts = {article.id: article.text for article in queries.articles_of(wanted).values()}
    cases = []
    for name, unit in chosen:
        said, members = [], found.members(name, unit)
        for coder in members or [who for article, who in codings if article == unit.article]:
            coding = codings[unit.article, coder]
            event = coding.event(members[coder]) if members else None
            answer = (event or coding).answer(name)
            quotes = _quotes(coding, event, answer, texts[unit.article])
            said.append(Said(coder, _words(found.codebook, name, answer), quotes))
        cases.append(Case(name, unit.article, unit.cluster, said))
    return cases


def _words(codebook: Codebook, name: str, answer: Answer) -> Bilingual:
    if not answer.coded:
        return codebook.blank(answer.state).label
    field = field_of(codebook, name)
    return Label(**{lang: show(field, answer.value, codebook, lang) or "—" for lang in ("ar", "en")})


def _quotes(coding: Coding, event: Event | None, answer: Answer, text: str) -> list[str]:
    """The words of the answer's evidence, else of the event's other evidence, in the article's order."""
    cited: Iterable[str] = answer.evidence
    if not answer.evidence and event is not None:
        cited = {span for each in event.fields.values() for span in each.evidence}
    places = sorted({(s.start, s.end) for span in cited if (s := coding.span(span)) is not None})
    quotes, length = [], 0
    for start, end in places:
        quote = " ".join(text[start:end].split())
        length += len(quote)
        if length > _LONGEST_QUOTE:
            break
        quotes.append(quote)
    return quotes
