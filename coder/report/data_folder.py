"""The data from which the figures were computed, as files that any statistics program can read.

Every CSV is plain (RFC 4180, UTF-8). Values are JSON texts, so that `"1"` and `1` stay distinct and a list is
one cell; an empty cell is a value that was excluded from the comparison.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from coder import __version__
from coder.agreement.align import WEIGHTS
from coder.agreement.comparison import Comparison
from coder.agreement.study import Study
from coder.report.contents import Report
from coder.report.figure_tables import documents
from coder.report.written import bibtex, table_csv


def data_files(study: Study, report: Report) -> Iterator[tuple[str, str]]:
    """Yield the path within the folder and the text of each file."""
    defaults, plan = study.codebook.agreement.defaults, study.plan
    fields = {}
    for row in study.fields:
        data, name = study.reliability_data(row.field), f"{row.level}.{row.field}.csv"
        figures = documents(alpha=row.alpha, interval=row.interval, percent=row.percent)
        fields[row.field] = {
            "file": name,
            "distance": row.distance,
            "left_out": data.left_out,
            **figures,
        }
        units = (
            [
                number,
                unit.article,
                unit.cluster,
                *(values.get(coder, "") for coder in study.coders),
            ]
            for number, unit in enumerate(data.units, start=1)
            for values in [data.by_coder(unit)]
        )
        yield (
            f"reliability/{name}",
            _csv(["unit", "article", "cluster", *study.coders], units),
        )
        yield f"coincidences/{name}", _square(data.values, data.coincidences)
        yield f"distances/{name}", _square(data.values, data.distances)
    for name, (head, rows) in _FILES_BY_ARTICLE.items():
        yield (
            f"{name}.csv",
            _csv(head, (row for each in study.comparisons for row in rows(each))),
        )
    for table in report.tables:
        if table.kind != "matrix":
            yield f"tables/{table.name}.csv", table_csv(table)
    settings = {
        "program": f"coder {__version__}",
        "codebook": study.codebook.ref,
        "coders": list(study.coders),
        "articles": list(study.articles),
        "resampling": {
            "B": plan.B,
            "seed": plan.seed,
            "confidence": plan.confidence,
            "cluster": "article",
        },
        "alignment": {
            "threshold": defaults.alignment_threshold,
            "date_cap_days": defaults.event_date_cap_days,
            "weights": dict(WEIGHTS),
            "needs_evidence": study.events.needs_evidence,
        },
        "fields": fields,
    }
    yield "settings.json", json.dumps(settings, ensure_ascii=False, indent=2) + "\n"
    yield "references.bib", bibtex(report)


def _aligned(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for left_out, clusters in comparison.aligned.items():
        for number, members in enumerate(clusters, start=1):
            yield from (
                (left_out, comparison.article, f"c{number}", *member)
                for member in members
            )


def _events(comparison: Comparison) -> Iterator[Sequence[Any]]:
    article = comparison.article
    for coder, events in comparison.coded_article().items():
        for event in events:
            days = event.date or ("", "")
            actors = json.dumps(event.actors, ensure_ascii=False)
            yield (
                article,
                coder,
                event.id,
                json.dumps(event.evidence),
                *days,
                event.place or "",
                actors,
            )


def _spans(comparison: Comparison) -> Iterator[Sequence[Any]]:
    article, coders = comparison.article, comparison.coders
    for kind, marked in comparison.spans.items():
        for (one, other, exact, n), (*_, relaxed, _) in zip(
            marked.exact, marked.relaxed, strict=True
        ):
            yield article, kind, coders[one], coders[other], exact, relaxed, n


def _lengths(comparison: Comparison) -> Iterator[Sequence[Any]]:
    spans = comparison.spans.items()
    return (
        (comparison.article, kind, *marked.lengths)
        for kind, marked in spans
        if marked.lengths
    )


_FILES_BY_ARTICLE: Mapping[
    str, tuple[Sequence[str], Callable[[Comparison], Iterator[Sequence[Any]]]]
] = {
    "alignments": (("left_out", "article", "cluster", "coder", "event"), _aligned),
    "events": (
        (
            "article",
            "coder",
            "event",
            "evidence",
            "first_day",
            "last_day",
            "place",
            "actors",
        ),
        _events,
    ),
    "spans": (
        ("article", "kind", "coder", "other", "exact", "relaxed", "marked"),
        _spans,
    ),
    "lengths": (
        (
            "article",
            "kind",
            "gap_gap",
            "gap_marked",
            "marked_gap",
            "marked_marked",
            "own_gap",
            "own_marked",
        ),
        _lengths,
    ),
}
"""The header and rows per article of each file: the clusters of aligned events, the events as the alignment
sees them, the agreement of two coders' spans, and the lengths over which spans and gaps coincide (an empty
kind means all kinds)."""


def _square(values: Sequence[str], counts: Sequence[Sequence[float]]) -> str:
    return _csv(
        ["", *values],
        ([value, *row] for value, row in zip(values, counts, strict=True)),
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue()
