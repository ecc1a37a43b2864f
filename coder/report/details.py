"""A report's detailed tables: by event, pair of coders, value, case and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.field_agreement import NO_RANK, FieldAgreement
from coder.agreement.reliability_data import Confusion
from coder.agreement.result import NO_PAIRS, Score
from coder.agreement.scales import label_of, question_of
from coder.agreement.study import Study
from coder.codebook.label import Label, join_texts
from coder.codebook.schema import Codebook
from coder.messages.catalogue import Bilingual, Message
from coder.report.figure_tables import (
    EVERYBODY,
    PAGE_AND_DATA,
    Cell,
    Column,
    Named,
    Table,
    name_field,
    name_value,
    reason_words,
    reasons_of,
    tabulate,
)

MOST_FIELDS = 6  # maximum fields shown by coder, the weakest first
LINES = 3  # maximum fields shown by month, the weakest first


class Said(NamedTuple):
    """One coder's value of a unit, and the quotes of its evidence."""

    coder: str
    value: Bilingual
    quotes: Sequence[str]


class Case(NamedTuple):
    """A unit on which coders differ."""

    field: str
    article: str
    cluster: str
    said: Sequence[Said]


def tabulate_pairs(
    study: Study, rows: Sequence[FieldAgreement], *, with_events: bool, has_gold: bool
) -> list[Table]:
    """Return the agreement of each two coders on events and the weakest fields.

    has_gold: the report also compares each coder with gold; otherwise a note says that
    it does not.
    """
    cells: list[list[Cell]] = []
    if with_events and study.codebook.event_fields:
        for pair in study.events.pairs:
            f1 = None if pair.f1 is None else Score(pair.f1, pair.events)
            what = Named("events", Message("report.event.f1"))
            cells.append([what, *pair.coders, pair.events, f1, None, None])
    shown = [row for row in rows if row.alpha.value is not None][:MOST_FIELDS]
    for row in shown:
        what = name_field(study.codebook, row.field)
        for two in study.pairs(row.field):
            figures = (two.alpha, two.equal_keys)
            cells.append([what, *two.coders, two.pairable, None, *figures])
    notes = [Message("report.note.coders")]
    if len(rows) > len(shown):
        notes.append(Message("report.note.weakest_shown", n=len(shown)))
    if not has_gold:
        notes.append(Message("report.note.no_gold"))
    return tabulate(
        "coders",
        ["what", "coder", "other", "n", "f1", "alpha", "equal_keys"],
        cells,
        notes,
        "coders",
    )


def tabulate_categories(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Return the specific agreement on each value of the fields with a list of values."""
    cells: list[list[Cell]] = []
    for row in rows:
        if row.distance != "nominal":
            continue  # only enumerations on a nominal scale have specific agreement
        question = question_of(study.codebook, row.field)
        for value, score in study.categories(row.field).items():
            if score.value is not None:
                named = name_value(question, value, study.codebook)
                what = name_field(study.codebook, row.field)
                cells.append([what, named, score.n, score])
    columns = ["field", "value_of_field", "n", "specific"]
    return tabulate("categories", columns, cells, [Message("report.note.categories")])


def tabulate_confusions(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Return the values that coders confused, of all fields in one table, and each
    field's coincidences.
    """
    matrices: list[Table] = []
    cells: list[list[Cell]] = []
    for row in rows:
        data = study.reliability_data(row.field, all_alike=False)
        if not data.measured.has_codes:
            continue  # only enumerations and trees have a confusion matrix
        question = data.measured.question
        field = name_field(study.codebook, row.field)
        for each in data.met(study.codebook):
            value = name_value(question, each.value, study.codebook)
            other = name_value(question, each.other, study.codebook)
            cells.append([field, value, other, each.times, each.articles])
        matrix = data.confusion(study.codebook)
        if matrix.n:
            values = [
                name_value(question, name, study.codebook) for name in matrix.values
            ]
            matrices.append(_make_matrix(field, values, matrix))
    head: list[Column | str] = [
        "field",
        "value_of_field",
        "other_value",
        "times",
        Column("where", EVERYBODY - {"paper"}),
    ]
    confusions = tabulate("confusions", head, cells, [Message("report.note.met")])
    return [*confusions, *matrices]


def _make_matrix(field: Named, values: Sequence[Named], matrix: Confusion) -> Table:
    """Return how often each two values of a field were coded together."""
    columns = [Column("value_of_field")]
    columns += [Column(value.id, words=value.words) for value in values]
    rows: list[list[Cell]] = []
    for value, counts in zip(values, matrix.counts, strict=True):
        rows.append([value, *counts])
    return Table(
        f"coincidences_{field.id}",
        Message("report.table.coincidences", field=field.words),
        columns,
        rows,
        [Message("report.note.coincidences", n=matrix.n)],
        "matrix",
        field.id,
    )


def tabulate_cases(codebook: Codebook, cases: Sequence[Case]) -> list[Table]:
    """Return each coder's value in each case, with the quotes of its evidence."""
    cells: list[list[Cell]] = []
    for case in cases:
        for answer in case.said:
            field = name_field(codebook, case.field)
            quotes = " … ".join(answer.quotes)
            unit = (field, case.article, case.cluster)
            cells.append([*unit, answer.coder, answer.value, quotes])
    columns = ["field", "article", "cluster", "coder", "said", "quote"]
    return tabulate("cases", columns, cells, [Message("report.note.cases")], "cases")


def tabulate_unmatched_events(study: Study) -> list[Table]:
    """Return, for each two coders, how many events are matched, parts of an event, or
    missed by the other.
    """
    rows: list[list[Cell]] = []
    for pair in study.events.pairs:
        for place in (0, 1):
            coder = pair.coders[place]
            other = pair.coders[1 - place]
            own = pair.of_each[place]
            parts = pair.splits[place]
            missed = own - pair.matches - parts
            rows.append([coder, other, own, pair.matches, parts, missed])
    has_events = any(any(pair.of_each) for pair in study.events.pairs)
    if not has_events:
        return []
    columns = ["coder", "other", "n", "matched", "parts", "missed"]
    return tabulate("unmatched", columns, rows, [Message("report.note.unmatched")])


def tabulate_strict_alpha(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Return event fields' alpha if events that only one coder has count as
    disagreement.
    """
    by_field = {each.field: each for each in study.strict}
    cells: list[list[Cell]] = []
    ranks: list[Label] = []
    for row in rows:
        if row.level != "event":
            continue
        each = by_field[row.field]
        if each.alpha.reason == NO_PAIRS:
            continue
        name = name_field(study.codebook, row.field)
        why_none: Cell = ""
        if each.alpha.reason or each.interval.reason:
            why_none = reasons_of((each.alpha, each.interval))
        units: int | None = each.units
        alone: int | None = each.alone
        if each.alpha.reason == NO_RANK:
            units = None
            alone = None
            ranks.append(label_of(study.codebook, row.field))
        figures = (row.alpha, each.alpha, each.interval)
        cells.append([name, units, alone, *figures, why_none])
    notes = [Message("report.note.strict")]
    if ranks:
        undefined = {"reason": reason_words(NO_RANK), "fields": join_texts(ranks)}
        notes.append(Message("report.note.no_strict", **undefined))
    columns: list[Column | str] = [
        "field",
        "n",
        "alone",
        "alpha",
        "strict_alpha",
        "interval",
        Column("why_none", PAGE_AND_DATA),
    ]
    return tabulate("strict", columns, cells, notes)


def tabulate_links(study: Study) -> list[Table]:
    """Return the agreement on links: on those with both ends aligned, and on all."""
    rows: list[list[Cell]] = []
    for row in study.links:
        name = name_field(study.codebook, row.field)
        figures = (
            ("aligned", row.aligned, row.aligned_interval),
            ("all", row.every, row.every_interval),
        )
        for which, score, interval in figures:
            ends = Named(which, Message(f"report.links.{which}"))
            rows.append([name, ends, score.n, score, interval])
    columns = ["field", "links", "n", "f1", "interval"]
    return tabulate("links", columns, rows, [Message("report.note.links")])


def tabulate_splits(study: Study) -> list[Table]:
    """Return the events of a coder that may be parts of one event of another coder."""
    rows: list[list[Cell]] = [
        [each.article, each.coder, each.event, each.other]
        for each in study.events.splits
    ]
    return tabulate(
        "splits",
        ["article", "coder", "event", "other"],
        rows,
        [Message("report.note.splits")],
    )


def tabulate_months(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Return the figures of events and of the weakest fields, by the month of
    submission.

    There is no table for a single month.
    """
    shown = [row.field for row in rows if row.alpha.value is not None][:LINES]
    cells: list[list[Cell]] = []
    for month in study.by_month(shown):
        row: list[Cell] = [month.month, month.articles, month.f1, month.interval]
        for field in month.fields:
            row += [field.alpha, field.interval]
        cells.append(row)
    if len(cells) < 2:
        return []
    figures = [Column("f1", words=Message("report.event.f1"))]
    for name in shown:
        words = Message("report.alpha_of", field=label_of(study.codebook, name))
        figures.append(Column(name, words=words))
    columns: list[Column | str] = ["month", "articles"]
    for figure in figures:
        interval = Column(
            f"{figure.name}_interval", PAGE_AND_DATA, Message("report.column.interval")
        )
        columns += [figure, interval]
    note = Message("report.note.drift", least=LEAST_ARTICLES)
    return tabulate("drift", columns, cells, [note], "line")
