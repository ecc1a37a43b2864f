"""What codings are held against besides each other: gold, and what the suggester offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coder.agreement.blind_sample import Audit
from coder.agreement.bootstrap import RELIABLE_FROM, TENTATIVE_FROM
from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.result import Interval, Score
from coder.agreement.study import Study
from coder.codebook.label import Label
from coder.codebook.schema import Codebook
from coder.messages.catalogue import Bilingual, Message
from coder.model import GOLD
from coder.report.details import MOST_FIELDS
from coder.report.figure_tables import (
    PAGE_AND_DATA,
    Cell,
    Column,
    Named,
    Table,
    coded_value,
    field_of,
    listed,
    named_field,
)


class Beside(NamedTuple):
    """What stands beside a study: each coder with gold, and the suggester by the blind sample."""

    gold: Mapping[str, Study] = {}
    audit: Audit | None = None


def against_gold(
    found: Mapping[str, Study], rows: Sequence[FieldAgreement], *, with_events: bool
) -> list[Table]:
    """Each coder against gold, on events and the fields on which they are weakest; whom to train on what."""
    wanted = {row.field for row in rows}
    cells: list[list[Cell]] = []
    for coder, study in found.items():
        book, events = study.codebook, study.events
        if with_events and book.event_fields:
            what = Named("events", Message("report.event.f1"))
            cells.append(
                [coder, what, events.articles, events.f1.n, events.f1, events.interval, None, "", ()]
            )
        weak = sorted(
            (row for row in study.fields if row.field in wanted and row.alpha.value is not None),
            key=lambda row: row.alpha.value or 0.0,
        )
        for row in weak[:MOST_FIELDS]:
            what, judged = named_field(book, row.field), _judged(row.alpha, row.interval)
            figures_of = (row.articles, row.pairable, row.alpha, row.interval)
            cells.append([coder, what, *figures_of, judged, *_instead(study, row.field, coder)])
    columns: list[Column | str] = [
        "coder", "what", Column("articles", PAGE_AND_DATA), "n", "value", "interval", "train", "instead",
        Column("where", PAGE_AND_DATA),
    ]  # fmt: skip
    return listed("gold", columns, cells, [Message("report.note.gold"), Message("report.note.train")])


def _judged(score: Score, interval: Interval) -> Cell:
    """Whether a coder needs training: surely not reliable, or likely so where there is no interval."""
    if interval.upper is not None:
        key = "yes" if interval.upper < RELIABLE_FROM else "no"
    else:
        key = "look" if (score.value or 0.0) < TENTATIVE_FROM else "no"
    return Named(key, Message(f"report.train.{key}"))


def _instead(study: Study, name: str, coder: str) -> tuple[Bilingual | str, tuple[str, ...]]:
    """What the coder gave most often where gold has something else, and the articles that differ."""
    often, where = study.instead(name, coder, GOLD)
    if not often:
        return "", where
    field, ((said, gold), times) = field_of(study.codebook, name), often[0]
    mine, golden = (coded_value(field, value, study.codebook).words for value in (said, gold))
    return Message("report.instead", said=mine, gold=golden, times=times), where


def suggestions(audit: Audit | None, codebook: Codebook) -> list[Table]:
    """What the suggester misses, and how far it leads coders, by the blind sample."""
    if audit is None:
        return []
    names = {kind.id: kind.label for kind in codebook.span_kinds}
    rows: list[list[Cell]] = [
        [Named(name, words), score.n, score, interval]
        for name, words, score, interval in figures(audit, names)
    ]
    counts = {"submitted": audit.submitted, "assigned": audit.assigned, "articles": audit.anchoring.articles}
    note = Message("report.note.suggestions", **counts)
    return listed("suggestions", ["figure", "n", "value", "interval"], rows, [note])


def figures(
    audit: Audit, names: Mapping[str, Label] = {}
) -> list[tuple[str, Message, Score, Interval | None]]:
    """The figures of the blind sample one by one, with an id; kinds go by these names, or their ids."""
    found: list[tuple[str, Message, Score, Interval | None]] = []
    for row in audit.recalls:
        kind: object = names.get(row.kind, row.kind) if row.kind else Message("report.all_kinds")
        name = row.kind or "all"
        for way, score, interval in (
            ("overlapped", row.overlap, row.overlap_interval),
            ("same_edges", row.exact, row.exact_interval),
        ):
            found.append((f"{way}_{name}", Message(f"report.suggestions.{way}", kind=kind), score, interval))
    between = audit.anchoring
    found.append(("saw", Message("report.suggestions.saw"), between.first, None))
    found.append(("saw_not", Message("report.suggestions.saw_not"), between.second, None))
    found.append(("anchoring", Message("report.suggestions.anchoring"), between.difference, between.interval))
    return found
