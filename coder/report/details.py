"""What stands in a report below the figures: event by event, coder by coder, value by value, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.result import NO_PAIRS, Score
from coder.agreement.study import Study
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message
from coder.report.figure_tables import (
    EVERYBODY,
    PAGE_AND_DATA,
    Cell,
    Column,
    Named,
    Table,
    coded_value,
    field_of,
    listed,
    named_field,
    reasons_of,
)

MOST_FIELDS = 6  # are shown coder by coder, the weakest first


class Said(NamedTuple):
    """What one coder put into a unit, and the words of the article that it rests on."""

    coder: str
    value: Bilingual
    quotes: Sequence[str]


class Case(NamedTuple):
    """One unit on which coders differ."""

    field: str
    article: str
    cluster: str
    said: Sequence[Said]


def coders(study: Study, rows: Sequence[FieldAgreement], *, with_events: bool, has_gold: bool) -> list[Table]:
    """Every two coders: on events, and on the weakest fields; has_gold: each stands beside gold elsewhere."""
    cells: list[list[Cell]] = []
    if with_events and study.codebook.event_fields:
        for pair in study.events.pairs:
            f1 = None if pair.f1 is None else Score(pair.f1, pair.events)
            what = Named("events", Message("report.event.f1"))
            cells.append([what, *pair.coders, pair.events, None, f1])
    shown = [row for row in rows if row.alpha.value is not None][:MOST_FIELDS]
    for row in shown:
        what = named_field(study.codebook, row.field)
        for two in study.pairs(row.field):
            cells.append([what, *two.coders, two.pairable, two.percent, two.alpha])
    notes = [Message("report.note.coders")]
    if len(rows) > len(shown):
        notes.append(Message("report.note.weakest_shown", n=len(shown)))
    if not has_gold:
        notes.append(Message("report.note.no_gold"))
    return listed("coders", ["what", "coder", "other", "n", "percent", "value"], cells, notes, "coders")


def categories(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Specific agreement on each value of a list."""
    cells: list[list[Cell]] = []
    for row in rows:
        try:
            found = study.categories(row.field)
        except CoderError:
            continue  # only enumerations on a nominal scale have values to agree on one by one
        field = field_of(study.codebook, row.field)
        for value, score in found.items():
            if score.value is not None:
                cells.append(
                    [Named(field.id, field.label), coded_value(field, value, study.codebook), score.n, score]
                )
    columns = ["field", "value_of_field", "n", "specific"]
    return listed("categories", columns, cells, [Message("report.note.categories")])


def met(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Which values were taken for one another: over all fields, and for each field its coincidences."""
    matrices: list[Table] = []
    cells: list[list[Cell]] = []
    for row in rows:
        try:
            table = study.confusion(row.field)
        except CoderError:
            continue  # only enumerations and trees have values that can be taken for one another
        field = field_of(study.codebook, row.field)
        for each in study.reliability_data(row.field).met(study.codebook):
            two = (coded_value(field, name, study.codebook) for name in (each.value, each.other))
            cells.append([Named(field.id, field.label), *two, each.times, each.articles])
        if table.n:
            values = [coded_value(field, name, study.codebook) for name in table.values]
            columns = [Column("value_of_field"), *(Column(v.id, words=v.words) for v in values)]
            counted = [[v, *counts] for v, counts in zip(values, table.counts.tolist(), strict=True)]
            title = Message("report.table.coincidences", field=field.label)
            notes = [Message("report.note.coincidences", n=table.n)]
            matrices.append(
                Table(f"coincidences_{field.id}", title, columns, counted, notes, "matrix", field.id)
            )
    head: list[Column | str] = ["field", "value_of_field", "other_value", "times"]
    head.append(Column("where", EVERYBODY - {"paper"}))
    return [*listed("confusions", head, cells, [Message("report.note.met")]), *matrices]


def case_table(codebook: Codebook, cases: Sequence[Case]) -> list[Table]:
    """What each coder said in each case, and the words that it rests on."""
    cells: list[list[Cell]] = []
    for case in cases:
        for said in case.said:
            where = (named_field(codebook, case.field), case.article, case.cluster, said.coder)
            cells.append([*where, said.value, " … ".join(said.quotes)])
    columns = ["field", "article", "cluster", "coder", "said", "quote"]
    return listed("cases", columns, cells, [Message("report.note.cases")], "cases")


def unmatched(study: Study) -> list[Table]:
    """Of every two coders the events that found none of the other: parts of one, or missed by the other."""
    rows: list[list[Cell]] = []
    for pair in study.events.pairs:
        for place in (0, 1):
            own, parts = pair.of_each[place], pair.splits[place]
            missed = own - pair.matches - parts
            rows.append([pair.coders[place], pair.coders[1 - place], own, pair.matches, parts, missed])
    columns = ["coder", "other", "n", "matched", "parts", "missed"]
    rows = rows if any(row[2] for row in rows) else []
    return listed("unmatched", columns, rows, [Message("report.note.unmatched")])


def strict(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Alpha of fields of events where events that one coder alone has count as disagreement."""
    found = {each.field: each for each in study.strict}
    cells: list[list[Cell]] = []
    for row in rows:
        if row.level == "event" and (each := found[row.field]).alpha.reason != NO_PAIRS:
            name = named_field(study.codebook, row.field)
            figures = (each.alpha, each.interval)
            why = reasons_of(figures) if any(figure.reason for figure in figures) else ""
            cells.append([name, each.units, each.alone, row.alpha, each.alpha, each.interval, why])
    why_none = Column("why_none", PAGE_AND_DATA)
    columns: list[Column | str] = ["field", "n", "alone", "alpha", "strict_alpha", "interval", why_none]
    return listed("strict", columns, cells, [Message("report.note.strict")])


def splits(study: Study) -> list[Table]:
    """The events of one coder that may be parts of one event of another."""
    rows: list[list[Cell]] = [
        [each.article, each.coder, each.event, each.other] for each in study.events.splits
    ]
    return listed("splits", ["article", "coder", "event", "other"], rows, [Message("report.note.splits")])
