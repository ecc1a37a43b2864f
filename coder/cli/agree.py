"""Agreement between coders over submitted codings: events found, then each field.

Undefined figures are said with their reason. Field figures hold for aligned events only: read them
beside the event F1.

example: coder agree --coders amal,basim --field event_type
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from coder.agreement.figures import FieldAgreement
from coder.agreement.result import Score
from coder.agreement.study import Study
from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.errors import CoderError
from coder.service.figures.progress import field_document, interval_words, score_words, study, study_document
from coder.service.project.opened import open_project
from coder.service.team.assignment import STAGES
from coder.text.counts import counted


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--stage", choices=STAGES)
    parser.add_argument("--coders", default="", metavar="A,B")
    parser.add_argument("--field", metavar="F", help="one field, with which values met")


def run(options: Namespace, out: Output) -> Exit:
    """Show the figures."""
    project = open_project(options.project)
    coders = [name.strip() for name in options.coders.split(",") if name.strip()]
    found = study(project, stage=options.stage, coders=coders)
    if options.field:
        _one_field(found, options.field, out)
    else:
        out.document(study_document(found))
        print_study(found, out)
    project.close()
    return Exit.DONE


def print_study(found: Study, out: Output) -> None:
    """The events line, the table of fields and the weakest of them, and the spans."""
    out.line(f"{counted(len(found.articles), 'article')}, {counted(len(found.coders), 'coder')}")
    if found.codebook.event_fields:
        _print_events(found, out)
    if found.fields():
        _print_fields(found, out)
    _print_spans(found, out)


def _print_events(found: Study, out: Output) -> None:
    events = found.events()
    counts = ", ".join(f"{coder} {n}" for coder, n in events.events.items())
    matches = sum(pair.matches for pair in events.pairs)
    out.line(f"events: {counts}")
    out.line(
        f"events found: F1 {score_words(events.f1)} ({matches} matches), "
        f"95 % {interval_words(events.interval)}; "
        f"by chance {score_words(events.chance)}, corrected {score_words(events.corrected)}"
    )
    by_threshold = ", ".join(f"{t:g}: {score_words(s)}" for t, s in events.by_threshold.items())
    out.line(f"F1 by alignment threshold: {by_threshold}")
    out.line()


def _print_fields(found: Study, out: Output) -> None:
    out.table(
        ("field", "distance", "units", "pairable", "agree", "alpha", "95 % interval and status, or why none"),
        [_row(row) for row in found.fields()],
    )
    out.line()
    overall = found.overall()
    weakest = overall.field or f"none has an interval ({_reasons(r for _, r in overall.undefined)})"
    out.line(f"weakest field by the lower bound of its interval: {weakest}")
    if found.not_measured:
        out.line(f"not compared: {', '.join(found.not_measured)}")
    out.line()


def _print_spans(found: Study, out: Output) -> None:
    rows = [
        (row.kind or "all", _figure(row.exact), _figure(row.relaxed), _figure(row.u_alpha))
        for row in found.spans()
    ]
    out.table(("spans of kind", "exact F1", "relaxed F1", "unitizing alpha"), rows)


def _row(row: FieldAgreement) -> tuple[str, ...]:
    """A line of the table; what is undefined is a dash there and has its reason in the last column."""
    if row.interval.lower is not None and row.interval.upper is not None:
        last = f"{interval_words(row.interval)} {row.status}"
    else:
        last = _reasons((row.percent.reason, row.alpha.reason, row.interval.reason))
    figures = (str(row.units), str(row.pairable), _figure(row.percent), _figure(row.alpha))
    return (row.field, row.distance, *figures, last)


def _figure(score: Score) -> str:
    return "—" if score.value is None else f"{score.value:.3f}"


def _reasons(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _one_field(found: Study, field: str, out: Output) -> None:
    row = next((r for r in found.fields() if r.field == field), None)
    if row is None:
        names = ", ".join(r.field for r in found.fields())
        raise CoderError(f"{field!r} is not a compared field.", hint=f"One of: {names}.")
    document = field_document(row)
    out.line(f"{field}: alpha {score_words(row.alpha)} over {row.pairable} units, {row.distance} distance")
    out.line(f"percent agreement {score_words(row.percent)}; 95 % {interval_words(row.interval)}")
    if row.note:
        out.line(row.note)
    try:
        table = found.confusion(field)
    except CoderError:
        table = None  # only enumerations and hierarchies have values to count
    if table is not None:
        document["confusion"] = {"values": list(table.values), "counts": table.counts.tolist()}
        rows = [
            (value, *(f"{n:g}" for n in counts))
            for value, counts in zip(table.values, table.counts, strict=True)
        ]
        out.line()
        out.table(("", *table.values), rows)
    out.document(document)
