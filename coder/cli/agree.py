"""Agreement between coders over submitted codings: events found, then each field, then the spans."""

from collections.abc import Iterable

from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.result import Score
from coder.agreement.study import Study
from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.figures.progress import field_document, interval_words, score_words, study, study_document


def run(options: Options, out: Output) -> None:
    """Show the figures."""
    found = study(options.project, stage=options.stage, coders=options.coders)
    if options.field:
        _print_field(found, options.field, out)
    else:
        out.document(study_document(found))
        print_study(found, out)


def print_study(found: Study, out: Output) -> None:
    """The events line, the table of fields and the weakest of them, and the spans."""
    coders = Message("counts.coders", n=len(found.coders))
    out.say("cli.agree.size", articles=Message("counts.articles", n=len(found.articles)), coders=coders)
    if found.codebook.event_fields:
        _print_events(found, out)
    if found.fields:
        _print_fields(found, out)
    rows = [
        (row.kind or Message("cli.agree.all"), _figure(row.exact), _figure(row.relaxed), _figure(row.u_alpha))
        for row in found.spans
    ]
    out.table("cli.agree.span_head", rows)


def _print_events(found: Study, out: Output) -> None:
    events = found.events
    out.say("cli.agree.events", counts=", ".join(f"{coder} {n}" for coder, n in events.events.items()))
    out.say(
        "cli.agree.found",
        f1=score_words(events.f1),
        matches=sum(pair.matches for pair in events.pairs),
        interval=interval_words(events.interval),
        chance=score_words(events.chance),
        corrected=score_words(events.corrected),
    )
    figures = ", ".join(f"{t:g}: {score_words(s)}" for t, s in events.by_threshold.items())
    out.say("cli.agree.by_threshold", figures=figures)
    out.line()


def _print_fields(found: Study, out: Output) -> None:
    out.table("cli.agree.field_head", map(_row, found.fields))
    out.line()
    overall = found.overall
    undefined = Message("cli.agree.none", reasons=_reasons(reason for _, reason in overall.undefined))
    out.say("cli.agree.weakest", field=overall.field or undefined)
    if found.not_measured:
        out.say("cli.agree.not_compared", fields=", ".join(found.not_measured))
    out.line()


def _row(row: FieldAgreement) -> tuple[object, ...]:
    """A line of the table; what is undefined is a dash there and has its reason in the last column."""
    if row.interval.lower is not None and row.interval.upper is not None:
        last = f"{interval_words(row.interval)} {row.status}"
    else:
        last = _reasons((row.percent.reason, row.alpha.reason, row.interval.reason))
    return row.field, row.distance, row.units, row.pairable, _figure(row.percent), _figure(row.alpha), last


def _figure(score: Score) -> str:
    return "—" if score.value is None else f"{score.value:.3f}"


def _reasons(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _print_field(found: Study, field: str, out: Output) -> None:
    """One field, with which values met."""
    row = next((r for r in found.fields if r.field == field), None)
    if row is None:
        raise CoderError("cli.agree.no_field", field=field, names=", ".join(r.field for r in found.fields))
    document = field_document(row)
    alpha = score_words(row.alpha)
    out.say("cli.agree.field", field=field, alpha=alpha, units=row.pairable, distance=row.distance)
    out.say("cli.agree.percent", percent=score_words(row.percent), interval=interval_words(row.interval))
    if row.note:
        out.line(row.note)
    try:
        table = found.confusion(field)
    except CoderError:
        table = None  # only enumerations and hierarchies have values to count
    if table is not None:
        document["confusion"] = {"values": list(table.values), "counts": table.counts.tolist()}
        lines = zip(table.values, table.counts, strict=True)
        out.line()
        out.table(("", *table.values), [(value, *(f"{n:g}" for n in counts)) for value, counts in lines])
    out.document(document)
