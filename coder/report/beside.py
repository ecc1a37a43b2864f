"""Report tables that compare codings with gold and with the suggester's candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coder.agreement.blind_sample import Audit
from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.reliability import RELIABLE_FROM, TENTATIVE_FROM
from coder.agreement.result import Interval, Score
from coder.agreement.scales import question_of
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
    name_field,
    name_value,
    tabulate,
)

_F1_OF_CANDIDATES = ("saw", "saw_not", "anchoring")
"""The figures of the blind sample that are F1 with the candidates, or a difference of
two.
"""


class Beside(NamedTuple):
    """Further comparisons for a report: each coder with gold, and the suggester with
    the blind sample.
    """

    gold: Mapping[str, Study] = {}
    audit: Audit | None = None


def tabulate_against_gold(
    studies: Mapping[str, Study], rows: Sequence[FieldAgreement], *, with_events: bool
) -> list[Table]:
    """Return each coder's agreement with gold on events and their weakest fields, and
    who needs training.
    """
    wanted = {row.field for row in rows}
    cells: list[list[Cell]] = []
    for coder, study in studies.items():
        book = study.codebook
        if with_events and book.event_fields:
            f1, interval = study.event_f1()
            what = Named("events", Message("report.event.f1"))
            of_events = (study.shared_articles, f1.n, f1, None, interval)
            cells.append([coder, what, *of_events, None, "", ()])
        measured = []
        for row in study.fields:
            if row.field in wanted and row.alpha.value is not None:
                measured.append(row)
        measured.sort(key=lambda row: row.alpha.value or 0.0)
        for row in measured[:MOST_FIELDS]:
            what = name_field(book, row.field)
            train = _needs_training(row.alpha, row.interval)
            error, articles = _most_frequent_error(study, row.field, coder)
            of_field = (row.articles, row.pairable, None, row.alpha, row.interval)
            cells.append([coder, what, *of_field, train, error, articles])
    columns: list[Column | str] = [
        "coder",
        "what",
        Column("articles", PAGE_AND_DATA),
        "n",
        "f1",
        "alpha",
        "interval",
        "train",
        "instead",
        Column("where", PAGE_AND_DATA),
    ]
    notes = [Message("report.note.gold"), Message("report.note.train")]
    return tabulate("gold", columns, cells, notes)


def _needs_training(score: Score, interval: Interval) -> Cell:
    """Return whether a coder needs training: `yes` or `no` by the interval, or else
    `look` or `no`.
    """
    if interval.high is not None:
        key = "yes" if interval.high < RELIABLE_FROM else "no"
    else:
        key = "look" if (score.value or 0.0) < TENTATIVE_FROM else "no"
    return Named(key, Message(f"report.train.{key}"))


def _most_frequent_error(
    study: Study, name: str, coder: str
) -> tuple[Bilingual | str, tuple[str, ...]]:
    """Return the coder's most frequent deviation from gold, and the articles that
    differ.
    """
    errors, articles = study.instead(name, coder, GOLD)
    if not errors:
        return "", articles
    question = question_of(study.codebook, name)
    (own, gold), times = errors[0]
    words = {
        "said": name_value(question, own, study.codebook).words,
        "gold": name_value(question, gold, study.codebook).words,
    }
    return Message("report.instead", times=times, **words), articles


def tabulate_suggestions(audit: Audit | None, codebook: Codebook) -> list[Table]:
    """Return what the suggester misses, and how much it influences coders, measured on
    the blind sample.
    """
    if audit is None:
        return []
    names = {kind.id: kind.label for kind in codebook.span_kinds}
    rows: list[list[Cell]] = []
    for name, words, score, interval in list_blind_sample_figures(audit, names):
        is_f1 = name in _F1_OF_CANDIDATES
        by_coefficient = (None, score) if is_f1 else (score, None)
        rows.append([Named(name, words), score.n, *by_coefficient, interval])
    counts = {
        "submitted": audit.submitted,
        "assigned": audit.assigned,
        "articles": audit.anchoring.articles,
    }
    note = Message("report.note.suggestions", **counts)
    columns = ["figure", "n", "recall", "f1", "interval"]
    return tabulate("suggestions", columns, rows, [note])


def list_blind_sample_figures(
    audit: Audit, names: Mapping[str, Label] = {}
) -> list[tuple[str, Message, Score, Interval | None]]:
    """Return the blind sample's figures as id, name, score, interval.

    names: the kinds' labels, else ids.
    """
    rows: list[tuple[str, Message, Score, Interval | None]] = []
    for row in audit.recalls:
        name = row.kind or "all"
        kind: object = names.get(row.kind, row.kind) or Message("report.all_kinds")
        ways = (
            ("overlapped", row.overlap, row.overlap_interval),
            ("same_edges", row.exact, row.exact_interval),
        )
        for way, score, interval in ways:
            words = Message(f"report.suggestions.{way}", kind=kind)
            rows.append((f"{way}_{name}", words, score, interval))
    effect = audit.anchoring
    effects: list[tuple[str, Score, Interval | None]] = [
        ("saw", effect.first, None),
        ("saw_not", effect.second, None),
        ("anchoring", effect.difference, effect.interval),
    ]
    for name, score, interval_or_none in effects:
        words = Message(f"report.suggestions.{name}")
        rows.append((name, words, score, interval_or_none))
    return rows
