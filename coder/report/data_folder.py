"""The data from which the figures were computed, as files that any statistics program
can read.

Every CSV is plain (RFC 4180, UTF-8). Values and keys are JSON texts, so that `"1"` and
`1` stay distinct and a list is one cell. A value without a key was not compared.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from coder import __version__
from coder.agreement.align import WEIGHTS
from coder.agreement.comparison import Comparison
from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.reliability_data import ReliabilityData
from coder.agreement.study import Study
from coder.report.contents import Report
from coder.report.figure_tables import documents
from coder.report.written import bibtex, table_csv


def data_files(study: Study, report: Report) -> Iterator[tuple[str, str]]:
    """Yield the path within the folder and the text of each file."""
    defaults = study.codebook.agreement.defaults
    plan = study.plan
    described: dict[str, dict[str, Any]] = {"fields": {}, "parts": {}}
    measured = (("fields", study.fields), ("parts", study.parts))
    for kind, agreements in measured:
        for row in agreements:
            data = study.reliability_data(row.field)
            name = f"{row.level}.{row.field}.csv"
            described[kind][row.field] = _description(name, row, data)
            yield f"reliability/{name}", _units(study.coders, data)
            yield f"coincidences/{name}", _square(data.keys, data.coincidences)
            yield f"distances/{name}", _square(data.keys, data.distances)
    for name, (head, rows_of) in _FILES_BY_ARTICLE.items():
        rows = chain.from_iterable(map(rows_of, study.comparisons))
        yield f"{name}.csv", _csv(head, rows)
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
        **described,
    }
    yield "settings.json", json.dumps(settings, ensure_ascii=False, indent=2) + "\n"
    yield "references.bib", bibtex(report)


def _description(
    file: str, row: FieldAgreement, data: ReliabilityData
) -> dict[str, Any]:
    """Return what the settings say of a field or part: its file, and what is in it."""
    return {
        "file": file,
        "compared": row.compared.what,
        "parts": list(row.compared.parts),
        "distance": row.distance,
        "left_out": data.left_out,
        **documents(
            alpha=row.alpha,
            interval=row.interval,
            guarded_lower_bound=row.guarded_lower_bound,
            equal_keys=row.equal_keys,
            equal_values=row.equal_values,
        ),
    }


def _units(coders: Sequence[str], data: ReliabilityData) -> str:
    """Return the units as CSV: of each coder what is compared, then of each what the
    coder gave.
    """
    head = ["unit", "article", "cluster"]
    head += [f"key_{coder}" for coder in coders]
    head += [f"value_{coder}" for coder in coders]
    rows = []
    for number, unit in enumerate(data.units, start=1):
        keys = [unit.keys.get(coder, "") for coder in coders]
        values = [unit.values.get(coder, "") for coder in coders]
        rows.append([number, unit.article, unit.cluster, *keys, *values])
    return _csv(head, rows)


def _write_aligned(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for left_out, clusters in comparison.aligned.items():
        for number, members in enumerate(clusters, start=1):
            for coder, event in members:
                yield left_out, comparison.article, f"c{number}", coder, event


def _codings(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for coder, events in comparison.coded_article().items():
        yield comparison.article, coder, len(events)


def _events(comparison: Comparison) -> Iterator[Sequence[Any]]:
    article = comparison.article
    for coder, events in comparison.coded_article().items():
        for event in events:
            days = event.date or ("", "")
            evidence = json.dumps(event.evidence)
            place = event.place or ""
            actors = json.dumps(event.actors, ensure_ascii=False)
            yield article, coder, event.id, evidence, *days, place, actors


def _spans(comparison: Comparison) -> Iterator[Sequence[Any]]:
    article = comparison.article
    coders = comparison.coders
    for kind, marked in comparison.spans.items():
        for of_exact, of_relaxed in zip(marked.exact, marked.relaxed, strict=True):
            one, other, exact, n = of_exact
            relaxed = of_relaxed[2]
            yield article, kind, coders[one], coders[other], exact, relaxed, n


def _links(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for field_id, links in comparison.links.items():
        for link in links:
            coder = comparison.coders[link.coder]
            ends = (link.event, link.relation, link.other)
            yield comparison.article, field_id, coder, *ends


def _lengths(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for kind, marked in comparison.spans.items():
        if marked.lengths:
            yield comparison.article, kind, *marked.lengths


_FILES_BY_ARTICLE: Mapping[
    str, tuple[Sequence[str], Callable[[Comparison], Iterator[Sequence[Any]]]]
] = {
    "codings": (("article", "coder", "events"), _codings),
    "alignments": (
        ("left_out", "article", "cluster", "coder", "event"),
        _write_aligned,
    ),
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
    "links": (
        ("article", "field", "coder", "event", "relation", "other_event"),
        _links,
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
"""The header and rows per article of each file.

In this order: the codings and their numbers of events; the clusters of aligned events;
the events as the alignment sees them; the agreement of two coders' spans; each coder's
links; the lengths over which spans and gaps coincide (an empty kind: all kinds).
"""


def _square(values: Sequence[str], counts: Sequence[Sequence[float]]) -> str:
    rows = [[value, *row] for value, row in zip(values, counts, strict=True)]
    return _csv(["", *values], rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue()
