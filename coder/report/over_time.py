"""Report tables on time: figures by period, and where they changed."""

from __future__ import annotations

from collections.abc import Sequence

from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.drift import SURE
from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.study import Study
from coder.messages.catalogue import Message
from coder.report.figure_tables import (
    PAGE_AND_DATA,
    Cell,
    Column,
    Named,
    Table,
    field_of,
    listed,
    named_field,
)

MOST_STEPS, LINES = 8, 3
"""The maximum numbers of steps and of fields; each step has enough articles for an interval."""


def drift(study: Study, rows: Sequence[FieldAgreement]) -> list[Table]:
    """Return the figures of events and the weakest fields, by the time at which articles were submitted."""
    shown = [row.field for row in rows if row.alpha.value is not None][:LINES]
    steps = min(MOST_STEPS, study.shared_articles // LEAST_ARTICLES)
    cells: list[list[Cell]] = []
    for step in study.over_time(steps, shown):
        figures = [cell for row in step.fields for cell in (row.alpha, row.interval)]
        cells.append([step.first, step.last, step.articles, step.f1, step.interval, *figures])
    fields = [Column(name, words=field_of(study.codebook, name).label) for name in shown]
    columns: list[Column | str] = ["first_day", "last_day", "articles"]
    for figure in (Column("f1"), *fields):
        interval = Column(f"{figure.name}_interval", PAGE_AND_DATA, Message("report.column.interval"))
        columns += [figure, interval]
    return listed("drift", columns, cells, [Message("report.note.drift")], "line")


def changes(study: Study, rows: Sequence[FieldAgreement], *, with_events: bool) -> list[Table]:
    """Return the significant changes over time, with p corrected for the number of tests (Bonferroni)."""
    wanted = {row.field for row in rows} | ({""} if with_events else set())
    tested = {name: result for name, result in study.changes().items() if name in wanted}
    cells: list[list[Cell]] = []
    for name, (day, change) in tested.items():
        p = min(1.0, change.p * len(tested))
        if p < SURE:
            what = named_field(study.codebook, name) if name else Named("events", Message("report.event.f1"))
            figures = (change.before, change.after, change.difference, change.interval)
            cells.append([what, day, *figures, round(p, 4)])
    if not tested:
        return []
    columns = [*map(Column, ("what", "changed_on", "before", "after", "difference", "interval", "p"))]
    key = "changes" if cells else "no_change"
    note = Message(f"report.note.{key}", n=len(tested), sure=f"{SURE:g}", least=LEAST_ARTICLES)
    return [Table("changes", Message("report.table.changes"), columns, cells, [note])]
