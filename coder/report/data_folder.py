"""What the figures were worked out from, as files that any program of statistics reads.

Every CSV is plain (RFC 4180, UTF-8). A value is there as its JSON text, so that `"1"` and `1` stay apart and
a list is one cell; an empty cell is a value that left the comparison.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from coder import __version__
from coder.agreement.align import WEIGHTS
from coder.agreement.study import Study
from coder.report.contents import Report
from coder.report.figure_tables import documents
from coder.report.written import bibtex, table_csv


def data_files(study: Study, report: Report) -> Iterator[tuple[str, str]]:
    """The name of each file within the folder, and its text."""
    defaults, plan = study.codebook.agreement.defaults, study.plan
    fields = {}
    for row in study.fields:
        data, name = study.reliability_data(row.field), f"{row.level}.{row.field}.csv"
        figures = documents(alpha=row.alpha, interval=row.interval, percent=row.percent)
        fields[row.field] = {"file": name, "distance": row.distance, "left_out": data.left_out, **figures}
        units = (
            [number, unit.article, unit.cluster, *(given.get(coder, "") for coder in study.coders)]
            for number, unit in enumerate(data.units, start=1)
            for given in [data.by_coder(unit)]
        )
        yield f"reliability/{name}", _csv(["unit", "article", "cluster", *study.coders], units)
        yield f"coincidences/{name}", _square(data.values, data.coincidences)
        yield f"distances/{name}", _square(data.values, data.distances)
    aligned = (
        [left_out, article, f"c{number}", coder, event]
        for article, left_out, clusters in study.alignments()
        for number, members in enumerate(clusters, start=1)
        for coder, event in members
    )
    yield "alignments.csv", _csv(["left_out", "article", "cluster", "coder", "event"], aligned)
    for table in report.tables:
        if table.kind != "matrix":
            yield f"tables/{table.name}.csv", table_csv(table)
    settings = {
        "program": f"coder {__version__}",
        "codebook": study.codebook.ref,
        "coders": list(study.coders),
        "articles": list(study.articles),
        "resampling": {"B": plan.B, "seed": plan.seed, "confidence": plan.confidence, "cluster": "article"},
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


def _square(values: Sequence[str], counts: Sequence[Sequence[float]]) -> str:
    return _csv(["", *values], ([value, *row] for value, row in zip(values, counts, strict=True)))


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue()
